"""Which items differ: gained, lost and flipped, and the most telling ones with their draws."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from harness.diff.pair import Pair
from harness.diff.side import Side
from harness.records import LENGTH, Item
from harness.stats.fisher import fisher_exact
from harness.stats.multiple import benjamini_hochberg

if TYPE_CHECKING:
    from harness.records.data import FloatArray

RATE = 0.05  # the false discovery rate over items
MOST_SAID = 3  # different texts of an item and side


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many items changed.

    Attributes
    ----------
    gained, lost
        Right more often, or less often, at the false discovery rate `rate`.
    turned_right, turned_wrong
        Right in fewer than half of the draws before and in more than half after; or the reverse.
    newly_solved, no_longer_solved
        Solved in some draw of one side alone: no test, and more draws solve more.
    least
        The smallest adjusted p-value of an item.
    alone
        Whether one item that differs as much as it can would be found, with no other.
    """

    rate: float
    gained: int
    lost: int
    turned_right: int
    turned_wrong: int
    newly_solved: int
    no_longer_solved: int
    least: float
    alone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One text, how many of an item's draws say it, and whether it is right."""

    text: str
    draws: int
    score: float
    truncated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemSide:
    """An item on one side.

    Attributes
    ----------
    right, draws
        How many of how many draws are right; of a graded metric, its sum.
    answers
        How many different answers they give; None where that is not known.
    said
        The most common texts, the most common first; empty where texts are not kept.
    others
        Draws that say something else.
    """

    right: float
    draws: int
    answers: int | None
    said: tuple[Said, ...]
    others: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """An item that differs; `p` is two-sided, `q` adjusted for the false discovery rate."""

    id: str
    prompt: str
    reference: str
    tags: Mapping[str, str]
    p: float | None
    q: float | None
    before: ItemSide
    after: ItemSide


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemTests:
    """The items' tests: counts of what they find, and the order from the most telling one on."""

    counts: Counts | None
    p: FloatArray | None
    q: FloatArray | None
    order: tuple[int, ...]


def item_tests(pair: Pair, most: int) -> ItemTests:
    """Test each item, and order the `most` telling ones; those of no difference are none.

    A graded metric is not tested: its items are ordered by their difference. Items that are alike
    in it stay in the order of their ids.
    """
    gap = pair.shares(pair.after, pair.primary) - pair.shares(pair.before, pair.primary)
    if not pair.binary(pair.primary):
        order = np.argsort(-np.abs(gap), kind="stable")
        return ItemTests(counts=None, p=None, q=None, order=_differing(order, gap, most))
    counts = [
        (pair.sums(side, pair.primary).astype(np.int64), side.tally.draws) for side in pair.sides
    ]
    p = fisher_exact(*counts[0], *counts[1])
    q = benjamini_hochberg(p)
    order = np.lexsort((-np.abs(gap), p))
    return ItemTests(counts=_counted(pair, gap, q), p=p, q=q, order=_differing(order, gap, most))


def _differing(order: Sequence[int] | np.ndarray, gap: FloatArray, most: int) -> tuple[int, ...]:
    return tuple([int(row) for row in order[:most] if gap[row] != 0])


def _counted(pair: Pair, gap: FloatArray, q: FloatArray) -> Counts:
    before, after = (pair.shares(side, pair.primary) for side in pair.sides)
    draws = [int(side.tally.draws.max()) for side in pair.sides]
    half = 0.5
    return Counts(
        rate=RATE,
        gained=int(((q <= RATE) & (gap > 0)).sum()),
        lost=int(((q <= RATE) & (gap < 0)).sum()),
        turned_right=int(((before < half) & (after > half)).sum()),
        turned_wrong=int(((before > half) & (after < half)).sum()),
        newly_solved=int(((before == 0) & (after > 0)).sum()),
        no_longer_solved=int(((before > 0) & (after == 0)).sum()),
        least=float(q.min()),
        alone=_least_p(*draws) * len(gap) <= RATE,
    )


def _least_p(before: int, after: int) -> float:
    """Return the smallest p-value of so many draws: that of all right against all wrong."""
    (p,) = fisher_exact(*(np.array([count]) for count in (before, before, 0, after)))
    return float(p)


def telling(pair: Pair, tests: ItemTests) -> tuple[Telling, ...]:
    """Return the most telling items, with what both sides say; only their draws are read."""
    found = []
    for row in tests.order:
        item = pair.items[row]
        found.append(
            Telling(
                id=item.id,
                prompt=item.prompt,
                reference=item.reference,
                tags=dict(item.tags),
                p=None if tests.p is None else float(tests.p[row]),
                q=None if tests.q is None else float(tests.q[row]),
                before=_side(pair, pair.before, item, row),
                after=_side(pair, pair.after, item, row),
            )
        )
    return tuple(found)


def _side(pair: Pair, side: Side, item: Item, row: int) -> ItemSide:
    said = _said(pair, side, item, row)
    draws, answers = int(side.tally.draws[row]), side.tally.answers[row]
    return ItemSide(
        right=float(pair.sums(side, pair.primary)[row]),
        draws=draws,
        answers=len(answers) or None,
        said=said[:MOST_SAID],
        others=sum(one.draws for one in said[MOST_SAID:]),
    )


def _said(pair: Pair, side: Side, item: Item, row: int) -> tuple[Said, ...]:
    """Return the different texts, the most common first."""
    if side.texts is None:
        return ()
    draws, metrics = side.texts.of_item(item.id, item.prompt, int(side.tally.draws[row]))
    column = pair.column(side, pair.primary)
    told = [
        ((draw.text, draw.finish == LENGTH), score)
        for draw, score in zip(draws, metrics[:, column].tolist(), strict=True)
        if not draw.scored
    ]
    scores, texts = dict(told), [text for text, _ in told]
    return tuple(
        Said(text=text, draws=count, score=scores[text, cut], truncated=cut)
        for (text, cut), count in Counter(texts).most_common()
    )
