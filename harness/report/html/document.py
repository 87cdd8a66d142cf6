"""Make the page: what is shown of a run and its draws, within which size."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.errors import StoreError
from harness.report.html.page import page
from harness.report.html.pairs import Pair, pairs
from harness.report.html.reader import Reader
from harness.report.html.sections import sections
from harness.report.html.traces import Sampler, Traces, traces
from harness.store import Database

_TOLD = 1_000  # bytes for what is said of the texts


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
        shown = sections(run, found, reader, root)
        shown["problem"] = problem
        size = len(page(run, shown, Traces(packed="", told="")).encode())
        texts = _texts(run, found, reader, limit - size - _TOLD)
    text = page(run, shown, texts)
    notes = [problem, texts.told]
    if (size := len(text.encode())) > limit:
        notes.append(f"The page takes {size:,} bytes without any text, more than {limit:,}.")
    return Report(text=text, notes=tuple(note for note in notes if note))


def _texts(run: Mapping[str, Any], found: list[Pair], reader: Reader | None, budget: int) -> Traces:
    if reader is None or not run["items"]:
        return Traces(packed="", told="")
    most = max(max(one["draws"], default=0) for task in run["items"] for one in task["arms"])
    return traces(Sampler(run, reader, found), budget, most)


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
