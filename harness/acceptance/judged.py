"""The run that an acceptance rests on: whether it was green, and what it compared."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.acceptance.project import Pair
from harness.errors import RunError
from harness.schemas.read import parse_json

#: What a claim's figure is of, where it is no arm's own: baseline[rl].pass@1.
_STORED = re.compile(r"\b(baseline|anchor)\[([^\]]+)\]")
#: What follows an arm's name, which may have dots, in that of a figure.
_BEHIND_ARM = re.compile(r"\(|\.(?=(?:pass[@^]|g-pass@|majority@|distinct@|mean\(|rate\())")
_AGAIN = "run the evals again: pytest evals/"


def stored_in(text: str) -> Iterator[tuple[str, str]]:
    """Yield the stored scores that a claim or a figure names: the set, and the arm."""
    yield from _STORED.findall(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What a run says of the arms that are to be accepted.

    Attributes
    ----------
    path
        Its file.
    troubles
        Why nothing should be accepted on its word; empty for a complete and green one.
    pairs
        The tasks and arms whose baselines it read.
    held
        The last epoch of those baselines, as it read them, and the hash of their content.
    draws
        The most draws of an item that it read, by task and arm.
    fingerprints
        What arms ran on, by task and arm, as far as it tells.
    records
        Records that its arms replayed.
    """

    path: Path
    troubles: tuple[str, ...]
    pairs: frozenset[Pair]
    held: Mapping[Pair, tuple[int, str]]
    draws: Mapping[Pair, int]
    fingerprints: Mapping[Pair, str]
    records: Mapping[str, str]


def read_judged(path: Path) -> Judged:
    """Read a run.

    Raises
    ------
    RunError
        If it is not there, was cut off, is broken, or of another version.
    """
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        msg = f"this run can't be read: {error.strerror}"
        raise RunError(msg, where=str(path), hint="run the evals first: pytest evals/") from None
    data = parse_json(text, schema="run", where=str(path), kind=RunError, hint=_AGAIN)
    figures = [(claim["task"], figure) for claim in data["claims"] for figure in claim["figures"]]
    samples = {(row["task"], row["arm"]): row for row in data.get("samples", [])}
    recipes = data["settings"].get("recipes", {})
    seeds = {name: recipe["seeds"] for name, recipe in recipes.items()}
    return Judged(
        path=path,
        troubles=tuple(_troubles(data)),
        pairs=frozenset(
            (term["task"], term["arm"])
            for claim in data["claims"]
            for term in claim["terms"]
            if term["baseline"] == "baseline"
        ),
        held={
            (row["task"], row["arm"]): (row["epoch"], row["digest"])
            for row in data["references"]
            if row["name"] == "baseline"
        },
        draws=_draws(figures, seeds),
        fingerprints={pair: row["fingerprint"] for pair, row in samples.items()},
        records={
            name: arm["path"]
            for name, arm in data["settings"].get("arms", {}).items()
            if arm["engine"] == "recorded"
        },
    )


def _troubles(data: Mapping[str, Any]) -> Iterator[str]:
    if data["verdict"] != "green":
        yield "the run is red"
    if data["provenance"].get("decided") is not None:
        yield "it decides an earlier run again"
    if data["deselected"]:
        yield f"the run is of a part of the evals: {data['deselected']} were deselected"


def _draws(
    figures: list[tuple[str, Mapping[str, Any]]], seeds: Mapping[str, Sequence[str]]
) -> dict[Pair, int]:
    """Return the most draws that a figure of each arm's own rests on, or of a recipe's."""
    most: dict[Pair, int] = {}
    for task, figure in figures:
        if not any(stored_in(figure["name"])):
            name = _BEHIND_ARM.split(figure["name"])[0]
            for arm in seeds.get(name, [name]):
                most[task, arm] = max(most.get((task, arm), 0), figure["draws"])
    return most
