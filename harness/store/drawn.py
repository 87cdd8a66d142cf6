"""The scores behind a tally, draw by draw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from harness.store.database import Database
from harness.store.scored import Scored

if TYPE_CHECKING:
    from harness.records.data import FloatArray, IntArray

_ROWS = 1 << 15  # scores that are in memory as rows at a time
_SCORES = "SELECT item, metrics FROM scores WHERE scorer = ? AND stream = ? AND n < ?"


class DrawScores:
    """Scores of single draws, read when they are asked for.

    Parameters
    ----------
    database
        The store, open for as long as scores are read.
    scored
        The stream, and the scores of its draws.
    draws
        Most draws of an item that were read.
    """

    def __init__(self, database: Database, scored: Scored, draws: int) -> None:
        self._database = database
        self._scored = scored
        self._most = draws

    def columns(self, ids: Sequence[str], metrics: Sequence[str]) -> tuple[IntArray, FloatArray]:
        """Return the scores of some items by some of the metrics, in no order.

        Returns
        -------
        tuple of arrays
            For each of T draws the place of its item among `ids`, shape [T], and its scores, shape
            [T, M], in the order of `metrics`.

        Raises
        ------
        StoreError
            If the store can't be read.
        """
        place = {one: row for row, one in enumerate(ids)}
        chosen = [self._scored.metrics.index(name) for name in metrics]
        items = [np.empty(0, dtype=np.int64)]
        values = [np.empty((0, len(chosen)))]
        with self._database.reading() as connection:
            rows = connection.execute(
                _SCORES, (self._scored.scorer, self._scored.stream, self._most)
            )
            while batch := rows.fetchmany(_ROWS):
                found = np.fromiter((place.get(row[0], -1) for row in batch), np.int64, len(batch))
                scores = np.frombuffer(b"".join(row[1] for row in batch)).reshape(len(batch), -1)
                kept = found >= 0
                items.append(found[kept])
                values.append(scores[kept][:, chosen])
        return np.concatenate(items), np.concatenate(values)
