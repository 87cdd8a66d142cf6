"""Where a run comes from: commit, versions, files, machine and CI job."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from typing import Any

import harness
from harness.errors import GitError
from harness.git import default_branch, head, merge_base
from harness.records import Roster

_CORE = ("pytest", "numpy", "scipy")
#: What decides what an engine says, beside the model.
_ENGINES = {
    "ctranslate2": ("ctranslate2", "tokenizers"),
    "lm_eval": ("lm_eval", "torch", "transformers"),
    "openai": ("aiohttp",),
    "recorded": ("pyarrow", "inspect_ai"),
}
#: Variables that hold the address of a CI job, or of its run.
_JOBS = ("CI_JOB_URL", "BUILD_URL", "BUILDKITE_BUILD_URL", "CIRCLE_BUILD_URL")


def commit(root: Path, environ: Mapping[str, str] = os.environ) -> dict[str, object] | None:
    """Return what is checked out, and where it left the branch that it is to go to.

    None outside of a repository. What the merge base can't be found for is said in its place.
    """
    found = head(root)
    return None if found is None else {**asdict(found), "base": _base(root, environ)}


def _base(root: Path, environ: Mapping[str, str]) -> dict[str, object] | None:
    target, branch = environ.get("CI_MERGE_REQUEST_DIFF_BASE_SHA"), environ.get("GITHUB_BASE_REF")
    ref = target or (f"origin/{branch}" if branch else default_branch(root))
    if ref is None:
        return None
    try:
        return {"ref": ref, "sha": merge_base(ref, "HEAD", root), "problem": None}
    except GitError as error:
        return {"ref": ref, "sha": None, "problem": str(error)}


def versions(engines: Iterable[str]) -> dict[str, str]:
    """Return the versions of this program, of Python, and of the packages that matter."""
    used = [package for engine in sorted(set(engines)) for package in _ENGINES.get(engine, ())]
    found = {"harness": harness.__version__, "python": platform.python_version()}
    for package in (*_CORE, *used):
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def machine() -> dict[str, object]:
    """Return what the run was made on."""
    return {"platform": platform.platform(), "cpus": os.cpu_count()}


def job(environ: Mapping[str, str] = os.environ) -> str | None:
    """Return the address of the CI job, where the environment says it."""
    names = ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")
    parts = [environ.get(name) for name in names]
    url = next((environ[name] for name in _JOBS if environ.get(name)), None)
    if all(parts):
        url = f"{parts[0]}/{parts[1]}/actions/runs/{parts[2]}"
    return url if url and url.startswith(("https://", "http://")) else None


def hashes(config: Path, rosters: Mapping[str, Roster]) -> dict[str, Any]:
    """Return hashes of the config's file, and of the file and the items of each task."""
    folder = config.parent / "tasks"
    return {
        "config": _file(config),
        "tasks": {
            name: {"file": _file(folder / f"{name}.yaml"), "items": _items(roster)}
            for name, roster in rosters.items()
        },
    }


def _file(path: Path) -> str | None:
    try:
        return hashlib.blake2b(path.read_bytes(), digest_size=16).hexdigest()
    except OSError:
        return None


def _items(roster: Roster) -> str:
    return hashlib.blake2b(json.dumps(asdict(roster)).encode(), digest_size=16).hexdigest()
