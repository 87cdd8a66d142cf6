"""The record: what was planned and seen before decides what a verdict is worth, and its recall."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from harness.judge import Judge
from harness.ledger import Ledger
from harness.records import Plan, PlannedClaim, Ruling

Courts = Callable[..., Judge]
MakePlanned = Callable[..., PlannedClaim]
MakePlan = Callable[..., Plan]
Write = Callable[[str, str | bytes], Path]
NODE = "evals/test_it.py::test_it"


@pytest.fixture
def plan_of(courts: Courts, planned: MakePlanned) -> MakePlan:
    """Return a maker of plans of one claim: a gain of rl over base by .1, on four draws."""
    judge = courts()
    arms = judge.arms("sums", 4, ())
    measure = judge.clerk.measure((arms["rl"].mean() > arms["base"].mean()).sources)
    fields = {"nodeid": NODE, "draws": 4, "low_margin": 0.1, "measure": measure}

    def make(**changes: Any) -> Plan:  # noqa: ANN401  any field
        claim = planned(**{**fields, **changes})
        return Plan(claims=(claim,), policy={"alpha": 0.05, "power": 0.9}, seed=0)

    return make


def decided(judge: Judge, name: str = "rl", draws: int = 4, margin: float = 0.1) -> Ruling:
    """Decide a gain of an arm over the base."""
    arms = judge.arms("sums", draws, ())
    bool(arms[name].pass_at(1) > arms["base"].pass_at(1) + margin)
    return judge.docket.rulings[-1]


def learned(judge: Judge, ledger: Ledger) -> Ledger:
    """Return the ledger after a session, as the next one reads it."""
    after = dataclasses.replace(
        ledger, plans=dict(ledger.plans), opened=dict(ledger.opened),
        verdicts=dict(ledger.verdicts), rounds=dict(ledger.rounds),
        attempts=dict(ledger.attempts),
    )  # fmt: skip
    after.update(judge.record.news)
    return after


def test_a_first_planned_verdict_is_no_exploration(courts: Courts, plan_of: MakePlan) -> None:
    """Planned, and then drawn: nothing is held against the verdict, then or on a re-run."""
    plan, ledger = plan_of(), Ledger()
    first = courts(plan=plan, ledger=ledger)
    assert decided(first).exploratory == ""
    again = courts(plan=plan, ledger=learned(first, ledger))
    assert decided(again).exploratory == ""


def test_without_a_plan_nothing_is_called_exploratory(courts: Courts) -> None:
    """Where nothing was promised nothing is broken; the draws remember that there was no plan."""
    judge = courts()
    assert decided(judge).exploratory == ""
    assert set(judge.record.news["opened"].values()) == {""}
    assert "plans" not in judge.record.news


def test_a_plan_after_the_draws_is_exploratory(courts: Courts, plan_of: MakePlan) -> None:
    """A claim that was planned once its draws had been looked at says so."""
    first = courts()
    decided(first)
    judge = courts(plan=plan_of(), ledger=learned(first, Ledger()))
    assert decided(judge).exploratory == (
        "planned after its draws were first looked at (--harness-fresh takes others)"
    )


def test_a_margin_changed_after_the_draws_is_exploratory(courts: Courts, plan_of: MakePlan) -> None:
    """A plan that is changed in any promise is another plan, made after its draws existed."""
    first = courts(plan=plan_of())
    decided(first)
    ledger = learned(first, Ledger())
    easier = courts(plan=plan_of(low_margin=0.05), ledger=ledger)
    assert "planned after" in decided(easier, margin=0.05).exploratory


def test_a_better_forecast_is_no_other_plan(courts: Courts, plan_of: MakePlan) -> None:
    """Writing the plan anew with other forecasts breaks nothing."""
    first = courts(plan=plan_of())
    decided(first)
    ledger = learned(first, Ledger())
    assert decided(courts(plan=plan_of(detectable=0.5), ledger=ledger)).exploratory == ""


def test_fresh_draws_are_numbered_attempts(courts: Courts, plan_of: MakePlan) -> None:
    """The second sample of draws for the same planned claim is attempt 2, the third 3."""
    plan, ledger = plan_of(), Ledger()
    reasons, effects = [], []
    for sample in (1, 2, 3):
        ledger.sample = sample
        judge = courts(plan=plan, ledger=ledger)
        ruling = decided(judge)
        reasons.append(ruling.exploratory)
        effects.append(ruling.decision.effect)
        ledger = learned(judge, ledger)
    assert reasons == ["", "attempt 2 on other draws", "attempt 3 on other draws"]
    assert all(one != other for one, other in pairwise(effects))


def test_planning_anew_does_not_count_anew(courts: Courts, plan_of: MakePlan) -> None:
    """Fresh draws under an easier plan, or a first one, are a second attempt all the same."""
    for before in (plan_of(), None):
        first = courts(plan=before)
        decided(first)
        ledger = learned(first, Ledger())
        ledger.sample = 2
        easier = courts(plan=plan_of(low_margin=0.05), ledger=ledger)
        assert decided(easier, margin=0.05).exploratory == "attempt 2 on other draws"


@pytest.mark.parametrize(
    ("edit", "draws", "reason"),
    [
        (("draws: 4", "draws: 4"), 5, "draws is 5, planned 4"),
        (("draws: 4", "draws: auto\ncap: 4"), 4, "auto is True, planned False"),
        (("effect: 0.1", "effect: 0.2"), 4, "effect is 0.2, planned 0.1"),
        (("effect: 0.1", "effect: 0.1, alpha: 0.1"), 4, "alpha is 0.1, planned 0.05"),
        (("effect: 0.1", "effect: 0.1, power: 0.8"), 4, "power is 0.8, planned 0.9"),
        (("effect: 0.1", "effect: 0.1, items: these"), 4, "items is these, planned population"),
        (("effect: 0.1", "effect: 0.1, method: t"), 4, "method is t, planned auto"),
        (("draws: 4", "draws: 4\nsampling: {seed: 3}"), 4, "seed is 3, planned 0"),
    ],
)
def test_what_is_not_as_planned_is_exploratory(
    courts: Courts, plan_of: MakePlan, edit: tuple[str, str], draws: int, reason: str
) -> None:
    """Draws, looks, policy and seed other than planned are named, each with both values."""
    judge = courts(edit, plan=plan_of())
    assert decided(judge, draws=draws).exploratory == reason


@pytest.mark.parametrize(
    "edit",
    [("sums.jsonl", '"reference": "4"', '"reference": "44"'), ("sums.yaml", "d+", "d\\d*")],
    ids=["items", "scorer"],
)
def test_another_measure_than_planned_is_exploratory(
    courts: Courts, plan_of: MakePlan, tmp_path: Path, edit: tuple[str, str, str]
) -> None:
    """Other items, or another way to score them, are another claim in the same words."""
    plan, (name, old, new) = plan_of(), edit
    path = tmp_path / "evals/tasks" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    reason = "items, selection or scorer are not as planned"
    assert decided(courts(plan=plan)).exploratory == reason


def test_several_reasons_are_all_said(courts: Courts, plan_of: MakePlan) -> None:
    """Each deviation is named, not only the first one."""
    first = courts()
    decided(first, draws=5)
    judge = courts(("effect: 0.1", "effect: 0.2"), plan=plan_of(),
                   ledger=learned(first, Ledger()))  # fmt: skip
    reasons = decided(judge, draws=5).exploratory.split("; ")
    assert [reason.partition(" ")[0] for reason in reasons] == ["effect", "draws", "planned"]


def test_a_verdict_is_returned_without_a_draw(
    courts: Courts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the same draws of pinned arms the stored verdict comes back, and nothing is sampled."""
    first = courts()
    ruling = decided(first)
    judge = courts(ledger=learned(first, Ledger()))
    monkeypatch.setattr(judge.clerk, "tally", None)  # whoever tallies, fails
    again = decided(judge)
    assert (again.decision, again.figures) == (ruling.decision, ruling.figures)
    assert judge.record.recalled == 1
    assert judge.record.news == {}


@pytest.mark.parametrize(
    "change",
    [
        {"margin": 0.2}, {"draws": 5}, {"edit": ("effect: 0.1", "effect: 0.2")},
        {"edit": ("effect: 0.1", "alpha: 0.01")}, {"edit": ("draws: 4", "draws: auto\ncap: 4")},
        {"edit": ("draws: 4", "draws: 4\nsampling: {top_p: 0.5}")},
        {"edit": ("draws: 4", "draws: 4\nsampling: {seed: 1}")}, {"sample": 2},
        {"edit": ('"models_of_this_test:weak", revision: "1"',
                  '"models_of_this_test:weak", revision: "2"')},
        {"edit": ('strong", revision: "1"', 'strong", revision: "1", stream: other')},
        {"items": '{"prompt": "50+1=", "reference": "51"}\n'}, {"scorer": True},
    ],
    ids=["margin", "draws", "effect", "alpha", "looks", "sampling", "seed", "fresh", "model",
         "stream", "items", "scorer"],
)  # fmt: skip
def test_anything_else_is_decided_anew(
    courts: Courts, write: Write, tmp_path: Path, change: dict[str, Any]
) -> None:
    """A verdict stands for all that it rests on: any other question, draw or item is new."""
    first = courts()
    decided(first)
    ledger = learned(first, Ledger())
    ledger.sample = change.get("sample", 1)
    judge = courts(*([change["edit"]] if "edit" in change else []), ledger=ledger)
    if "items" in change:
        path = tmp_path / "evals/tasks/sums.jsonl"
        write("evals/tasks/sums.jsonl", path.read_text(encoding="utf-8") + change["items"])
    if "scorer" in change:
        path = tmp_path / "evals/tasks/sums.yaml"
        write("evals/tasks/sums.yaml", path.read_text(encoding="utf-8").replace("d+", "d\\d*"))
    decided(judge, draws=change.get("draws", 4), margin=change.get("margin", 0.1))
    assert judge.record.recalled == 0
    assert len(judge.record.news["verdicts"]) == 1


def test_what_can_change_behind_its_name_is_decided_anew(courts: Courts) -> None:
    """A function without a declared revision may answer otherwise today: nothing is stored."""
    first = courts()
    decided(first, "loose")
    assert "verdicts" not in first.record.news
    assert first.record.news["opened"]
    judge = courts(ledger=learned(first, Ledger()))
    decided(judge, "loose")
    assert judge.record.recalled == 0


def test_a_function_of_the_text_is_decided_anew(courts: Courts) -> None:
    """What a predicate does is not known: its verdict is not stored."""
    judge = courts()
    arms = judge.arms("sums", 4, ())
    assert arms["rl"].rate(str.isdigit) > arms["base"].rate(str.isdigit)
    assert "verdicts" not in judge.record.news


def test_a_changed_baseline_is_another_question(courts: Courts) -> None:
    """A verdict on a baseline is recalled for that very file alone."""

    def on_baseline(judge: Judge) -> None:
        arm, stored = (side("sums", 4, ())["rl"] for side in (judge.arms, judge.baselines))
        bool(arm.pass_at(1) > stored.pass_at(1) - 0.2)

    made = courts(update=True)
    on_baseline(made)
    (baseline,) = made.clerk.shelf.updates.values()
    store = made.clerk.shelf.sets["baseline"]
    store.save(baseline)
    ledger = learned(made, Ledger())
    same = courts(ledger=ledger)
    on_baseline(same)
    assert same.record.recalled == 1
    assert same.docket.rulings[-1].exploratory == ""
    origins = tuple(dataclasses.replace(one, epoch=2) for one in baseline.origins)
    store.save(dataclasses.replace(baseline, origins=origins))
    other = courts(ledger=ledger)
    on_baseline(other)
    assert other.record.recalled == 0
    assert other.docket.rulings[-1].exploratory == "attempt 2 on other draws"


def test_bets_by_rounds_go_on(courts: Courts) -> None:
    """Where an earlier run left a bet open, the next one adds rounds; a verdict then stands."""
    edit = ("effect: 0.1", "items: these, method: anytime")
    ledger, seen = Ledger(), []
    for _ in range(3):
        judge = courts(edit, ledger=ledger)
        seen.append(decided(judge, margin=0.6).decision)
        ledger = learned(judge, ledger)
    assert [one.draws for one in seen] == [4, 8, 12]
    assert {one.verdict for one in seen} == {"inconclusive"}
    assert seen[0].p >= seen[1].p >= seen[2].p
    assert ledger.verdicts == {}
    assert [len(draws) for draws in ledger.attempts.values()] == [1]


def test_a_bet_that_is_decided_is_over(courts: Courts) -> None:
    """Once a bet by rounds has won, later runs return its verdict and draw no more."""
    edit = ("effect: 0.1", "items: these, method: anytime")
    ledger, seen = Ledger(), []
    for _ in range(8):
        judge = courts(edit, ledger=ledger)
        seen.append(decided(judge, draws=2, margin=0.0).decision)
        ledger = learned(judge, ledger)
    assert seen[-1].verdict == "supported"
    assert seen[-1] == seen[-2]
    assert seen[-1].draws < 16
