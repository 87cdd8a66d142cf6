"""The figure of the study: drift and failures, change by change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import altair as alt

from bench.ratchet.lives import LIVES
from bench.ratchet.study import SIZES, Result
from bench.ratchet.world import DRAWS, stored

_ARM = "base"
_SHOWN = {"drift": "drift, standard errors of a candidate", "failures": "changes that fail, %"}
_ENDS = {"drift": [-0.25, 2.5], "failures": [0.0, 55.0]}
_COLOURS = ["#b3261e", "#d1792c", "#c9a227", "#5b8c5a", "#1b6ca8", "#888888"]


def draw(lives: Sequence[Result], folder: Path) -> None:
    """Write drift.png: the alarm, by the plain test, which has the most repetitions."""
    shown = [
        one for one in lives
        if (one.cell.gate, one.cell.judge, one.cell.arm) == ("alarm", "plain t", _ARM)
    ]  # fmt: skip
    rows = [alt.hconcat(*(_panel(shown, what, draws) for draws in SIZES)) for what in _SHOWN]
    chart = alt.vconcat(*rows).configure_view(stroke="#ddd").configure_axis(grid=False)
    chart.properties(background="white").save(folder / "drift.png", scale_factor=1.5)


def _panel(shown: Sequence[Result], what: str, draws: int) -> alt.Chart:
    rows = [
        {"change": change, "value": value, "life": one.cell.life}
        for one in shown
        if one.cell.draws == draws
        for change, value in _curve(one, what)
    ]
    return alt.Chart(alt.Data(values=rows)).mark_line(strokeWidth=1.5).encode(
        x=alt.X("change:Q", title="change"),
        y=alt.Y("value:Q", title=_SHOWN[what], scale=alt.Scale(domain=_ENDS[what])),
        color=alt.Color(
            "life:N", title="the baseline's life", sort=list(LIVES),
            scale=alt.Scale(domain=list(LIVES), range=_COLOURS), legend=alt.Legend(labelLimit=300),
        ),
    ).properties(width=260, height=210, title=f"a baseline of {draws} draws per item")  # fmt: skip


def _curve(one: Result, what: str) -> Iterator[tuple[int, float]]:
    curve = one.drift / stored(_ARM).se(DRAWS) if what == "drift" else 100 * one.by_change
    yield from enumerate((float(value) for value in curve), start=1)
