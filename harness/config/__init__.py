"""From `evals/harness.yaml` to records."""

from __future__ import annotations

from harness.config.changes import policy_changes
from harness.config.load import PATHS, load_config, replace_arms
from harness.config.recipes import SEED, unlike_seeds
from harness.config.training import differing, shown
from harness.config.yaml_file import YamlFile, read_yaml

__all__ = [
    "PATHS",
    "SEED",
    "YamlFile",
    "differing",
    "load_config",
    "policy_changes",
    "read_yaml",
    "replace_arms",
    "shown",
    "unlike_seeds",
]
