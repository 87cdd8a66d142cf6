"""Tally draws that are in the store, by the hashes that a run wrote down; no engine is opened."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from harness.errors import StoreError
from harness.records import Tally
from harness.store.database import Database

if TYPE_CHECKING:
    from harness.records.data import FloatArray, IntArray

_ROWS = 50_000  # read at once
_SCORES = """
SELECT item, n, metrics, answer FROM scores WHERE scorer = ? AND stream = ? AND n < ?
ORDER BY item, n
"""
_GONE = "was it pruned, or is this another store? Run the evals again"


def read_tally(database: Database, stream: str, scorer: str, draws: Mapping[str, int]) -> Tally:
    """Tally the first draws of some items; it equals what was read of them.

    Parameters
    ----------
    database
        The store.
    stream, scorer
        The stream's hash, and the scorer's key.
    draws
        How many draws of each item, by its id; those of none are left out.

    Raises
    ------
    StoreError
        If the store can't be read, or lacks some of it.
    """
    asked = {item: count for item, count in draws.items() if count}
    with database.explained():
        scorer_number, named = _row(database, "scorer", "id, metrics", scorer)
        names = tuple(json.loads(named))
        (stream_number,) = _row(database, "stream", "id", stream)
        numbers = (scorer_number, stream_number, max(asked.values(), default=0))
        at, metrics, answers = _read(database, numbers, asked, len(names))
    limit = np.fromiter(asked.values(), dtype=np.int64)
    found = np.bincount(at, minlength=len(asked))
    if lacking := int((limit - found).sum()):
        msg = f"the draw store lacks {lacking} of {limit.sum()} scores of stream {stream}"
        raise StoreError(msg, where=str(database.path), hint=_GONE)
    columns = range(len(names))
    sums = np.stack([_added(at, metrics[:, i], len(asked)) for i in columns], axis=1)
    products = np.empty((len(asked), len(names), len(names)))
    for i in columns:
        for j in range(i + 1):
            product = _added(at, metrics[:, i] * metrics[:, j], len(asked))
            products[:, i, j] = products[:, j, i] = product
    return Tally(
        ids=tuple(asked),
        draws=limit,
        metrics=names,
        sums=sums,
        products=products,
        answers=tuple(answers),
    )


def _row(database: Database, kind: str, columns: str, key: str) -> tuple[Any, ...]:
    query = f"SELECT {columns} FROM {kind}s WHERE hash = ?"  # noqa: S608  constants
    row: tuple[Any, ...] | None = database.connection.execute(query, (key,)).fetchone()
    if row is None:
        msg = f"the draw store has no {kind} {key}"
        raise StoreError(msg, where=str(database.path), hint=_GONE)
    return row


def _read(
    database: Database, numbers: tuple[int, int, int], asked: Mapping[str, int], width: int
) -> tuple[IntArray, FloatArray, list[dict[str, int]]]:
    """Read the row of each draw's item, its metrics, and the answers of each item."""
    position = {item: row for row, item in enumerate(asked)}
    limits = [*asked.values(), 0]  # the last one is of what was not asked for
    answers: list[dict[str, int]] = [{} for _ in asked]
    places: list[int] = []
    blobs: list[bytes] = []
    cursor = database.connection.execute(_SCORES, numbers)
    while rows := cursor.fetchmany(_ROWS):
        for item, n, metrics, answer in rows:
            place = position.get(item, -1)
            if n < limits[place]:
                places.append(place)
                blobs.append(metrics)
                given = answers[place]
                given[answer] = given.get(answer, 0) + 1
    metrics = np.frombuffer(b"".join(blobs)).reshape(len(places), width)
    return np.array(places, dtype=np.int64), metrics, answers


def _added(at: IntArray, values: FloatArray, count: int) -> FloatArray:
    """Add up values by item, in the order of the draws."""
    return np.bincount(at, weights=values, minlength=count).astype(np.float64)
