"""Rulings said in full."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.records import Check, Reading, Ruling, Stage
from harness.report import explain

MakeRuling = Callable[..., Ruling]


def test_a_supported_claim(ruling: MakeRuling) -> None:
    """Verdict first; then effect, target, figures, reason and data."""
    assert list(explain(ruling())) == [
        "supported: rl.pass@1 > base.pass@1 + 0.05",
        "  effect: rl.pass@1 - base.pass@1 = +0.120, 90% interval [+0.080, +0.160]",
        "  wanted: above +0.05, shown by the whole interval",
        "  from:   rl.pass@1 = 0.620, base.pass@1 = 0.500",
        "  why:    the interval lies beyond the threshold",
        "  data:   200 items of sums, 16 draws each; p < 0.001, t-floor",
    ]


def test_an_inconclusive_claim_says_what_it_needs(ruling: MakeRuling) -> None:
    """What the sample can see, and what would do, stand beside an open claim."""
    lines = list(
        explain(ruling(verdict="inconclusive", reason="underpowered", low=0.02, p=0.07,
                       needs="about 40 more items", warnings=("only 3 of 200 items differ",)))
    )  # fmt: skip
    assert lines[0].startswith("inconclusive: ")
    assert lines[-3:] == [
        "  sees:   effects from 0.040 beyond the threshold",
        "  needs:  about 40 more items",
        "  note:   only 3 of 200 items differ",
    ]


def test_an_equivalence_names_both_margins(ruling: MakeRuling) -> None:
    """An equivalence wants the effect between its margins."""
    lines = explain(ruling(kind="equivalence", low_margin=-0.03, high_margin=0.03))
    assert "  wanted: between -0.03 and +0.03, shown by the whole interval" in lines


@pytest.mark.parametrize("verdict", ["supported", "refuted", "inconclusive"])
def test_an_alarm_says_what_it_can_see(ruling: MakeRuling, verdict: str) -> None:
    """An alarm says when it rings, and the smallest effect that it would have seen."""
    lines = list(explain(ruling(kind="alarm", verdict=verdict, low_margin=None, high_margin=0.0)))
    assert "  alarm:  rings if the effect is shown to be below 0" in lines
    assert "  sees:   effects from 0.040 beyond the threshold" in lines
    assert not any(line.startswith("  wanted:") for line in lines)


def test_a_quiet_alarm_is_no_proof(ruling: MakeRuling) -> None:
    """An alarm without evidence is called quiet, not supported: absence is no proof."""
    first, *_ = explain(ruling(kind="alarm", low_margin=None, high_margin=0.0))
    assert first.startswith("quiet: ")


def test_a_claim_on_one_arm_repeats_no_figure(ruling: MakeRuling) -> None:
    """Where the effect is the figure, it is said once."""
    assert not any(
        "from:" in line
        for line in explain(ruling(figures=(Reading(name="rl.pass@1", value=0.6, draws=16),)))
    )


def test_a_selection_is_named(ruling: MakeRuling) -> None:
    """The items are those of the selection, and it is said which."""
    assert any("200 items of sums (split=hard)," in line for line in explain(
        ruling(selection="split=hard")))  # fmt: skip


def test_a_tiny_detectable_effect_is_not_nil(ruling: MakeRuling) -> None:
    """No sample sees effects of every size."""
    lines = explain(ruling(verdict="inconclusive", detectable=0.0004))
    assert not any("from 0.000 " in line for line in lines)


def test_second_opinions_stand_beside(ruling: MakeRuling) -> None:
    """Other methods' p-values are shown, and decide nothing."""
    beside = (Check(method="McNemar exact", p=0.04), Check(method="McNemar mid-p", p=0.02))
    lines = list(explain(ruling(checks=beside)))
    assert lines[-2:] == [
        "  beside: McNemar exact, p = 0.040",
        "  beside: McNemar mid-p, p = 0.020",
    ]


def test_a_look_names_its_level(ruling: MakeRuling) -> None:
    """A p-value of a planned look is held against that look's level, which is said."""
    stage = Stage(number=2, most=8, fraction=0.7, level=0.0137, futility=-0.5, detectable=0.05)
    lines = list(explain(ruling(stage=stage, p=0.004, warnings=("stopped at look 2 of 8",))))
    (data,) = (line for line in lines if line.startswith("  data:"))
    assert "p = 0.004 against 0.014 at look 2 of 8" in data
    assert lines[-1] == "  note:   stopped at look 2 of 8"


def test_a_p_value_near_the_level_of_its_look_keeps_its_side(ruling: MakeRuling) -> None:
    """What was below a look's level is not rounded up to it."""
    stage = Stage(number=8, most=8, fraction=1.0, level=0.034, futility=None, detectable=0.05)
    lines = explain(ruling(stage=stage, p=0.0339996))
    assert any("p = 0.0339996 against 0.034 at look 8 of 8" in line for line in lines)


def test_an_exploratory_verdict_says_why(ruling: MakeRuling) -> None:
    """What a verdict proves less stands at its end."""
    *_, last = explain(ruling(exploratory="attempt 2 on other draws"))
    assert last == "  note:   exploratory: attempt 2 on other draws"
