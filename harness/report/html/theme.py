"""How charts look: colours are variables of the page's style, so that they follow the reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from harness.report.html.visible import visible

Spec = dict[str, Any]

#: What tells arms apart: colours of the style, and not they alone.
COLOURS = tuple(f"var(--arm-{number})" for number in range(8))
DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3])
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross")
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
CONFIG = {
    "axis": _AXIS, "axisX": {"grid": False}, "background": None, "font": _FONT, "header": _TEXT,
    "legend": _LEGEND, "view": {"stroke": None},
}  # fmt: skip


def by_arm(
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


def ordered(points: Sequence[Mapping[str, Any]], key: str) -> list[str]:
    """Return the values of a key, each once, as they are shown."""
    return list(dict.fromkeys(visible(point[key]) for point in points))


def shown(points: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return rows whose texts are as they are shown."""
    return [
        {key: visible(value) if isinstance(value, str) else value for key, value in point.items()}
        for point in points
    ]
