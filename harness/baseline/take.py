"""Take a baseline: from a stream of draws of its own, never from those that were judged."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np

from harness.baseline.record import Baseline, Origin
from harness.baseline.state import prompt_hash
from harness.errors import BaselineError
from harness.records import MOST_DRAWS, ArmSpec, Item, Tally, Task
from harness.sampling import Sampler


def identity_of(arm: ArmSpec, task: Task, sampler: Sampler) -> Mapping[str, Any]:
    """Return what must be the same in a comparison with a baseline."""
    return {
        "scorer": sampler.scorer(task).hash,
        "sampling": dataclasses.asdict(arm.sampling),
        "prompting": arm.prompting,
    }


def model_of(arm: ArmSpec, sampler: Sampler) -> str:
    """Return the hash of what an arm runs on, as baselines note it."""
    return sampler.fingerprint(arm)[:16]


def take(  # noqa: PLR0913  of what, by what, and how much
    arm: ArmSpec,
    task: Task,
    sampler: Sampler,
    *,
    epoch: int,
    draws: int,
    seed: int,
    items: Sequence[Item] | None = None,
    how: Literal["drawn", "record"] = "drawn",
) -> Baseline:
    """Draw a baseline of some items, or of all, in a stream that belongs to its epoch.

    Draws of that stream that the store has are not drawn again: they were never judged.

    Raises
    ------
    EngineError
        If draws can't be had.
    BaselineError
        If a record holds no metric of the task, or the draws are more than a baseline may have.
    """
    if draws > MOST_DRAWS:
        msg = f"{draws} draws of each item are too many, a baseline has {MOST_DRAWS} at most"
        hint = f"take fewer: --draws {MOST_DRAWS}, or `baseline: {{draws}}` in the config"
        raise BaselineError(msg, where=f"{task.name}/{arm.name}", hint=hint)
    asked = task.items if items is None else items
    fresh = arm if how == "record" else dataclasses.replace(
        arm, stream=f"baseline@{epoch}:{arm.name}"
    )  # fmt: skip
    tally = _known(sampler.tally(fresh, task, asked, draws), arm)
    origin = Origin(
        epoch=epoch,
        taken=dt.datetime.now(dt.UTC).date().isoformat(),
        model=model_of(arm, sampler),
        how=how,
    )
    return Baseline(
        task=task.name,
        arm=arm.name,
        identity=identity_of(arm, task, sampler),
        seed=seed,
        origins=(origin,) * len(asked),
        prompts=tuple(prompt_hash(item.prompt) for item in asked),
        tally=tally,
    )


def _known(tally: Tally, arm: ArmSpec) -> Tally:
    """Keep the metrics that are known of every draw: a record of counts knows but one."""
    columns = [int(one) for one in np.flatnonzero(np.isfinite(tally.sums).all(axis=0))]
    if len(columns) == len(tally.metrics):
        return tally
    if not columns:
        msg = f"the record of {arm.name!r} holds no metric of the task"
        raise BaselineError(msg, where=arm.where, hint="record completions, or counts of correct")
    return dataclasses.replace(
        tally,
        metrics=tuple(tally.metrics[column] for column in columns),
        sums=tally.sums[:, columns],
        products=tally.products[:, columns][:, :, columns],
        answers=({},) * len(tally.ids),
    )
