"""Which arm plays which part in a study."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from harness.config import load_config
from harness.errors import ConfigError, DiffError
from harness.records import Config
from harness.study.cast import Cast, cast_of

Write = Callable[[str, str | bytes], Path]
Load = Callable[[str], Config]

ARMS = """\
  base: {engine: python, function: "m:f"}
  again: {engine: python, function: "m:f"}
  early: {engine: python, function: "m:f"}
  rl: {engine: python, function: "m:f", training: {start: base, lr: 1}}
  rl_early: {engine: python, function: "m:f", training: {start: early, lr: 1}}
  placebo: {engine: python, function: "m:f", control: {of: rl, kind: placebo}}
"""
MODELS = {"base": "0", "again": "0", "early": "1", "rl": "2", "rl_early": "3", "placebo": "4"}


@pytest.fixture
def load(write: Write) -> Load:
    """Return a reader of a config with these arms, and what else it says."""
    return lambda more: load_config(write("harness.yaml", f"schema: 1\narms:\n{ARMS}{more}"))


def cast(config: Config, **models: str | None) -> Cast:
    """Tell the parts, where models may be others, or not drawn."""
    drawn = {name: one for name, one in {**MODELS, **models}.items() if one is not None}
    return cast_of(config.arms, config.study, drawn)


def test_parts_follow_from_trainings_and_controls(load: Load) -> None:
    """All arms but starts and controls were made by training, each from what it says."""
    found = cast(load(""))
    assert found.base == "base"
    assert found.starts == {"rl": "base", "rl_early": "early"}
    assert found.notes == ("again is left out: it runs on the same model as base",)


def test_what_is_declared_is_taken_as_it_stands(load: Load) -> None:
    """Named arms are on the page in that order, controls too, and no others."""
    found = cast(load("study: {base: early, arms: [placebo, rl]}\n"))
    assert (found.base, found.notes) == ("early", ())
    assert list(found.starts.items()) == [("placebo", "early"), ("rl", "base")]


def test_what_was_not_drawn_is_left_out_and_told(load: Load) -> None:
    """An arm without draws, and one whose start has none."""
    found = cast(load("study: {arms: [rl, rl_early, placebo]}\n"), placebo=None, early=None)
    assert list(found.starts) == ["rl"]
    assert found.notes == (
        "rl_early is left out: the run drew nothing of early here",
        "placebo is left out: the run drew nothing of placebo here",
    )


def test_a_control_that_was_not_drawn_is_told(load: Load) -> None:
    """The page would else answer for fewer controls than are declared."""
    found = cast(load(""), placebo=None, again=None)
    assert found.notes[-1] == (
        "placebo, a control of rl (placebo), is left out: the run drew nothing of it here"
    )


def test_without_a_base_or_an_arm_there_is_no_page(load: Load) -> None:
    """Both are told with the next step."""
    with pytest.raises(DiffError, match="the run has no draws of the base 'base'"):
        cast(load(""), base=None)
    with pytest.raises(DiffError, match="no draws of an arm that training made of 'base'; rl is"):
        cast(load("study: {arms: [rl]}\n"), rl=None)


def test_a_base_that_is_not_told_is_asked_for(write: Write) -> None:
    """No arm is named base, and no training tells its start."""
    text = 'schema: 1\narms: {a: {engine: python, function: "m:f"}}\n'
    config = load_config(write("harness.yaml", text))
    with pytest.raises(DiffError, match=r"not known; declare `study: \{base: NAME\}`"):
        cast(config)


@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        ("study: {base: bose}\n", r"study.base: no arm 'bose'; did you mean 'base'\?"),
        ("study: {arms: [rl, erly]}\n", r"study.arms: no arm 'erly'; did you mean 'early'\?"),
        ("study: {arm: [rl]}\n", r"did you mean 'arms'\?"),
        ("study: {seen: {split: []}}\n", r"study.seen"),
    ],
)
def test_mistakes_in_the_config_are_told(load: Load, more: str, wanted: str) -> None:
    """With file, line, key and a likely spelling."""
    with pytest.raises(ConfigError, match=wanted):
        load(more)
