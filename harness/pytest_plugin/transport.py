"""What an eval tells the gate, on its test report: plain types that xdist can carry."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, TypedDict

from harness.records import Ruling, ruling_of
from harness.report import EvalResult

#: The attribute of a report that carries the message.
ATTRIBUTE = "harness"


class Message(TypedDict, total=False):
    """One eval's news; `manifest` to `plan` come with a process's first one.

    `baselines` are new baseline files, their text by path; `ledger` is what it has to learn,
    `recalled` how many verdicts it knew, `unpinned` arms that can change behind their names,
    `spent` what the draws took that were asked for, `runs_on` what arms are, for whoever merges
    shards, `reads` and `held` what was read of arms and
    of baselines, on the items that `rosters` tell.
    """

    manifest: list[str]
    deselected: int
    settings: dict[str, Any]
    plan: list[dict[str, Any]]
    notes: list[str]
    outcome: str
    rulings: list[dict[str, Any]]
    unasserted: list[str]
    baselines: dict[str, str]
    ledger: dict[str, Any]
    recalled: int
    unpinned: list[str]
    runs_on: dict[str, dict[str, Any]]
    spent: list[dict[str, Any]]
    reads: list[dict[str, Any]]
    held: list[dict[str, Any]]
    rosters: dict[str, dict[str, Any]]


def encode(ruling: Ruling) -> dict[str, Any]:
    """Turn a ruling into plain types."""
    return asdict(ruling)


def decode(nodeid: str, message: Message, place: tuple[str, int] = ("", -1)) -> EvalResult:
    """Turn a message back into the result of an eval."""
    return EvalResult(
        nodeid=nodeid,
        place=place,
        outcome=message["outcome"],
        rulings=tuple(ruling_of(row) for row in message.get("rulings", [])),
        unasserted=tuple(message.get("unasserted", [])),
    )
