"""The end of a session on the terminal."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest

from harness.records import Ruling, Stage
from harness.report import EvalResult, Page, PlanState, Run, headline, summary

MakeRuling = Callable[..., Ruling]


def result(
    *rulings: Ruling, outcome: str = "passed", name: str = "test_rl_moves_the_needle",
    unasserted: tuple[str, ...] = (),
) -> EvalResult:  # fmt: skip
    """Make the result of an eval."""
    nodeid = f"evals/test_rl.py::{name}"
    return EvalResult(nodeid=nodeid, outcome=outcome, rulings=rulings, unasserted=unasserted)


def run(
    *evals: EvalResult, missing: tuple[str, ...] = (), deselected: int = 0,
    baselines: tuple[str, ...] = (), plan: PlanState | None = None, recalled: int = 0,
) -> Run:  # fmt: skip
    """Make a run."""
    return Run(
        evals=evals, missing=missing, deselected=deselected, baselines=baselines, settings={},
        provenance={"recalled": recalled}, plan=plan or PlanState(),
    )  # fmt: skip


def lines(found: Run, width: int = 80) -> list[str]:
    """Return the summary's lines."""
    return list(summary(found, Page(width=width)))


def test_all_supported(ruling: MakeRuling) -> None:
    """A green run says how many claims it rests on."""
    found = run(result(ruling(), ruling()), result(ruling(), name="test_no_op"))
    assert headline(found) == "SUPPORTED: all of 3 claims in 2 evals"


def test_one_claim(ruling: MakeRuling) -> None:
    """One of each is singular."""
    assert headline(run(result(ruling()))) == "SUPPORTED: all of 1 claim in 1 eval"


def test_refuted_and_inconclusive_are_counted(ruling: MakeRuling) -> None:
    """A red run counts what went wrong, worst first."""
    found = run(
        result(ruling(verdict="inconclusive"), ruling(), outcome="inconclusive"),
        result(ruling(verdict="refuted"), ruling(verdict="inconclusive"), outcome="failed"),
    )
    assert headline(found) == "NOT PROVEN: 1 refuted, 2 inconclusive, of 4 claims in 2 evals"


def test_arms_that_are_not_pinned_are_named(ruling: MakeRuling) -> None:
    """Arms that can change behind their names are one line, with what to declare."""
    found = dataclasses.replace(run(result(ruling())), settings={"unpinned": ["agent", "base"]})
    (remark,) = [line for line in lines(found) if line.startswith("not pinned")]
    assert remark.startswith("not pinned: agent, base: ")
    assert remark.endswith("declare their `revision:`")
    assert not any(line.startswith("not pinned") for line in lines(run(result(ruling()))))


def test_missing_evals_are_not_green(ruling: MakeRuling) -> None:
    """An eval that never reported is named, whatever the others came to."""
    found = run(result(ruling()), missing=("evals/test_rl.py::test_lost", "x.py::test_y"))
    assert headline(found).startswith("NOT PROVEN: 2 evals never reported, of 1 claim in 1 eval")
    assert "never reported: evals/test_rl.py::test_lost" in lines(found)


def test_failed_evals_are_not_green(ruling: MakeRuling) -> None:
    """An eval that failed for another reason counts, though its claims were supported."""
    found = run(result(ruling(), outcome="failed"), result(ruling(), outcome="error"))
    assert headline(found) == "NOT PROVEN: 2 evals failed, of 2 claims in 2 evals"


def test_skipped_evals_are_not_green(ruling: MakeRuling) -> None:
    """A skipped eval proves nothing."""
    found = run(result(ruling()), result(outcome="skipped"), result(outcome="skipped"))
    assert headline(found) == "NOT PROVEN: 2 evals skipped, of 1 claim in 3 evals"


def test_no_claims_are_not_green() -> None:
    """A run without claims proves nothing, and has no table."""
    found = run(result(outcome="error"))
    assert headline(found).startswith("NOT PROVEN: 1 eval failed")
    assert lines(found)[1:] == [
        "next: 1 eval failed beside the claims: pytest's report says why",
    ]


def test_leniency_is_not_green(ruling: MakeRuling) -> None:
    """What the policy let pass is still not proven."""
    found = run(result(ruling(verdict="inconclusive"), outcome="not proven"))
    assert not found.green
    assert headline(found) == "NOT PROVEN: 1 inconclusive, of 1 claim in 1 eval"


def test_the_table_fits_a_terminal(ruling: MakeRuling) -> None:
    """With names of usual length, no line is wider than 80 columns; nothing is cut."""
    lenient = ruling(text="format_only.pass@1[lenient] < base.pass@1[lenient] + 0.02",
                     verdict="inconclusive")  # fmt: skip
    large = ruling(text="random_reward.pass@1 < base.pass@1 + 0.02", verdict="inconclusive",
                   items=1234, draws=64)  # fmt: skip
    for wide in (lenient, large):
        found = lines(run(result(ruling(), wide)))
        assert max(map(len, found)) <= 80
        text = " ".join(" ".join(found).split())
        assert all(word in text for word in wide.text.split())
        assert any("INCONCLUSIVE" in line and f"{wide.decision.items} x" in line for line in found)


def test_claims_stand_under_their_eval(ruling: MakeRuling) -> None:
    """Each eval is a line of its own, with its selection; its claims follow."""
    evals = result(ruling(selection="split=hard")), result(ruling(), name="test_no_op")
    found = lines(run(*evals), 100)
    first = found.index("test_rl_moves_the_needle (split=hard)")
    second = found.index("test_no_op")
    assert found[first + 1].startswith(" supported")
    assert "+0.120" in found[first + 1]
    assert "[+0.080, +0.160]" in found[first + 1]
    assert "200 x 16" in found[first + 1]
    assert second > first + 1
    assert found[-2].startswith("intervals: 90%, drawn against their margin")
    assert found[-1] == "draws: items x draws per item"


def test_verdicts_that_need_attention_stand_out(ruling: MakeRuling) -> None:
    """Refuted and inconclusive claims are in capitals; an alarm that is silent is quiet."""
    quiet = ruling(kind="alarm", low_margin=None, high_margin=0.0)
    found = lines(run(result(ruling(verdict="refuted"), quiet, outcome="failed")))
    assert any(line.startswith(" REFUTED ") for line in found)
    assert any(line.startswith(" quiet ") for line in found)


def test_remarks_are_named(ruling: MakeRuling) -> None:
    """Claims that were never asserted, deselected evals and new baselines are said."""
    found = lines(run(result(ruling(), unasserted=("a > b",)), deselected=3, baselines=("x.json",)))
    assert found[-3:] == [
        "never asserted, so not decided: a > b (evals/test_rl.py::test_rl_moves_the_needle)",
        "deselected: 3 evals",
        "baseline written from a fresh stream of draws: x.json",
    ]


@pytest.mark.parametrize("width", [1, 20, 60, 300])
def test_any_width_will_do(ruling: MakeRuling, width: int) -> None:
    """A very narrow or wide terminal loses no words."""
    text = " ".join(lines(run(result(ruling())), width))
    assert all(word in text for word in ("rl.pass@1", "base.pass@1", "+0.120", "200 x 16"))


def test_hostile_names_stay_in_their_cells(ruling: MakeRuling) -> None:
    """A name that looks like the table's own marks is only a name."""
    found = lines(
        run(result(ruling(text="\N{SECTION SIGN}1 > 0.5"), name="test_\N{SECTION SIGN}7"))
    )
    assert "test_\N{SECTION SIGN}7" in found
    assert any("\N{SECTION SIGN}1 > 0.5" in line for line in found)


def test_an_eval_of_parameters_keeps_its_name(ruling: MakeRuling) -> None:
    """A parametrised eval is named with its parameters, whatever they hold."""
    assert "test_it[a::b]" in lines(run(result(ruling(), name="test_it[a::b]")))


EARLY = Stage(number=3, most=9, fraction=0.8, level=0.02, futility=-0.2, detectable=0.05)


def test_a_claim_that_stopped_early_has_a_star(ruling: MakeRuling) -> None:
    """Draws of a claim that stopped before its last look are marked, and the mark explained."""
    found = lines(run(result(ruling(stage=EARLY, draws=4), ruling())))
    assert any(line.endswith("200 x 4*") for line in found)
    assert any(line.endswith("200 x 16") for line in found)
    assert found[-1] == "draws: items x draws per item; * stopped early"


def test_the_last_look_is_not_early(ruling: MakeRuling) -> None:
    """A claim that took all its looks has no star."""
    last = Stage(number=9, most=9, fraction=1.0, level=0.03, futility=None, detectable=0.05)
    assert not any("*" in line for line in lines(run(result(ruling(stage=last)))))


@pytest.mark.parametrize("verdict", ["supported", "refuted"])
def test_exploratory_runs_say_so_first(ruling: MakeRuling, verdict: str) -> None:
    """The headline is marked, whatever the verdict, and each reason is given once."""
    late = ruling(verdict=verdict, exploratory="attempt 2 on other draws")
    found = lines(run(result(late, late, ruling())))
    assert found[0].startswith("EXPLORATORY, ")
    assert found.count("exploratory: attempt 2 on other draws") == 1


def test_recalled_verdicts_are_said_to_be_so(ruling: MakeRuling) -> None:
    """A run that returned stored verdicts says so, and how to take fresh draws."""
    (remark,) = (line for line in lines(run(result(ruling()), recalled=2)) if "recalled" in line)
    assert "--harness-fresh" in remark
    assert not any("recalled" in line for line in lines(run(result(ruling()))))


def quiet(ruling: MakeRuling, **changes: object) -> Ruling:
    """Make an alarm that is silent."""
    return ruling(kind="alarm", low_margin=None, high_margin=0.0, **changes)


def test_without_a_plan_several_alarms_are_not_controlled(ruling: MakeRuling) -> None:
    """Two alarms at .05 each: nearly ten per cent of builds, and the command that mends it."""
    found = lines(run(result(quiet(ruling), quiet(ruling))))
    assert any(
        line.startswith("no plan: 2 alarms at 0.05 each ring falsely in up to 10% of builds")
        and "harness plan --write" in line
        for line in found
    )
    for fine in (
        run(result(quiet(ruling), ruling())),
        run(result(quiet(ruling), quiet(ruling)), plan=PlanState(missing=False)),
    ):
        assert not any("no plan" in line for line in lines(fine))


def test_what_became_of_the_plan_is_said(ruling: MakeRuling) -> None:
    """Claims not reached are named, those of other evals counted, and Holm's alarms named."""
    here = "evals/test_rl.py::test_rl_moves_the_needle"
    state = PlanState(
        missing=False, holm=("no_evidence(a < b)",),
        not_reached=((here, "a > b"), ("x.py::y", "c > d"), ("x.py::z", "e > f")),
    )  # fmt: skip
    assert lines(run(result(ruling()), plan=state))[-3:] == [
        "by Holm over all alarms, this one rings: no_evidence(a < b)",
        f"planned, not reached: a > b ({here})",
        "planned, in evals that were not run: 2 claims (y, z)",
    ]


def test_each_level_of_the_intervals_is_named(ruling: MakeRuling) -> None:
    """Alarms that share alpha have wider intervals than claims: the table names both levels."""
    (line,) = (
        line
        for line in lines(run(result(ruling(), quiet(ruling, alpha=0.0125))))
        if line.startswith("intervals:")
    )
    assert "90%" in line
    assert "97.5%" in line
