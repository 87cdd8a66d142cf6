"""Draw what is asked for and not yet there, score it, and tally it item by item."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from harness.engines import Engine, open_engine, replays, stops
from harness.records import ArmSpec, Item, Scorer, Spent, Statistic, Tally, Task
from harness.sampling.gathering import Gathering, Wanted
from harness.sampling.progress import Progress, Silent
from harness.scoring import open_scorer
from harness.store import Database, DrawStore, ScoreStore, stream_hash


class Sampler:
    """Gives tallies of draws; what the store lacks is drawn, once, and kept there.

    Draw j of an item is fixed by the arm's fingerprint, the prompt, the sampling parameters, the
    stream, the seed and j: the same in every process, whoever asks first and for how many.

    Parameters
    ----------
    seed
        Of the sampling.
    path
        The store's file; None keeps draws in memory, for as long as the sampler lives.
    run
        Identifies the run: draws of arms that are not pinned serve no other.
    offline
        Whether nothing may be drawn.
    progress
        Is told of what is drawn.
    opener
        Opens an arm's engine; None for the usual way.

    Attributes
    ----------
    run
        As given.
    """

    def __init__(  # noqa: PLR0913  what it works with
        self,
        seed: int,
        path: Path | None = None,
        *,
        run: str = "",
        offline: bool = False,
        progress: Progress | None = None,
        opener: Callable[[ArmSpec], Engine] | None = None,
    ) -> None:
        self._seed = seed
        self._path = path
        self.run = run
        self._offline = offline
        self._progress = progress or Silent()
        self._opener = opener
        self._engines: dict[tuple[object, ...], Engine] = {}
        self._scorers: dict[str, Scorer] = {}

    @functools.cached_property
    def _gathering(self) -> Gathering:
        """What fills the store; a session that samples nothing opens none."""
        database = Database(self._path)
        return Gathering(database, offline=self._offline, progress=self._progress)

    @property
    def _draws(self) -> DrawStore:
        return self._gathering.draws

    @property
    def _scores(self) -> ScoreStore:
        return self._gathering.scores

    def fingerprint(self, arm: ArmSpec) -> str:
        """Return the identity of what the arm runs on."""
        return self._engine(arm).fingerprint

    def pinned(self, arm: ArmSpec) -> bool:
        """Say whether the fingerprint tells all: nothing can change behind it."""
        return self._engine(arm).pinned

    def spent(self) -> dict[tuple[str, str], Spent]:
        """Return what draws took since this was last asked, by arm and hash of the stream."""
        if "_gathering" not in vars(self):
            return {}
        found, self._gathering.spent = self._gathering.spent, {}
        return {(arm, self._draws.hash_of(stream)): one for (arm, stream), one in found.items()}

    def stream(self, arm: ArmSpec, task: Task) -> str:
        """Return the hash by which the store knows the stream of an arm's draws for a task."""
        return stream_hash(self._identity(arm, task), run=self._run_of(arm))

    def scorer(self, task: Task) -> Scorer:
        """Return the task's scorer."""
        if task.name not in self._scorers:
            self._scorers[task.name] = open_scorer(task)
        return self._scorers[task.name]

    def fill(self, arm: ArmSpec, task: Task, items: Sequence[Item], draws: int) -> None:
        """See to it that draws 0..draws-1 of each item are there, and scored; as `tally` does."""
        self._filled(arm, task, items, draws)

    def tally(self, arm: ArmSpec, task: Task, items: Sequence[Item], draws: int) -> Tally:
        """Tally draws 0..draws-1 of each item; what is missing is drawn first.

        Raises
        ------
        EngineError
            If draws are missing and can't be had.
        StoreError
            If the store can't be used.
        """
        scorer = self.scorer(task)
        stream = self._filled(arm, task, items, draws)
        number = self._scores.scorer(scorer)
        found = [self._scores.read(number, stream, item.id, draws) for item in items]
        return Tally(
            ids=tuple(item.id for item in items),
            draws=np.full(len(items), draws, dtype=np.int64),
            metrics=scorer.metrics,
            sums=np.array([metrics.sum(axis=0) for metrics, _ in found]),
            products=np.array([metrics.T @ metrics for metrics, _ in found]),
            answers=tuple(answers for _, answers in found),
            right=tuple(map(scorer.right, items)),
            exact=task.likelihoods,
        )

    def rates(
        self, arm: ArmSpec, task: Task, items: Sequence[Item], statistic: Statistic, draws: int
    ) -> Tally:
        """Tally the draws whose text satisfies the predicate of a rate, as a 0/1 metric."""
        predicate = statistic.predicate or bool
        stream = self._filled(arm, task, items, draws)
        hits = [
            sum(1 for draw in self._draws.read(stream, item.prompt, draws) if predicate(draw.text))
            for item in items
        ]
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
            self._engines[key] = (self._opener or open_engine)(arm)
        return self._engines[key]

    def _filled(self, arm: ArmSpec, task: Task, items: Iterable[Item], draws: int) -> int:
        """Return the number of the arm's stream, with the draws of the items, and their scores."""
        engine = self._engine(arm)
        stream = self._draws.stream(self._identity(arm, task), arm=arm.name, run=self._run_of(arm))
        wanted = Wanted(
            arm=arm, engine=engine, task=task, scorer=self.scorer(task), stream=stream, draws=draws,
            key=functools.partial(self._key, engine.fingerprint, arm),
        )  # fmt: skip
        self._gathering.fill(wanted, {item.id: item for item in items})
        return stream

    def _identity(self, arm: ArmSpec, task: Task) -> dict[str, object]:
        return {
            "fingerprint": self.fingerprint(arm),
            "sampling": asdict(arm.sampling),
            "stream": arm.stream,
            "seed": self._seed,
            **({"until": task.until} if task.until and stops(arm) else {}),
            **({"task": task.name} if replays(arm) else {}),  # it may tell prompts by items' ids
        }

    def _run_of(self, arm: ArmSpec) -> str:
        return "" if self.pinned(arm) else self.run

    def _key(self, fingerprint: str, arm: ArmSpec, prompt: str) -> int:
        identity = json.dumps([fingerprint, prompt, asdict(arm.sampling), arm.stream, self._seed])
        digest = hashlib.blake2b(identity.encode("utf-8", "surrogatepass"), digest_size=16)
        return int.from_bytes(digest.digest(), "big")
