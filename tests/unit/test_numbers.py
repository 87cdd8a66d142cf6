"""Numbers as people read them: rounded, and never at odds with what was decided."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harness.records import Ruling
from harness.report.numbers import interval, level, margin, p_value, share, signed, target

margins = st.integers(-1000, 1000).map(lambda step: step / 1000)


@given(st.floats(-2, 2), margins, margins)
@example(0.0500000001, 0.05, -0.05)
@example(0.0499999999999, 0.05, -0.05)
@example(0.05, 0.05, -0.05)
@example(1e-12, 0.0, 0.0)
@example(-1e-300, 0.0, 0.0)
def test_an_effect_stays_on_its_side_of_each_margin(value: float, low: float, high: float) -> None:
    """What is shown lies above, on or below a margin exactly as the value does."""
    shown = float(signed(value, low, high))
    for bound in (low, high):
        assert (shown > bound, shown < bound) == (value > bound, value < bound)
    assert abs(shown - value) <= 0.00051


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.12, "+0.120"), (-0.0314159, "-0.031"), (0.0, "+0.000"), (-0.0, "+0.000"), (1.5, "+1.500")],
)
def test_an_effect_has_a_sign_and_three_digits(value: float, shown: str) -> None:
    """Without a margin nearby, three digits are enough; nothing is zero below zero."""
    assert signed(value, 0.05, None) == shown


def test_digits_are_added_only_where_they_are_needed() -> None:
    """An effect near its margin has as many digits as it takes to tell them apart."""
    assert signed(0.05004, 0.05) == "+0.05004"
    assert signed(0.05004, 0.02) == "+0.050"
    assert signed(0.0499996, None, 0.05) == "+0.0499996"


@given(st.floats(0, 1))
@example(1 - 1e-16)
@example(5e-324)
def test_a_share_is_nil_or_whole_only_if_it_is(value: float) -> None:
    """0.000 and 1.000 are shown for exactly 0 and 1."""
    assert (share(value) == "0.000") == (value == 0)
    assert (share(value) == "1.000") == (value == 1)
    assert abs(float(share(value).strip("<>")) - value) <= 0.001


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0, "p < 0.001"), (0.0009999, "p < 0.001"), (0.001, "p = 0.001"), (0.0476, "p = 0.048"),
        (0.5, "p = 0.500"), (0.99899, "p = 0.999"), (0.9999, "p > 0.999"), (1.0, "p > 0.999"),
    ],
)  # fmt: skip
def test_a_p_value_has_floor_and_ceiling(value: float, shown: str) -> None:
    """No p-value is shown as 0 or 1."""
    assert p_value(value, 0.01) == shown


@given(st.floats(0.001, 0.999), st.floats(0.001, 0.499))
@example(0.04996, 0.05)
@example(0.05004, 0.05)
def test_a_p_value_stays_on_its_side_of_alpha(value: float, alpha: float) -> None:
    """What is shown is below alpha exactly if the value is: it never contradicts the verdict."""
    shown = float(p_value(value, alpha).rpartition(" ")[2])
    assert (shown < alpha) == (value < alpha)


@given(st.floats(0, 1))
def test_a_p_value_is_close_to_what_it_says(value: float) -> None:
    """The number shown bounds the value, or is within half a digit of it."""
    sign, number = re.fullmatch(r"p ([<=>]) (0\.\d{3})", p_value(value, 0.9999)).groups()  # type: ignore[union-attr]
    bound = float(number)
    assert {"<": value < bound, ">": value >= bound, "=": abs(value - bound) <= 0.00051}[sign]


def test_an_interval_keeps_clear_of_the_margins(ruling: Callable[..., Ruling]) -> None:
    """Both ends are on their side of the margin that they were held against."""
    assert interval(ruling(low=0.05001, high=0.1612)) == "[+0.05001, +0.161]"
    close = ruling(low=-0.0299, high=0.02996, low_margin=-0.03, high_margin=0.03,
                   kind="equivalence")  # fmt: skip
    assert interval(close) == "[-0.0299, +0.02996]"


@pytest.mark.parametrize(("alpha", "shown"), [(0.05, "90%"), (0.025, "95%"), (0.001, "99.8%")])
def test_the_level_is_of_both_sides(
    ruling: Callable[..., Ruling], alpha: float, shown: str
) -> None:
    """Two one-sided bounds at alpha make an interval at 1 - 2 alpha."""
    assert level(ruling(alpha=alpha)) == shown


def test_targets(ruling: Callable[..., Ruling]) -> None:
    """A target says where the effect has to lie."""
    assert target(ruling()) == "above +0.05"
    assert target(ruling(low_margin=None, high_margin=-0.02)) == "below -0.02"
    assert target(ruling(low_margin=0.0)) == "above 0"
    assert target(ruling(kind="equivalence", low_margin=-0.03, high_margin=0.03)) == (
        "between -0.03 and +0.03"
    )
    assert margin(None) == margin(-0.0) == "0"
