"""Baselines as they were at another commit."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path, PurePosixPath

from harness.errors import DiffError


class Revision:
    """The folder of baselines of a commit, in a temporary folder.

    Parameters
    ----------
    evals
        The folder that has `baselines/`, in a git repository.
    ref
        A commit, by any name that git knows.

    Raises
    ------
    DiffError
        If git is not there, does not know the commit, or it has no baselines.
    """

    def __init__(self, evals: Path, ref: str) -> None:
        if not ref or ref.startswith("-"):
            raise DiffError(f"{ref!r} is no commit", hint="write git:REF:ARM, as git:main:rl")
        self._ref = ref
        self._temporary = tempfile.TemporaryDirectory()
        self.folder = Path(self._temporary.name)
        try:
            self._fill(evals)
        except BaseException:
            self.close()
            raise

    def _fill(self, evals: Path) -> None:
        names = _git(evals, "ls-tree", "-r", "-z", "--name-only", self._ref, "--", "baselines")
        paths = [PurePosixPath(name) for name in names.decode().split("\0") if name]
        if not paths:
            msg = f"commit {self._ref!r} has no baselines in {evals}"
            raise DiffError(msg, hint="is it the commit that you mean?")
        for path in paths:
            place = self.folder.joinpath(*path.parts[1:])
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(_git(evals, "show", f"{self._ref}:./{path}"))

    def close(self) -> None:
        """Take the folder away."""
        self._temporary.cleanup()


def _git(folder: Path, *arguments: str) -> bytes:
    command = ["git", "-C", str(folder), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603  git's own, no shell
    except OSError as error:
        msg = f"can't run git: {error.strerror or error}"
        raise DiffError(msg, hint="name the baseline by its path") from None
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip().splitlines() or ["it failed"]
        raise DiffError(f"git says: {reason[-1]}", where=str(folder), hint="is the ref right?")
    return done.stdout
