"""Changes of the policy that are given as options."""

from __future__ import annotations

import re

import pytest

from harness.config import policy_changes
from harness.errors import ConfigError


def test_changes_are_read() -> None:
    """Numbers and words are told apart, and the last one of a key wins."""
    changes = ["policy.alpha=.01", "policy.items=these", "policy.alpha=1e-3", "policy.effect=1"]
    assert policy_changes(changes) == {"alpha": 0.001, "items": "these", "effect": 1.0}
    assert policy_changes([]) == {}
    assert policy_changes(["policy.require_control=true"]) == {"require_control": True}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("policy.alpha", "--harness-set policy.alpha: this is not KEY=VALUE"),
        ("policy.alhpa=0.1", "no key policy.alhpa; did you mean 'policy.alpha'?"),
        ("alpha=0.1", "no key alpha; known: policy.alpha, "),
        ("policy=0.1", "no key policy;"),
        ("draws=32", "draws decides what is drawn; the policy alone can be set"),
        ("sampling.seed=3", "sampling.seed decides what is drawn"),
        ("policy.alpha=2", "2.0 is greater than or equal to the maximum of 0.5"),
        ("policy.alpha=nan", "nan is no finite number"),
        ("policy.alpha=small", "'small' is not of type 'number'"),
        ("policy.require_control=yes", "'yes' is not of type 'boolean'"),
        ("policy.items=thees", "unknown value 'thees'; did you mean 'these'?"),
    ],
)
def test_what_can_not_be_set(change: str, message: str) -> None:
    """A misspelt key, one that draws, and a value out of range are named."""
    with pytest.raises(ConfigError, match=re.escape(message)):
        policy_changes([change])
