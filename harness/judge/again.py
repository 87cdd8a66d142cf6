"""An earlier run that is decided again: what it drew, what it claimed, and by which policy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from harness.claims import Claim
from harness.errors import RunError
from harness.judge.clerk import Clerk
from harness.records import Policy, Source

_AGAIN = "run the evals again: pytest evals/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """A stored run, whose draws are decided on again; `changed` is what was set since, as given.

    Nothing is drawn, recalled or remembered: its draws were seen, so that no other threshold or
    policy is a new try, and what it then shows is exploratory.
    """

    path: str
    data: Mapping[str, Any]
    changed: tuple[str, ...] = ()

    @property
    def sample(self) -> int:
        """Number of the sample of draws that it took."""
        number: int = self.data["settings"]["sample"]
        return number

    def most(self, sources: Sequence[Source]) -> int | None:
        """Return the most draws of an item that it read of all of these; None if it read none."""
        read = {(row["task"], row["arm"]): row["draws"] for row in self.data["samples"]}
        return min((read.get((one.task, one.arm), 0) for one in sources), default=0) or None

    def check(self, clerk: Clerk, arms: Sequence[str]) -> None:
        """See that each arm is what it was; opens engines, and asks none.

        Raises
        ------
        RunError
            With the first arm that is gone, or runs on or samples something else.
        """
        for row in self.data["samples"]:
            name = row["arm"]
            if name not in arms:
                raise self._refused(f"arm {name!r} is in the config no more")
            source = Source(task=row["task"], arm=name, baseline="", draws=row["draws"])
            if clerk.fingerprint(source) != row["fingerprint"]:
                raise self._refused(f"arm {name!r} now runs on something else than in this run")
            if clerk.stream(source) != row["stream"]:
                raise self._refused(f"arm {name!r} is now sampled otherwise than in this run")

    def _refused(self, message: str) -> RunError:
        return RunError(message, where=self.path, hint=f"put it back, or {_AGAIN}")

    def doubts(
        self, claim: Claim, policy: Policy, nodeid: str, clerk: Clerk, plan: str | None
    ) -> Iterator[str]:
        """Yield what was changed of a claim, of its policy or of the plan since the draws."""
        seen = "after its draws were seen"
        for change in self.changed:
            yield f"{change} was set {seen}"
        if (plan or None) != self.data["settings"]["plan"]:
            yield f"the plan was changed {seen}"
        before = self._before(claim, nodeid)
        if before is None:
            yield f"it was claimed {seen}"
            return
        for name, value in asdict(policy).items():
            was = before["policy"].get(name, value)  # a run may be older than a key
            if value != was and not self._set(name):
                yield f"{name} was changed {seen}: {value}, was {was}"
        scorers = {row["task"]: row["scorer"] for row in self.data["samples"]}
        for task in dict.fromkeys(source.task for source in claim.sources):
            if scorers.get(task, clerk.scorer_key(task)) != clerk.scorer_key(task):
                yield f"the scorer of {task!r} was changed {seen}"

    def _set(self, name: str) -> bool:
        return any(change.startswith(f"policy.{name}=") for change in self.changed)

    def _before(self, claim: Claim, nodeid: str) -> Mapping[str, Any] | None:
        """Return the claim as the run made it, by itself or as one half of an equivalence."""
        question = claim.question
        margin = "low_margin" if question.direction == "greater" else "high_margin"
        for row in self.data["claims"]:
            if (
                (row["nodeid"], row["task"]) == (nodeid, claim.sources[0].task)
                and row["effect_text"] == claim.effect_text
                and (row["kind"] == "alarm") == question.alarm
                and row[margin] == question.threshold
                and _defined_alike(row, claim)
            ):
                found: Mapping[str, Any] = row
                return found
        return None


def _defined_alike(row: Mapping[str, Any], claim: Claim) -> bool:
    """Say whether the name of an effect stood for what it stands for now."""
    if not claim.defined:
        return True
    then = [(term["weight"], term["arm"]) for term in row["terms"]]
    return then == [(weight, statistic.source.arm) for weight, statistic in claim.terms]
