"""Draw what is asked for and not yet there, score it, and tally it item by item."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

import numpy as np

from harness.engines import Engine, Request, open_engine
from harness.records import ArmSpec, Item, Score, Scorer, Statistic, Tally, Task
from harness.scoring import open_scorer


@dataclass(slots=True, kw_only=True)
class _Drawn:
    """Draws 0..n-1 of one item from one stream."""

    texts: list[str] = field(default_factory=list)
    scores: list[Score] = field(default_factory=list)


class Sampler:
    """Keeps the draws of a session, so that none is asked for twice.

    Draw j of an item is fixed by the arm's fingerprint, the prompt, the sampling parameters, the
    stream, the seed and j: the same in every process, whoever asks first and for how many.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._engines: dict[tuple[object, ...], Engine] = {}
        self._scorers: dict[str, Scorer] = {}
        self._drawn: dict[tuple[object, ...], dict[str, _Drawn]] = {}

    def fingerprint(self, arm: ArmSpec) -> str:
        """Return the identity of what the arm runs on."""
        return self._engine(arm).fingerprint

    def pinned(self, arm: ArmSpec) -> bool:
        """Say whether the fingerprint tells all: nothing can change behind it."""
        return self._engine(arm).pinned

    def scorer(self, task: Task) -> Scorer:
        """Return the task's scorer."""
        if task.name not in self._scorers:
            self._scorers[task.name] = open_scorer(task)
        return self._scorers[task.name]

    def tally(self, arm: ArmSpec, task: Task, items: Sequence[Item], draws: int) -> Tally:
        """Tally draws 0..draws-1 of each item; what is missing is drawn first."""
        drawn = self._draw(arm, task, items, draws)
        scores = np.array([[score.metrics for score in found.scores[:draws]] for found in drawn])
        return Tally(
            ids=tuple(item.id for item in items),
            draws=np.full(len(items), draws, dtype=np.int64),
            metrics=self.scorer(task).metrics,
            sums=scores.sum(axis=1),
            products=np.einsum("ndi,ndj->nij", scores, scores),
            answers=tuple(
                Counter(score.answer for score in found.scores[:draws]) for found in drawn
            ),
            right=tuple(map(self.scorer(task).right, items)),
        )

    def rates(
        self, arm: ArmSpec, task: Task, items: Sequence[Item], statistic: Statistic, draws: int
    ) -> Tally:
        """Tally the draws whose text satisfies the predicate of a rate, as a 0/1 metric."""
        predicate = statistic.predicate or bool
        drawn = self._draw(arm, task, items, draws)
        hits = [sum(1 for text in found.texts[:draws] if predicate(text)) for found in drawn]
        sums = np.array(hits, dtype=np.float64)[:, None]
        return Tally(
            ids=tuple(item.id for item in items),
            draws=np.full(len(items), draws, dtype=np.int64),
            metrics=(statistic.metric,),
            sums=sums,
            products=sums[:, :, None],
            answers=({},) * len(items),
        )

    def _engine(self, arm: ArmSpec) -> Engine:
        key = (arm.engine, *sorted(arm.options.items()))
        if key not in self._engines:
            self._engines[key] = open_engine(arm)
        return self._engines[key]

    def _draw(self, arm: ArmSpec, task: Task, items: Sequence[Item], draws: int) -> list[_Drawn]:
        engine, scorer = self._engine(arm), self.scorer(task)
        stream = (engine.fingerprint, arm.sampling, arm.stream, task.name)
        kept = self._drawn.setdefault(stream, {})
        for item in items:
            kept.setdefault(item.id, _Drawn())
        short = [item for item in items if len(kept[item.id].texts) < draws]
        requests = [
            Request(
                prompt=item.prompt,
                key=self._key(engine.fingerprint, arm, item.prompt),
                start=len(kept[item.id].texts),
                count=draws - len(kept[item.id].texts),
            )
            for item in short
        ]
        if requests:
            for arrival in engine.draw(requests, arm.sampling):
                item = short[arrival.place]
                kept[item.id].texts += [draw.text for draw in arrival.draws]
                kept[item.id].scores += [scorer.score(item, draw) for draw in arrival.draws]
        return [kept[item.id] for item in items]

    def _key(self, fingerprint: str, arm: ArmSpec, prompt: str) -> int:
        identity = json.dumps([fingerprint, prompt, asdict(arm.sampling), arm.stream, self._seed])
        digest = hashlib.blake2b(identity.encode("utf-8", "surrogatepass"), digest_size=16)
        return int.from_bytes(digest.digest(), "big")
