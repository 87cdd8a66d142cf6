"""From what the gate took in to the run as it is reported. Imported once evals have reported."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence

import pytest

from harness.decide import named_by_holm
from harness.errors import RunError
from harness.judge import Again, Controls
from harness.pytest_plugin import config_path
from harness.pytest_plugin.again import again_of, changes_of, options_of
from harness.pytest_plugin.along import along_series
from harness.pytest_plugin.compared import changed_since
from harness.pytest_plugin.crossings import crossings
from harness.pytest_plugin.intake import Intake
from harness.pytest_plugin.net import net_of_controls
from harness.pytest_plugin.prepare import read_config
from harness.pytest_plugin.sampler import DRAWS
from harness.pytest_plugin.shards.merged import merged_of, spent_of
from harness.pytest_plugin.transport import decode
from harness.records import Policy, Read, Roster, Ruling
from harness.report import EvalResult, PlanState, Run
from harness.report.items import seeds_of
from harness.report.measured import Measured, measured
from harness.report.provenance import commit, hashes, job, machine, versions
from harness.shards import Shard

#: Options that matter to what a run comes to.
OPTIONS = (
    "--harness-config", "--harness-set", "--harness-arm", "--harness-seed", "--harness-draws",
    "--harness-offline", "--harness-fresh", "--harness-update-baseline", "keyword", "markexpr",
)  # fmt: skip


def finished(
    news: Intake, config: pytest.Config, written: Sequence[str], *, name: str, start: float
) -> Run:
    """Return the run of that name, of a session that began at `start` and wrote some baselines."""
    # Files in their order, evals in theirs: the same on any number of workers.
    reported = [nodeid for nodeid in news.manifest if nodeid in news.evals]
    evals = tuple(decode(nodeid, news.evals[nodeid], news.places[nodeid]) for nodeid in reported)
    reads, rosters = news.reads, news.rosters
    again, merged = _again(config), _merged(config)
    found = measured(reads, rosters, news.held, config.rootpath / DRAWS)
    return Run(
        evals=evals,
        missing=tuple(nodeid for nodeid in news.manifest if nodeid not in news.evals),
        deselected=news.deselected,
        baselines=tuple(written),
        settings=news.settings and {**news.settings, "unpinned": sorted(news.unpinned)},
        reads=reads,
        measured=found,
        changes=tuple(_changes(found, news, config)),
        spent=spent_of(merged) if merged else news.spent,
        notes=(*news.notes, *_made_for_it(rosters, reads)),
        readings=tuple(_readings(found, evals, config, news)),
        provenance={
            "run": name if again is None else again.data["provenance"].get("run", ""),
            "decided": None if again is None else _decided(again),
            "shards": len(merged) or None,
            "started": round(start, 3),
            "seconds": round(time.time() - start, 3),
            "recalled": news.recalled,
            **_origin(news, config, {read.arm for read in reads}, again),
        },
        plan=_plan_state(news, [ruling for result in evals for ruling in result.rulings]),
    )


def _changes(found: Measured, news: Intake, config: pytest.Config) -> Iterable[str]:
    if not found.held or not news.settings:
        return ()
    policy, evals = Policy(**news.settings["policy"]), config_path(config).parent
    return changed_since(found, policy, evals, config.getoption("--harness-baseline"))


def _made_for_it(rosters: Mapping[str, Roster], reads: Sequence[Read]) -> Iterable[str]:
    """Yield from which seeds items were made for this run, of those that claims read."""
    for task, roster in rosters.items():
        own = [read.draws for read in reads if read.task == task]
        chosen = [at for draws in own for at, count in enumerate(draws) if count]
        for split, seed in seeds_of(roster, chosen).items():
            yield f"{task}: the items of split {split!r} were made for this run, from seed {seed}"


def _readings(
    found: Measured, evals: Sequence[EvalResult], config: pytest.Config, news: Intake
) -> Iterable[str]:  # fmt: skip
    """Yield what the draws say beside the claims: net of controls, along series, on curves."""
    if not found.tallies:
        return
    declared = read_config(config, _again(config))
    rulings = [ruling for result in evals for ruling in result.rulings]
    yield from net_of_controls(found, rulings, Controls(declared.arms, declared.recipes))
    yield from along_series(found, rulings, declared.series.values())
    yield from crossings(found, rulings, Policy(**news.settings["policy"]))


def _again(config: pytest.Config) -> Again | None:
    try:
        return again_of(config)
    except RunError:
        return None  # each eval has said it


def _merged(config: pytest.Config) -> tuple[Shard, ...]:
    try:
        return merged_of(config)
    except RunError:
        return ()  # as above


def _decided(again: Again) -> dict[str, object]:
    """Return which run was decided again, and what was set for that."""
    content = again.data["content"]
    return {"path": again.path, "content": content, "changed": list(again.changed)}


def _origin(
    news: Intake, config: pytest.Config, arms: Iterable[str], again: Again | None
) -> dict[str, object]:
    """Return where a run comes from; it also holds if its evals could not be set up."""
    settings, known = news.settings, news.settings.get("arms", {})
    options = {name: config.getoption(name) for name in OPTIONS}
    if again is not None:
        options |= {**options_of(again), "--harness-set": changes_of(config, again)}
    return {
        "git": commit(config.rootpath),
        "versions": versions(known[arm]["engine"] for arm in arms),
        "hashes": {**hashes(config_path(config), news.rosters), "plan": settings.get("plan")},
        "seeds": {name: settings.get(name) for name in ("seed", "sample")},
        "machine": machine(),
        "job": job(),
        "options": {name: value for name, value in options.items() if value},
    }


def _plan_state(news: Intake, rulings: Sequence[Ruling]) -> PlanState:
    """Hold what was decided against the plan."""
    if not news.settings.get("plan"):
        return PlanState()
    decided = {(ruling.nodeid, ruling.task, ruling.normal_form): ruling for ruling in rulings}
    weights = {(row["nodeid"], row["task"], row["text"]): row["weight"] for row in news.plan}
    alarms = [key for key in decided if weights.get(key) is not None]
    named: tuple[int, ...] = ()
    if alarms:
        shares = {place: weights[key] for place, key in enumerate(alarms)}
        alpha = news.settings["policy"]["alpha"]
        named = named_by_holm([decided[key] for key in alarms], shares, alpha)
    return PlanState(
        missing=False,
        hash=news.settings["plan"],
        not_reached=tuple((key[0], key[2]) for key in weights if key not in decided),
        holm=tuple(sorted(alarms[place][2] for place in named)),
    )
