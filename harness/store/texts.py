"""What was said in a stream: lengths, labels of all texts, and the draws of a few items."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
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
_DRAWS = """
SELECT prompt, tokens, CASE WHEN scored = '' THEN length(text) END, {}
FROM draws WHERE stream = ? AND n < ?
"""
_ROWS = 1 << 13  # draws that are in memory at a time


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
        places, count = self._places(prompts), len(prompts)
        # Draws, tokens, bytes, texts and hits, with one more place for prompts that aren't asked.
        found = np.zeros((4 + len(labels), count + 1))
        with self._database.reading() as connection:
            query = _DRAWS.format("text" if labels else "NULL")
            rows = connection.execute(query, (self._scored.stream, self._most))
            while batch := rows.fetchmany(_ROWS):
                numbers, tokens, sizes, texts = zip(*batch, strict=True)
                at = np.array([places.get(number, count) for number in numbers])
                measured = _measured(tokens, sizes, texts, labels)
                for total, one in zip(found, measured, strict=True):
                    np.add.at(total, at, one)
        draws, tokens, size, texts = found[:4, :count]
        drawn = np.where(draws > 0, draws, np.nan)
        return Survey(
            tokens=tokens / drawn,
            size=size / drawn,
            texts=texts.astype(np.int64),
            hits=found[4:, :count].astype(np.int64),
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


def _measured(
    tokens: Sequence[int | None],
    sizes: Sequence[int | None],
    texts: Sequence[bytes],
    labels: Sequence[Label],
) -> Iterator[FloatArray]:
    """Yield of each draw 1, its tokens, its bytes, whether it has a text, and each label's word.

    What is not known is NaN. Where there are no labels, the texts are not there.
    """
    size = np.array(sizes, dtype=np.float64)
    has_text = np.isfinite(size)
    yield np.ones(len(size))
    yield np.array(tokens, dtype=np.float64)
    yield size
    yield has_text.astype(np.float64)
    if labels:
        rows = np.flatnonzero(has_text).tolist()
        known = [texts[row].decode("utf-8", "surrogatepass") for row in rows]  # as `decoded`
        for label in labels:
            said = np.zeros(len(size))
            said[rows] = list(map(bool, map(label, known)))
            yield said


@functools.lru_cache(maxsize=1)
def _hashed(prompts: tuple[str, ...]) -> Mapping[bytes, int]:
    """Return the place of each prompt by its hash; both sides of a diff ask for the same."""
    return {hash_of(prompt): place for place, prompt in enumerate(prompts)}
