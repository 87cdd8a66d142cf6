"""From what the gate took in to the run as it is reported. Imported once evals have reported."""

from __future__ import annotations

import platform
import time
from collections import Counter
from collections.abc import Sequence

import pytest

import harness
from harness.decide import named_by_holm
from harness.pytest_plugin.intake import Intake
from harness.pytest_plugin.transport import decode
from harness.records import Ruling
from harness.report import PlanState, Run


def finished(news: Intake, config: pytest.Config, start: float, written: Sequence[str]) -> Run:
    """Return the run of a session that began at `start`, and wrote some baselines."""
    del config
    # Files in their order, evals in theirs: the same on any number of workers.
    reported = [nodeid for nodeid in news.manifest if nodeid in news.evals]
    evals = tuple(decode(nodeid, news.evals[nodeid], news.places[nodeid]) for nodeid in reported)
    drawn: Counter[str] = Counter()
    for (arm, _), spent in news.spent.items():
        drawn[arm] += spent.draws
    return Run(
        evals=evals,
        missing=tuple(nodeid for nodeid in news.manifest if nodeid not in news.evals),
        deselected=news.deselected,
        baselines=tuple(written),
        settings=news.settings and {**news.settings, "unpinned": sorted(news.unpinned)},
        reads=news.reads,
        held=news.held,
        notes=tuple(news.notes),
        provenance={
            "harness": harness.__version__,
            "python": platform.python_version(),
            "platform": platform.platform(),
            "started": round(start, 3),
            "seconds": round(time.time() - start, 3),
            "recalled": news.recalled,
            "drawn": dict(sorted(drawn.items())),
        },
        plan=_plan_state(news, [ruling for result in evals for ruling in result.rulings]),
    )


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
