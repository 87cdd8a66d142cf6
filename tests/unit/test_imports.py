"""What importing costs: nothing until it is used."""

from __future__ import annotations

import subprocess
import sys

import pytest

import harness

HEAVY = ("numpy", "scipy", "yaml", "jsonschema", "lm_eval", "ctranslate2", "tabulate")


def loaded(statement: str) -> set[str]:
    """Return the modules that a statement loads in a fresh process."""
    code = f"import sys; before = set(sys.modules); {statement}; print(*set(sys.modules) - before)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_plugin_loads_nothing_heavy() -> None:
    """Every pytest run loads the plugin: it brings no numerics, no YAML and no engine along."""
    found = loaded("import harness.pytest_plugin")
    assert "harness.pytest_plugin" in found
    assert not {name.partition(".")[0] for name in found} & set(HEAVY)


def test_the_package_loads_itself_alone() -> None:
    """`import harness` loads no module but its own."""
    assert loaded("import harness") - {"__future__", "typing"} <= {"harness"} | set(
        loaded("from typing import TYPE_CHECKING")
    )


def test_a_public_name_loads_when_it_is_used() -> None:
    """The claims come in with the first name that needs them."""
    assert "harness.claims" in loaded("import harness; harness.no_evidence")
    assert "harness.claims" not in loaded("import harness; harness.HarnessError")


@pytest.mark.parametrize("name", harness.__all__)
def test_every_public_name_is_there(name: str) -> None:
    """Each name that the package lists can be had from it."""
    assert getattr(harness, name).__name__ == name


def test_an_unknown_name_is_no_attribute() -> None:
    """A misspelt name raises what Python raises."""
    with pytest.raises(AttributeError, match="module 'harness' has no attribute 'no_evidance'"):
        harness.no_evidance  # noqa: B018  reading it is the test
