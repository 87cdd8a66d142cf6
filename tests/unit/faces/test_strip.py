"""Intervals drawn against their margins."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.records import Ruling
from harness.report.strip import ASCII, CELLS, glyphs, strip

MakeRuling = Callable[..., Ruling]
numbers = st.floats(-1, 1)


@pytest.mark.parametrize(
    ("changes", "drawn"),
    [
        ({"low": 0.37, "effect": 0.39, "high": 0.411, "low_margin": 0.3}, "       │···━●━·"),
        ({"low": -0.14, "effect": -0.127, "high": -0.113, "low_margin": 0.3}, " ●     │·······"),
        ({"low": 0.01, "effect": 0.051, "high": 0.09}, " ━━━━━━┿●━━━━━·"),
        ({"low": 0.0500001, "effect": 0.08, "high": 0.11}, "       │━━●━━━·"),
    ],
)
def test_a_claim(ruling: MakeRuling, changes: dict[str, float], drawn: str) -> None:
    """The margin is in the middle; what lies beyond it is drawn beyond it, however near."""
    assert strip(ruling(**changes)) == drawn


def test_an_alarm_wants_to_be_quiet(ruling: MakeRuling) -> None:
    """The dots of an alarm are where it does not ring."""
    alarm = ruling(
        kind="alarm", low_margin=None, high_margin=0.0, low=-0.01, effect=0.01, high=0.03
    )
    assert strip(alarm) == "     ━━┿━●━━━━·"


@pytest.mark.parametrize(
    ("low", "effect", "high", "drawn"),
    [(-0.01, 0.001, 0.012, "    │·━●━·│    "), (0.28, 0.3, 0.31, "    │·····│   ▸"),
     (-0.9, 0.03, 0.05, "◂━━━┿━━━━●┿━   ")],
)  # fmt: skip
def test_an_equivalence(
    ruling: MakeRuling, low: float, effect: float, high: float, drawn: str
) -> None:
    """Both margins stand in their places; what is far beyond ends in an arrow."""
    one = ruling(kind="equivalence", low_margin=-0.04, high_margin=0.04, low=low, effect=effect,
                 high=high)  # fmt: skip
    assert strip(one) == drawn


@given(st.tuples(numbers, numbers, numbers).map(sorted), numbers)
def test_no_strip_contradicts_its_verdict(
    ruling: MakeRuling, three: list[float], margin: float
) -> None:
    """An interval on one side of its margin is drawn on that side; one across it, across."""
    low, effect, high = three
    drawn = strip(ruling(low=low, effect=effect, high=high, low_margin=margin), ASCII)
    assert len(drawn) == CELLS
    middle = CELLS // 2
    left, right = ({"=", "o"} & set(part) for part in (drawn[:middle], drawn[middle + 1 :]))
    assert bool(left) == (low < margin)
    assert bool(right) == (high > margin)
    assert ("o" in drawn[middle + 1 :]) == (effect > margin)


@pytest.mark.parametrize(("encoding", "bar"), [("utf-8", "│"), ("ascii", "|"), ("cp1252", "|"),
                                               (None, "|"), ("no such", "|")])  # fmt: skip
def test_plain_signs_where_an_encoding_lacks_others(encoding: str | None, bar: str) -> None:
    """A terminal that can't show the signs gets those of ASCII."""
    assert glyphs(encoding).margin == bar
