"""Scores that a record gives itself, because it keeps no texts."""

from __future__ import annotations

import math

from harness.records import UNKNOWN, Draw, Item, Score, Scorer


class GivenScorer:
    """Passes on the metrics that a draw brings along; other draws are scored as the task says."""

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer
        self.metrics = scorer.metrics
        self.hash = scorer.hash
        self.heavy = scorer.heavy
        self.told = scorer.told
        self.right = scorer.right

    def score(self, item: Item, draw: Draw) -> Score:
        """Score one draw of `item`; what a draw without a text does not bring is not known."""
        if not draw.scored:
            return self._scorer.score(item, draw)
        given = dict(draw.scored)
        values = tuple(given.get(metric, math.nan) for metric in self.metrics)
        return Score(metrics=values, answer=UNKNOWN)
