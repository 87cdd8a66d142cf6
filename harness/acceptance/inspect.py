"""What is the matter with each stored baseline, held against config and tasks; opens no engine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from harness.acceptance.judged import stored_in
from harness.acceptance.project import Project
from harness.baseline import Baseline, BaselineStore
from harness.baseline.state import State, Trouble, orphaned, partial, stale, unlike
from harness.baseline.take import identity_of
from harness.errors import BaselineError
from harness.planning import read_plan

_LATER = "is from a later version"  # as the reader of all our files says it


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected:
    """A baseline, one that a planned claim asks for, or a file that is none where it lies.

    Attributes
    ----------
    name
        Of its set: ``baseline`` for the accepted ones.
    where
        Its file, and the line where it is broken.
    baseline
        None if it is missing or broken.
    troubles
        What is the matter with it.
    """

    name: str
    task: str
    arm: str
    where: str
    baseline: Baseline | None
    troubles: tuple[Trouble, ...]

    @property
    def lines(self) -> Iterator[str]:
        """Each trouble as people read it, with its place and the next step."""
        for trouble in self.troubles:
            yield f"{self.where}: {trouble}; {trouble.hint}"

    @property
    def state(self) -> str:
        """What is the matter, in words; ``good`` for nothing."""
        return ", ".join(dict.fromkeys(trouble.state for trouble in self.troubles)) or "good"


def inspected(project: Project) -> Iterator[Inspected]:
    """Yield the files of all sets, and the baselines that the plan's claims ask for and lack.

    Raises
    ------
    HarnessError
        If a task or the plan is broken.
    """
    for name, store in project.sets().items():
        for task, arm in store.names():
            yield _inspected(project, name, store, task, arm)
        yield from _strays(name, store)
    yield from _missing(project)


def _inspected(project: Project, name: str, store: BaselineStore, task: str, arm: str) -> Inspected:
    where, baseline = store.where(task, arm), None
    troubles = [*orphaned(task, arm, project.tasks, list(project.config.arms))]
    try:
        baseline = store.load(task, arm)
        troubles += [] if troubles else _unfit(project, name, baseline)
    except BaselineError as error:
        if not troubles:
            where, troubles = error.where or where, [_trouble(error)]
    old = store.path(task, arm).with_suffix(".json")
    if old.is_file() and store.path(task, arm).is_file():
        text = f"{old.name} is of an earlier version, and not read"
        troubles.append(Trouble(state="orphaned", text=text, hint="delete it"))
    return Inspected(
        name=name, task=task, arm=arm, where=where, baseline=baseline, troubles=tuple(troubles)
    )


def _unfit(project: Project, name: str, baseline: Baseline) -> Iterator[Trouble]:
    """Yield why claims would not take a baseline."""
    config, task = project.config, project.task(baseline.task)
    arm = project.arm(baseline.arm)
    today = dt.datetime.now(dt.UTC).date()
    age = config.baseline_age if name == "baseline" else None
    identity = identity_of(arm, task, project.sampler(config.seed))
    yield from unlike(baseline, identity, anchor=name == "anchor")
    yield from partial(baseline, task.items)
    yield from stale(baseline, today, age)


def _strays(name: str, store: BaselineStore) -> Iterator[Inspected]:
    """Yield the files that are never read for where they lie, or how they are called."""
    hint = f"move it to {store.folder.name}/TASK/ARM.jsonl, or delete it"
    trouble = Trouble(state="stray", text="no baseline is read from here", hint=hint)
    for path in store.strays():
        place = path.relative_to(store.folder).parent.as_posix()
        yield Inspected(
            name=name, task=place, arm=path.name, where=str(path), baseline=None,
            troubles=(trouble,),
        )  # fmt: skip


def _missing(project: Project) -> Iterator[Inspected]:
    """Yield what planned claims compare with and is not there."""
    plan = read_plan(project.evals / "plan.json")
    asked = {
        (name, claim.task, arm)
        for claim in (plan.claims if plan is not None else ())
        for name, stored in stored_in(claim.effect_text)
        for arm in project.seeds(stored)
    }
    stores = {"baseline": project.accepted, "anchor": project.anchor}
    for name, task, arm in sorted(asked):
        if (task, arm) in stores[name].names():
            continue
        try:
            stores[name].load(task, arm)
        except BaselineError as error:
            where = stores[name].where(task, arm)
            yield Inspected(
                name=name, task=task, arm=arm, where=where, baseline=None,
                troubles=(_trouble(error),),
            )  # fmt: skip


def _trouble(error: BaselineError) -> Trouble:
    """Return what keeps a baseline from being read, by its name."""
    state: State = "from the future" if _LATER in error.message else "broken"
    text = error.message.removeprefix("missing: ")
    if text != error.message:
        state = "missing"
    return Trouble(state=state, text=text, hint=error.hint or "")
