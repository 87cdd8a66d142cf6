"""The end of a session on the terminal."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.records import Ruling
from harness.report import EvalResult, Run, headline, summary

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
    baselines: tuple[str, ...] = (),
) -> Run:  # fmt: skip
    """Make a run."""
    return Run(evals=evals, missing=missing, deselected=deselected, baselines=baselines,
               settings={}, provenance={})  # fmt: skip


def lines(found: Run, width: int = 80) -> list[str]:
    """Return the summary's lines."""
    return list(summary(found, width))


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
    assert len(lines(found)) == 1


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
    found = lines(run(result(ruling(selection="split=hard")), result(ruling(), name="test_no_op")))
    first = found.index("test_rl_moves_the_needle (split=hard)")
    second = found.index("test_no_op")
    assert found[first + 1].startswith(" supported")
    assert "+0.120" in found[first + 1]
    assert "[+0.080, +0.160]" in found[first + 1]
    assert "200 x 16" in found[first + 1]
    assert second > first + 1
    assert found[-1] == "intervals: 90%; draws: items x draws per item"


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
