"""What an eval's markers say: merged key by key, checked, and weighed against config and option."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, cast

import pytest

from harness.errors import ConfigError, HarnessError
from harness.pytest_plugin.marker import EvalMarker, read_marker
from harness.records import Config, Policy


class Item:
    """Stands in for a pytest item that has these markers, the nearest first."""

    nodeid = "evals/test_it.py::test_it"

    def __init__(self, *marks: pytest.MarkDecorator) -> None:
        self.marks = marks

    def iter_markers(self, name: str) -> Iterator[pytest.Mark]:
        """Yield the markers."""
        assert name == "harness"
        return (decorator.mark for decorator in self.marks)


def read(*keywords: dict[str, Any]) -> EvalMarker:
    """Read the markers of an eval, the nearest first."""
    return read_marker(cast("pytest.Item", Item(*(pytest.mark.harness(**one) for one in keywords))))


def config(draws: int = 16, *, auto: bool = False) -> Config:
    """Make a config of so many draws."""
    return Config(
        path=Path("evals/harness.yaml"), arms={}, policy=Policy(effect=0.1), draws=draws,
        auto=auto, baseline_draws=64, seed=0,
    )  # fmt: skip


def test_a_task_is_enough() -> None:
    """All else is left to the config."""
    found = read({"task": "sums"})
    assert found == EvalMarker(task="sums", draws=None, cap=None, where=(), policy={}, weight=1.0)
    assert found.applied(Policy(effect=0.1)) == Policy(effect=0.1)


def test_the_nearest_key_wins() -> None:
    """Markers merge key by key: a test's own, its class's, its module's."""
    found = read(
        {"draws": 4, "items": "these"}, {"draws": 8, "effect": 0.2}, {"task": "sums", "effect": 0.3}
    )
    assert (found.task, found.draws) == ("sums", 4)
    assert found.policy == {"items": "these", "effect": 0.2}


def test_an_eval_changes_its_own_policy() -> None:
    """Items, method and effect are the eval's; error rates and lenience stay the config's."""
    found = read({"task": "sums", "items": "these", "method": "anytime", "effect": 0.02})
    policy = Policy(alpha=0.01, power=0.8, effect=0.1, inconclusive="warn")
    assert found.applied(policy) == Policy(
        alpha=0.01, power=0.8, effect=0.02, inconclusive="warn", items="these", method="anytime"
    )


def test_selections_are_sorted() -> None:
    """A selection is the same however it is written."""
    found = read({"task": "sums", "where": {"split": ["id", "hard"], "category": "add"}})
    assert found.where == (("category", ("add",)), ("split", ("hard", "id")))


@pytest.mark.parametrize(
    ("marker", "option", "of_config", "size"),
    [
        ({}, None, config(), (16, False)),
        ({}, 4, config(), (4, False)),
        ({}, "auto", config(), (16, True)),
        ({}, None, config(64, auto=True), (64, True)),
        ({}, 8, config(64, auto=True), (8, False)),
        ({"draws": 32}, None, config(), (32, False)),
        ({"draws": 32}, None, config(64, auto=True), (32, False)),
        ({"draws": 32}, "auto", config(), (32, True)),
        ({"draws": 32}, 4, config(), (4, False)),
        ({"draws": "auto"}, None, config(), (16, True)),
        ({"draws": "auto", "cap": 24}, None, config(), (24, True)),
        ({"draws": "auto", "cap": 24}, 4, config(), (4, False)),
        ({"cap": 24}, None, config(64, auto=True), (24, True)),
        ({"cap": 24}, None, config(), (16, False)),
        ({"cap": 24}, "auto", config(), (24, True)),
    ],
)
def test_the_draws_of_an_eval(
    marker: dict[str, Any], option: int | Literal["auto"] | None, of_config: Config,
    size: tuple[int, bool],
) -> None:  # fmt: skip
    """The option rules the marker, the marker the config; auto turns a number into a cap."""
    assert read({"task": "sums", **marker}).size(of_config, option) == size


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({}, r"names no task; write harness\(task="),
        ({"task": 7}, "task=7 is no name"),
        ({"task": "t", "drawss": 4}, "no argument 'drawss'; did you mean 'draws'"),
        ({"task": "t", "draws": 0}, r"draws=0\) must be a whole number from 1"),
        ({"task": "t", "draws": True}, r"draws=True\) must be a whole number"),
        ({"task": "t", "draws": 2.0}, r"draws=2.0\) must be a whole number"),
        (
            {"task": "t", "draws": "some"},
            r"draws='some'\) must be a whole number from 1, or 'auto'",
        ),
        ({"task": "t", "cap": "auto"}, r"cap='auto'\) must be a whole number"),
        ({"task": "t", "cap": -1}, r"cap=-1\) must be a whole number"),
        (
            {"task": "t", "draws": 16, "cap": 64},
            r'draws=16, cap=64\): cap is for planned looks, and 16 is fixed; .* draws="auto"',
        ),
        ({"task": "t", "items": "thes"}, "items='thes'.* is unknown; did you mean 'these'"),
        ({"task": "t", "method": "tfloor"}, "method='tfloor'.* did you mean 't-floor'"),
        ({"task": "t", "effect": 0}, r"effect=0\) must be a number above 0, at most 1"),
        ({"task": "t", "effect": 5}, r"effect=5\) must be a number above 0, at most 1"),
        ({"task": "t", "effect": "0.1"}, r"effect='0.1'\) must be a number above 0"),
        ({"task": "t", "weight": -1}, r"weight=-1\) must be a number above 0"),
        ({"task": "t", "weight": float("inf")}, r"weight=inf\) must be a number above 0"),
        ({"task": "t", "weight": float("nan")}, r"weight=nan\) must be a number above 0"),
        ({"task": "t", "weight": True}, r"weight=True\) must be a number above 0"),
        ({"task": "t", "where": "hard"}, r"where='hard'\) must map tags to values"),
        ({"task": "t", "where": {"split": 7}}, "split=7 is neither a text nor a collection"),
    ],
)
def test_what_is_wrong_is_named(keywords: dict[str, Any], message: str) -> None:
    """A wrong argument is one line, which begins with the eval."""
    with pytest.raises(HarnessError, match=message) as caught:
        read(keywords)
    assert str(caught.value).startswith("evals/test_it.py::test_it: ")


def test_a_cap_is_held_against_the_merged_draws() -> None:
    """A module's cap and a test's number don't go together; a test's `auto` overrules a number."""
    with pytest.raises(ConfigError, match="cap is for planned looks"):
        read({"draws": 16}, {"task": "sums", "cap": 64})
    found = read({"draws": "auto"}, {"task": "sums", "cap": 64}, {"draws": 16})
    assert (found.draws, found.cap) == ("auto", 64)


def test_arguments_have_names() -> None:
    """A bare argument is refused."""
    item = Item(pytest.mark.harness("sums"))
    with pytest.raises(ConfigError, match="an argument without a name"):
        read_marker(cast("pytest.Item", item))
