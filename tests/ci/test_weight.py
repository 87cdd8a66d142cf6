"""What `harness ci` needs: a job that only comments installs no numerics and no engine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.ci.conftest import Run
from tests.ci.github import FakeGitHub

_SAY = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name in {"numpy", "scipy", "yaml", "lm_eval", "pytest", "xdist", "filelock"}:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Absent())
from harness.cli import main
from harness.report.stored import read_run
sys.exit(main(["ci", "comment", "--pull", "7", "--body", "body.md"]))
"""


def test_a_comment_needs_little(github: FakeGitHub) -> None:
    """It works where requests, jsonschema and tabulate alone are installed."""
    Path("body.md").write_text("red", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", _SAY], capture_output=True, text=True, check=False, env=os.environ
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert len(github.bodies()) == 1


def test_other_commands_load_no_http() -> None:
    """An HTTP client is loaded by what asks a service."""
    code = "import sys, harness.ci, harness.cli; print('requests' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_a_step_without_a_token_can_annotate(harness: Run) -> None:
    """Summaries and annotations ask nobody."""
    assert "there is no such run" in harness("annotate", code=1)
