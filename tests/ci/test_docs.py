"""What docs/ci.md tells to copy fits what is there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.cli import main

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs/ci.md").read_text(encoding="utf-8")
BLOCKS = [yaml.safe_load(found) for found in re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)]


def called(data: Any) -> list[dict[str, Any]]:  # noqa: ANN401  YAML
    """Return all jobs and steps within data that use something of this repository."""
    if isinstance(data, list):
        return [one for part in data for one in called(part)]
    if not isinstance(data, dict):
        return []
    own = [data] if str(data.get("uses", "")).startswith("OWNER/rl-eval-harness/") else []
    return own + [one for part in data.values() for one in called(part)]


def test_what_is_used_is_there() -> None:
    """Each workflow and action that is named exists, and takes what it is given."""
    uses = called(BLOCKS)
    assert len(uses) == 3
    for one in uses:
        path = ROOT / one["uses"].removeprefix("OWNER/rl-eval-harness/").removesuffix("@SHA")
        file = path / "action.yml" if path.is_dir() else path
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
        takes = data if "inputs" in data else data[True]["workflow_call"]  # YAML reads `on` so
        given = one["with"]
        assert set(given) <= set(takes["inputs"])
        needed = {key for key, value in takes["inputs"].items() if value.get("required")}
        assert needed <= set(given)
        assert set(one.get("secrets", {})) <= set(takes.get("secrets", {}))


def test_rights_are_those_that_are_needed() -> None:
    """A called workflow has no more rights than its caller gives: they are the same."""
    for one in called(BLOCKS):
        if "permissions" in one:
            name = one["uses"].rpartition("/")[2].removesuffix("@SHA")
            file = (ROOT / ".github/workflows" / name).read_text(encoding="utf-8")
            needed: dict[str, str] = {}
            for job in yaml.safe_load(file)["jobs"].values():
                needed |= job["permissions"]
            assert one["permissions"] == needed


@pytest.mark.parametrize("action", ["comment", "summary", "annotate"])
def test_options_are_told(action: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each option of the commands is in the text, and each exit code."""
    with pytest.raises(SystemExit) as caught:
        main(["ci", action, "--help"])
    assert caught.value.code == 0
    out = capsys.readouterr().out
    options = set(re.findall(r"--[a-z]+", out)) - {"--help"}
    assert options
    assert all(f"`{option}" in TEXT for option in options)
    assert all(f"| {code} |" in TEXT for code in (0, 1, 2, 3))
