"""A project as the commands on baselines see it: its config, its tasks, and what samples."""

from __future__ import annotations

import functools
import secrets
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from harness.baseline import BaselineStore
from harness.baseline.state import orphaned
from harness.baseline.store import ANCHORS
from harness.config import load_config
from harness.errors import BaselineError, did_you_mean
from harness.records import ArmSpec, Task
from harness.sampling import Sampler
from harness.sampling.progress import Progress
from harness.tasks import load_task

_FIRST = "for a first one name both: --task TASK --arm ARM"
#: A task and an arm.
Pair = tuple[str, str]


class Project:
    """The evals of a config, with their baselines.

    Parameters
    ----------
    path
        The config.
    folder
        Where draws are kept; None keeps them in memory.
    progress
        Is told of what is drawn.

    Attributes
    ----------
    config
        The arms, and how they are sampled.
    evals
        The folder of the config.
    folder
        Where draws are kept.
    task
        Returns a task by its name, without items that are made anew in each run: these have no
        baselines.
    accepted, anchor
        The baselines of the working tree, and the anchors.
    """

    def __init__(
        self, path: Path, folder: Path | None = None, progress: Progress | None = None
    ) -> None:
        self.config = load_config(path)
        self.evals = path.parent
        self.folder = folder
        self.accepted = BaselineStore(self.evals / "baselines")
        self.anchor = BaselineStore(self.evals / ANCHORS)
        self.task = functools.cache(self._task)
        self.sampler = functools.cache(self._sampler)
        self._progress = progress
        self._run = secrets.token_hex(8)  # draws of arms that can change serve this command alone

    def _task(self, name: str) -> Task:
        return load_task(self.evals / "tasks", name).lasting

    def _sampler(self, seed: int) -> Sampler:
        store = self.folder and self.folder / "draws.sqlite"
        return Sampler(seed, store, run=self._run, progress=self._progress)

    @property
    def tasks(self) -> list[str]:
        """Names of the tasks."""
        return sorted(file.stem for file in (self.evals / "tasks").glob("*.yaml"))

    def sets(self) -> Mapping[str, BaselineStore]:
        """Return all sets of baselines by name; that of the accepted ones is ``baseline``."""
        others = sorted(self.evals.glob("baselines-*"))
        named = {one.name.partition("-")[2]: BaselineStore(one) for one in others if one.is_dir()}
        return {"baseline": self.accepted, **named}

    def arm(self, name: str) -> ArmSpec:
        """Return an arm.

        Raises
        ------
        BaselineError
            If there is none of that name.
        """
        if name not in self.config.arms:
            msg = f"there is no arm {name!r} in {self.config.path}"
            raise BaselineError(msg, hint=did_you_mean(name, self.config.arms))
        return self.config.arms[name]

    def both(self, pair: Pair) -> tuple[Task, ArmSpec]:
        """Return the task and the arm of a baseline.

        Raises
        ------
        BaselineError
            If one of them is gone, with the baseline that is left of it.
        """
        if pair in self.accepted.names():
            for trouble in orphaned(*pair, self.tasks, list(self.config.arms)):
                where = self.accepted.where(*pair)
                raise BaselineError(str(trouble), where=where, hint=trouble.hint)
        return self.task(pair[0]), self.arm(pair[1])

    def seeds(self, name: str) -> tuple[str, ...]:
        """Return the arms that are the training seeds of a recipe; of any other name itself."""
        recipe = self.config.recipes.get(name)
        return (name,) if recipe is None else recipe.seeds

    def pairs(
        self, tasks: Sequence[str], arms: Sequence[str], known: Iterable[Pair], *, new: bool = False
    ) -> list[Pair]:
        """Return the pairs of task and arm that are meant.

        Parameters
        ----------
        tasks, arms
            As given, a recipe for all of its training seeds; empty for all.
        known
            The pairs that there are.
        new
            Whether a task and an arm that are both given are meant, known or not.

        Raises
        ------
        BaselineError
            If there is none.
        """
        known = sorted(set(known))
        arms = [seed for name in arms for seed in self.seeds(name)]
        if new and tasks and arms:
            return sorted({(task, arm) for task in tasks for arm in arms})
        for word, given, names in (
            ("task", tasks, {task for task, _ in known}),
            ("arm", arms, {arm for _, arm in known}),
        ):
            for name in given:
                if name not in names:
                    msg = f"there is no baseline of {word} {name!r}"
                    hint = did_you_mean(name, names) + (f"; {_FIRST}" if new else "")
                    raise BaselineError(msg, hint=hint)
        chosen = [
            (task, arm)
            for task, arm in known
            if task in (tasks or [task]) and arm in (arms or [arm])
        ]
        if not chosen:
            msg = "there is no baseline yet" if not known else "there is no baseline of these"
            hint = "take one with: harness baseline accept --task TASK --arm ARM"
            raise BaselineError(msg, where=str(self.accepted.folder), hint=hint)
        return chosen
