"""What the stored scores of a stream come to, item by item, in one pass over them."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from harness.errors import StoreError
from harness.records import Tally
from harness.store.database import Database

if TYPE_CHECKING:
    from harness.records.data import FloatArray

_ROWS = 1 << 14  # scores that are in memory at a time, or those of one item
#: An item a row, in the order of the key: Python makes objects of items, and not of each draw.
_ITEMS = """
SELECT item, COUNT(*), CAST(group_concat(metrics, '') AS BLOB), json_group_array(answer)
FROM scores WHERE scorer = ? AND stream = ? AND n < ? AND (n < ? OR n < asked(item))
GROUP BY item ORDER BY item
"""
_GONE = "were draws pruned, or is this another store? Run the evals again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """Scores that one scorer gave the draws of one stream: where they are found again.

    Attributes
    ----------
    stream, scorer
        By which numbers the store knows them.
    identity
        All that decides what is drawn.
    metrics
        Names, in the order of a score's values.
    """

    stream: int
    scorer: int
    identity: Mapping[str, Any]
    metrics: tuple[str, ...]


def find_scored(database: Database, stream: str, scorer: str) -> Scored:
    """Find what a run says that it read: a stream by its hash, a scorer by its key.

    Raises
    ------
    StoreError
        If the store has no such stream or scorer, or can't be read.
    """
    with database.explained():
        of_stream = database.connection.execute(
            "SELECT id, identity FROM streams WHERE hash = ?", (stream,)
        ).fetchone()
        of_scorer = database.connection.execute(
            "SELECT id, metrics FROM scorers WHERE hash = ?", (scorer,)
        ).fetchone()
    for row, what in ((of_stream, f"stream {stream}"), (of_scorer, f"scorer {scorer}")):
        if row is None:
            msg = f"the draw store has no {what}"
            raise StoreError(msg, where=str(database.path), hint=_GONE)
    return Scored(
        stream=of_stream[0],
        scorer=of_scorer[0],
        identity=json.loads(of_stream[1]),
        metrics=tuple(json.loads(of_scorer[1])),
    )


def read_tally(database: Database, scored: Scored, draws: Mapping[str, int]) -> Tally:
    """Tally the first draws of some items; it equals what was read of them.

    Parameters
    ----------
    draws
        How many draws of each item, by its id; those of none are left out.

    Raises
    ------
    StoreError
        If the store can't be read, or lacks some of it.
    """
    asked = draws if all(draws.values()) else {one: n for one, n in draws.items() if n}
    found = _read(database, scored, max(asked.values(), default=0), asked)
    if found.ids == (ids := tuple(asked)):
        found = dataclasses.replace(found, ids=ids)  # arms on the same items share their ids
    else:  # another order, or items of other tasks in the stream
        position = {item: row for row, item in enumerate(found.ids)}
        found = found.chosen([position[item] for item in asked if item in position])
    lacking = sum(asked.values()) - int(found.draws.sum())
    if lacking:
        msg = f"the draw store lacks {lacking} of {sum(asked.values())} scores"
        raise StoreError(msg, where=str(database.path), hint=_GONE)
    return found


def read_scored(database: Database, scored: Scored, draws: int) -> Tally:
    """Tally the first `draws` draws of each item that has scores.

    Items are in the order of their ids, and have as many draws as are there.
    """
    return _read(database, scored, draws, {})


def _read(database: Database, scored: Scored, draws: int, limits: Mapping[str, int]) -> Tally:
    """Tally in one pass, up to the limit of each item where there are any; sums alone are kept.

    Items without a limit may come, too. Draws below all limits are not asked about one by one.
    """
    least = min(limits.values(), default=draws)
    ids: list[str] = []
    counts: list[int] = []
    sums, products = [], []
    answers: list[Mapping[str, int]] = []
    width = len(scored.metrics)
    first, second = np.triu_indices(width)
    with database.reading() as connection:
        connection.create_function("asked", 1, limits.get)
        rows = connection.execute(_ITEMS, (scored.scorer, scored.stream, draws, least))
        while batch := rows.fetchmany(max(1, _ROWS // max(1, draws))):
            items, count, values, given = zip(*batch, strict=True)
            metrics = np.frombuffer(b"".join(values)).reshape(-1, width)
            starts = np.cumsum(count) - count
            ids += items
            counts += count
            sums.append(np.add.reduceat(metrics, starts))
            products.append(np.add.reduceat(metrics[:, first] * metrics[:, second], starts))
            answers += map(_counted, json.loads(f"[{','.join(given)}]"))
    return Tally(
        ids=tuple(ids),
        draws=np.array(counts, dtype=np.int64),
        metrics=scored.metrics,
        sums=_joined(sums, (0, width)),
        products=_mirrored(_joined(products, (0, len(first))), width),
        answers=tuple(answers),
    )


def _joined(parts: Sequence[FloatArray], empty: tuple[int, ...]) -> FloatArray:
    return np.concatenate(parts) if parts else np.zeros(empty)


def _mirrored(upper: FloatArray, width: int) -> FloatArray:
    """Return symmetric tables, shape [N, M, M], from what stands on and above their diagonals."""
    first, second = np.triu_indices(width)
    place = np.empty((width, width), dtype=np.intp)
    place[first, second] = place[second, first] = np.arange(len(first))
    return np.take(upper, place, axis=1)


def _counted(answers: Sequence[str]) -> dict[str, int]:
    """Count a few answers: `Counter` takes longer to begin than to count."""
    found: dict[str, int] = {}
    for answer in answers:
        found[answer] = found.get(answer, 0) + 1
    return found
