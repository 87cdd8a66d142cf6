"""The pytest plugin. This module is loaded in every pytest run: it imports next to nothing.

What an eval needs is imported once one is collected; what the report needs, once one reports.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.pytest_plugin.gate import Gate
from harness.pytest_plugin.together import check_together

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from harness.claims import Arms, Baselines
    from harness.pytest_plugin.evals import Evals
    from harness.pytest_plugin.planning import Planning

_MARKER = (
    "harness(task=, draws=, cap=, where=, items=, method=, effect=, weight=): an eval, whose "
    "asserts are statistical claims over sampled model outputs; markers merge key by key, the "
    "nearest wins"
)
_evals_key = pytest.StashKey["Evals | Planning"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options, all of them named --harness-..."""
    group = parser.getgroup("harness", "statistical evals of language models")
    option = group.addoption
    option("--harness-config", metavar="PATH", help="config file (default: evals/harness.yaml)")
    option(
        "--harness-arm", metavar="NAME=OTHER", action="append", default=[],
        help="let arm NAME run what OTHER is, an arm or a model's path; may be repeated",
    )  # fmt: skip
    option("--harness-seed", metavar="N", type=int, help="seed of the sampling (default: config)")
    option(
        "--harness-draws", metavar="N|auto",
        help="draws per item, over config and marker; auto: planned looks up to those",
    )  # fmt: skip
    option(
        "--harness-offline", action="store_true",
        help="call no model: decide on the draws that are in the store",
    )  # fmt: skip
    option(
        "--harness-fresh", action="store_true",
        help="take fresh draws: another attempt, exploratory from the second on",
    )  # fmt: skip
    option(
        "--harness-set", metavar="KEY=VALUE", action="append", default=[],
        help="set a key of the config that decides and does not draw, such as policy.alpha=0.01",
    )  # fmt: skip
    option(
        "--harness-decide", metavar="RUN",
        help="decide a stored run again, on its own draws; calls no model and remembers nothing",
    )  # fmt: skip
    option(
        "--harness-shard", metavar="I/N",
        help="draw shard I of N of the items, and decide nothing: harness merge does, of all N",
    )  # fmt: skip
    option(
        "--harness-merged", metavar="SHARD", action="append", default=[],
        help="what harness merge runs: decide on what shards drew, each by its shard.json",
    )  # fmt: skip
    option(
        "--harness-plan", action="store_true",
        help="sample nothing: say what the claims can show, and what they will take",
    )  # fmt: skip
    option(
        "--harness-write-plan", action="store_true",
        help="as --harness-plan, and write evals/plan.json",
    )  # fmt: skip
    option(
        "--harness-calibrate", metavar="N", type=int,
        help="sample nothing: replay the evals N times on stored draws of identical models",
    )  # fmt: skip
    option(
        "--harness-update-baseline", action="store_true",
        help="take the baselines that the evals use anew, from a fresh stream of draws",
    )  # fmt: skip
    option(
        "--harness-baseline", metavar="NAME|PATH|git:REF",
        help="which baselines to hold the evals against (default: evals/baselines, and in CI for "
        "a change that is to be merged git:merge-base, those that it went off from)",
    )  # fmt: skip
    option(
        "--harness-run", metavar="PATH",
        help="where to write the run as JSON (default: .harness/run.json, .harness/decided.json)",
    )  # fmt: skip
    option(
        "--harness-calibrate-arm", metavar="NAME",
        help="whose stored draws to replay (default: the first arm with a baseline)",
    )  # fmt: skip
    parser.addini("harness_config", "config file of the evals", default="evals/harness.yaml")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker and, where reports are gathered, the gate."""
    if plans(config) and config.getoption("dist", "no") != "no":
        raise pytest.UsageError("a plan is of the whole, and samples nothing: run without -n")
    check_together(config, planning=plans(config))
    config.addinivalue_line("markers", _MARKER)
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(_gate(config), "harness-gate")
        if config.getoption("dist", "no") != "no" and config_path(config).is_file():
            from harness.pytest_plugin.progress.controller import Controller  # noqa: PLC0415  xdist

            config.pluginmanager.register(Controller(config), "harness-progress")
    if config.getoption("--harness-write-plan"):
        from harness.pytest_plugin.plan_writer import PlanWriter  # noqa: PLC0415  only to plan

        config.pluginmanager.register(PlanWriter(), "harness-plan-writer")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: Sequence[pytest.Item]) -> None:
    """Bring in the machinery, once there is an eval to run, before others deselect any."""
    _bring_in(config, items)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Check the evals, also those that a plugin marked after all others."""
    evals = _bring_in(session.config, session.items)
    if evals is not None:
        evals.check(session.items)


def _bring_in(config: pytest.Config, items: Sequence[pytest.Item]) -> Evals | Planning | None:
    if _evals_key not in config.stash:
        if config.option.collectonly or not any(map(_is_eval, items)):
            return None
        config.stash[_evals_key] = _machinery(config)
        config.pluginmanager.register(config.stash[_evals_key], "harness-evals")
    return config.stash[_evals_key]


def _machinery(config: pytest.Config) -> Evals | Planning:
    """Return what runs the evals, or plans them."""
    if plans(config):
        from harness.pytest_plugin.planning import Planning  # noqa: PLC0415  only to plan

        return Planning(config)
    if config.getoption("--harness-shard") is not None:
        from harness.pytest_plugin.shards.drawing import Drawing  # noqa: PLC0415  only for shards

        return Drawing(config)
    from harness.pytest_plugin.evals import Evals  # noqa: PLC0415  only for evals

    return Evals(config)


def _gate(config: pytest.Config) -> Gate:
    """Return what gathers the news: of a whole run, or of a shard."""
    if config.getoption("--harness-shard") is not None:
        from harness.pytest_plugin.shards.gate import ShardGate  # noqa: PLC0415  only for shards

        return ShardGate(config)
    return Gate(config)


def config_path(config: pytest.Config) -> Path:
    """Return where the evals' config is, or would be."""
    path: str = config.getoption("--harness-config") or config.getini("harness_config")
    return config.rootpath / path


def plans(config: pytest.Config) -> bool:
    """Say whether the session plans or replays, and samples nothing."""
    options = ("--harness-plan", "--harness-write-plan")
    replays = config.getoption("--harness-calibrate") is not None  # 0 is a mistake, not a no
    return replays or any(config.getoption(option) for option in options)


def _is_eval(item: pytest.Item) -> bool:
    return item.get_closest_marker("harness") is not None


@pytest.fixture
def arms(request: pytest.FixtureRequest) -> Arms:
    """Return the configured arms, on the eval's task: `arms["rl"].pass_at(1)`."""
    return _evals(request).arms(request.node)


@pytest.fixture
def baseline(request: pytest.FixtureRequest) -> Baselines:
    """Return the arms' accepted baselines, on the eval's task: `baseline["rl"].pass_at(1)`."""
    return _evals(request).baselines(request.node, "baseline")


@pytest.fixture
def anchor(request: pytest.FixtureRequest) -> Baselines:
    """Return the arms' anchors, which stay while baselines follow: `anchor["rl"].pass_at(1)`."""
    return _evals(request).baselines(request.node, "anchor")


def _evals(request: pytest.FixtureRequest) -> Evals | Planning:
    if not _is_eval(request.node):
        pytest.fail(
            f"{request.node.nodeid} uses arms and is not marked as an eval; "
            'mark it with @pytest.mark.harness(task="...")',
            pytrace=False,
        )
    return request.config.stash[_evals_key]
