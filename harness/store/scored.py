"""What the stored scores of a stream come to, item by item, in one pass over them."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from harness.errors import StoreError
from harness.records import Tally
from harness.store.database import Database

if TYPE_CHECKING:
    from harness.records.data import FloatArray

_ROWS = 1 << 15  # scores that are in memory at a time
_SCORES = """
SELECT item, metrics, answer, n FROM scores WHERE scorer = ? AND stream = ? AND n < ?
ORDER BY item, n
"""
_GONE = "were draws pruned, or is this another store? Run the evals again"
_Row = tuple[str, bytes, str, int]


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
    asked = {item: count for item, count in draws.items() if count}
    found = _read(database, scored, max(asked.values(), default=0), asked)
    lacking = sum(asked.values()) - int(found.draws.sum())
    if lacking:
        msg = f"the draw store lacks {lacking} of {sum(asked.values())} scores"
        raise StoreError(msg, where=str(database.path), hint=_GONE)
    position = {item: row for row, item in enumerate(found.ids)}
    return found.chosen([position[item] for item in asked])


def read_scored(database: Database, scored: Scored, draws: int) -> Tally:
    """Tally the first `draws` draws of each item that has scores.

    Items are in the order of their ids, and have as many draws as are there.
    """
    return _read(database, scored, draws, None)


def _read(
    database: Database, scored: Scored, draws: int, limits: Mapping[str, int] | None
) -> Tally:
    """Tally in one pass, up to the limit of each item where there are any; sums alone are kept."""
    ids: list[str] = []
    counts: list[int] = []
    answers: list[Mapping[str, int]] = []
    sums, products = [], []
    width = len(scored.metrics)
    first, second = np.triu_indices(width)
    with database.reading() as connection:
        rows = connection.execute(_SCORES, (scored.scorer, scored.stream, draws))
        for batch in _whole_items(rows):
            if limits is not None:
                batch = [row for row in batch if row[3] < limits.get(row[0], 0)]  # noqa: PLW2901
            if not batch:
                continue
            items, values, given, _ = zip(*batch, strict=True)
            metrics = np.frombuffer(b"".join(values)).reshape(len(items), -1)
            rows_of = Counter(items)  # which stand in a row each
            ids += rows_of
            counts += rows_of.values()
            bounds = list(itertools.accumulate(rows_of.values(), initial=0))
            answers += [_counted(given[a:b]) for a, b in itertools.pairwise(bounds)]
            sums.append(np.add.reduceat(metrics, bounds[:-1]))
            products.append(np.add.reduceat(metrics[:, first] * metrics[:, second], bounds[:-1]))
    return Tally(
        ids=tuple(ids),
        draws=np.array(counts, dtype=np.int64),
        metrics=scored.metrics,
        sums=_joined(sums, (0, width)),
        products=_mirrored(_joined(products, (0, len(first))), width),
        answers=tuple(answers),
    )


def _joined(parts: list[FloatArray], empty: tuple[int, ...]) -> FloatArray:
    return np.concatenate(parts) if parts else np.zeros(empty)


def _mirrored(upper: FloatArray, width: int) -> FloatArray:
    """Return symmetric tables, shape [N, M, M], from what stands on and above their diagonals."""
    found = np.empty((len(upper), width, width))
    first, second = np.triu_indices(width)
    found[:, first, second] = upper
    found[:, second, first] = upper
    return found


def _counted(answers: tuple[str, ...]) -> dict[str, int]:
    """Count a few answers: `Counter` takes longer to begin than to count."""
    found: dict[str, int] = {}
    for answer in answers:
        found[answer] = found.get(answer, 0) + 1
    return found


def _whole_items(rows: Any) -> Iterator[list[_Row]]:  # noqa: ANN401  a cursor
    """Yield the rows in batches that end where an item does."""
    left: list[_Row] = []
    while more := rows.fetchmany(_ROWS):
        batch = left + more
        last = batch[-1][0]
        cut = next(n for n in range(len(batch), 0, -1) if n == 1 or batch[n - 2][0] != last)
        left = batch[cut - 1 :]
        if cut > 1:
            yield batch[: cut - 1]
    if left:
        yield left
