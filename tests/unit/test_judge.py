"""The court of a session: each claim is decided once, on data that may be compared."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.baseline import Baseline
from harness.claims import Claim, no_evidence
from harness.errors import BaselineError, ClaimError, PlanError
from harness.judge import Judge
from harness.records import Plan, PlannedClaim

Write = Callable[[str, str | bytes], Path]
Courts = Callable[..., Judge]


@pytest.fixture
def court(courts: Courts) -> Judge:
    """Return a judge with an open docket."""
    return courts()


def gain(judge: Judge, name: str = "rl", margin: float = 0.1) -> Claim:
    """Claim that an arm beats the base."""
    arms = judge.arms("sums", 4, ())
    return arms[name].pass_at(1) > arms["base"].pass_at(1) + margin


def test_a_claim_is_decided_once(court: Judge) -> None:
    """Asking twice enters one ruling, with figures, margins and the place of the assert."""
    claim = gain(court)
    assert claim
    assert claim
    (ruling,) = court.docket.rulings
    assert ruling.decision.verdict == "supported"
    assert [figure.name for figure in ruling.figures] == ["rl.pass@1", "base.pass@1"]
    assert (ruling.kind, ruling.low_margin, ruling.high_margin) == ("claim", 0.1, None)
    assert (ruling.nodeid, ruling.ordinal, ruling.task) == ("evals/test_it.py::test_it", 1, "sums")
    assert ruling.place.rpartition(":")[0] == __file__
    assert (ruling.decision.items, ruling.decision.draws) == (40, 4)


def test_the_effect_is_the_difference_of_the_figures(court: Judge) -> None:
    """What is reported beside a verdict adds up."""
    assert gain(court)
    (ruling,) = court.docket.rulings
    high, low = ruling.figures
    assert ruling.decision.effect == pytest.approx(high.value - low.value)
    assert high.draws == low.draws == 4


def test_an_open_claim_is_true_only_if_the_policy_lets_it_pass(courts: Courts) -> None:
    """Lenience changes what a test sees, and never the verdict."""
    for policy, truth in (("fail", False), ("warn", True), ("skip", True)):
        judge = courts(("effect: 0.1", f"inconclusive: {policy}"))
        arms = judge.arms("sums", 4, (("split", ("odd",)),))
        assert bool(arms["base"].pass_at(1) > 0.25) is truth
        assert judge.docket.rulings[0].decision.verdict == "inconclusive"


def test_other_sampling_is_incomparable(court: Judge) -> None:
    """Arms that sample differently are not compared; the parameter is named."""
    with pytest.raises(
        ClaimError, match=r"'hot' and 'base' are incomparable: temperature is 2 and 1\.0"
    ):
        bool(gain(court, "hot"))


def test_a_difference_can_be_intended(courts: Courts) -> None:
    """What an arm declares to be other by intention is compared."""
    judge = courts(
        ("sampling: {temperature: 2}", "sampling: {temperature: 2}, differs: [temperature]")
    )
    assert judge.arms("sums", 4, ())
    assert not gain(judge, "hot")
    assert judge.docket.rulings


def test_prompts_that_are_shown_otherwise_are_incomparable(courts: Courts) -> None:
    """Arms whose models see a prompt in other words are not compared, unless it is declared."""
    clerk = courts().clerk
    arms = dict(clerk._config.arms)
    clerk._config = dataclasses.replace(clerk._config, arms=arms)
    arms["rl"] = dataclasses.replace(arms["rl"], options={**arms["rl"].options, "system": "Think."})
    sources = [gain(courts()).sources[0], gain(courts()).sources[1]]
    with pytest.raises(
        ClaimError, match=r"incomparable: system is Think\. and not set; .*differs: \[sy"
    ):
        clerk.check_arms(sources, "rl > base")
    arms["base"] = dataclasses.replace(arms["base"], differs=("system",))
    clerk.check_arms(sources, "rl > base")


def test_a_sampler_that_repeats_itself_is_doubted(
    court: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Draws that should differ and are all alike are told, arm by arm."""
    module = sys.modules["models_of_this_test"]
    monkeypatch.setattr(module, "strong", lambda prompt, _: str(int(prompt.split("+")[0]) + 1))
    assert gain(court)
    (doubt,) = [text for text in court.docket.rulings[0].decision.warnings if "seed" in text]
    assert doubt.startswith("'rl' gives one answer in all 4 draws of each item, at temperature 1:")


def test_shared_draws_are_no_evidence(court: Judge) -> None:
    """Two arms on one stream of one model have the same draws: comparing them is refused."""
    with pytest.raises(ClaimError, match=r"'twin' and 'base' share their draws.*stream"):
        bool(gain(court, "twin", 0.0))


def test_other_tasks_are_incomparable(court: Judge) -> None:
    """A claim stands on one task."""
    arms = court.arms("sums", 4, ())
    claim = arms["rl"].pass_at(1) > arms.task("other")["base"].pass_at(1)
    with pytest.raises(ClaimError, match="compares task 'sums' with task 'other'"):
        bool(claim)


def test_an_empty_selection_is_refused(court: Judge) -> None:
    """Conditions that no item fulfils together are an error, not an empty sample."""
    arm = court.arms("sums", 4, (("split", ("odd",)),))["rl"].where(split="even")
    with pytest.raises(ClaimError, match=r"no item .* has all of split=odd, split=even"):
        bool(arm.pass_at(1) > 0.5)


def test_disjoint_selections_are_compared_unpaired(court: Judge) -> None:
    """The same arm on other items is another sample."""
    rl = court.arms("sums", 4, ())["rl"]
    assert rl.where(split="odd").pass_at(1) > rl.where(split="even").pass_at(1) - 0.4
    assert court.docket.rulings[0].decision.method.startswith("Welch ")


def test_a_claim_that_was_never_asserted_is_named(court: Judge) -> None:
    """Building a claim is not deciding it; an alarm's inner claim counts as used."""
    gain(court, margin=0.05)
    bool(no_evidence(gain(court, margin=0.9)))
    assert court.docket.unasserted() == ("rl.pass@1 > base.pass@1 + 0.05",)


def test_a_decided_claim_is_no_alarm(court: Judge) -> None:
    """no_evidence() takes no claim whose truth was taken before."""
    claim = gain(court)
    assert claim
    with pytest.raises(ClaimError):
        no_evidence(claim)


def test_a_missing_baseline_is_named(court: Judge) -> None:
    """A claim on a baseline that isn't there says how to make it."""
    arm = court.arms("sums", 4, ())["rl"]
    claim = arm.pass_at(1) > court.baselines("sums", 4, ())["rl"].pass_at(1) - 0.1
    with pytest.raises(
        BaselineError, match=r"missing: .* harness baseline accept --task sums --arm rl"
    ):
        bool(claim)


@pytest.fixture
def accepted(courts: Courts) -> Baseline:
    """Take a baseline of the arm rl, and store it."""
    judge = courts(update=True)
    arm, stored = (judge.arms("sums", 4, ())["rl"], judge.baselines("sums", 4, ())["rl"])
    bool(arm.pass_at(1) > stored.pass_at(1) - 0.1)
    (baseline,) = judge.clerk.shelf.updates.values()
    judge.clerk.shelf.sets["baseline"].save(baseline)
    return baseline


def test_a_baseline_is_taken_from_fresh_draws(courts: Courts, accepted: Baseline) -> None:
    """A new baseline has its own stream, more draws and all items, and is compared as any arm."""
    assert accepted.epoch == 1
    assert accepted.tally.draws.tolist() == [16] * 40
    judge = courts()
    arm, stored = (judge.arms("sums", 4, ())["rl"], judge.baselines("sums", 4, ())["rl"])
    assert arm.pass_at(1) > stored.pass_at(1) - 0.2
    (ruling,) = judge.docket.rulings
    assert ruling.decision.draws == 4
    assert ruling.decision.effect != 0


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("tasks/sums.yaml", "(\\d+)", "(\\d\\d*)", "changed: how the task is scored is other than"),
        ("harness.yaml", "draws: 4", "draws: 4\nsampling: {top_p: 0.5}",
         r"changed: sampling is other than .*top_p was 1\.0, is 0\.5"),
        ("tasks/sums.jsonl", '"prompt": "3+1="', '"prompt": "3 + 1="',
         "partial: this baseline lacks 1 of 40 items, the first '3 + 1='"),
    ],
    ids=["scorer", "sampling", "item"],
)  # fmt: skip
def test_what_changed_since_the_baseline_is_named(  # noqa: PLR0913, PLR0917  a file's change
    courts: Courts, accepted: Baseline, tmp_path: Path, name: str, old: str, new: str,
    message: str,
) -> None:  # fmt: skip
    """A baseline of another scorer, other sampling or other items is refused by name."""
    assert accepted.epoch == 1
    edits = [(old, new)] if name == "harness.yaml" else []
    judge = courts(*edits)
    if not edits:
        path = tmp_path / "evals" / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
    arm, stored = (judge.arms("sums", 4, ())["rl"], judge.baselines("sums", 4, ())["rl"])
    with pytest.raises(BaselineError, match=message.replace("+", r"\+")):
        bool(arm.pass_at(1) > stored.pass_at(1) - 0.1)


def test_an_alarm_takes_no_chained_comparison(court: Judge) -> None:
    """The first half of a chain would be decided as a claim of its own: it is refused."""
    arms = court.arms("sums", 4, ())
    effect = arms["rl"].pass_at(1) - arms["base"].pass_at(1)
    with pytest.raises(ClaimError, match="not a chained one"):
        no_evidence(-0.9 < effect < 0.9)


def test_a_claim_outside_of_a_docket_is_refused(court: Judge) -> None:
    """After a test's end no claim is decided: nobody would see the verdict."""
    claim = gain(court)
    court.close_docket()
    with pytest.raises(ClaimError, match="outside of an eval"):
        bool(claim)


def plan_of(make_planned: Callable[..., PlannedClaim], **changes: object) -> Plan:
    """Make a plan of one claim of the eval at hand."""
    claim = make_planned(nodeid="evals/test_it.py::test_it", draws=4, **changes)
    return Plan(claims=(claim,), policy={"alpha": 0.05, "power": 0.9}, seed=0)


def test_a_claim_that_the_plan_lacks_is_refused(
    courts: Courts, planned: Callable[..., PlannedClaim]
) -> None:
    """Another margin than the planned one is another claim: the command that plans it is named."""
    judge = courts(plan=plan_of(planned, low_margin=0.1))
    assert gain(judge, margin=0.1)
    message = (
        r"^evals/plan\.json: the plan has no claim rl\.pass@1 - base\.pass@1 > 0\.2 in this eval; "
        "harness plan --write$"
    )
    with pytest.raises(PlanError, match=message):
        bool(gain(judge, margin=0.2))
    with pytest.raises(PlanError, match="has no claim no_evidence"):
        bool(no_evidence(gain(judge, margin=0.1)))


def test_an_alarm_gets_its_share_of_alpha(
    courts: Courts, planned: Callable[..., PlannedClaim]
) -> None:
    """An alarm is decided at alpha times its weight, whatever else runs."""
    plan = plan_of(planned, kind="alarm", low_margin=0.9, weight=0.25)
    judge = courts(plan=plan)
    bool(no_evidence(gain(judge, margin=0.9)))
    assert judge.docket.rulings[0].decision.alpha == 0.05 / 4


def test_a_planned_claim_has_the_whole_alpha(
    courts: Courts, planned: Callable[..., PlannedClaim]
) -> None:
    """Claims that must all hold share nothing."""
    judge = courts(plan=plan_of(planned, low_margin=0.1))
    assert gain(judge)
    assert judge.docket.rulings[0].decision.alpha == 0.05


@pytest.mark.parametrize("draws", [3, 4])
def test_a_claim_is_decided_on_the_draws_of_its_eval(court: Judge, draws: int) -> None:
    """Draws that another eval asked for are not looked at."""
    arms = court.arms("sums", 64, ())
    assert arms["rl"].pass_at(1) > arms["base"].pass_at(1) + 0.1
    fewer = court.arms("sums", draws, ())
    assert fewer["rl"].pass_at(1) > fewer["base"].pass_at(1) + 0.1
    after = court.docket.rulings[1]
    assert after.decision.draws == draws
    assert [figure.draws for figure in after.figures] == [draws, draws]


CLUSTERS = "".join(
    f'{{"prompt": "{n}+1=", "reference": "{n + 1}", "cluster": "text {n // 4}"}}\n'
    for n in range(40)
)


def test_clusters_of_items_are_the_units(courts: Courts, write: Write) -> None:
    """Items of one cluster count as one: the method says so."""
    write("evals/tasks/sums.jsonl", CLUSTERS)
    judge = courts()
    assert gain(judge)
    decision = judge.docket.rulings[0].decision
    assert decision.method.endswith(" over clusters")
    assert decision.items == 40


def test_planned_looks_are_those_of_the_docket(courts: Courts) -> None:
    """Under auto a clear claim stops before the cap, and says at which look."""
    judge = courts(("draws: 4", "draws: auto\ncap: 16"))
    arms = judge.arms("sums", 16, ())
    assert arms["rl"].pass_at(1) > arms["base"].pass_at(1) + 0.1
    decision = judge.docket.rulings[0].decision
    assert decision.draws < 16
    assert decision.stage is not None
    assert decision.stage.number < decision.stage.most


def test_draws_of_other_claims_never_enter_a_verdict(courts: Courts) -> None:
    """A claim with planned looks comes out the same alone and after a claim that drew more."""

    def decided(judge: Judge) -> object:
        arms = judge.arms("sums", 16, ())
        bool(arms["rl"].pass_at(1) > arms["base"].pass_at(1) + 0.55)
        return judge.docket.rulings[-1].decision

    auto = ("draws: 4", "draws: auto\ncap: 16")
    alone, after = courts(auto), courts(auto)
    much = after.arms("sums", 64, ())
    bool(much["rl"].pass_at(32) > much["base"].pass_at(32) - 0.1)
    assert decided(alone) == decided(after)


def test_rounds_are_of_sampled_arms(courts: Courts) -> None:
    """Bets on rounds of draws of these items compare means of two arms: pass@k is refused."""
    judge = courts(("effect: 0.1", "items: these, method: anytime"))
    arms = judge.arms("sums", 4, ())
    with pytest.raises(ClaimError, match=r"rl\.pass@2 does not come in rounds of one draw"):
        bool(arms["rl"].pass_at(2) > arms["base"].pass_at(2))
