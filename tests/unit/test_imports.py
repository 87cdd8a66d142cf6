"""What importing costs: nothing until it is used."""

from __future__ import annotations

import subprocess
import sys

import pytest

import harness

HEAVY = (
    "numpy", "scipy", "yaml", "jsonschema", "lm_eval", "ctranslate2", "tabulate", "aiohttp",
    "tenacity", "asyncio", "requests",
)  # fmt: skip


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


_VERDICTS = """
import sys
import numpy as np
from harness.decide import decide, decide_at, next_stage
from harness.records import Part, Policy, Question, Sample

def sample(values, low=-1.0, draws=8):
    part = Part(values=np.asarray(values, float), half_range=(1 - low) / 2, noise=0.01,
                growing=0.01, growing_at_cap=0.005)
    return Sample(parts=(part,), draws=draws, low=low, high=1.0)

question, policy = Question(direction="greater", threshold=0.1), Policy(effect=0.1)
methods = [
    decide(sample(np.linspace(0, 0.6, 50)), question, policy).method,
    decide(sample(np.tile([0, 0, 1, -1], 20), draws=1), question, policy).method,
    decide(sample(np.linspace(0.2, 0.9, 50), low=0.0), question, policy).method,
]
stages = []
for _ in range(3):
    data = sample(np.linspace(0, 0.2, 50))
    stages.append(next_stage(data, question, policy, most=4, past=stages))
    decide_at(data, question, policy, stages[-1])
assert methods == ["t-floor", "Tango", "Korn-Graubard"], methods
heavy = ("scipy.stats", "scipy.optimize", "scipy.linalg", "scipy.integrate", "pandas")
found = sorted(name for name in sys.modules if name.startswith(heavy))
assert not found, found
"""


def test_the_usual_ways_to_a_verdict_load_no_heavy_parts_of_scipy() -> None:
    """The t-floor, Tango's test, exact bounds and planned looks take scipy.special alone."""
    command = [sys.executable, "-c", _VERDICTS]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
