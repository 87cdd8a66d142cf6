"""What the page shows of a run beside its claims: charts, lists, and the data of the browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from harness.report.html.charts import history_chart, lengths_chart, pair_chart, passk_chart
from harness.report.html.history import history
from harness.report.html.lengths import lengths
from harness.report.html.pairs import Pair
from harness.report.html.passk import curves
from harness.report.html.payload import overview, packed
from harness.report.html.reader import Reader
from harness.report.html.sides import main_metric
from harness.report.html.svg import drawn

_PAIRS = 6  # that are drawn
_FLIPS = 12  # of a pair that are listed


def sections(
    run: Mapping[str, Any], found: Sequence[Pair], reader: Reader | None, root: Path
) -> dict[str, Any]:
    """Return what the template fills its sections with.

    Parameters
    ----------
    run
        A stored run.
    found
        Its pairs.
    reader
        Of its draws; None if there is no store.
    root
        The folder that the run's paths start from.
    """
    return {
        "passk": _passk(run),
        "pairs": [(pair, _pair_chart(pair)) for pair in found[:_PAIRS]],
        "unpaired": found[_PAIRS:],
        "flips": [
            (number, pair, _flips(pair, run, reader))
            for number, pair in enumerate(found)
            if pair.flips
        ],
        "history": _history(run, root),
        "lengths": _lengths(run, reader),
        "overview": packed(overview(run, found)),
    }


def _arms(run: Mapping[str, Any]) -> list[str]:
    return sorted({one["arm"] for task in run["items"] for one in task["arms"]})


def _passk(run: Mapping[str, Any]) -> list[tuple[str, Markup, bool]]:
    """Return for each task that has curves its name, the chart, and whether bands hold at once."""
    found = ((task["task"], curves(run, task)) for task in run["items"])
    return [
        (name, drawn(passk_chart(points, _arms(run)), f"pass@k of each arm on {name}"),
         all(point["simultaneous"] for point in points))
        for name, points in found
        if points
    ]  # fmt: skip


def _pair_chart(pair: Pair) -> Markup:
    about = f"Items by their rates: {pair.first} upwards, {pair.second} to the right"
    return drawn(pair_chart(pair), about)


def _flips(pair: Pair, run: Mapping[str, Any], reader: Reader | None) -> list[dict[str, Any]]:
    """Return the items that differ most: place, prompt, and the hits of either side."""
    rows = run["items"][pair.task]
    at = {identity: row for row, identity in enumerate(pair.row["ids"])}
    found = []
    for place, up in pair.flips[:_FLIPS]:
        identity = rows["ids"][place]
        row = at[identity]
        hits, draws = ([side[row] for side in pair.row[key]] for key in ("hits", "draws"))
        found.append({
            "place": place, "id": identity, "up": up, "q": pair.row["q"][row],
            "prompt": reader.prompt(identity) if reader else None,
            "sides": [f"{one}/{of}" for one, of in zip(hits, draws, strict=True)],
        })  # fmt: skip
    return found


def _history(run: Mapping[str, Any], root: Path) -> list[tuple[str, Markup, Sequence[Any]]]:
    """Return for each task its name, a chart where a baseline was changed, and all its states."""
    found: list[tuple[str, Markup, Sequence[Any]]] = []
    for task in run["items"]:
        metric = main_metric(task)
        points = sorted(history(run, task["task"], metric, root), key=lambda one: one["date"])
        chart = Markup()
        if len(points) > len({point["arm"] for point in points}):
            about = f"Mean {metric} of the baselines of {task['task']}, commit by commit"
            chart = drawn(history_chart(points, metric), about)
        if points:
            found.append((task["task"], chart, points))
    return found


def _lengths(run: Mapping[str, Any], reader: Reader | None) -> list[tuple[str, Markup, str]]:
    found = []
    for task in run["items"] if reader else ():
        if reader and (own := lengths(reader, task)):
            chart = lengths_chart(own, _arms(run))
            found.append((task["task"], drawn(chart, own.about), own.about))
    return found
