"""From `evals/harness.yaml` to records."""

from __future__ import annotations

from harness.config.changes import policy_changes
from harness.config.load import PATHS, load_config, replace_arms
from harness.config.yaml_file import YamlFile, read_yaml

__all__ = ["PATHS", "YamlFile", "load_config", "policy_changes", "read_yaml", "replace_arms"]
