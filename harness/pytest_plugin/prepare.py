"""Before any eval runs: config, markers, tasks, plan and ledger are read and checked."""

from __future__ import annotations

import dataclasses
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest

from harness.config import PATHS, load_config, policy_changes, replace_arms
from harness.errors import ConfigError, HarnessError
from harness.judge import Again, Clerk, Controls, Drawer, Judge, Planner, Record, Share
from harness.ledger import Ledger, read_ledger
from harness.planning import read_plan
from harness.pytest_plugin import config_path, plans
from harness.pytest_plugin.again import again_of, as_drawn, changes_of, options_of
from harness.pytest_plugin.held import open_shelf, orphans
from harness.pytest_plugin.marker import EvalMarker, read_marker
from harness.pytest_plugin.output import LEDGER
from harness.pytest_plugin.sampler import open_sampler
from harness.pytest_plugin.shards.merged import check_here, merged_of
from harness.pytest_plugin.shards.share import share_of
from harness.records import Config, Plan
from harness.shards import Shard


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What is ready for the evals: their judge, what each marker says, and what is in force.

    `notes` are lines that people should know of.
    """

    config: Config
    judge: Judge
    markers: dict[str, EvalMarker]
    draws: int | Literal["auto"] | None
    settings: dict[str, Any]
    notes: tuple[str, ...] = ()


def is_eval(item: pytest.Item) -> bool:
    """Say whether a test is marked as an eval."""
    return item.get_closest_marker("harness") is not None


def prepare(pytest_config: pytest.Config, evals: Sequence[pytest.Item]) -> Prepared:
    """Read the config and all markers, and see that tasks and selections exist.

    Raises
    ------
    HarnessError
        If something is wrong; it names the place.
    """
    if sys.flags.optimize:
        msg = "python -O strips asserts, so that no claim would be decided"
        raise ConfigError(msg, hint="run without -O and without PYTHONOPTIMIZE")
    option = pytest_config.getoption
    again, merged = again_of(pytest_config), merged_of(pytest_config)
    share = share_of(pytest_config)
    given = option("--harness-draws") if again is None else options_of(again).get("--harness-draws")
    draws = _draws(given)
    config = read_config(pytest_config, again)
    changes = policy_changes(changes_of(pytest_config, again))
    markers = {item.nodeid: read_marker(item).changed(changes) for item in evals}
    most = max((marker.size(config, draws)[0] for marker in markers.values()), default=0)
    ledger = _ledger(pytest_config, again or next(iter(merged), None))
    if merged:
        ledger.rounds.clear()  # shards know of none: their bets begin anew
    plan_path = config.path.parent / "plan.json"
    plan = None if plans(pytest_config) else read_plan(plan_path)
    sampler = open_sampler(pytest_config, config.seed, again, merged, share)
    clerk = Clerk(
        config, number=ledger.sample, fresh=option("--harness-fresh"), sampler=sampler,
        shelf=open_shelf(pytest_config, config, sampler, most), share=share,
    )  # fmt: skip
    if again is not None:
        again.check(clerk, list(config.arms))
    if merged:
        check_here(merged[0], list(markers), config, plan, clerk)
    for nodeid, marker in markers.items():
        try:
            clerk.task(marker.task).select(marker.where)
        except HarnessError as error:
            error.where = error.where or nodeid
            raise
    shown = Path(from_root(pytest_config.rootpath, str(plan_path)))
    record = Record(config, clerk, ledger, plan, shown, again)
    return Prepared(
        config=config,
        judge=_judge(pytest_config, config, clerk, record, share),
        markers=markers,
        draws=draws,
        settings=_settings(config, pytest_config.rootpath, plan, ledger.sample),
        notes=(*orphans(clerk.shelf, config), *Controls(config.arms, config.recipes).notes()),
    )


def _ledger(pytest_config: pytest.Config, drawn: Again | Shard | None) -> Ledger:
    """Return the ledger, with the number of the sample that is taken, or was `drawn`."""
    ledger = read_ledger(pytest_config.rootpath / LEDGER)
    if drawn is not None:
        ledger.sample = drawn.sample
    elif pytest_config.getoption("--harness-fresh"):
        given = getattr(pytest_config, "workerinput", {})
        ledger.sample = given.get("harness_sample", ledger.sample + 1)
    return ledger


def _judge(
    pytest_config: pytest.Config, config: Config, clerk: Clerk, record: Record, share: Share | None
) -> Judge:
    """Return who rules: decides, plans, or draws a shard."""
    if share is not None:
        return Drawer(config, clerk, record, share)
    return (Planner if plans(pytest_config) else Judge)(config, clerk, record)


def _draws(value: str | None) -> int | Literal["auto"] | None:
    """Read the option: a number, or auto."""
    if value is None:
        return None
    if value == "auto":
        return "auto"
    if not value.isascii() or not value.isdigit() or int(value) < 1:
        msg = "must be a whole number from 1, or auto"
        raise ConfigError(msg, where=f"--harness-draws {value}")
    return int(value)


def read_config(pytest_config: pytest.Config, again: Again | None = None) -> Config:
    """Read the config, and apply what the options, or a run to decide again, change of it."""
    option = pytest_config.getoption
    path = Path(from_root(Path.cwd(), str(config_path(pytest_config))))
    config = load_config(path, "--harness-config")
    policy = dataclasses.replace(config.policy, **policy_changes(changes_of(pytest_config, again)))
    config = dataclasses.replace(config, policy=policy)
    if again is not None:
        replaced = options_of(again).get("--harness-arm", [])
        return as_drawn(replace_arms(config, replaced), again)
    config = replace_arms(config, option("--harness-arm"))
    seed: int | None = option("--harness-seed")
    return config if seed is None else dataclasses.replace(config, seed=seed)


def _settings(config: Config, root: Path, plan: Plan | None, sample: int) -> dict[str, Any]:
    """Return what a run rests on; paths from the root, the same on every machine."""
    return {
        "policy": dataclasses.asdict(config.policy),
        "draws": config.draws,
        "auto": config.auto,
        "seed": config.seed,
        "plan": None if plan is None else plan.hash,
        "sample": sample,
        "arms": {
            name: {
                "engine": arm.engine,
                **arm.options,
                **{key: from_root(root, arm.options[key]) for key in PATHS.get(arm.engine, ())},
                **dataclasses.asdict(arm.sampling),
                **({} if arm.price is None else {"price": dataclasses.asdict(arm.price)}),
                **({} if arm.control is None else {"control": dataclasses.asdict(arm.control)}),
                **({"training": dict(arm.training)} if arm.training else {}),
            }
            for name, arm in config.arms.items()
        },
        **({"recipes": _recipes(config)} if config.recipes else {}),
    }


def _recipes(config: Config) -> dict[str, Any]:
    return {
        name: {
            "seeds": list(recipe.seeds),
            **({} if recipe.control is None else {"control": dataclasses.asdict(recipe.control)}),
        }
        for name, recipe in config.recipes.items()
    }


def from_root(root: Path, path: str) -> str:
    """Shorten a path that lies below `root`."""
    return os.path.normpath(path).removeprefix(f"{root}{os.sep}")


def planned_rows(plan: Plan | None) -> list[dict[str, Any]]:
    """Return what the gate has to know of the plan, as plain types."""
    if plan is None:
        return []
    return [
        {
            "nodeid": claim.nodeid,
            "task": claim.task,
            "text": claim.text,
            "weight": claim.weight,
        }
        for claim in plan.claims
    ]
