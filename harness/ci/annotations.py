"""Annotations: claims that are not supported, beside their asserts, as a runner's commands."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import PurePosixPath
from typing import Any, Literal

from harness.ci.text import plain
from harness.report.numbers import counted, signed

_MOST = 10  # of a kind and step; the runner drops the rest
_LONGEST = 4096  # characters of one
_LONGEST_TITLE = 200
_PLACE = re.compile(r"(?P<file>[^\s:][^:]*):(?P<line>[1-9]\d{0,8})")
_PASSED_ON = {"not proven", "skipped"}  # what a policy lets pass


@dataclass(frozen=True, slots=True, kw_only=True)
class _Note:
    kind: Literal["error", "warning"]
    place: str
    title: str
    text: str


def annotate(run: Mapping[str, Any]) -> Iterator[str]:
    """Yield the commands for a run, as it was read from `run.json`: up to ten of a kind.

    What fails the build is an error, what a policy lets pass a warning. Nothing that the run says
    becomes a command: it is in one line, escaped, and behind the command's own colons.
    """
    notes = sorted(_notes(run), key=lambda note: note.kind)
    for _, of_kind in groupby(notes, key=lambda note: note.kind):
        yield from map(_command, _fitting(list(of_kind)))


def _notes(run: Mapping[str, Any]) -> Iterator[_Note]:
    outcomes = {row["nodeid"]: row["outcome"] for row in run["evals"]}
    told = set()
    for claim in run["claims"]:
        if claim["decision"]["verdict"] == "supported":
            continue
        told.add(claim["nodeid"])
        passed_on = outcomes.get(claim["nodeid"]) in _PASSED_ON
        yield _Note(
            kind="warning" if passed_on else "error",
            place=claim["place"],
            title=f"{claim['decision']['verdict']}: {claim['text']}",
            text=_evidence(claim),
        )
    for nodeid, outcome in outcomes.items():
        if outcome not in {"passed", *_PASSED_ON} and nodeid not in told:
            text = f"{nodeid}: see the log for what went wrong"
            yield _Note(kind="error", place="", title=f"eval {outcome}", text=text)
    for nodeid in run["missing"]:
        text = f"{nodeid} was collected and never reported: a worker may have died"
        yield _Note(kind="error", place="", title="eval missing", text=text)


def _evidence(claim: Mapping[str, Any]) -> str:
    decision = claim["decision"]
    margins = (claim["low_margin"], claim["high_margin"])
    effect, low, high = (
        signed(decision[key], *margins) if math.isfinite(decision[key]) else "unknown"
        for key in ("effect", "low", "high")
    )
    needs = f"; needs {decision['needs']}" if decision["needs"] else ""
    shown = f"{claim['effect_text']} = {effect}, interval [{low}, {high}]"
    return f"{shown}: {decision['reason']}{needs}"


def _fitting(notes: Sequence[_Note]) -> Sequence[_Note]:
    """Return as many as are shown; the last sums up those that are not."""
    if len(notes) <= _MOST:
        return notes
    rest = notes[_MOST - 1 :]
    title = f"{counted(len(rest), 'more annotation')} of this kind"
    text = "; ".join(note.title for note in rest)
    return [*notes[: _MOST - 1], _Note(kind=rest[0].kind, place="", title=title, text=text)]


def _command(note: _Note) -> str:
    properties = {**_where(note.place), "title": plain(note.title, _LONGEST_TITLE)}
    head = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    room = _LONGEST
    while len(text := _data(plain(note.text, room))) > _LONGEST:  # escapes take room, too
        room -= max(len(text) - _LONGEST, 1) // 3 + 1
    return f"::{note.kind} {head}::{text}"


def _where(place: str) -> dict[str, str]:
    """Return file and line, if they can be a place within the repository."""
    found = _PLACE.fullmatch(plain(place))
    path = PurePosixPath(found["file"].replace("\\", "/")) if found else None
    if found is None or path is None or path.is_absolute() or ".." in path.parts:
        return {}
    return {"file": str(path), "line": found["line"]}


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
