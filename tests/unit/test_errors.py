"""Errors say the place, the value and the next step, in one line."""

from __future__ import annotations

import pickle

import pytest

from harness.errors import ConfigError, HarnessError, did_you_mean


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (HarnessError("it broke"), "it broke"),
        (HarnessError("it broke", where="a.yaml:3"), "a.yaml:3: it broke"),
        (HarnessError("it broke", hint="mend it"), "it broke; mend it"),
        (ConfigError("it broke", where="a:3", hint="mend it"), "a:3: it broke; mend it"),
    ],
    ids=["message", "where", "hint", "all"],
)
def test_an_error_is_one_line(error: HarnessError, text: str) -> None:
    """Place, message and next step stand in this order."""
    assert str(error) == text


def test_the_place_can_be_added_later() -> None:
    """Who knows the place better adds it to an error that passes by."""
    error = HarnessError("it broke")
    error.where = "a.yaml:3"
    assert str(error) == "a.yaml:3: it broke"


def test_an_error_can_be_carried_to_another_process() -> None:
    """Pickling keeps message, place and hint."""
    error: HarnessError = pickle.loads(  # noqa: S301  of this test's own making
        pickle.dumps(ConfigError("it broke", where="a:3", hint="mend it"))
    )
    assert str(error) == "a:3: it broke; mend it"


@pytest.mark.parametrize(
    ("name", "known", "text"),
    [
        ("bsae", ["rl", "base"], "did you mean 'base'?"),
        ("x", ["rl", "base"], "known: base, rl"),
        ("x", [], "there are none"),
    ],
    ids=["close", "far", "none"],
)
def test_suggestions(name: str, known: list[str], text: str) -> None:
    """The likeliest name, or all names, or the news that there are none."""
    assert did_you_mean(name, known) == text
