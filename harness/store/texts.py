"""What was said in a stream: lengths, labels of all texts, and the draws of a few items."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from harness.errors import StoreError
from harness.records import Draw
from harness.store.database import Database, hash_of
from harness.store.draws import DrawStore
from harness.store.scored import Scored
from harness.store.scores import ScoreStore

if TYPE_CHECKING:
    from harness.records.data import FloatArray, IntArray

Label = Callable[[str], object]
_PROMPTS = "SELECT id, hash FROM prompts"
#: By prompt: draws, tokens and how often they are known, bytes and texts, and to how many texts
#: each label says yes. A draw that was judged when it was taken has no text.
_PROMPT = """
SELECT prompt, COUNT(*), TOTAL(tokens), COUNT(tokens),
TOTAL(length(text)) FILTER (WHERE scored = ''), COUNT(*) FILTER (WHERE scored = ''){labels}
FROM draws WHERE stream = ? AND n < ? AND (n < ? OR n < asked(prompt)) GROUP BY prompt
"""
_LABEL = ", TOTAL({name}(text)) FILTER (WHERE scored = '')"
_ROWS = 1 << 14  # prompts that are in memory at a time


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
    prompts
        Finds prompts in the store; to be shared by all that are asked about the same ones.
    """

    def __init__(self, database: Database, scored: Scored, prompts: Prompts | None = None) -> None:
        self._database = database
        self._scored = scored
        self._prompts = prompts or Prompts()
        self._last: tuple[object, Survey] | None = None

    def survey(self, prompts: Sequence[str], draws: IntArray, labels: Sequence[Label]) -> Survey:
        """Measure the first draws of some prompts, and label their texts; in a pass each.

        Texts are not read if there are no labels. What was asked last is remembered.

        Parameters
        ----------
        draws
            How many draws of each prompt, shape [N].
        """
        asked = (tuple(prompts), draws.tobytes(), tuple(labels))
        if self._last is None or self._last[0] != asked:
            self._last = (asked, self._surveyed(asked[0], draws, labels))
        return self._last[1]

    def _surveyed(
        self, prompts: tuple[str, ...], draws: IntArray, labels: Sequence[Label]
    ) -> Survey:
        asked, most = _Labels(labels), int(draws.max(initial=0))
        least = int(draws.min(initial=most))  # up to which no prompt need be asked about
        with self._database.reading() as connection, asked.known_to(connection) as names:
            query = _PROMPT.format(labels="".join(_LABEL.format(name=name) for name in names))
            places = self._prompts.places(connection, prompts)
            limits = places.each(draws) if least < most else {}
            connection.create_function("asked", 1, limits.get)
            rows = connection.execute(query, (self._scored.stream, most, least))
            found = np.zeros((len(rows.description) - 1, len(prompts)))
            while batch := rows.fetchmany(_ROWS):
                numbers, *figures = zip(*batch, strict=True)
                found += places.total(np.array(numbers), np.array(figures))
        there, tokens, counted, size, texts, *hits = found
        with np.errstate(divide="ignore", invalid="ignore"):
            return Survey(
                tokens=np.where(counted == there, tokens / there, np.nan),
                size=np.where(texts == there, size / there, np.nan),
                texts=texts.astype(np.int64),
                hits=np.array(hits, dtype=np.int64).reshape(len(labels), len(prompts)),
            )

    def of_item(self, item: str, prompt: str, count: int) -> tuple[list[Draw], FloatArray]:
        """Return an item's first `count` draws in order, and their metrics, shape [draws, M].

        Raises
        ------
        StoreError
            If not all of them have scores, or the store can't be read.
        """
        draws = DrawStore(self._database).read(self._scored.stream, prompt, count)
        metrics, _ = ScoreStore(self._database).read(
            self._scored.scorer, self._scored.stream, item, count
        )
        if len(draws) != len(metrics):
            msg = f"the draw store has {len(draws)} draws and {len(metrics)} scores of an item"
            raise StoreError(msg, where=str(self._database.path), hint="run the evals again")
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
        self._numbers = numbers
        self._order = np.argsort(numbers, kind="stable")
        self._sorted = numbers[self._order]

    def each(self, values: IntArray) -> dict[int, int]:
        """Return one value of each prompt, by its number."""
        return dict(zip(self._numbers.tolist(), values.tolist(), strict=True))

    def total(self, numbers: IntArray, values: FloatArray) -> FloatArray:
        """Add values of draws up by prompt: shapes [D] and [V, D] to [V, N]; others are dropped."""
        count = len(self._sorted)
        at = np.minimum(np.searchsorted(self._sorted, numbers), count - 1)
        asked = self._sorted[at] == numbers if count else np.zeros(len(at), dtype=np.bool_)
        places = self._order[at[asked]]
        return np.array([np.bincount(places, one[asked], count) for one in values])


class _Labels:
    """Labels as functions of SQLite's, which counts what they say while it goes over the draws."""

    def __init__(self, labels: Sequence[Label]) -> None:
        self._labels = labels
        self._raised: BaseException | None = None

    @contextmanager
    def known_to(self, connection: sqlite3.Connection) -> Iterator[list[str]]:
        """Give their names there; what one of them raises is raised as it is."""
        names = [f"label_{place}" for place in range(len(self._labels))]
        for name, label in zip(names, self._labels, strict=True):
            connection.create_function(name, 1, self._asked(label))
        try:
            yield names
        except sqlite3.OperationalError:
            if self._raised is None:
                raise
            raise self._raised from None

    def _asked(self, label: Label) -> Callable[[bytes], bool]:
        def asked(text: bytes) -> bool:
            try:
                return bool(label(text.decode("utf-8", "surrogatepass")))  # as `decoded`
            except BaseException as error:  # SQLite tells that there was one, and not which
                self._raised = error
                raise

        return asked
