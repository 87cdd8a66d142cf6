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
_SCORES = "SELECT item, n, metrics FROM scores WHERE scorer = ? AND stream = ? AND n < ?"


class DrawScores:
    """Scores of single draws, read when they are asked for.

    Parameters
    ----------
    database
        The store, open for as long as scores are read.
    scored
        The stream, and the scores of its draws.
    """

    def __init__(self, database: Database, scored: Scored) -> None:
        self._database = database
        self._scored = scored

    def columns(
        self, ids: Sequence[str], draws: IntArray, metrics: Sequence[str]
    ) -> tuple[IntArray, FloatArray]:
        """Return the scores of the first draws of some items by some of the metrics, in no order.

        Parameters
        ----------
        draws
            How many draws of each item, shape [N].

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
            most = int(draws.max(initial=0))
            rows = connection.execute(_SCORES, (self._scored.scorer, self._scored.stream, most))
            limits = np.append(draws, 0)  # the last one is of items that are not asked for
            while batch := rows.fetchmany(_ROWS):
                names, numbers, stored = zip(*batch, strict=True)
                found = np.array([place.get(one, -1) for one in names])
                scores = np.frombuffer(b"".join(stored)).reshape(len(batch), -1)
                kept = np.array(numbers) < limits[found]
                items.append(found[kept])
                values.append(scores[kept][:, chosen])
        return np.concatenate(items), np.concatenate(values)
