"""What is told of every draw, by whatever its task is scored: how it was said."""

from __future__ import annotations

from harness.records import LENGTH, Draw, Item, Score, Scorer, Task

FORMATTED, TRUNCATED = "formatted", "truncated"


class FormScorer:
    """Adds two metrics to those of another scorer, where it has none of that name.

    ``formatted`` is 1 where an answer could be read; of a task without answers, where anything was
    said. ``truncated`` is 1 where the completion was cut off. They are no part of the hash.
    """

    def __init__(self, scorer: Scorer, task: Task) -> None:
        self._scorer = scorer
        self._answers, self._void = bool(task.answer), task.truncated == "wrong"
        self._own = len(scorer.metrics)
        self._formatted, self._truncated = (
            name not in scorer.metrics for name in (FORMATTED, TRUNCATED)
        )
        self.metrics = (
            *scorer.metrics,
            *((FORMATTED,) if self._formatted else ()),
            *((TRUNCATED,) if self._truncated else ()),
        )
        self.hash = f"{scorer.hash}-{task.truncated}" if self._void else scorer.hash
        self.heavy = scorer.heavy
        self.told = scorer.told

    def score(self, item: Item, draw: Draw) -> Score:
        """Score one draw of `item`."""
        truncated = draw.finish == LENGTH
        void = truncated and self._void
        if void:
            score = Score(metrics=(0.0,) * self._own, answer="")
        else:
            score = self._scorer.score(item, draw)
        values = score.metrics
        if self._formatted:
            said = score.answer if self._answers else draw.text.strip()
            values += (1.0 if said and not void else 0.0,)
        if self._truncated:
            values += (1.0 if truncated else 0.0,)
        return Score(metrics=values, answer=score.answer)

    def right(self, item: Item) -> str:
        """Return the hash of the right answer; empty if the task compares no answers."""
        return self._scorer.right(item)
