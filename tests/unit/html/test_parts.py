"""Parts of the page: visible text, places of intervals, cells, and what charts may hold."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.records import Ruling
from harness.report.html.forest import scale, strip
from harness.report.html.pairs import pairs
from harness.report.html.passk import curves
from harness.report.html.svg import checked
from harness.report.html.traces import cut
from harness.report.html.visible import visible

RUN: dict[str, Any] = {
    "items": [
        {
            "task": "sums",
            "ids": ["a", "b", "c", "d"],
            "tags": {"split": ["id", "id", "hard", "hard"]},
            "clusters": None,
            "arms": [
                {"arm": "base", "draws": [4, 4, 4, 0], "sums": {"correct": [0, 2, 4, 0]}},
                {"arm": "rl", "draws": [4, 4, 4, 4], "sums": {"correct": [4, 2, 4, 1]}},
            ],
            "baselines": [
                {"arm": "rl", "name": "baseline", "draws": [8] * 4, "sums": {"correct": [8] * 4}}
            ],
        }
    ],
    "claims": [
        {"terms": [{"arm": "rl", "baseline": ""}, {"arm": "base", "baseline": ""}]},
        {"terms": [{"arm": "rl", "baseline": ""}, {"arm": "rl", "baseline": "baseline"}]},
    ],
    "flips": [
        {
            "task": "sums", "metric": "correct", "tested": 4,
            "sides": [{"arm": "rl", "baseline": ""}, {"arm": "rl", "baseline": "baseline"}],
            "ids": ["b", "d"], "hits": [[2, 1], [8, 8]], "draws": [[4, 4], [8, 8]],
            "p": [0.03, 0.01], "q": [0.04, 0.02],
        },
        {
            "task": "sums", "metric": "correct", "tested": 3,
            "sides": [{"arm": "rl", "baseline": ""}, {"arm": "base", "baseline": ""}],
            "ids": ["a"], "hits": [[4], [0]], "draws": [[4], [4]], "p": [0.03], "q": [0.03],
        },
    ],
    "estimates": [
        {"task": "sums", "arm": "rl", "tag": None, "value": None, "metric": "correct", "k": k,
         "mean": mean, "low": 0.1, "high": 0.9, "items": 4, "draws": 4}
        for k, mean in ((1, 0.6875), (2, 0.8333), (4, 1.0))
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain\n\ttext é 漢", "plain\n\ttext é 漢"),
        ("a\u202eb", "a⟨U+202E⟩b"),
        ("\x1b[31m", "⟨U+001B⟩[31m"),
        ("\ud800\u2028\ufeff", "⟨U+D800⟩⟨U+2028⟩⟨U+FEFF⟩"),
        ("\U000e0041", "⟨U+E0041⟩"),
    ],
)
def test_what_acts_unseen_is_written_out(text: str, shown: str) -> None:
    """Controls, bidirectional marks, lone surrogates and tags are marks; line feeds stay."""
    assert visible(text) == shown


@given(st.text(min_size=1), st.integers(1, 40))
def test_a_text_that_is_cut_keeps_head_and_tail(text: str, most: int) -> None:
    """A text is whole, or its head, a count and its tail, which add up to it."""
    kept = cut(text, most)
    if isinstance(kept, str):
        assert kept == text
        assert len(text) <= most
    else:
        head, left, tail = kept
        assert isinstance(head, str)
        assert isinstance(tail, str)
        assert text.startswith(head)
        assert text.endswith(tail)
        assert len(head) + len(tail) == most == len(text) - int(left)


def test_intervals_margins_and_zero_have_their_place(ruling: Callable[..., Ruling]) -> None:
    """All lie on the scale, in their order, and what is wanted reaches to its end."""
    claim = ruling()
    on = scale([claim])
    found = strip(claim, on)
    assert 0 < on.at(0) < found.margins[0] < found.low < found.effect < found.high < 100
    assert found.wanted == (found.margins[0], 100.0)
    assert 0 in on.ticks
    assert 2 <= len(on.ticks) <= 6


def test_a_scale_without_claims_is_one() -> None:
    """A run that decided nothing has an axis around zero."""
    on = scale([])
    assert on.at(0) == 50


def test_an_effect_without_width_is_drawn(ruling: Callable[..., Ruling]) -> None:
    """Where effect, bounds and margin are all zero, nothing is divided by nothing."""
    claim = ruling(low_margin=0.0)
    claim = dataclasses.replace(
        claim, decision=dataclasses.replace(claim.decision, effect=0.0, low=0.0, high=0.0)
    )
    assert strip(claim, scale([claim])).effect == 50


def test_pairs_come_in_the_order_of_the_claims() -> None:
    """The first claim's pair is first, with its cells, and flips by their p-values."""
    first, second = pairs(RUN)
    assert (first.first, first.second) == ("rl", "base")
    assert first.cells == {(0, 10): (0,), (5, 5): (1,), (10, 10): (2,)}
    assert (second.first, second.second) == ("rl", "baseline[rl]")
    assert second.flips == ((3, False), (1, False))
    assert (first.gained, first.lost, second.gained, second.lost) == (1, 0, 0, 2)


def test_curves_have_bands_that_hold_at_once() -> None:
    """Independent items have a simultaneous band around the estimates, within [0, 1]."""
    points = curves(RUN, RUN["items"][0])
    assert [(point["k"], point["mean"]) for point in points] == [(1, 0.6875), (2, 0.8333), (4, 1.0)]
    assert all(point["simultaneous"] for point in points)
    assert all(0 <= point["low"] <= point["mean"] <= point["high"] <= 1 for point in points)


def test_clusters_have_the_intervals_of_the_run() -> None:
    """Where items hang together, the bounds are those that know of it."""
    task = {**RUN["items"][0], "clusters": ["x", "x", "y", "y"]}
    points = curves(RUN, task)
    assert {(point["low"], point["high"], point["simultaneous"]) for point in points} == {
        (0.1, 0.9, False)
    }


SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1">{}</svg>'


@pytest.mark.parametrize(
    "inside",
    [
        "<script>1</script>", '<g onload="1"/>', '<g style="fill:red"/>', "<foreignObject/>",
        '<image href="x"/>', '<g fill="url(//x)"/>', '<a href="x"/>', "<style/>",
        '<use href="#x"/>',
    ],
)  # fmt: skip
def test_a_chart_that_could_act_is_refused(inside: str) -> None:
    """Elements and attributes that no chart needs never come into the page."""
    with pytest.raises(ValueError, match="no chart has"):
        checked(SVG.format(inside), "a chart")


def test_a_chart_keeps_its_text_escaped() -> None:
    """Text in a chart is text, and says what the chart shows."""
    found = checked(SVG.format("<text>&lt;b&gt;</text>"), 'of "a"')
    assert "<text>&lt;b&gt;</text>" in found
    assert 'aria-label="of &quot;a&quot;"' in found
