"""The record of a session: what was planned, what was seen before, and what is new."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import harness
from harness.claims import Claim
from harness.engines import replays
from harness.judge.clerk import Clerk
from harness.judge.docket import Docket
from harness.ledger import Ledger
from harness.records import (
    Config,
    Decision,
    Look,
    Plan,
    PlannedClaim,
    Reading,
    Source,
    decision_of,
)
from harness.trial import Trial

_PLANNED_POLICY = ("alpha", "power")


class Record:
    """Holds plan and ledger against what is about to be decided.

    `news` is what the ledger has to learn of this process, `recalled` how many verdicts it knew.
    """

    def __init__(
        self, config: Config, clerk: Clerk, ledger: Ledger, plan: Plan | None, plan_path: Path
    ) -> None:
        self._config = config
        self._clerk = clerk
        self._ledger = ledger
        self.plan = plan
        self.plan_path = plan_path
        self.news: dict[str, Any] = {}
        self.recalled = 0

    def exploratory(self, claim: Claim, planned: PlannedClaim | None, docket: Docket) -> str:
        """Say why a verdict is exploratory; empty if it is not.

        Also notes under which plan the claim's draws were first looked at.
        """
        sources = [source for source in claim.sources if not source.baseline]
        for source in sources:
            self._open(self._clerk.identity(source))
        if planned is None or self.plan is None:
            sample = self._ledger.sample if self._sampled(sources) else 1
            return f"attempt {sample} on fresh draws, without a plan" if sample > 1 else ""
        same = planned.measure == self._clerk.measure(claim.sources)
        return "; ".join(
            [
                *_unlike(self.plan, planned, self._config, docket, sources),
                *([] if same else ["items, selection or scorer are not as planned"]),
                *self._history(sources, planned.key),
            ]
        )

    def _open(self, identity: str) -> None:
        if identity in self._ledger.opened:
            return
        opened = self.news.setdefault("opened", {})
        opened[identity] = self.plan.hash if self.plan is not None else ""
        if self.plan is not None:
            keys = [claim.key for claim in self.plan.claims]
            self.news.setdefault("plans", {})[self.plan.hash] = keys

    def _history(self, sources: list[Source], key: str) -> Iterator[str]:
        ledger = self._ledger
        for source in sources:
            identity = self._clerk.identity(source)
            if identity in ledger.opened and not ledger.knew(identity, key):
                yield "planned after its draws were first looked at (--harness-fresh takes others)"
                return
        earlier = sum(
            all(ledger.knew(self._clerk.identity(source, number), key) for source in sources)
            for number in range(1, ledger.sample)
        )
        if earlier and self._sampled(sources):
            yield f"attempt {earlier + 1} on fresh draws"

    def _sampled(self, sources: list[Source]) -> bool:
        """Say whether any of the draws are sampled: those of records are the same each time."""
        return any(not replays(self._config.arms[source.arm]) for source in sources)

    def recall(self, claim: Claim, trial: Trial) -> tuple[Decision, tuple[Reading, ...]] | None:
        """Return the verdict that was given on the same draws, if one is stored."""
        key = self._key(claim, trial)
        stored = self._ledger.verdicts.get(key) if key else None
        if stored is None:
            return None
        self.recalled += 1
        return _restored(stored)

    def resumed(self, claim: Claim, trial: Trial) -> Trial:
        """Let a bet on rounds of draws go on where an earlier run left it."""
        if not _in_rounds(trial) or not (key := self._key(claim, trial)):
            return trial
        done, new = self._ledger.rounds.get(key, 0), trial.looks[-1].draws
        return dataclasses.replace(trial, looks=(Look(draws=done + new),))

    def keep(
        self, claim: Claim, trial: Trial, decision: Decision, readings: tuple[Reading, ...]
    ) -> None:
        """Store a verdict, for a run on the same draws to return it."""
        if _in_rounds(trial):
            trial = dataclasses.replace(trial, looks=(Look(draws=claim.sources[0].draws),))
        if not (key := self._key(claim, trial)):
            return
        if _in_rounds(trial):
            self.news.setdefault("rounds", {})[key] = readings[0].draws
            if decision.verdict == "inconclusive":
                return  # the next run goes on
        self.news.setdefault("verdicts", {})[key] = {
            "decision": dataclasses.asdict(decision),
            "figures": [dataclasses.asdict(reading) for reading in readings],
        }

    def _key(self, claim: Claim, trial: Trial) -> str:
        """Return the hash of all that a verdict rests on; empty where that can't be known."""
        sources = claim.sources
        if any(statistic.predicate is not None for _, statistic in claim.terms) or not all(
            self._clerk.pinned(source) for source in sources
        ):
            return ""
        parts = [
            harness.__version__,
            [[weight, str(statistic)] for weight, statistic in claim.terms],
            dataclasses.asdict(trial.question),
            dataclasses.asdict(trial.policy),
            [dataclasses.asdict(look) for look in trial.looks],
            [self._clerk.scorer_hash(source.task) for source in sources],
            [[item.id, item.cluster] for one in sources for item in self._clerk.items(one)],
            [
                self._clerk.baseline(one).digest if one.baseline else self._clerk.identity(one)
                for one in sources
            ],
        ]
        return hashlib.blake2b(json.dumps(parts).encode(), digest_size=16).hexdigest()


def _in_rounds(trial: Trial) -> bool:
    return trial.policy.method == "anytime" and trial.policy.items == "these"


def _unlike(
    plan: Plan, planned: PlannedClaim, config: Config, docket: Docket, sources: list[Source]
) -> Iterator[str]:
    """Yield what is not as it was planned."""
    policy = docket.policy
    now: dict[str, object] = {
        "items": policy.items, "method": policy.method, "effect": policy.effect,
        "auto": docket.auto,
    }  # fmt: skip
    before: dict[str, object] = {name: getattr(planned, name) for name in now}
    if sources:
        now["draws"], before["draws"] = sources[0].draws, planned.draws
    for name in _PLANNED_POLICY:
        now[name], before[name] = getattr(policy, name), plan.policy.get(name)
    now["seed"], before["seed"] = config.seed, plan.seed
    for name, value in now.items():
        if value != before[name]:
            yield f"{name} is {value}, planned {before[name]}"


def _restored(stored: dict[str, Any]) -> tuple[Decision, tuple[Reading, ...]]:
    return decision_of(stored["decision"]), tuple(Reading(**row) for row in stored["figures"])
