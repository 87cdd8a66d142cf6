"""What `harness ci` needs: a job that only comments installs no lm-eval, scipy or pytest."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.ci.conftest import Run
from tests.ci.github import FakeGitHub

ROOT = Path(__file__).parents[2]
_MODULES = {"lm-eval": "lm_eval", "pytest-xdist": "xdist"}
_SAY = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name in sys.argv[1:]:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Absent())
from harness.cli import main
from harness.report.stored import read_run
sys.exit(main(["ci", "comment", "--pull", "7", "--body", "body.md"]))
"""


def absent() -> set[str]:
    """Return the modules of the project's dependencies that the comment's job does not install."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    workflow = (ROOT / ".github/workflows/comment.yml").read_text(encoding="utf-8")
    installed = set(re.findall(r"[\w-]+", workflow))
    names = {re.split(r"[>=]", one)[0] for one in project["dependencies"]} - installed
    return {_MODULES.get(name, name) for name in names}


def test_a_comment_needs_little(github: FakeGitHub) -> None:
    """It works where what comment.yml installs is all there is."""
    Path("body.md").write_text("red", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", _SAY, *absent()],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert len(github.bodies()) == 1
    assert absent() == {"lm_eval", "pytest", "scipy", "xdist"}


def test_other_commands_load_no_http() -> None:
    """An HTTP client is loaded by what asks a service."""
    code = "import sys, harness.ci, harness.cli; print('requests' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_a_step_without_a_token_can_annotate(harness: Run) -> None:
    """Summaries and annotations ask nobody."""
    assert "there is no such run" in harness("annotate", code=1)
