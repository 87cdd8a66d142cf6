"""Draw examples: items by the seed, and of each item a draw of each side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from harness.diff.align import paired
from harness.errors import DiffError
from harness.examples.order import shuffled
from harness.examples.record import Example, Examples, Shown
from harness.examples.stratum import Filters, Stratum, filters
from harness.records import Draw, Policy, Task, Where
from harness.scoring import answer_reader
from harness.stats.unseen import needed_to_see, unseen_rate

if TYPE_CHECKING:
    from harness.diff.pair import Pair
    from harness.diff.side import Side
    from harness.records.data import FloatArray

RARE = 0.01  # the rate that it is told of how many draws show it


def examples(  # noqa: PLR0913  what is drawn from, and how
    task: Task,
    sides: Sequence[Side],
    policy: Policy,
    *,
    where: Where = (),
    only: Sequence[str] = (),
    count: int = 5,
    seed: int = 0,
    metric: str | None = None,
) -> Examples:
    """Draw examples: items uniformly, without replacement, and of each a draw of each side.

    Where filters are about draws, items are those with such draws of the last side, and its draw
    is one of them; the draw of the other side is one of all.

    Parameters
    ----------
    sides
        One or two, with texts.
    where, only
        What is drawn from; see `filters`.
    count
        How many items.
    seed
        The same seed draws the same, and a larger `count` begins with the same.
    metric
        What is right; ``correct`` if None.

    Raises
    ------
    DiffError
        If a side has no texts, they have no items in common, or there is no such filter.
    ClaimError
        If the task has no such tag or value.
    """
    _check_texts(sides)
    pair = paired(task, sides[0], sides[-1], policy, metric)
    found = filters(pair, where, only, alone=len(sides) == 1)
    stratum, chosen = _stratum(pair, found, where, only)
    rows = {pair.items[row].id: row for row in chosen}
    drawn = tuple(
        _example(pair, rows[one], chosen[rows[one]], len(sides), seed)
        for one in shuffled(rows, seed)[:count]
    )
    return Examples(
        task=task.name,
        sides=tuple(side.name for side in sides),
        metric=pair.primary,
        binary=pair.binary(pair.primary),
        answers=answer_reader(task) is not None,
        seed=seed,
        stratum=stratum,
        examples=drawn,
        unseen=unseen_rate(len(drawn)) if drawn else None,
        rare=RARE,
        needed=needed_to_see(RARE),
        notes=pair.notes,
    )


def _check_texts(sides: Sequence[Side]) -> None:
    for side in sides:
        if side.texts is None:
            msg = f"texts of {side.name!r} are not kept"
            raise DiffError(msg, hint="name an arm of a run: baselines keep counts alone")


def _stratum(
    pair: Pair, found: Filters, where: Where, only: Sequence[str]
) -> tuple[Stratum, Mapping[int, Sequence[int] | None]]:
    """Return the stratum, and of each of its items the chosen draws of the last side.

    None stands for all of them; draws are read for filters of draws alone.
    """
    chosen: dict[int, Sequence[int] | None] = dict.fromkeys(found.rows)
    draws = of_draws = None
    if found.of_draws:
        told = {row: _chosen(pair, row, found) for row in found.rows}
        draws, of_draws = 0, int(pair.after.tally.draws[list(found.rows)].sum())
        chosen = {row: places for row, places in told.items() if places}
        draws = sum(map(len, told.values()))
    stratum = Stratum(
        where={tag: list(values) for tag, values in where}, only=tuple(only),
        items=len(chosen), of_items=len(pair.items), draws=draws, of_draws=of_draws,
    )  # fmt: skip
    return stratum, chosen


def _chosen(pair: Pair, row: int, found: Filters) -> list[int]:
    draws, metrics = _read(pair, pair.after, row)
    keeps = np.ones(len(draws), dtype=bool)
    for one in found.of_draws:
        keeps &= one(draws, metrics)
    places: list[int] = np.flatnonzero(keeps).tolist()
    return places


def _read(pair: Pair, side: Side, row: int) -> tuple[Sequence[Draw], FloatArray]:
    assert side.texts is not None  # noqa: S101  sides without are refused
    item, count = pair.items[row], int(side.tally.draws[row])
    draws, metrics = side.texts.of_item(item.id, item.prompt, count)
    if not draws or len(draws) != len(metrics):
        msg = f"some draws of {side.name!r} are gone from the store"
        raise DiffError(msg, hint="were they pruned? Run the evals again")
    return draws, metrics


def _example(pair: Pair, row: int, chosen: Sequence[int] | None, sides: int, seed: int) -> Example:
    item, read = pair.items[row], answer_reader(pair.task)
    told = [(pair.before, None), (pair.after, chosen)][-sides:]
    return Example(
        id=item.id,
        prompt=item.prompt,
        reference=item.reference,
        tags=dict(item.tags),
        draws=tuple(_shown(pair, side, row, places, seed, read) for side, places in told),
    )


def _shown(  # noqa: PLR0913, PLR0917  what a draw is drawn by, and read by
    pair: Pair,
    side: Side,
    row: int,
    chosen: Sequence[int] | None,
    seed: int,
    read: Callable[[str], str | None] | None,
) -> Shown:
    draws, metrics = _read(pair, side, row)
    among = range(len(draws)) if chosen is None else chosen
    place = shuffled(among, seed, side.name.rpartition(":")[2], pair.items[row].id)[0]
    draw, scores = draws[place], metrics[place]
    text = None if draw.scored else draw.text
    names = side.tally.metrics
    return Shown(
        side=side.name,
        number=place + 1,
        draws=len(draws),
        chosen=len(among),
        right=float(metrics[:, names.index(pair.primary)].sum()),
        text=text,
        scores={
            name: value
            for name, value in zip(names, scores.tolist(), strict=True)
            if value == value  # noqa: PLR0124  NaN is what is not known
        },
        answer=None if read is None or text is None else read(text),
        finish=draw.finish,
        tokens=draw.tokens,
    )
