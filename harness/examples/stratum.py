"""What examples are drawn from: all items and draws, or those that a filter leaves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from harness.diff.items import RATE, item_tests
from harness.diff.probes import label_of
from harness.errors import DiffError, did_you_mean
from harness.records import Draw, Where

if TYPE_CHECKING:
    import numpy.typing as npt

    from harness.diff.pair import Pair
    from harness.records.data import FloatArray

    BoolArray = npt.NDArray[np.bool_]

#: Filters of items, by what both sides differ in; all others are of draws.
OF_ITEMS = ("gained", "lost", "flipped")
#: Filters of draws by the metric that the examples are about.
_RIGHT, _WRONG, _NOT = "right", "wrong", "not-"
#: Says of each draw of an item, whose metrics have shape [draws, M], whether it is chosen.
Chosen = Callable[[Sequence[Draw], "FloatArray"], "BoolArray"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """What examples are drawn from, and how much of all there is.

    Attributes
    ----------
    where
        The tags that are selected, with their values.
    only
        The filters, as they were named.
    items, of_items
        Items that it holds, of all that the sides have.
    draws, of_draws
        Draws of the last side that it holds, of all that these items have; None where no filter
        is about draws.
    """

    where: Mapping[str, Sequence[str]]
    only: tuple[str, ...]
    items: int
    of_items: int
    draws: int | None
    of_draws: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """The filters of items and of draws; `rows` are the items that the former leave."""

    rows: tuple[int, ...]
    of_draws: tuple[Chosen, ...]


def filters(pair: Pair, where: Where, only: Sequence[str], *, alone: bool) -> Filters:
    """Find what filters leave.

    Parameters
    ----------
    where
        Tags and the values of theirs that are wanted.
    only
        ``gained``, ``lost``, ``flipped``; ``right``, ``wrong``; a 0/1 metric or a probe, or
        ``not-`` and its name.
    alone
        Whether there is one side, which can't differ from another.

    Raises
    ------
    DiffError
        If there is no such filter, or it can't be told of these sides.
    ClaimError
        If the task has no such tag or value.
    """
    selected = {pair.task.items[place].id for place in pair.task.select(where)}
    keeps = np.array([item.id in selected for item in pair.items])
    for name in only:
        if name in OF_ITEMS:
            keeps &= _of_items(pair, name, alone=alone)
    return Filters(
        rows=tuple(np.flatnonzero(keeps).tolist()),
        of_draws=tuple(_of_draws(pair, name) for name in only if name not in OF_ITEMS),
    )


def _of_items(pair: Pair, name: str, *, alone: bool) -> BoolArray:
    if alone:
        msg = f"no item is {name} on one side alone"
        raise DiffError(msg, hint="name two sides: `harness examples A B`")
    before, after = (pair.shares(side, pair.primary) for side in pair.sides)
    half = 0.5
    if name == "flipped":
        return np.asarray((before < half) & (after > half) | (before > half) & (after < half))
    q = item_tests(pair, 0).q
    if q is None:
        msg = f"the metric {pair.primary!r} is graded: its items are not tested"
        raise DiffError(msg, hint="name a 0/1 metric by --metric, or filter by `flipped`")
    return np.asarray((q <= RATE) & (after > before if name == "gained" else after < before))


def _of_draws(pair: Pair, name: str) -> Chosen:
    if name in {_RIGHT, _WRONG}:
        return _by_metric(pair, pair.primary, wanted=name == _RIGHT)
    metrics, probes = pair.after.tally.metrics, {one.name: one for one in pair.task.probes}
    known = {**dict.fromkeys(metrics), **probes}
    plain = name if name in known else name.removeprefix(_NOT)
    if plain not in known:
        msg = f"there is nothing to filter by that is called {name!r}"
        names = [*OF_ITEMS, _RIGHT, _WRONG, *known, *(f"{_NOT}{one}" for one in known)]
        raise DiffError(msg, hint=did_you_mean(name, names))
    wanted = plain == name
    if plain in metrics:
        return _by_metric(pair, plain, wanted=wanted)
    label = label_of(probes[plain])

    def chosen(draws: Sequence[Draw], _: FloatArray) -> BoolArray:
        texts = ((not one.scored, one.text) for one in draws)
        return np.array([told and bool(label(text)) is wanted for told, text in texts], dtype=bool)

    return chosen


def _by_metric(pair: Pair, name: str, *, wanted: bool) -> Chosen:
    column = pair.column(pair.after, name)
    sums, squares = pair.sums(pair.after, name), pair.after.tally.products[:, column, column]
    if not np.array_equal(sums, squares):
        msg = f"the metric {name!r} is graded, or not known of all draws: it filters none"
        raise DiffError(msg, hint="filter by a metric that is 0 or 1")
    return lambda _, metrics: np.asarray(metrics[:, column] == float(wanted))
