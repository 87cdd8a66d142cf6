"""Find what the command names: an arm of a run, a baseline, or one of another commit."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Self

from harness.baseline import BaselineStore
from harness.diff.baselines import FORMS, of_file, of_set
from harness.diff.samples import Provenance, Sampled, is_run, read_samples
from harness.diff.side import Found, Side
from harness.errors import DiffError, did_you_mean
from harness.git import resolve
from harness.records import Recipe, Tally, Task
from harness.store import (
    Database,
    DrawScores,
    Prompts,
    Scored,
    Texts,
    find_scored,
    read_scored,
    read_tally,
)

_STATE = Path(".harness")


class Library:
    """Finds sides by their names, and keeps the stores open that they are read from.

    Parameters
    ----------
    evals
        The folder of the config, where baselines lie.
    store
        The draw store, if it is not the one beside the run, or in the nearest `.harness`.
    recipes
        Those of the config, by name: none of them is a side.
    """

    def __init__(
        self,
        evals: Path,
        store: Path | None = None,
        recipes: Mapping[str, Recipe] = MappingProxyType({}),
    ) -> None:
        self._evals = evals
        self._store = store
        self._recipes = recipes
        self._open: dict[Path, tuple[Database, Prompts]] = {}
        self._runs = functools.cache(read_samples)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close what was opened."""
        for database, _ in self._open.values():
            database.close()

    def find(self, name: str) -> list[Found]:
        """Find what `name` stands for: a side for each task, and of a run for each arm.

        Raises
        ------
        DiffError
            If there is no such side.
        HarnessError
            If its run, store or baseline is broken.
        """
        if (path := Path(name)).is_file():
            return self._of_run(path) if is_run(path) else [of_file(path)]
        place, _, arm = name.rpartition(":")
        if arm in self._recipes:
            seeds = ", ".join(self._recipes[arm].seeds)
            msg = f"{arm!r} is a recipe, and a side is one checkpoint"
            raise DiffError(msg, hint=f"name one of its training seeds: {seeds}")
        if not place:
            return self._of_last(name)
        if place.startswith("git:"):
            commit = resolve(place.removeprefix("git:"), self._evals)
            return of_set(BaselineStore(self._evals / "baselines", commit=commit), arm, name)
        if Path(place).is_file():
            return self._of_run(Path(place), arm, name)
        folder = self._evals / ("baselines" if place == "baseline" else f"baselines-{place}")
        if not folder.is_dir():
            known = (one.name for one in self._evals.glob("baselines-*"))
            sets = ["baseline", *(one.removeprefix("baselines-") for one in known)]
            msg = f"{name!r} is neither a run's nor a baseline's: there is no {folder}"
            raise DiffError(msg, hint=f"{did_you_mean(place, sets)}; a side is {FORMS}")
        return of_set(BaselineStore(folder), arm, name)

    def _of_last(self, arm: str) -> list[Found]:
        """Find an arm of the last run; a path that was taken for one is told as such."""
        run = nearest(_STATE / "run.json")
        known = run is not None and any(one.arm == arm for one in self._runs(run)[0])
        if not known and ("/" in arm or Path(arm).is_dir()):
            what = "is a folder" if Path(arm).is_dir() else "is no file, and no arm of the last run"
            raise DiffError(f"{arm!r} {what}", hint=f"a side is {FORMS}")
        if run is None:
            msg = f"there is no run to find arm {arm!r} in, here or in a folder above"
            hint = f"run the evals first, or name {FORMS}"
            raise DiffError(msg, where=str(_STATE / "run.json"), hint=hint)
        return self._of_run(run, arm, arm)

    def run(self, path: Path | None = None) -> list[Found]:
        """Find all arms of a run, on all tasks; of the last one if no path is given.

        Raises
        ------
        DiffError
            If there is no such run, or it read no draws.
        """
        return self._of_run(_last(path))

    def provenance(self, path: Path | None = None) -> Provenance:
        """Return where a run is from; the last one if no path is given."""
        return self._runs(_last(path))[1]

    def _of_run(self, path: Path, arm: str = "", name: str = "") -> list[Found]:
        """Find one arm of a run, or all of them."""
        samples, provenance = self._runs(path)
        chosen = [one for one in samples if one.arm == arm or not arm]
        if not chosen:
            msg = f"this run read no draws of arm {arm!r}" if arm else "this run read no draws"
            hint = did_you_mean(arm, {one.arm for one in samples}) if arm else "run the evals again"
            raise DiffError(msg, where=str(path), hint=hint)
        return [
            Found(
                name=name or one.arm,
                arm=one.arm,
                task=one.task,
                origin=f"stream {one.stream}",
                read=functools.partial(self._sampled, path, one),
                full=f"{_near(path)}:{one.arm}",
                fingerprint=one.fingerprint,
                run=provenance.name,
                items=one.each.keys(),
            )
            for one in chosen
        ]

    def _sampled(self, run: Path, one: Sampled, name: str, task: Task) -> Side:
        database, prompts = self._database(run)
        scored = find_scored(database, one.stream, one.scorer)
        return Side(
            name=name,
            tally=_tally(database, scored, one, task),
            scorer=one.scorer.partition("/")[0],
            sampling=scored.identity.get("sampling", {}),
            texts=Texts(database, scored, prompts),
            scores=DrawScores(database, scored),
        )

    def _database(self, run: Path) -> tuple[Database, Prompts]:
        name = "draws.sqlite"
        path = self._store or next(
            (one for one in (run.parent / name, nearest(_STATE / name)) if one and one.is_file()),
            None,
        )
        if path is None or not path.is_file():
            msg = "there is no draw store" + (f" {path}" if path else f" beside {run}")
            raise DiffError(msg, hint="name it by --store PATH")
        if path not in self._open:
            self._open[path] = (Database(path), Prompts())
        return self._open[path]


def _last(path: Path | None) -> Path:
    """Return the last run's file, unless another is named.

    Raises
    ------
    DiffError
        If there is none.
    """
    if (path := path or nearest(_STATE / "run.json")) is None:
        msg = "there is no run, here or in a folder above"
        raise DiffError(msg, where=str(_STATE / "run.json"), hint="run the evals first")
    return path


def _tally(database: Database, scored: Scored, one: Sampled, task: Task) -> Tally:
    """Tally what a run read; where it does not say of which items, the task's that are there."""
    if one.each:
        return read_tally(database, scored, one.each)
    tally, known = read_scored(database, scored, one.draws), {item.id for item in task.items}
    if known.issuperset(tally.ids):
        return tally
    return tally.chosen([row for row, item in enumerate(tally.ids) if item in known])


def _near(path: Path) -> Path:
    """Return a path from this folder on, where it lies in it."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def nearest(path: Path) -> Path | None:
    """Return a file of this folder, or of the nearest above; None if there is none."""
    here = Path.cwd()
    return next((one / path for one in (here, *here.parents) if (one / path).is_file()), None)
