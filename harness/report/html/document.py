"""Put the page together: what is shown, from a run and its draws, and within which size."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from harness.errors import StoreError
from harness.report.html.charts import history_chart, lengths_chart, pair_chart, passk_chart
from harness.report.html.history import history
from harness.report.html.lengths import lengths
from harness.report.html.page import page
from harness.report.html.pairs import Pair, pairs
from harness.report.html.passk import curves
from harness.report.html.payload import overview, packed
from harness.report.html.reader import Reader
from harness.report.html.sides import main_metric
from harness.report.html.svg import drawn
from harness.report.html.traces import Sampler, Traces, traces
from harness.store import Database

_PAIRS = 6  # that are drawn
_FLIPS = 12  # of a pair that are listed


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A page, and what is to be known of it, a line each."""

    text: str
    notes: tuple[str, ...]


def html_report(run: Mapping[str, Any], *, store: Path, root: Path, limit: int) -> Report:
    """Make the page of a run.

    Parameters
    ----------
    run
        A stored run, as `read_run` returns it.
    store
        The draw store. Where it is not there, or not that of the run, texts are left out.
    root
        The folder that the run's paths start from; its repository tells the baselines' history.
    limit
        Most bytes of the page: texts are left out until it fits.

    Raises
    ------
    RunError
        If the library that draws the charts is not installed.
    """
    found = pairs(run)
    with _opened(store, run) as (reader, problem):
        content = {
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
            "problem": problem,
            "overview": packed(overview(run, found)),
        }
        bare = page(run, content, Traces(packed="", told=""))
        texts = Traces(packed="", told="")
        if reader is not None and run["items"]:
            budget = limit - len(bare.encode()) - 1_000  # for what is told of it
            texts = traces(Sampler(run, reader, found), budget, _most(run))
    text = page(run, content, texts)
    notes = [problem, texts.told]
    if (size := len(text.encode())) > limit:
        notes.append(f"The page takes {size:,} bytes without any text, more than {limit:,}.")
    return Report(text=text, notes=tuple(note for note in notes if note))


@contextlib.contextmanager
def _opened(store: Path, run: Mapping[str, Any]) -> Iterator[tuple[Reader | None, str]]:
    """Open the store; where that can't be, there is no reader but the reason why."""
    if not store.is_file():
        yield None, f"Texts and lengths are not in this file: there is no draw store at {store}."
        return
    try:
        database = Database(store)
    except StoreError as error:
        yield None, f"Texts and lengths are not in this file: {error}."
        return
    with closing(database):
        try:
            reader = Reader(database, run["samples"])
        except StoreError as error:
            yield None, f"Texts and lengths are not in this file: {error}."
            return
        yield reader, ""


def _arms(run: Mapping[str, Any]) -> list[str]:
    return sorted({one["arm"] for task in run["items"] for one in task["arms"]})


def _most(run: Mapping[str, Any]) -> int:
    return max((max(one["draws"], default=0) for task in run["items"] for one in task["arms"]),
               default=0)  # fmt: skip


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
