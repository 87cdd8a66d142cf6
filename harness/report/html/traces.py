"""The texts inside of the page: a fair sample of the draws, as large as the page may be."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.report.html.pairs import Pair
from harness.report.html.payload import packed
from harness.report.html.reader import Reader, Said

_PROBE = 150  # items from which the size of all is guessed
_UNSURE = 0.8  # the guess may be off by so much
_HEAD = 2 / 3  # of what is kept of a text that is cut; answers stand at the end


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What is kept: draws per item and arm, and characters per text."""

    draws: int
    characters: int


#: From all that one can read to what fits: first fewer draws, then shorter texts. Where even the
#: last is too much, it is of fewer items.
STAGES = (
    Stage(draws=8, characters=20_000),
    Stage(draws=8, characters=4_000),
    Stage(draws=4, characters=4_000),
    Stage(draws=4, characters=1_500),
    Stage(draws=2, characters=1_500),
    Stage(draws=2, characters=600),
    Stage(draws=1, characters=600),
)

Place = tuple[int, int]  # a task's number, and an item's in it


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """Texts as the page holds them.

    Attributes
    ----------
    packed
        Compressed; empty if none of them fit.
    told
        What is left out, in one sentence; empty if all is there.
    """

    packed: str
    told: str


class Sampler:
    """Chooses what to show by lot, the same for the same run, and reads it.

    A stage's draws are among those of the stage before.
    """

    def __init__(self, run: Mapping[str, Any], reader: Reader, pairs: Sequence[Pair]) -> None:
        self._run, self._reader = run, reader
        places = [
            (number, at) for number, task in enumerate(run["items"])
            for at in range(len(task["ids"]))
        ]  # fmt: skip
        self._by_lot = _lot(run["content"]).sample(places, len(places))
        flipped = {(pair.task, at): None for pair in pairs for at, _ in pair.flips}
        self._order = list(dict.fromkeys([*flipped, *self._by_lot]))
        self.items = len(places)

    def probe(self) -> list[Place]:
        """Return a few items, by lot."""
        return self._by_lot[:_PROBE]

    def chosen(self, share: float) -> list[Place]:
        """Return a share of the items: those that flipped, then others by lot."""
        return self._order[: round(len(self._order) * share)]

    def content(self, places: Sequence[Place], stage: Stage) -> list[dict[str, Any]]:
        """Read the texts of some items, task by task; the others have none."""
        found: list[dict[str, Any]] = [
            {
                "prompts": [None] * len(task["ids"]),
                "arms": {one["arm"]: [None] * len(task["ids"]) for one in task["arms"]},
            }
            for task in self._run["items"]
        ]
        for number, at in sorted(places):
            task, own = self._run["items"][number], found[number]
            item = task["ids"][at]
            prompt = self._reader.prompt(item)
            own["prompts"][at] = None if prompt is None else cut(prompt, stage.characters)
            for one in task["arms"]:
                own["arms"][one["arm"]][at] = [
                    _row(said, stage.characters)
                    for said in self._read(task["task"], one["arm"], item, one["draws"][at], stage)
                ]
        return found

    def _read(self, task: str, arm: str, item: str, count: int, stage: Stage) -> list[Said]:
        most = min(count, STAGES[0].draws)
        lot = _lot(f"{self._run['content']}/{task}/{item}/{arm}").sample(range(count), most)
        return self._reader.draws(task, arm, item, sorted(lot[: stage.draws])) if count else []


def traces(sampler: Sampler, budget: int, most: int) -> Traces:
    """Return the texts of the first stage that fits.

    Parameters
    ----------
    sampler
        What to take them from.
    budget
        Most letters they may take.
    most
        The most draws of an item that there are.
    """
    for stage, share in _tries(sampler, budget):
        places = sampler.chosen(share)
        content = sampler.content(places, stage)
        if places and len(text := packed(content)) <= budget:
            told = _told(stage, most, len(places) if share < 1 else None, _is_cut(content))
            return Traces(packed=text, told=told)
    return Traces(packed="", told="The texts would make this file too large, and are left out.")


def _tries(sampler: Sampler, budget: int) -> Iterator[tuple[Stage, float]]:
    """Yield what may fit, by what a few items take: a stage, and the share of the items."""
    probe = sampler.probe()
    share = 1.0
    for stage in STAGES:
        share = budget * len(probe) / len(packed(sampler.content(probe, stage))) / sampler.items
        if share > _UNSURE:
            yield stage, 1.0
    for less in (0.95, 0.8, 0.5):
        yield STAGES[-1], min(share, 1.0) * less


def _told(stage: Stage, most: int, items: int | None, is_cut: bool) -> str:  # noqa: FBT001
    parts = []
    if items is not None:
        parts.append(f"the texts of {items:,} items: those that flipped, and others by lot")
    if stage.draws < most:
        noun = "draw" if stage.draws == 1 else "draws"
        parts.append(f"at most {stage.draws} {noun} of each item and arm, of up to {most}, by lot")
    if is_cut:
        parts.append(f"at most {stage.characters:,} characters of a text")
    return f"This file holds {'; '.join(parts)}." if parts else ""


def _is_cut(content: Sequence[Mapping[str, Any]]) -> bool:
    """Say whether some text is not whole."""
    return any(
        isinstance(text, list)
        for task in content
        for text in (
            *task["prompts"],
            *(row[at] for own in task["arms"].values() for rows in own for row in rows or ()
              for at in (1, 6) if at < len(row)),
        )
    )  # fmt: skip


def cut(text: str, most: int) -> str | list[str | int]:
    """Return a text, or if it is too long its head, how many characters are left out, its tail."""
    if len(text) <= most:
        return text
    head = round(most * _HEAD)
    return [text[:head], len(text) - most, text[len(text) - (most - head) :]]


def _row(said: Said, most: int) -> list[Any]:
    text = None if said.text is None else cut(said.text, most)
    metrics = [value if value is None else round(value, 4) for value in said.metrics]
    metrics = [int(value) if value is not None and value == int(value) else value
               for value in metrics]  # fmt: skip
    row = [said.n, text, said.finish, said.tokens, said.answer, metrics]
    return [*row, cut(said.transcript, most)] if said.transcript else row


def _lot(seed: str) -> random.Random:
    return random.Random(seed)  # noqa: S311  to choose fairly, and the same again
