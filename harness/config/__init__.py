"""From `evals/harness.yaml` to records."""

from __future__ import annotations

from harness.config.load import load_config, replace_arms
from harness.config.yaml_file import YamlFile, read_yaml

__all__ = ["YamlFile", "load_config", "read_yaml", "replace_arms"]
