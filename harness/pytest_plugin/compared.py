"""At the end of a run: what changed since the baselines that it was held against, in short."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from harness.baseline import BaselineStore, open_sets
from harness.diff import Side, compare
from harness.errors import HarnessError
from harness.records import Held, Item, Policy, Roster, Task
from harness.report.diff_words import short
from harness.report.measured import Measured


def changed_since(
    found: Measured, policy: Policy, evals: Path, wanted: str | None
) -> Iterator[str]:
    """Yield the lines of a short diff of each arm against the baseline that claims read.

    Parameters
    ----------
    found
        What was read.
    policy
        How effects are decided.
    evals
        The folder of the config.
    wanted
        Which set of baselines, as `open_sets` takes it.
    """
    try:
        sets = open_sets(evals, wanted, os.environ) if found.held else {}
        for held in found.held:
            if held.name == "baseline" and (held.task, held.arm) in found.tallies:
                yield from _lines(found, held, sets, policy)
    except HarnessError as error:
        yield f"not compared with the baselines: {error}"


def _lines(
    found: Measured, held: Held, sets: Mapping[str, BaselineStore], policy: Policy
) -> list[str]:
    now = found.tallies[held.task, held.arm]
    baseline = sets[held.name].load(held.task, held.arm)
    known = set(baseline.tally.ids)
    then = baseline.kept([identity for identity in now.ids if identity in known]).tally
    task = task_of(held.task, found.rosters[held.task])
    sides = (
        Side(name=f"its {held.name}", tally=then, scorer="", sampling={}),
        Side(name=held.arm, tally=now, scorer="", sampling={}),
    )
    return short(compare(task, *sides, policy, items=0))


def task_of(name: str, roster: Roster) -> Task:
    """Return a task of which no texts are known, which a diff without examples does not need."""
    items = tuple(
        Item(
            id=identity,
            prompt="",
            reference="",
            tags={tag: value for tag, values in roster.tags.items() if (value := values[row])},
            cluster=roster.clusters[row],
        )
        for row, identity in enumerate(roster.ids)
    )
    return Task(
        name=name, items=items, metrics=(), answer="", form=roster.form, lenient=roster.lenient
    )
