"""The n-grams of a task's items: what is looked for in the training data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from harness.contamination.words import Grams, hashed
from harness.records import Item

if TYPE_CHECKING:
    from harness.contamination.words import Hashes
    from harness.records.data import IntArray

LONGEST_REFERENCE = 32  # words; of a longer one its first so many
#: An n-gram of more items than both is the task's template, not an item's own.
COMMON_ITEMS, COMMON_SHARE = 10, 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is looked for of one item.

    Attributes
    ----------
    length
        Words of an n-gram of the prompt: n, or all words of a shorter prompt.
    prompt, whole
        Which n-grams of the index the prompt has, and the prompt with its reference; in their
        order, -1 for those that many items share.
    tail
        Words of the prompt after its last n-gram that is its own.
    reference
        The hash of the reference, and how many words it has.
    """

    length: int
    prompt: IntArray
    whole: IntArray
    tail: int
    reference: tuple[int, int]

    @property
    def own(self) -> IntArray:
        """Its n-grams that few items share."""
        return self.prompt[self.prompt >= 0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """The G different n-grams of all items.

    Attributes
    ----------
    hashes
        Sorted, shape [G].
    lengths
        Words of each, shape [G].
    items
        What is looked for of each item.
    common
        How many n-grams are left out, since many items share them.
    """

    hashes: Hashes
    lengths: IntArray
    items: tuple[Wanted, ...]
    common: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hashed:
    """An item's n-grams before they are numbered."""

    count: int
    prompt: Hashes
    whole: Hashes
    lengths: tuple[int, int]
    reference: tuple[int, int]


def index_of(items: Sequence[Item], n: int) -> Index:
    """Hash the n-grams of prompts, and of prompts with their references.

    A text of fewer than n words is taken whole, as one n-gram. N-grams that more than 10 items
    share, and more than a tenth of them, are left out: they are a template, or shots.
    """
    prompts = hashed(item.prompt for item in items)
    references = hashed(item.reference for item in items)
    found = [_hashed(*one, n) for one in zip(prompts, references, strict=True)]
    parts = [part for one in found for part in (one.prompt, one.whole)]
    lengths = [length for one in found for length in one.lengths]
    sizes = [len(part) for part in parts]
    every = np.concatenate([*parts, np.zeros(0, dtype=np.uint64)])
    hashes, first, codes = np.unique(every, return_index=True, return_inverse=True)
    codes = codes.ravel().astype(np.int64)
    owners = np.repeat(np.arange(len(parts)) // 2, sizes)
    pairs = np.unique(codes * max(len(items), 1) + owners)
    shared = np.bincount(pairs // max(len(items), 1), minlength=len(hashes))
    own = shared <= max(COMMON_ITEMS, COMMON_SHARE * len(items))
    number = np.where(own, np.cumsum(own) - 1, -1)[codes]
    split = np.split(number, np.cumsum(sizes)[:-1])
    return Index(
        hashes=hashes[own],
        lengths=np.repeat(np.array(lengths, dtype=np.int64), sizes)[first][own],
        items=tuple(_wanted(one, split[2 * at], split[2 * at + 1]) for at, one in enumerate(found)),
        common=int((~own).sum()),
    )


def _hashed(prompt: Hashes, reference: Hashes, n: int) -> _Hashed:
    whole = np.concatenate((prompt, reference))
    lengths = min(n, len(prompt)), min(n, len(whole))
    first = reference[:LONGEST_REFERENCE]
    grams = Grams(first).every(len(first))
    return _Hashed(
        count=len(prompt),
        prompt=_grams(prompt, lengths[0]),
        whole=_grams(whole, lengths[1]),
        lengths=lengths,
        reference=(int(grams[0]) if len(first) else 0, len(first)),
    )


def _grams(hashes: Hashes, length: int) -> Hashes:
    return Grams(hashes).every(length) if length else hashes[:0]


def _wanted(one: _Hashed, prompt: IntArray, whole: IntArray) -> Wanted:
    own = np.flatnonzero(prompt >= 0)
    length = one.lengths[0]
    tail = one.count - (int(own[-1]) + length) if len(own) else 0
    return Wanted(length=length, prompt=prompt, whole=whole, tail=tail, reference=one.reference)
