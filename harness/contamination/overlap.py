"""How much of each item, and of each split, stands in the training data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from harness.contamination.block import Reading
from harness.contamination.index import Wanted, index_of
from harness.contamination.scan import Place, Scan
from harness.contamination.sources import blocks, listed
from harness.errors import ContaminationError
from harness.records import Item, Task

if TYPE_CHECKING:
    import numpy.typing as npt

    from harness.records.data import IntArray

Standing = Literal["contaminated", "touched", "clean", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is asked.

    Attributes
    ----------
    n
        Words of an n-gram, at least 1.
    threshold
        From which share of its n-grams an item is contaminated, in (0, 1].
    window
        Within how many words after its prompt a reference that begins is a leak.
    field
        Where the text of a record stands; empty for all its strings.
    """

    n: int = 13
    threshold: float = 0.8
    window: int = 32
    field: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """What of one item stands in the training data.

    Attributes
    ----------
    standing
        ``contaminated`` from the threshold on, ``touched`` below it, ``clean`` where nothing is
        found, ``unknown`` where the prompt has no n-grams of its own.
    grams, found
        N-grams of the prompt, without those that many items share, and how many are found.
    words
        Words of an n-gram: fewer than n where the prompt is shorter, and taken whole.
    with_reference
        Share of the n-grams of prompt and reference together that are found; None for none.
    run
        Words of the longest stretch of the prompt all of whose n-grams are found.
    leaked
        Whether the reference begins shortly after the prompt, somewhere.
    place
        Where something of the prompt is found first.
    """

    item: Item
    standing: Standing
    grams: int
    found: int
    words: int
    with_reference: float | None
    run: int
    leaked: bool
    place: Place | None

    @property
    def share(self) -> float:
        """Share of the prompt's n-grams that are found; 0 if it has none."""
        return self.found / max(self.grams, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contamination:
    """What of a task stands in the training data; `common` n-grams were left out."""

    task: str
    terms: Terms
    overlaps: tuple[Overlap, ...]
    common: int
    reading: Reading

    def groups(self) -> Iterator[tuple[str, Sequence[Overlap]]]:
        """Yield all items, under an empty name, then those of each split."""
        yield "", self.overlaps
        splits = dict.fromkeys(one.item.tags.get("split", "") for one in self.overlaps)
        for split in splits:
            if split:
                yield split, [one for one in self.overlaps if one.item.tags.get("split") == split]


def contamination(
    task: Task,
    paths: Sequence[str],
    terms: Terms,
    told: Callable[[Reading], None] = lambda _: None,
) -> Contamination:
    """Compare the items of a task with training data.

    Parameters
    ----------
    paths
        Files and folders, or ``-`` for standard input.
    told
        Is told of the reading after each block.

    Raises
    ------
    ContaminationError
        If data can't be read, or hold no text to compare.
    """
    reading = Reading()
    names = listed(paths, reading)
    index = index_of(task.items, terms.n)
    scan = Scan(index, terms.window)
    for name in names:
        for block in blocks(name, terms.field, reading):
            scan.take(block)
            told(reading)
    _refuse_nothing(reading, terms, names)
    overlaps = (
        _overlap(item, wanted, scan, number, terms)
        for number, (item, wanted) in enumerate(zip(task.items, index.items, strict=True))
    )
    return Contamination(
        task=task.name, terms=terms, overlaps=tuple(overlaps), common=index.common, reading=reading
    )


def _refuse_nothing(reading: Reading, terms: Terms, names: Sequence[str]) -> None:
    """Refuse data without text: nothing would be found in them, whatever they are."""
    where = names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
    if terms.field and reading.records and reading.lacking == reading.records:
        msg = f"none of {reading.records:,} records has a string in {terms.field!r}"
        raise ContaminationError(msg, where=where, hint="see --field, or leave it out")
    if not reading.text:
        raise ContaminationError("there is no text in it", where=where, hint="is the path right?")


def _overlap(item: Item, wanted: Wanted, scan: Scan, number: int, terms: Terms) -> Overlap:
    own = wanted.own
    found = int(scan.found[own].sum())
    whole = wanted.whole[wanted.whole >= 0]
    return Overlap(
        item=item,
        standing=_standing(found, len(own), terms.threshold),
        grams=len(own),
        found=found,
        words=wanted.length,
        with_reference=float(scan.found[whole].mean()) if len(whole) else None,
        run=_longest_run(scan.found, wanted.prompt, wanted.length),
        leaked=bool(scan.leaked[number]),
        place=scan.places.get(number),
    )


def _standing(found: int, grams: int, threshold: float) -> Standing:
    if not grams:
        return "unknown"
    if not found:
        return "clean"
    return "contaminated" if found >= threshold * grams else "touched"


def _longest_run(found: npt.NDArray[np.bool_], grams: IntArray, length: int) -> int:
    """Return how many words the longest stretch has, of n-grams that follow each other."""
    there = np.zeros(len(grams) + 2, dtype=np.int8)
    there[1:-1] = (grams >= 0) & found[grams] if len(found) else 0
    edges = np.flatnonzero(np.diff(there))
    longest = int(max(edges[1::2] - edges[::2], default=0))
    return longest + length - 1 if longest else 0
