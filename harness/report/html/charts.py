"""The charts of the page, in Vega-Lite: their colours are variables of its style."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from harness.report.html.lengths import Lengths
from harness.report.html.pairs import Pair
from harness.report.html.visible import visible

Spec = dict[str, Any]

_ARMS = 8  # colours that tell arms apart; dashes and shapes do, too
_DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3])
_SHAPES = ("circle", "square", "triangle-up", "diamond", "cross")
_FONT = "system-ui, sans-serif"
_AXIS = {
    "domain": False, "gridColor": "var(--line)", "labelColor": "var(--soft)", "labelFontSize": 11,
    "labelLimit": 160, "tickColor": "var(--line)", "titleColor": "var(--soft)",
    "titleFontSize": 12, "titleFontWeight": "normal", "titleLimit": 260, "titlePadding": 8,
}  # fmt: skip
_TEXT = {
    "labelColor": "var(--ink)", "labelFont": _FONT, "labelFontSize": 12, "labelLimit": 220,
    "titleColor": "var(--soft)",
}  # fmt: skip
_CONFIG = {
    "axis": _AXIS, "axisX": {"grid": False}, "background": None, "font": _FONT, "header": _TEXT,
    "legend": _TEXT, "view": {"stroke": None},
}  # fmt: skip


def passk_chart(points: Sequence[Mapping[str, Any]]) -> Spec:
    """Draw curves of pass@k: arms by colour, dash and shape, with their bands; groups beside."""
    arms = _arms(points)
    ks = sorted({point["k"] for point in points})
    x = {
        "field": "k", "type": "quantitative", "scale": {"type": "log", "base": 2},
        "axis": {"values": ks, "title": "k", "format": "d"},
    }  # fmt: skip
    y = {"type": "quantitative", "scale": {"domain": [0, 1]},
         "axis": {"title": "pass@k", "tickCount": 5}}  # fmt: skip
    colour = _coloured(arms, legend={"orient": "top", "title": None, "symbolType": "circle"})
    shape = {"field": "arm", "type": "nominal", "sort": arms, "legend": None,
             "scale": {"domain": arms, "range": _cycled(_SHAPES, arms)}}  # fmt: skip
    dash = {**shape, "scale": {"domain": arms, "range": _cycled(_DASHES, arms)}}
    band = {"mark": {"type": "area", "opacity": 0.14},
            "encoding": {"y": {"field": "low", **y}, "y2": {"field": "high"}}}  # fmt: skip
    line = {"mark": {"type": "line", "strokeWidth": 1.8},
            "encoding": {"y": {"field": "mean", **y}, "strokeDash": dash}}  # fmt: skip
    dots = {"mark": {"type": "point", "filled": True, "size": 34, "opacity": 1},
            "encoding": {"y": {"field": "mean", **y}, "shape": shape}}  # fmt: skip
    return {
        "data": {"values": _shown(points)},
        "facet": {"field": "group", "type": "nominal", "sort": _ordered(points, "group"),
                  "title": None},
        "columns": 3,
        "spec": {"width": 236, "height": 190, "encoding": {"x": x, "color": colour},
                 "layer": [band, line, dots]},
        "resolve": {"axis": {"x": "independent"}},
        "config": _CONFIG,
    }  # fmt: skip


def pair_chart(pair: Pair) -> Spec:
    """Draw how many items have which rates: the better of the first lie above the diagonal."""
    rows = [
        {"x": x / 10, "y": y / 10, "items": len(places), "side": _side(x, y)}
        for (x, y), places in pair.cells.items()
    ]
    scale = {"domain": [0, 1]}
    axis = {"tickCount": 5, "format": ".1~f"}
    most = max((row["items"] for row in rows), default=1)
    bubbles = {
        "mark": {"type": "point", "filled": True, "opacity": 0.75, "stroke": "var(--paper)",
                 "strokeWidth": 0.5},
        "encoding": {
            "size": {"field": "items", "type": "quantitative", "legend": None,
                     "scale": {"domain": [0, most], "range": [0, 420]}},
            "color": {"field": "side", "type": "nominal", "legend": None,
                      "scale": {"domain": ["better", "alike", "worse"],
                                "range": ["var(--good)", "var(--faint)", "var(--bad)"]}},
        },
    }
    diagonal = {"data": {"values": [{"x": 0, "y": 0}, {"x": 1, "y": 1}]},
                "mark": {"type": "line", "stroke": "var(--faint)", "strokeDash": [3, 3],
                         "strokeWidth": 1}}
    return {
        "data": {"values": rows},
        "width": 216, "height": 216,
        "encoding": {
            "x": {"field": "x", "type": "quantitative", "scale": scale,
                  "axis": {**axis, "title": visible(pair.second), "grid": True}},
            "y": {"field": "y", "type": "quantitative", "scale": scale,
                  "axis": {**axis, "title": visible(pair.first)}},
        },
        "layer": [diagonal, bubbles],
        "config": _CONFIG,
    }  # fmt: skip


def lengths_chart(found: Lengths) -> Spec:
    """Draw a histogram for each arm, one below the other, with its median."""
    arms = _ordered(found.bars, "arm")
    rows = [{**bar, "median": found.medians[bar["arm"]]} for bar in found.bars if bar["share"]]
    bars = {
        "mark": {"type": "bar", "binSpacing": 0, "opacity": 0.8},
        "encoding": {
            "x": {"field": "from", "type": "quantitative", "bin": "binned",
                  "axis": {"title": found.unit, "tickCount": 8, "format": "~s"}},
            "x2": {"field": "to"},
            "y": {"field": "share", "type": "quantitative", "axis": None, "stack": None},
            "color": _coloured(arms, legend=None),
        },
    }
    median = {
        "mark": {"type": "rule", "stroke": "var(--ink)", "strokeWidth": 1.5},
        "encoding": {"x": {"aggregate": "max", "field": "median", "type": "quantitative"}},
    }
    return {
        "data": {"values": _shown(rows)},
        "facet": {"row": {"field": "arm", "type": "nominal", "sort": arms, "title": None,
                          "header": {"labelAngle": 0, "labelAlign": "left",
                                     "labelOrient": "left"}}},
        "spec": {"width": 560, "height": 34, "layer": [bars, median]},
        "resolve": {"scale": {"y": "independent"}},
        "spacing": 8,
        "config": _CONFIG,
    }  # fmt: skip


def history_chart(points: Sequence[Mapping[str, Any]], metric: str) -> Spec:
    """Draw the mean of each baseline in the commits that changed it."""
    arms = _arms(points)
    y = {"type": "quantitative", "scale": {"zero": False, "nice": True}}
    x = {"field": "date", "type": "temporal", "axis": {"title": None, "tickCount": 6}}
    axis = {"title": visible(metric), "tickCount": 5}
    return {
        "data": {"values": _shown(points)},
        "width": 560, "height": 180,
        "encoding": {"x": x, "color": _coloured(arms, legend={"orient": "top", "title": None})},
        "layer": [
            {"mark": {"type": "line", "opacity": 0.5},
             "encoding": {"y": {"field": "mean", **y, "axis": axis}}},
            {"mark": {"type": "rule", "strokeWidth": 1.5},
             "encoding": {"y": {"field": "low", **y, "axis": axis}, "y2": {"field": "high"}}},
            {"mark": {"type": "point", "filled": True, "size": 50, "opacity": 1},
             "encoding": {"y": {"field": "mean", **y, "axis": axis}}},
        ],
        "config": _CONFIG,
    }  # fmt: skip


def _side(x: int, y: int) -> str:
    if x == y:
        return "alike"
    return "better" if y > x else "worse"


def _coloured(arms: Sequence[str], legend: Mapping[str, Any] | None) -> Spec:
    colours = [f"var(--arm-{place % _ARMS})" for place in range(len(arms))]
    return {"field": "arm", "type": "nominal", "sort": arms, "legend": legend,
            "scale": {"domain": arms, "range": colours}}  # fmt: skip


def _cycled(values: Sequence[Any], arms: Sequence[str]) -> list[Any]:
    return [values[place % len(values)] for place in range(len(arms))]


def _arms(points: Sequence[Mapping[str, Any]]) -> list[str]:
    return sorted({visible(point["arm"]) for point in points})


def _ordered(points: Sequence[Mapping[str, Any]], key: str) -> list[str]:
    return list(dict.fromkeys(visible(point[key]) for point in points))


def _shown(points: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {key: visible(value) if isinstance(value, str) else value for key, value in point.items()}
        for point in points
    ]
