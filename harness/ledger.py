"""The ledger: which draws were looked at, under which plan, and what was decided on them.

Looking at draws until they please is no evidence. So draws remember the plan that was in force
when they were first taken, a verdict is given once, and tries on other draws are counted.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.errors import LedgerError
from harness.files import write_atomically
from harness.schemas.read import parse_json

SCHEMA = 2  # 1: first version; 2: attempts
_MOST_VERDICTS = 2_000
_BEGIN_ANEW = "restore it, or delete it to begin anew"


@dataclass(slots=True, kw_only=True)
class Ledger:
    """What is remembered from one run to the next.

    Attributes
    ----------
    sample
        Number of the sample of draws in use; `--harness-fresh` takes the next one.
    plans
        For each plan, by its hash, the keys of its claims.
    opened
        For each set of draws, by its identity, the hash of the plan that was in force when it was
        first drawn from; empty for none.
    verdicts
        Decisions by the hash of all that they rest on, as plain types.
    rounds
        Rounds of draws that a bet has seen, by the hash of its claim: the next run goes on there.
    attempts
        For each effect, by its hash, the sets of draws that it was decided on, in order.
    """

    sample: int = 1
    plans: dict[str, list[str]] = field(default_factory=dict)
    opened: dict[str, str] = field(default_factory=dict)
    verdicts: dict[str, dict[str, Any]] = field(default_factory=dict)
    rounds: dict[str, int] = field(default_factory=dict)
    attempts: dict[str, list[str]] = field(default_factory=dict)

    def knew(self, identity: str, claim: str) -> bool:
        """Say whether a claim stood in the plan when these draws were first taken."""
        return claim in self.plans.get(self.opened.get(identity, ""), ())

    def attempt(self, effect: str, draws: str) -> int:
        """Return the place of some draws among those that an effect was decided on; from 1."""
        known = self.attempts.get(effect, [])
        return [*known, draws].index(draws) + 1

    def update(self, news: Mapping[str, Any]) -> None:
        """Take in what an eval did; draws that were opened before stay as they were."""
        self.plans.update(news.get("plans", {}))
        self.opened = {**news.get("opened", {}), **self.opened}
        self.verdicts.update(news.get("verdicts", {}))
        for key in list(self.verdicts)[:-_MOST_VERDICTS]:
            del self.verdicts[key]  # the oldest: they would only be decided again
        self.rounds.update(news.get("rounds", {}))
        for effect, draws in news.get("attempts", {}).items():
            known = self.attempts.get(effect, [])
            self.attempts[effect] = list(dict.fromkeys([*known, *draws]))

    def write(self, path: Path) -> None:
        """Write the ledger whole or not at all."""
        data = {
            "schema": SCHEMA,
            "sample": self.sample,
            "plans": self.plans,
            "opened": self.opened,
            "verdicts": self.verdicts,
            "rounds": self.rounds,
            "attempts": self.attempts,
        }
        write_atomically(path, json.dumps(data, indent=1, allow_nan=False) + "\n")


def read_ledger(path: Path) -> Ledger:
    """Read a ledger; a missing one is empty.

    Raises
    ------
    LedgerError
        If the file is broken, can't be read, or is of a later version.
    """
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return Ledger()
    except OSError as error:
        msg = f"can't be read: {error.strerror or error}"
        hint = f"see that {path.parent.name}/ is a folder, and this a file that can be read"
        raise LedgerError(msg, where=str(path), hint=hint) from error
    data = parse_json(
        text, schema="ledger", where=str(path), kind=LedgerError, hint=_BEGIN_ANEW,
        migrate=_migrated,
    )  # fmt: skip
    data.pop("schema")
    return Ledger(**data)


def _migrated(data: dict[str, Any]) -> dict[str, Any]:
    """Bring a ledger of an earlier version to today's: the first one counted no attempts."""
    return {"attempts": {}, **data, "schema": SCHEMA} if data.get("schema") == 1 else data
