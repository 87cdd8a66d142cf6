"""Scores of draws, by scorer: another scorer scores the same draws anew."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from harness.records import Score, Scorer
from harness.store.database import Database, hash_of

if TYPE_CHECKING:
    from harness.records.data import FloatArray


class ScoreStore:
    """Keeps scores by scorer, stream, item and index of the draw."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._scorers: dict[str, int] = {}
        self._placed: set[str] = set()

    def scorer(self, scorer: Scorer) -> int:
        """Return the number of a scorer, which is entered if it is new."""
        key = scorer_key(scorer)
        if key not in self._scorers:
            with self._database.writing() as connection:
                connection.execute(
                    "INSERT OR IGNORE INTO scorers (hash, metrics) VALUES (?, ?)",
                    (key, json.dumps(scorer.metrics)),
                )
                row = connection.execute("SELECT id FROM scorers WHERE hash = ?", (key,))
                self._scorers[key] = row.fetchone()[0]
        return self._scorers[key]

    def place(self, items: Mapping[str, str]) -> None:
        """Note which prompt each item asks; the prompts were entered."""
        new = [(item, hash_of(prompt)) for item, prompt in items.items()
               if item not in self._placed]  # fmt: skip
        if not new:
            return
        with self._database.writing() as connection:
            connection.executemany(
                "INSERT OR IGNORE INTO items (id, prompt) SELECT ?, id FROM prompts WHERE hash = ?",
                new,
            )
        self._placed.update(items)

    def unscored(self, scorer: int, stream: int, items: Sequence[str], draws: int) -> list[str]:
        """Return the items of whose first `draws` draws some have no score."""
        with self._database.explained():
            rows = self._database.connection.execute(
                "SELECT item, count(*) FROM scores WHERE scorer = ? AND stream = ? AND n < ? "
                "GROUP BY item",
                (scorer, stream, draws),
            )
            counts = dict(rows.fetchall())
        return [item for item in items if counts.get(item, 0) < draws]

    def add(self, scorer: int, stream: int, item: str, start: int, scores: Sequence[Score]) -> None:
        """Keep the scores of draws `start ..` of an item; within a transaction."""
        self._database.connection.executemany(
            "INSERT OR REPLACE INTO scores VALUES (?, ?, ?, ?, ?, ?)",
            [
                (scorer, stream, item, start + place, np.array(one.metrics).tobytes(), one.answer)
                for place, one in enumerate(scores)
            ],
        )

    def read(
        self, scorer: int, stream: int, item: str, draws: int
    ) -> tuple[FloatArray, Counter[str]]:
        """Return the metrics of an item's first draws, shape [draws, M], and their answers."""
        with self._database.explained():
            rows = self._database.connection.execute(
                "SELECT metrics, answer FROM scores WHERE scorer = ? AND stream = ? AND item = ? "
                "AND n < ? ORDER BY n",
                (scorer, stream, item, draws),
            ).fetchall()
        metrics = np.frombuffer(b"".join(one for one, _ in rows)).reshape(len(rows), -1)
        return metrics, Counter(answer for _, answer in rows)


def scorer_key(scorer: Scorer) -> str:
    """Return what the store knows a scorer by: some metrics are no part of its hash."""
    told = f"-{scorer.told}" if scorer.told else ""
    return f"{scorer.hash}{told}/{','.join(scorer.metrics)}"
