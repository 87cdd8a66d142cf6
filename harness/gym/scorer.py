"""Score answers as the data set does that asked for them."""

from __future__ import annotations

import functools
import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from harness.errors import TaskError
from harness.gym.dataset import DataSet
from harness.records import Draw, Item, Score

CORRECT, SCORE = "correct", "score"


class GymScorer:
    """Scores the draws of a data set's items; the same text of the same item is scored once.

    An answer that can't be read scores 0. All answers that the data set scores 1 are one answer.

    Parameters
    ----------
    dataset
        What made the items.
    entries
        What it made, by the ids of the items.
    pattern
        A regular expression whose first group is the answer; empty for the whole completion.

    Raises
    ------
    TaskError
        If the data set does not score its own answers 1.
    """

    metrics = (CORRECT, SCORE)
    heavy = False
    told = ""

    def __init__(
        self, dataset: DataSet, entries: Mapping[str, Mapping[str, Any]], pattern: str = ""
    ) -> None:
        self._dataset, self._entries = dataset, entries
        self._pattern = re.compile(pattern) if pattern else None
        rules = ["reasoning-gym", dataset.version, dataset.name, dataset.config, pattern]
        content = json.dumps(rules, sort_keys=True, default=str)
        self.hash = hashlib.blake2b(content.encode(), digest_size=8).hexdigest()
        self._scored = functools.lru_cache(maxsize=1 << 16)(self._score)
        for entry in entries.values():
            self._check_own(entry)

    def score(self, item: Item, draw: Draw) -> Score:
        """Score one draw of `item`."""
        return self._scored(item.id, item.reference, draw.text)

    def right(self, item: Item) -> str:
        """Return the hash of the right answer, which is that of every answer scored 1."""
        return _digest("right", item.reference)

    def _score(self, identity: str, reference: str, text: str) -> Score:
        answer = self._read(text)
        value = self._dataset.score(answer, self._entries[identity]) if answer else None
        if value is None:
            return Score(metrics=(0.0, 0.0), answer="")
        said = _digest("right", reference) if value == 1 else _digest("said", answer)
        return Score(metrics=(float(value == 1), value), answer=said)

    def _read(self, text: str) -> str:
        if self._pattern is not None:
            found = self._pattern.search(text)
            text = (found[1] or "") if found else ""
        return text.strip()

    def _check_own(self, entry: Mapping[str, Any]) -> None:
        own = entry["answer"]
        value = self._dataset.score(own, entry) if isinstance(own, str) else 1
        if value != 1:
            msg = f"data set {self._dataset.name!r} scores its own answer {own!r} {value}, not 1"
            raise TaskError(msg, hint="take another data set, or other settings")


def _digest(kind: str, answer: str) -> str:
    content = f"{kind}\n{answer}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(content, digest_size=4).hexdigest()
