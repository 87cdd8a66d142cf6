"""Run the committed evals in a copy of the repository: no draws, no ledger, nobody else."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def run_evals(*options: str) -> tuple[int, dict[str, Any]]:
    """Return the exit code of `pytest evals/`, and its run."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for name in ("evals", "fixtures"):
            shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns("__pycache__"))
        (place / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
        command = [
            sys.executable,
            "-m",
            "pytest",
            "evals",
            "-q",
            "-p",
            "no:cacheprovider",
            *options,
        ]
        code = subprocess.run(command, cwd=place, capture_output=True, check=False).returncode
        run = json.loads((place / ".harness" / "run.json").read_text(encoding="utf-8"))
    return code, run
