"""The charts of the page, in Vega-Lite: their colours are variables of its style."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from harness.report.html.lengths import Lengths
from harness.report.html.pairs import Pair
from harness.report.html.visible import visible

Spec = dict[str, Any]

#: What tells arms apart: colours of the style, and not they alone.
_COLOURS = tuple(f"var(--arm-{number})" for number in range(8))
_DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3])
_SHAPES = ("circle", "square", "triangle-up", "diamond", "cross")
_COLUMNS = {1: 1, 2: 2, 4: 2}  # by the number of charts that stand together
_WIDTHS = {1: 560, 2: 400, 3: 255}
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
_LEGEND = {**_TEXT, "columnPadding": 28, "symbolOpacity": 1, "symbolType": "circle"}
_CONFIG = {
    "axis": _AXIS, "axisX": {"grid": False}, "background": None, "font": _FONT, "header": _TEXT,
    "legend": _LEGEND, "view": {"stroke": None},
}  # fmt: skip


def passk_chart(points: Sequence[Mapping[str, Any]], arms: Sequence[str]) -> Spec:
    """Draw curves of pass@k: arms by colour, dash and shape, with their bands; groups beside."""
    ks = sorted({point["k"] for point in points})
    x = {
        "field": "k", "type": "quantitative", "scale": {"type": "log", "base": 2},
        "axis": {"values": ks, "title": "k", "format": "d"},
    }  # fmt: skip
    y = {"type": "quantitative", "scale": {"domain": [0, 1]},
         "axis": {"title": "pass@k", "tickCount": 5}}  # fmt: skip
    groups = _ordered(points, "group")
    columns = _COLUMNS.get(len(groups), 3)
    colour = _by_arm(points, arms, _COLOURS, {"orient": "top", "title": None})
    shape, dash = (_by_arm(points, arms, own, None) for own in (_SHAPES, _DASHES))
    band = {"mark": {"type": "area", "opacity": 0.14},
            "encoding": {"y": {"field": "low", **y}, "y2": {"field": "high"}}}  # fmt: skip
    line = {"mark": {"type": "line", "strokeWidth": 1.8},
            "encoding": {"y": {"field": "mean", **y}, "strokeDash": dash}}  # fmt: skip
    dots = {"mark": {"type": "point", "filled": True, "size": 34, "opacity": 1},
            "encoding": {"y": {"field": "mean", **y}, "shape": shape}}  # fmt: skip
    return {
        "data": {"values": _shown(points)},
        "facet": {"field": "group", "type": "nominal", "sort": groups, "title": None},
        "columns": columns,
        "spec": {"width": _WIDTHS[columns], "height": 200, "encoding": {"x": x, "color": colour},
                 "layer": [band, line, dots]},
        "resolve": {"axis": {"x": "independent", "y": "independent"}},
        "config": _CONFIG,
    }  # fmt: skip


def pair_chart(pair: Pair) -> Spec:
    """Draw how many items have which rates: the better of the first lie above the diagonal."""
    rows = [
        {"x": x / 10, "y": y / 10, "items": len(places), "side": _side(x, y)}
        for (x, y), places in pair.cells.items()
    ]
    scale = {"domain": [-0.05, 1.05], "nice": False, "zero": False}
    axis = {"values": [0, 0.2, 0.4, 0.6, 0.8, 1]}
    most = max(map(len, pair.cells.values()), default=1)
    bubbles = {
        "mark": {
            "type": "point",
            "filled": True,
            "opacity": 0.75,
            "stroke": "var(--paper)",
            "strokeWidth": 0.5,
        },
        "encoding": {
            "size": {
                "field": "items",
                "type": "quantitative",
                "legend": None,
                "scale": {"domain": [0, most], "range": [0, 420]},
            },
            "color": {
                "field": "side",
                "type": "nominal",
                "legend": None,
                "scale": {
                    "domain": ["better", "alike", "worse"],
                    "range": ["var(--good)", "var(--faint)", "var(--bad)"],
                },
            },
        },
    }
    diagonal = {
        "data": {"values": [{"x": 0, "y": 0}, {"x": 1, "y": 1}]},
        "mark": {"type": "line", "stroke": "var(--faint)", "strokeDash": [3, 3], "strokeWidth": 1},
    }
    return {
        "data": {"values": rows},
        "width": 236, "height": 236,
        "encoding": {
            "x": {"field": "x", "type": "quantitative", "scale": scale,
                  "axis": {**axis, "title": visible(pair.second), "grid": True}},
            "y": {"field": "y", "type": "quantitative", "scale": scale,
                  "axis": {**axis, "title": visible(pair.first)}},
        },
        "layer": [diagonal, bubbles],
        "config": _CONFIG,
    }  # fmt: skip


def lengths_chart(found: Lengths, arms: Sequence[str]) -> Spec:
    """Draw a histogram for each arm, one below the other, with its median."""
    rows = [{**bar, "median": found.medians[bar["arm"]]} for bar in found.bars if bar["share"]]
    bars = {
        "mark": {"type": "bar", "binSpacing": 0, "opacity": 0.8},
        "encoding": {
            "x": {
                "field": "from",
                "type": "quantitative",
                "bin": "binned",
                "axis": {"title": found.unit, "tickCount": 8, "format": "~s"},
            },
            "x2": {"field": "to"},
            "y": {"field": "share", "type": "quantitative", "axis": None, "stack": None},
            "color": _by_arm(found.bars, arms, _COLOURS, None),
        },
    }
    once = [{"aggregate": [{"op": "max", "field": "median", "as": "middle"}], "groupby": ["arm"]}]
    median = {"transform": once,
              "mark": {"type": "rule", "stroke": "var(--ink)", "strokeWidth": 1.5},
              "encoding": {"x": {"field": "middle", "type": "quantitative"}}}  # fmt: skip
    name = {"transform": once,
            "mark": {"type": "text", "align": "right", "fill": "var(--ink)", "fontSize": 12},
            "encoding": {"x": {"value": -12}, "text": {"field": "arm"}}}  # fmt: skip
    return {
        "data": {"values": _shown(rows)},
        "facet": {"row": {"field": "arm", "type": "nominal", "sort": arms, "title": None,
                          "header": None}},
        "spec": {"width": 600, "height": 34, "layer": [bars, median, name]},
        "resolve": {"scale": {"y": "independent"}},
        "padding": {"left": 24, "right": 5, "top": 5, "bottom": 5},  # fonts differ in width
        "spacing": 8,
        "config": _CONFIG,
    }  # fmt: skip


def history_chart(points: Sequence[Mapping[str, Any]], metric: str) -> Spec:
    """Draw the mean of each baseline in the commits that changed one, which stand side by side."""
    order = sorted({(point["date"], point["commit"]) for point in points})
    names = {commit: f"{date[:10]} {commit[:7]}" for date, commit in order}
    arms = sorted({point["arm"] for point in points})
    rows = [{**point, "state": names[point["commit"]]} for point in points]
    axis = {"title": visible(metric), "tickCount": 5}
    y = {"type": "quantitative", "scale": {"zero": False, "nice": True}, "axis": axis}
    x = {"field": "state", "type": "ordinal", "sort": list(names.values()),
         "axis": {"title": None, "labelAngle": -30}, "scale": {"padding": 0.6}}  # fmt: skip
    return {
        "data": {"values": _shown(rows)},
        "width": 560, "height": 180,
        "encoding": {"x": x, "color": _by_arm(points, arms, _COLOURS, {"orient": "top",
                                                                       "title": None})},
        "layer": [
            {"mark": {"type": "line", "opacity": 0.5}, "encoding": {"y": {"field": "mean", **y}}},
            {"mark": {"type": "rule", "strokeWidth": 1.5},
             "encoding": {"y": {"field": "low", **y}, "y2": {"field": "high"}}},
            {"mark": {"type": "point", "filled": True, "size": 50, "opacity": 1},
             "encoding": {"y": {"field": "mean", **y}}},
        ],
        "config": _CONFIG,
    }  # fmt: skip


def _side(x: int, y: int) -> str:
    if x == y:
        return "alike"
    return "better" if y > x else "worse"


def _by_arm(
    points: Sequence[Mapping[str, Any]],
    arms: Sequence[str],
    values: Sequence[Any],
    legend: Mapping[str, Any] | None,
) -> Spec:
    """Tell arms apart by some values; an arm has the same one in all charts of the same arms."""
    own = {visible(point["arm"]) for point in points}
    found = {visible(arm): values[at % len(values)] for at, arm in enumerate(arms)}
    found = {arm: value for arm, value in found.items() if arm in own}
    scale = {"domain": list(found), "range": list(found.values())}
    return {"field": "arm", "type": "nominal", "sort": list(found), "legend": legend,
            "scale": scale}  # fmt: skip


def _ordered(points: Sequence[Mapping[str, Any]], key: str) -> list[str]:
    return list(dict.fromkeys(visible(point[key]) for point in points))


def _shown(points: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {key: visible(value) if isinstance(value, str) else value for key, value in point.items()}
        for point in points
    ]
