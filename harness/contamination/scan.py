"""Training data stream past the items' n-grams: which are found, where, and what follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from harness.contamination.block import Block
from harness.contamination.index import Index
from harness.contamination.postings import Postings
from harness.contamination.words import SEPARATOR, Grams, Words, shown, words

if TYPE_CHECKING:
    import numpy.typing as npt

    from harness.contamination.words import Hashes
    from harness.records.data import IntArray

_BITS = 22  # of the filter that most n-grams don't pass: 4 MB
_EXCERPT = 64  # characters
_PAIRS = 4096  # whose windows are looked at together


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an n-gram of an item was found first; the excerpt is normalised and not yet safe."""

    file: str
    line: int
    excerpt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """The words that can be seen at once: some kept of the blocks before, then the block's."""

    block: Block
    words: Words
    hashes: Hashes
    documents: IntArray
    kept: int


class Scan:
    """What was found so far.

    Parameters
    ----------
    index
        What is looked for.
    window
        Within how many words after a prompt a reference that begins is a leak.

    Attributes
    ----------
    found
        Whether each n-gram of the index was found, shape [G].
    leaked
        Whether the reference of each item stood after its prompt, shape [N].
    places
        Where something of each item was found first.
    """

    def __init__(self, index: Index, window: int) -> None:
        count = len(index.items)
        self.found = np.zeros(len(index.hashes), dtype=np.bool_)
        self.leaked = np.zeros(count, dtype=np.bool_)
        self.places: dict[int, Place] = {}
        self._index, self._window = index, window
        self._lengths = sorted(set(index.lengths.tolist()))
        self._filter = np.zeros(1 << _BITS, dtype=np.bool_)
        self._filter[_slots(index.hashes)] = True
        grams = len(index.hashes)
        self._having = Postings([np.unique(one.own) for one in index.items], grams)
        self._ending = Postings([one.own[-1:] for one in index.items], grams)
        self._tails = np.array([one.tail for one in index.items], dtype=np.int64)
        self._references = np.array([one.reference[0] for one in index.items], dtype=np.uint64)
        self._sizes = np.array([one.reference[1] for one in index.items], dtype=np.int64)
        ahead = max(self._tails + self._sizes, default=0)
        self._keep = max(self._lengths, default=0) + int(ahead) + window
        self._hashes = np.zeros(0, dtype=np.uint64)
        self._documents = self._lines = np.zeros(0, dtype=np.int64)

    def take(self, block: Block) -> None:
        """Look for the n-grams in a block, and in what it makes of the end of the one before."""
        seen = self._seen(block)
        grams = Grams(seen.hashes)
        hits = [self._hits(grams, length, seen.documents) for length in self._lengths]
        at = np.concatenate([one for one, _ in hits]) if hits else np.zeros(0, dtype=np.int64)
        if len(at):
            ids = np.concatenate([one for _, one in hits])
            order = np.argsort(at, kind="stable")
            self._look_behind(seen, grams, at[order], ids[order])
            self._note(seen, at[order], ids[order])
        kept = max(len(seen.hashes) - self._keep, 0)
        self._hashes, self._documents = seen.hashes[kept:], seen.documents[kept:]
        ends = np.arange(max(kept - seen.kept, 0), len(seen.words.starts))
        self._lines = np.concatenate((self._lines[kept:], _lines(block, seen.words, ends)))

    def _seen(self, block: Block) -> _Seen:
        found = words(block.text)
        last = int(self._documents[-1]) if len(self._documents) else 0
        first = last if block.continues else last + 1
        return _Seen(
            block=block,
            words=found,
            hashes=np.concatenate((self._hashes, found.hashes)),
            documents=np.concatenate((self._documents, found.documents + first)),
            kept=len(self._hashes),
        )

    def _hits(self, grams: Grams, length: int, documents: IntArray) -> tuple[IntArray, IntArray]:
        """Return where n-grams of a length stand that are looked for, and which these are."""
        hashes = grams.every(length)
        at = np.flatnonzero(self._filter[_slots(hashes)])
        wanted = hashes[at]
        ids = np.searchsorted(self._index.hashes, wanted)
        ids[ids == len(self._index.hashes)] = 0
        # Not across documents.
        right = (self._index.hashes[ids] == wanted) & (documents[at] == documents[at + length - 1])
        return at[right], ids[right]

    def _note(self, seen: _Seen, at: IntArray, ids: IntArray) -> None:
        """Note what is found for the first time, and where that is."""
        new = ~self.found[ids]
        at, ids = at[new], ids[new]
        ids, first = np.unique(ids, return_index=True)
        self.found[ids] = True
        rows, items = self._having.of(ids)
        places = at[first][rows]
        for row in np.argsort(places, kind="stable").tolist():
            item = int(items[row])
            if item not in self.places:
                self.places[item] = self._place(seen, int(places[row]))

    def _place(self, seen: _Seen, at: int) -> Place:
        """Tell a place; one that began in an earlier block is shown from this one's first word."""
        own = np.array([max(at - seen.kept, 0)])
        line = self._lines[at] if at < seen.kept else _lines(seen.block, seen.words, own)[0]
        begin = int(seen.words.starts[own[0]])
        excerpt = shown(seen.words.codes[begin : begin + _EXCERPT]).partition(SEPARATOR)[0]
        return Place(file=seen.block.name, line=int(line), excerpt=excerpt)

    def _look_behind(self, seen: _Seen, grams: Grams, at: IntArray, ids: IntArray) -> None:
        """Look for references within the window after the prompts that end here."""
        rows, items = self._ending.of(ids)
        open_ = ~self.leaked[items] & (self._sizes[items] > 0)
        rows, items = rows[open_], items[open_]
        ends = at[rows] + self._index.lengths[ids[rows]]
        for start in range(0, len(items), _PAIRS):
            some = slice(start, start + _PAIRS)
            leaked = self._follows(seen, grams, ends[some], items[some])
            self.leaked[items[some][leaked]] = True

    def _follows(
        self, seen: _Seen, grams: Grams, ends: IntArray, items: IntArray
    ) -> npt.NDArray[np.bool_]:
        """Say of each end of a prompt whether the item's reference begins in the window after."""
        sizes = self._sizes[items]
        starts = (ends + self._tails[items])[:, None] + np.arange(self._window)
        row, column = np.nonzero(starts + sizes[:, None] <= len(seen.hashes))
        begin, size = starts[row, column], sizes[row]
        same = (grams.at(begin, size) == self._references[items][row]) & (
            seen.documents[begin + size - 1] == seen.documents[ends[row] - 1]
        )
        follows = np.zeros(len(items), dtype=np.bool_)
        follows[row[same]] = True
        return follows


def _slots(hashes: Hashes) -> IntArray:
    return (hashes >> np.uint64(64 - _BITS)).astype(np.int64)


def _lines(block: Block, found: Words, which: IntArray) -> IntArray:
    """Return the lines of some words."""
    if block.rows:
        return np.array(block.rows, dtype=np.int64)[found.documents[which]]
    feeds = np.flatnonzero(found.codes == ord("\n"))
    return np.searchsorted(feeds, found.starts[which]) + block.line
