"""What the processes of a session told the gate, put together.

The gate has one in every pytest run, so it imports nothing until there is something to read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from harness.pytest_plugin.transport import Message
    from harness.records import Held, Read, Roster, Spent


class Intake:
    """The news of all processes; it is the same whoever told what, and in which order."""

    def __init__(self) -> None:
        self.manifest: dict[str, None] = {}
        self.deselected = 0
        self.settings: dict[str, Any] = {}
        self.plan: list[dict[str, Any]] = []
        self.evals: dict[str, Message] = {}
        self.notes: dict[str, None] = {}
        self.places: dict[str, tuple[str, int]] = {}
        self.baselines: dict[str, str] = {}
        self.ledger: list[dict[str, Any]] = []
        self.recalled = 0
        self.unpinned: set[str] = set()
        self.runs_on: dict[str, dict[str, Any]] = {}
        self._rosters: dict[str, dict[str, Any]] = {}
        self._reads: list[dict[str, Any]] = []
        self._held: list[dict[str, Any]] = []
        self._spent: list[dict[str, Any]] = []

    def take(self, nodeid: str, location: tuple[str, int | None, str], message: Message) -> None:
        """Take in the news that a test's report brings."""
        if "manifest" in message:
            self.manifest.update(dict.fromkeys(message["manifest"]))
            self.deselected = max(self.deselected, message["deselected"])
            self.settings.update(message.get("settings", {}))
            self.plan = message.get("plan", self.plan)
            self.notes.update(dict.fromkeys(message.get("notes", [])))
        self.baselines.update(message.get("baselines", {}))
        self.ledger.append(message.get("ledger", {}))
        self.recalled += message.get("recalled", 0)
        self.unpinned.update(message.get("unpinned", []))
        self.runs_on.update(message.get("runs_on", {}))
        self._rosters.update(message.get("rosters", {}))
        self._reads += message.get("reads", [])
        self._held += message.get("held", [])
        self._spent += message.get("spent", [])
        if "outcome" in message:
            self.evals[nodeid] = {**self.evals.get(nodeid, {}), **message}
            self.places[nodeid] = (location[0], -1 if location[1] is None else location[1])

    @property
    def rosters(self) -> dict[str, Roster]:
        """The items of each task that was read."""
        from harness.records import Roster  # noqa: PLC0415  only after evals

        return {name: Roster(**row) for name, row in sorted(self._rosters.items())}

    @property
    def reads(self) -> tuple[Read, ...]:
        """What was read of each arm on each task: of each item the most that any claim read."""
        import dataclasses  # noqa: PLC0415  only after evals

        from harness.records import Read  # noqa: PLC0415

        found: dict[tuple[str, str, str, str], Read] = {}
        for row in self._reads:
            one = Read(**row)
            before = found.setdefault(one.key, one)
            most = tuple(map(max, before.draws, one.draws))
            found[one.key] = dataclasses.replace(one, draws=most)
        return tuple(found[key] for key in sorted(found))

    @property
    def held(self) -> tuple[Held, ...]:
        """The baselines that arms were held against, each once."""
        from harness.records import Held  # noqa: PLC0415  only after evals

        rows = {(row["task"], row["arm"], row["name"]): row for row in self._held}
        return tuple(Held(**rows[key]) for key in sorted(rows))

    @property
    def spent(self) -> dict[tuple[str, str], Spent]:
        """What draws took, by arm and hash of the stream."""
        from harness.records import Spent  # noqa: PLC0415  only after evals

        found: dict[tuple[str, str], Spent] = {}
        for row in self._spent:
            key = (row["arm"], row["stream"])
            found[key] = found.get(key, Spent()) + Spent(**row["spent"])
        return dict(sorted(found.items()))
