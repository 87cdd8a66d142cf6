"""What was said in a stream: lengths, labels of all texts, and the draws of a few items."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from harness.records import Draw
from harness.store.database import Database, decoded, hash_of
from harness.store.draws import DrawStore
from harness.store.scores import ScoreStore
from harness.store.tallies import Scored

if TYPE_CHECKING:
    from harness.records.data import FloatArray, IntArray

Label = Callable[[str], object]
_PROMPTS = """
SELECT id, hash FROM prompts WHERE id IN (SELECT DISTINCT prompt FROM draws WHERE stream = ?)
"""
_LENGTHS = """
SELECT prompt, sum(tokens), count(tokens), sum(length(text)), sum(scored = ''), count(*)
FROM draws WHERE stream = ? AND n < ? GROUP BY prompt
"""
_TEXTS = "SELECT prompt, text FROM draws WHERE stream = ? AND n < ? AND scored = ''"


class Texts:
    """The draws behind a tally, read when they are asked for, and never all at once.

    Parameters
    ----------
    database
        The store, open for as long as texts are read.
    scored
        The stream, and the scores of its draws.
    draws
        Most draws of an item that were read.
    """

    def __init__(self, database: Database, scored: Scored, draws: int) -> None:
        self._database = database
        self._scored = scored
        self._most = draws

    def lengths(self, prompts: Sequence[str]) -> tuple[FloatArray, FloatArray]:
        """Return the mean tokens and the mean bytes of each prompt's completions, shape [N].

        NaN where not all tokens, or texts, of a prompt are known.
        """
        position = self._positions(prompts)
        tokens, size = np.full(len(prompts), np.nan), np.full(len(prompts), np.nan)
        with self._database.reading() as connection:
            rows = connection.execute(_LENGTHS, (self._scored.stream, self._most))
            for prompt, total, known, length, texts, count in rows:
                place = position.get(prompt)
                if place is None:
                    continue
                tokens[place] = total / count if known == count else np.nan
                size[place] = length / count if texts == count else np.nan
        return tokens, size

    def labelled(
        self, prompts: Sequence[str], labels: Sequence[Label]
    ) -> tuple[IntArray, IntArray]:
        """Count, of each prompt's texts, those that each label says yes to, and how many there are.

        Returns
        -------
        tuple
            Counts of shape [N, L], and texts of shape [N].
        """
        position = self._positions(prompts)
        hits = np.zeros((len(prompts), len(labels)), dtype=np.int64)
        texts = np.zeros(len(prompts), dtype=np.int64)
        with self._database.reading() as connection:
            rows = connection.execute(_TEXTS, (self._scored.stream, self._most))
            for prompt, data in rows:
                place = position.get(prompt)
                if place is None:
                    continue
                text = decoded(data)
                texts[place] += 1
                hits[place] += [bool(label(text)) for label in labels]
        return hits, texts

    def of_item(self, item: str, prompt: str) -> tuple[list[Draw], FloatArray]:
        """Return an item's draws in order, and their metrics, shape [draws, M]."""
        draws = DrawStore(self._database).read(self._scored.stream, prompt, self._most)
        metrics, _ = ScoreStore(self._database).read(
            self._scored.scorer, self._scored.stream, item, self._most
        )
        return draws, metrics

    def _positions(self, prompts: Sequence[str]) -> dict[int, int]:
        """Return where in `prompts` stands the prompt that the store knows by a number."""
        places = {hash_of(prompt): place for place, prompt in enumerate(prompts)}
        with self._database.reading() as connection:
            rows = connection.execute(_PROMPTS, (self._scored.stream,))
            return {number: places[key] for number, key in rows if key in places}
