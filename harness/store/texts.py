"""What was said in a stream: lengths, labels of all texts, and the draws of a few items."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
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
_PROMPTS = "SELECT id, hash FROM prompts"
#: By prompt, as each draw is told of: draws, tokens and how often they are known, bytes and texts.
#: A draw that was judged when it was taken has no text.
_SIZES = """
SELECT prompt, COUNT(*), TOTAL(tokens), COUNT(tokens),
TOTAL(length(text)) FILTER (WHERE scored = ''), COUNT(*) FILTER (WHERE scored = '')
FROM draws WHERE stream = ? AND n < ? GROUP BY prompt
"""
_DRAWS = """
SELECT prompt, tokens, CASE WHEN scored = '' THEN text END FROM draws WHERE stream = ? AND n < ?
"""
_FIGURES = 5  # of a draw, before the labels
_ROWS = 1 << 14  # draws that are in memory at a time


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
    prompts
        Finds prompts in the store; to be shared by all that are asked about the same ones.
    """

    def __init__(
        self, database: Database, scored: Scored, draws: int, prompts: Prompts | None = None
    ) -> None:
        self._database = database
        self._scored = scored
        self._most = draws
        self._prompts = prompts or Prompts()
        self._last: tuple[object, Survey] | None = None

    def survey(self, prompts: Sequence[str], labels: Sequence[Label]) -> Survey:
        """Measure all completions of some prompts, and label their texts; in a pass each.

        Texts are not read if there are no labels. What was asked last is remembered.
        """
        asked = (tuple(prompts), tuple(labels))
        if self._last is None or self._last[0] != asked:
            self._last = (asked, self._surveyed(*asked))
        return self._last[1]

    def _surveyed(self, prompts: tuple[str, ...], labels: Sequence[Label]) -> Survey:
        found = np.zeros((_FIGURES + len(labels), len(prompts)))
        with self._database.reading() as connection:
            places = self._prompts.places(connection, prompts)
            rows = connection.execute(
                _DRAWS if labels else _SIZES, (self._scored.stream, self._most)
            )
            while batch := rows.fetchmany(_ROWS):
                numbers, *told = zip(*batch, strict=True)
                figures = _labelled(told[0], told[1], labels) if labels else np.array(told)
                found += places.total(np.array(numbers), figures)
        draws, tokens, counted, size, texts = found[:_FIGURES]
        with np.errstate(divide="ignore", invalid="ignore"):
            return Survey(
                tokens=np.where(counted == draws, tokens / draws, np.nan),
                size=np.where(texts == draws, size / draws, np.nan),
                texts=texts.astype(np.int64),
                hits=found[_FIGURES:].astype(np.int64),
            )

    def of_item(self, item: str, prompt: str) -> tuple[list[Draw], FloatArray]:
        """Return an item's draws in order, and their metrics, shape [draws, M]."""
        draws = DrawStore(self._database).read(self._scored.stream, prompt, self._most)
        metrics, _ = ScoreStore(self._database).read(
            self._scored.scorer, self._scored.stream, item, self._most
        )
        return draws, metrics


class Prompts:
    """Finds prompts that are asked about in a store, and remembers the last ones."""

    def __init__(self) -> None:
        self._last: tuple[tuple[str, ...], _Places] | None = None

    def places(self, connection: sqlite3.Connection, prompts: tuple[str, ...]) -> _Places:
        """Return where the prompts stand; all of them are to be in the store by now."""
        if self._last is None or self._last[0] != prompts:
            known = {key: number for number, key in connection.execute(_PROMPTS)}
            numbers = [known.get(hash_of(prompt), -1) for prompt in prompts]
            self._last = (prompts, _Places(np.array(numbers, dtype=np.int64)))
        return self._last[1]


class _Places:
    """Where in what is asked for the prompts stand that the store knows by numbers."""

    def __init__(self, numbers: IntArray) -> None:
        self._order = np.argsort(numbers, kind="stable")
        self._sorted = numbers[self._order]

    def total(self, numbers: IntArray, values: FloatArray) -> FloatArray:
        """Add values of draws up by prompt: shapes [D] and [V, D] to [V, N]; others are dropped."""
        count = len(self._sorted)
        at = np.minimum(np.searchsorted(self._sorted, numbers), count - 1)
        asked = self._sorted[at] == numbers if count else np.zeros(len(at), dtype=np.bool_)
        places = self._order[at[asked]]
        return np.array([np.bincount(places, one[asked], count) for one in values])


def _labelled(
    tokens: Sequence[int | None], texts: Sequence[bytes | None], labels: Sequence[Label]
) -> FloatArray:
    """Return of each draw what `_SIZES` adds up, and each label's word on its text."""
    count = np.array(tokens, dtype=np.float64)
    rows = [row for row, text in enumerate(texts) if text is not None]
    known = [text for text in texts if text is not None]
    said = [text.decode("utf-8", "surrogatepass") for text in known]  # as `decoded`
    told = np.ones(len(texts)), np.nan_to_num(count), ~np.isnan(count)
    of_texts = np.zeros((2 + len(labels), len(texts)))
    words = (list(map(bool, map(label, said))) for label in labels)
    of_texts[:, rows] = np.array([list(map(len, known)), [1] * len(known), *words])
    return np.vstack([*told, of_texts])
