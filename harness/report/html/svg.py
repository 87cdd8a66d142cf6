"""Draw a chart as SVG, and let nothing through that a chart has no need of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as ET

from markupsafe import Markup

from harness.errors import RunError

_SVG = "http://www.w3.org/2000/svg"
_NAMED = f"{{{_SVG}}}"
_ELEMENTS = frozenset(
    ["svg", "g", "path", "line", "rect", "text", "tspan", "defs", "clipPath", "circle"]
)
#: All that Vega writes and a chart needs; colours are of the page's style.
_ATTRIBUTES = frozenset(
    [
        "aria-hidden", "aria-label", "aria-roledescription", "class", "clip-path", "d", "display",
        "dx", "dy", "fill", "fill-opacity", "font-family", "font-size", "font-style", "font-weight",
        "height", "id", "opacity", "pointer-events", "r", "role", "stroke", "stroke-dasharray",
        "stroke-dashoffset", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit",
        "stroke-opacity", "stroke-width", "text-anchor", "transform", "version", "viewBox", "width",
        "x", "x2", "y", "y2",
    ]
)  # fmt: skip
_IDLE = frozenset({("opacity", "1"), ("pointer-events", "none"), ("aria-hidden", "true")})


def drawn(spec: Mapping[str, Any], about: str) -> Markup:
    """Draw a chart of Vega-Lite.

    Parameters
    ----------
    spec
        The chart. Untrusted text may stand in its data and titles.
    about
        What it shows, for those who don't see it.

    Raises
    ------
    RunError
        If the library is not installed.
    """
    try:
        import vl_convert  # noqa: PLC0415  only for reports
    except ModuleNotFoundError:
        msg = "the charts need the package vl-convert-python"
        raise RunError(msg, hint="pip install 'rl-eval-harness[report]'") from None
    return checked(vl_convert.vegalite_to_svg(dict(spec)), about)


def checked(text: str, about: str) -> Markup:
    """Return an SVG without what acts, links or is not shown.

    Raises
    ------
    ValueError
        If there is an element or attribute that no chart has: nothing is passed on unseen.
    """
    ET.register_namespace("", _SVG)
    root = ET.fromstring(text)  # noqa: S314  written by our library, on this machine
    for parent in list(root.iter()):
        _check(parent)
        for child in list(parent):
            if _is_empty(child):
                parent.remove(child)
    root.set("role", "img")
    root.set("aria-label", about)
    return Markup(ET.tostring(root, encoding="unicode"))  # noqa: S704  serialised from a tree


def _check(element: ET.Element) -> None:
    name = element.tag.removeprefix(_NAMED)
    if name not in _ELEMENTS:
        msg = f"no chart has an element {name!r}"
        raise ValueError(msg)
    for key, value in list(element.attrib.items()):
        if key not in _ATTRIBUTES or "url(" in value.replace("url(#", ""):
            msg = f"no chart has an attribute {key}={value!r}"
            raise ValueError(msg)
        if (key, value) in _IDLE:
            del element.attrib[key]


def _is_empty(element: ET.Element) -> bool:
    """Say whether an element is one of the many frames of Vega's that nobody sees."""
    kind = element.get("class", "")
    unseen = element.get("display") == "none" or "stroke" not in element.attrib
    return kind == "foreground" or (kind == "background" and unseen)
