"""What was said in a stream: lengths, labels of all texts, and the draws of a few items."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from harness.records import Draw
from harness.store.database import Database, hash_of
from harness.store.draws import DrawStore
from harness.store.scored import Scored
from harness.store.scores import ScoreStore

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What is known of the completions of N prompts.

    Attributes
    ----------
    tokens, size
        Mean tokens and mean bytes of a completion, shape [N]; NaN where some are not known.
    texts
        How many texts there are, shape [N].
    hits
        How many of them each of L labels says yes to, shape [L, N].
    """

    tokens: FloatArray
    size: FloatArray
    texts: IntArray
    hits: IntArray


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
        self._last: tuple[object, Survey] | None = None

    def survey(self, prompts: Sequence[str], labels: Sequence[Label]) -> Survey:
        """Measure all completions of some prompts, and label their texts; in a pass each.

        Texts are not read if there are no labels. What was asked last is remembered.
        """
        asked = (tuple(prompts), tuple(labels))
        if self._last is None or self._last[0] != asked:
            self._last = (asked, self._surveyed(*asked))
        return self._last[1]

    def _surveyed(self, prompts: Sequence[str], labels: Sequence[Label]) -> Survey:
        places = self._places(prompts)
        count = len(prompts)
        tokens, size = np.full(count, np.nan), np.full(count, np.nan)
        hits = [[0] * count for _ in labels]
        texts = [0] * count
        counted = list(zip(hits, labels, strict=True))
        with self._database.reading() as connection:
            which = (self._scored.stream, self._most)
            for prompt, total, known, length, told, draws in connection.execute(_LENGTHS, which):
                if (place := places.get(prompt)) is None:
                    continue
                texts[place] = told
                tokens[place] = total / draws if known == draws else np.nan
                size[place] = length / draws if told == draws else np.nan
            for prompt, data in connection.execute(_TEXTS, which) if labels else ():
                if (place := places.get(prompt)) is None:
                    continue
                text = data.decode("utf-8", "surrogatepass")  # as `decoded`, a million times
                for counts, label in counted:
                    if label(text):
                        counts[place] += 1
        return Survey(
            tokens=tokens,
            size=size,
            texts=np.array(texts, dtype=np.int64),
            hits=np.array(hits, dtype=np.int64).reshape(len(labels), count),
        )

    def of_item(self, item: str, prompt: str) -> tuple[list[Draw], FloatArray]:
        """Return an item's draws in order, and their metrics, shape [draws, M]."""
        draws = DrawStore(self._database).read(self._scored.stream, prompt, self._most)
        metrics, _ = ScoreStore(self._database).read(
            self._scored.scorer, self._scored.stream, item, self._most
        )
        return draws, metrics

    def _places(self, prompts: Sequence[str]) -> dict[int, int]:
        """Return where in `prompts` stands the prompt that the store knows by a number."""
        places = _hashed(tuple(prompts))
        with self._database.reading() as connection:
            rows = connection.execute(_PROMPTS, (self._scored.stream,))
            return {number: places[key] for number, key in rows if key in places}


@functools.lru_cache(maxsize=1)
def _hashed(prompts: tuple[str, ...]) -> Mapping[bytes, int]:
    """Return the place of each prompt by its hash; both sides of a diff ask for the same."""
    return {hash_of(prompt): place for place, prompt in enumerate(prompts)}
