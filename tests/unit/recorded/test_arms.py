"""Arms that replay a record, in the config."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from harness.config import load_config, replace_arms
from harness.errors import ConfigError

Write = Callable[[str, str | bytes], Path]
CONFIG = """\
schema: 1
arms:
  rl: {engine: recorded, path: ../runs/rl.jsonl, columns: {prompt: question}}
  toy: {engine: python, function: "m:f"}
"""


def test_a_record_is_named_by_its_path(write: Write, tmp_path: Path) -> None:
    """A path is relative to the config; an override names another, and keeps the columns."""
    config = load_config(write("evals/harness.yaml", CONFIG))
    columns = '{"prompt": "question"}'
    path = str(tmp_path / "evals/../runs/rl.jsonl")
    assert config.arms["rl"].options == {"path": path, "columns": columns}
    other = str(write("other.jsonl", ""))
    assert replace_arms(config, [f"rl={other}"]).arms["rl"].options == {
        "path": other, "columns": columns,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("path: ../runs/rl.jsonl, ", "", ":3: arms.rl: needs 'path'; add it"),
        ("prompt: q", "promt: q", "arms.rl.columns: unknown value 'promt'; did you mean 'prompt'?"),
        ("path: ", "format: json, path: ", "format: unknown value 'json'; did you mean 'jsonl'?"),
        ("path: ", "stream: x, path: ", "stream: this key does not go with the engine; remove it"),
        ("path: ", "model: x, path: ", "model: this key does not go with the engine; remove it"),
        ('"m:f"', '"m:f", path: x', "toy.path: this key does not go with the engine; remove it"),
    ],
)
def test_a_mistake_is_named(write: Write, old: str, new: str, message: str) -> None:
    """Keys that a record needs, has not, or calls otherwise are said in one line."""
    assert CONFIG.count(old) == 1
    with pytest.raises(ConfigError) as caught:
        load_config(write("evals/harness.yaml", CONFIG.replace(old, new)))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
