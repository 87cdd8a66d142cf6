"""Figures of the study."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import altair as alt

from bench.calibration import methods
from bench.calibration.cells import BETS, LOOKS, NULLS, POWER
from bench.calibration.page import Findings
from bench.calibration.study import LIMIT, Result

_NOMINAL = 5.0
_DIRECTIONS = ["above", "below"]
_COLOURS = ["#1b6ca8", "#d1792c"]


def draw(found: Findings, folder: Path) -> None:
    """Write errors.png, methods.png and power.png."""
    for name, chart in {
        "errors": _errors(found), "methods": _methods(found), "power": _power(found),
    }.items():  # fmt: skip
        whole = chart.configure_view(stroke="#ddd").configure_axis(grid=False)
        whole = whole.properties(background="white")
        whole.save(folder / f"{name}.png", scale_factor=1.5)


def _errors(found: Findings) -> alt.FacetChart:
    rows = [
        {"kind": title, "items": str(one.cell.items), "said": said, "error": rate}
        for title in (*NULLS, LOOKS, BETS)
        for one in found.sections[title]
        for said, rate in zip(_DIRECTIONS, _rates(one), strict=True)
    ]
    base = alt.Chart(alt.Data(values=rows))
    points = base.mark_circle(size=22, opacity=0.5).encode(
        x=alt.X("items:O", title="items", sort=_sizes(rows), axis=alt.Axis(labelAngle=0)),
        y=alt.Y("error:Q", title="one-sided error, %"),
        color=alt.Color("said:N", title="said to be", scale=_scale()),
    )
    layers = alt.layer(points, *_lines(base)).properties(width=210, height=130)
    return layers.facet(
        facet=alt.Facet("kind:N", title=None, sort=[*NULLS, LOOKS, BETS]), columns=3
    ).resolve_scale(x="independent")


def _lines(base: alt.Chart) -> Iterator[alt.Chart]:
    """Yield the nominal rate, and the limit."""
    for height, dash in ((_NOMINAL, [1, 0]), (100 * LIMIT, [4, 3])):
        yield base.mark_rule(color="#888", strokeDash=dash).encode(y=alt.datum(height))


def _methods(found: Findings) -> alt.FacetChart:
    order = [*methods.OFFERED, *methods.UNUSED]
    rows = [
        {
            "method": one.method, "said": said, "error": 100 * hits / one.repeats,
            "cell": f"{methods.CELLS[one.place].name}, {methods.CELLS[one.place].items} items",
        }
        for one in found.one_sided
        if one.place not in methods.POWER
        for said, hits in zip(_DIRECTIONS, (one.up, one.down), strict=True)
    ]  # fmt: skip
    base = alt.Chart(alt.Data(values=rows))
    points = base.mark_circle(size=45, opacity=0.8).encode(
        x=alt.X("error:Q", title="one-sided error, %"),
        y=alt.Y("method:N", title=None, sort=order),
        color=alt.Color("said:N", title="said to be", scale=_scale()),
    )
    nominal = base.mark_rule(color="#888").encode(x=alt.datum(_NOMINAL))
    layers = alt.layer(points, nominal).properties(width=200, height=170)
    return layers.facet(facet=alt.Facet("cell:N", title=None, sort=_order(rows, "cell")), columns=3)


def _power(found: Findings) -> alt.FacetChart:
    rows = [
        {
            "claim": one.cell.name, "items": one.cell.items, "draws": one.cell.draws,
            "supported": 100 * one.up / one.repeats,
        }
        for one in found.sections[POWER]
    ]  # fmt: skip
    lines = alt.Chart(alt.Data(values=rows)).mark_line(point=True).encode(
        x=alt.X("items:Q", title="items", scale=alt.Scale(type="log"),
                axis=alt.Axis(values=sorted({row["items"] for row in rows}))),
        y=alt.Y("supported:Q", title="supported, %"),
        color=alt.Color("draws:O", title="draws per item", scale=alt.Scale(scheme="viridis")),
    )  # fmt: skip
    return lines.properties(width=210, height=130).facet(
        facet=alt.Facet("claim:N", title=None, sort=_order(rows, "claim")), columns=3
    )


def _rates(one: Result) -> tuple[float, float]:
    return 100 * one.up / one.repeats, 100 * one.down / one.repeats


def _sizes(rows: Sequence[dict[str, object]]) -> list[str]:
    return sorted({str(row["items"]) for row in rows}, key=int)


def _order(rows: Sequence[dict[str, object]], key: str) -> list[str]:
    return list(dict.fromkeys(str(row[key]) for row in rows))


def _scale() -> alt.Scale:
    return alt.Scale(domain=_DIRECTIONS, range=_COLOURS)
