"""What the claims of a process read: the most draws of each item, by task and arm."""

from __future__ import annotations

from harness.judge.clerk import Clerk
from harness.records import Held, Look, Read, Roster, Source, Task


class Reads:
    """Keeps what claims read, and tells what is new of it."""

    def __init__(self, clerk: Clerk) -> None:
        self._clerk = clerk
        self._draws: dict[Source, list[int]] = {}  # by an arm on a whole task
        self._places: dict[str, dict[str, int]] = {}
        self._new: dict[Source, None] = {}
        self._new_tasks: dict[str, None] = {}
        self._held: dict[Source, None] = {}
        self._new_held: dict[Source, None] = {}

    def note(self, source: Source, look: Look) -> None:
        """Take notice that a claim read what a look sees of a source."""
        task = self._clerk.task(source.task)
        if task.name not in self._places:
            self._places[task.name] = {item.id: at for at, item in enumerate(task.items)}
            self._new_tasks[task.name] = None
        whole = Source(task=source.task, arm=source.arm, baseline=source.baseline, draws=0)
        if source.baseline:
            if whole not in self._held:
                self._held[whole] = self._new_held[whole] = None
            return
        draws = self._draws.setdefault(whole, [0] * len(task.items))
        places = self._places[task.name]
        for item in self._clerk.seen(source, look):
            at = places[item.id]
            if draws[at] < look.draws:
                draws[at] = look.draws
                self._new[whole] = None

    def take(self) -> list[Read]:
        """Return what was read, of the arms and tasks where more was since this was asked."""
        found, self._new = self._new, {}
        return [
            Read(
                task=source.task,
                arm=source.arm,
                stream=self._clerk.stream(source),
                scorer=self._clerk.scorer_key(source.task),
                fingerprint=self._clerk.fingerprint(source),
                draws=tuple(self._draws[source]),
            )
            for source in found
        ]

    def take_rosters(self) -> dict[str, Roster]:
        """Return the items of the tasks that were read for the first time since this was asked."""
        found, self._new_tasks = self._new_tasks, {}
        return {name: roster_of(self._clerk.task(name)) for name in found}

    def take_held(self) -> list[Held]:
        """Return the baselines that were read for the first time since this was asked."""
        found, self._new_held = self._new_held, {}
        shelf = self._clerk.shelf
        return [shelf.held(source, self._clerk.task(source.task)) for source in found]


def roster_of(task: Task) -> Roster:
    """Return what can be said of a task's items without their texts."""
    tags = sorted({tag for item in task.items for tag in item.tags})
    return Roster(
        ids=tuple(item.id for item in task.items),
        tags={tag: tuple(item.tags.get(tag) for item in task.items) for tag in tags},
        clusters=tuple(item.unit for item in task.items),
        form=task.form,
        lenient=task.lenient,
        seeds={split: seeds.first for split, seeds in task.fresh.items()},
    )
