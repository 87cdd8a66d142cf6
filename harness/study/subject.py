"""What questions are asked about: an arm beside its start and its controls, set by set of items."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from harness.diff.align import on_rows
from harness.diff.effects import effect_of
from harness.diff.items import item_tests
from harness.study.curves import Curves, curves_of
from harness.study.gain import Share, shares_of
from harness.study.solved import Solved, solved_of

if TYPE_CHECKING:
    from harness.diff.change import Change
    from harness.diff.pair import Pair
    from harness.records import Item, Where
    from harness.study.material import Material

MOST_SETS = 12


@dataclass(frozen=True, kw_only=True)  # without slots: what is computed once is kept
class Slice:
    """Two sides on some items; `where` is the value of the tag that these have, empty for all."""

    where: str
    pair: Pair

    @functools.cached_property
    def gain(self) -> Change:
        """The change of pass@1, by the method that decides claims."""
        return effect_of(self.pair, self.pair.primary)

    def change(self, metric: str) -> Change | None:
        """Return the change of another metric; None where it is unknown."""
        return effect_of(self.pair, metric) if metric in self.pair.metrics else None

    @functools.cached_property
    def curves(self) -> Curves:
        """pass@k of both sides over all k."""
        return curves_of(self.pair)

    @functools.cached_property
    def solved(self) -> Solved:
        """Which items are solved at all."""
        q = item_tests(self.pair, 0).q
        assert q is not None  # noqa: S101  the metric is 0/1
        return solved_of(self.pair, q)

    @functools.cached_property
    def shares(self) -> tuple[Share, ...]:
        """The parts of the change of pass@1 that go with format."""
        return shares_of(self.pair)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """What is gained on some items; `where` is as of a slice."""

    where: str
    gain: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """A control of the arm: what kind it is, what it gains by itself, and the arm beside it.

    `seeds` counts the training seeds of a control that is a recipe; 0 for an arm.
    """

    name: str
    kind: str
    seeds: int
    own: tuple[Gain, ...]
    net: tuple[Gain, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One arm that training made, and all that is asked of it.

    Attributes
    ----------
    material
        Whatever else a question needs, such as other arms.
    arm, start
        Its name, and that of what it was trained from.
    pair
        The start and the arm, on all items.
    slices
        The same by the tag that items are told apart by; one of all items where there is none.
    base
        What training started from, as the page has it.
    beside
        Other arms of the page, with what each was trained from.
    against
        Its controls that count.
    """

    material: Material
    arm: str
    start: str
    pair: Pair
    slices: tuple[Slice, ...]
    base: str
    beside: Mapping[str, str]
    against: tuple[Against, ...]

    def of(self, where: Where) -> Pair | None:
        """Return start and arm on the items that fit a selection; None if there are none."""
        rows = [row for row, item in enumerate(self.pair.items) if fits(item, where)]
        return on_rows(self.pair, np.array(rows)) if rows else None


def fits(item: Item, where: Where) -> bool:
    """Say whether an item is among those that a selection names."""
    return all(item.tags.get(tag) in values for tag, values in where)


def slices_of(pair: Pair, values: Sequence[str], tag: str) -> tuple[Slice, ...]:
    """Return a pair set by set: for each value of the tag that it has items of, or all at once."""
    codes = np.array([item.tags.get(tag, "") for item in pair.items])
    found = [(value, np.flatnonzero(codes == value)) for value in values]
    if not any(len(rows) for _, rows in found):
        return (Slice(where="", pair=pair),)
    return tuple(Slice(where=value, pair=on_rows(pair, rows)) for value, rows in found if len(rows))
