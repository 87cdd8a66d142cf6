"""The charts of the page, in Vega-Lite."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from harness.report.html.lengths import Lengths
from harness.report.html.pairs import Pair
from harness.report.html.theme import (
    COLOURS,
    CONFIG,
    DASHES,
    SHAPES,
    Spec,
    by_arm,
    ordered,
    shown,
)
from harness.report.html.visible import visible

_COLUMNS = {1: 1, 2: 2, 4: 2}  # by the number of charts that stand together
_WIDTHS = {1: 560, 2: 400, 3: 255}
_SIDES = {
    "domain": ["better", "alike", "worse"],
    "range": ["var(--good)", "var(--faint)", "var(--bad)"],
}


def passk_chart(points: Sequence[Mapping[str, Any]], arms: Sequence[str]) -> Spec:
    """Draw curves of pass@k: arms by colour, dash and shape, with their bands; groups beside."""
    ks = sorted({point["k"] for point in points})
    x = {
        "field": "k", "type": "quantitative", "scale": {"type": "log", "base": 2},
        "axis": {"values": ks, "title": "k", "format": "d"},
    }  # fmt: skip
    y = {"type": "quantitative", "scale": {"domain": [0, 1]},
         "axis": {"title": "pass@k", "tickCount": 5}}  # fmt: skip
    groups = ordered(points, "group")
    columns = _COLUMNS.get(len(groups), 3)
    colour = by_arm(points, arms, COLOURS, {"orient": "top", "title": None})
    shape, dash = (by_arm(points, arms, own, None) for own in (SHAPES, DASHES))
    band = {"mark": {"type": "area", "opacity": 0.14},
            "encoding": {"y": {"field": "low", **y}, "y2": {"field": "high"}}}  # fmt: skip
    line = {"mark": {"type": "line", "strokeWidth": 1.8},
            "encoding": {"y": {"field": "mean", **y}, "strokeDash": dash}}  # fmt: skip
    dots = {"mark": {"type": "point", "filled": True, "size": 34, "opacity": 1},
            "encoding": {"y": {"field": "mean", **y}, "shape": shape}}  # fmt: skip
    return {
        "data": {"values": shown(points)},
        "facet": {"field": "group", "type": "nominal", "sort": groups, "title": None},
        "columns": columns,
        "spec": {"width": _WIDTHS[columns], "height": 200, "encoding": {"x": x, "color": colour},
                 "layer": [band, line, dots]},
        "resolve": {"axis": {"x": "independent", "y": "independent"}},
        "config": CONFIG,
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
    size = {"field": "items", "type": "quantitative", "legend": None,
            "scale": {"domain": [0, most], "range": [0, 420]}}  # fmt: skip
    colour = {"field": "side", "type": "nominal", "legend": None, "scale": _SIDES}
    bubbles = {"mark": {"type": "point", "filled": True, "opacity": 0.75},
               "encoding": {"size": size, "color": colour}}  # fmt: skip
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
        "config": CONFIG,
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
            "color": by_arm(found.bars, arms, COLOURS, None),
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
        "data": {"values": shown(rows)},
        "facet": {"row": {"field": "arm", "type": "nominal", "sort": arms, "title": None,
                          "header": None}},
        "spec": {"width": 600, "height": 34, "layer": [bars, median, name]},
        "resolve": {"scale": {"y": "independent"}},
        "padding": {"left": 24, "right": 5, "top": 5, "bottom": 5},  # fonts differ in width
        "spacing": 8,
        "config": CONFIG,
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
        "data": {"values": shown(rows)},
        "width": 560, "height": 180,
        "encoding": {"x": x, "color": by_arm(points, arms, COLOURS, {"orient": "top",
                                                                       "title": None})},
        "layer": [
            {"mark": {"type": "line", "opacity": 0.5}, "encoding": {"y": {"field": "mean", **y}}},
            {"mark": {"type": "rule", "strokeWidth": 1.5},
             "encoding": {"y": {"field": "low", **y}, "y2": {"field": "high"}}},
            {"mark": {"type": "point", "filled": True, "size": 50, "opacity": 1},
             "encoding": {"y": {"field": "mean", **y}}},
        ],
        "config": CONFIG,
    }  # fmt: skip


def _side(x: int, y: int) -> str:
    if x == y:
        return "alike"
    return "better" if y > x else "worse"
