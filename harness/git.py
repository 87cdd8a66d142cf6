"""Ask the repository, by git's own command: where it stands, and what a file was."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from harness.errors import GitError

_TIMEOUT = 20.0  # seconds
_QUIET = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
_DEEPER = "fetch the whole history: `git fetch --unshallow`, in CI fetch-depth: 0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What is checked out.

    Attributes
    ----------
    sha
        The commit, in full.
    branch
        Its branch; None if it is detached, as in most CI jobs.
    dirty
        Whether tracked files differ from it.
    """

    sha: str
    branch: str | None
    dirty: bool


def head(at: Path) -> Head | None:
    """Return what is checked out around the folder `at`; None outside of a repository.

    None also where git is not installed, or there is no commit yet.
    """
    sha = _said(at, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    if sha is None:
        return None
    branch = _said(at, "symbolic-ref", "--quiet", "--short", "HEAD")
    changes = _said(at, "status", "--porcelain", "--untracked-files=no")
    return Head(sha=sha, branch=branch, dirty=bool(changes))


def default_branch(at: Path) -> str | None:
    """Return the branch that the origin names as its own, such as origin/main; None if unknown."""
    return _said(at, "symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD")


def show(ref: str, path: Path, at: Path) -> bytes | None:
    """Return a file as it is at `ref`; None if it is not there.

    Parameters
    ----------
    ref
        A commit, a branch or a tag.
    path
        The file, relative to `at`.
    at
        A folder in the repository.

    Raises
    ------
    GitError
        If there is no repository, or no such commit in it.
    """
    sha = resolve(ref, at)
    name = f"{sha}:./{path.as_posix()}"
    if _git(at, "cat-file", "-e", name).returncode != 0:
        return None
    done = _git(at, "cat-file", "blob", name)
    return done.stdout if done.returncode == 0 else None  # a folder is no file


def listed(ref: str, folder: Path, at: Path) -> list[Path]:
    """Return the files below a folder as it is at `ref`, relative to it; none if it is not there.

    Parameters
    ----------
    ref
        A commit, a branch or a tag.
    folder
        The folder, relative to `at`.
    at
        A folder in the repository.

    Raises
    ------
    GitError
        If there is no repository, or no such commit in it.
    """
    name = folder.as_posix()
    done = _git(at, "ls-tree", "-r", "-z", "--name-only", resolve(ref, at), "--", f"./{name}/")
    if done.returncode != 0:
        raise _failed(done, at)
    names = done.stdout.decode("utf-8", "surrogateescape").split("\0")
    return [Path(one).relative_to(name) for one in names if one]


def merge_base(first: str, second: str, at: Path) -> str | None:
    """Return the latest commit that two have in common; None if they have none.

    Raises
    ------
    GitError
        If one is not there, or a shallow clone cuts their history off.
    """
    done = _git(at, "merge-base", resolve(first, at), resolve(second, at))
    if done.returncode == 0:
        return done.stdout.decode().strip()
    if _shallow(at):
        msg = f"this clone is shallow: it does not hold what {first} and {second} have in common"
        raise GitError(msg, where=str(at), hint=_DEEPER)
    return None


def log(*paths: Path, at: Path, ref: str = "HEAD") -> list[tuple[str, str]]:
    """Return the commits that changed some files, the latest first: hash and date (ISO 8601).

    In a shallow clone the oldest one that is there seems to have made it all.

    Raises
    ------
    GitError
        If there is no repository, or no such commit in it.
    """
    names = [f"./{path.as_posix()}" for path in paths]
    done = _git(at, "log", "--format=%H %cI", resolve(ref, at), "--", *names)
    if done.returncode != 0:
        raise _failed(done, at)
    rows = (line.partition(" ") for line in done.stdout.decode().splitlines())
    return [(sha, date) for sha, _, date in rows]


def attribute(name: str, path: Path, at: Path) -> str | None:
    """Return what `.gitattributes` say of a file, such as ``unspecified``; None outside of git.

    Parameters
    ----------
    name
        The attribute.
    path
        The file, relative to `at`; it need not be there.
    at
        A folder in the repository.
    """
    said = _said(at, "check-attr", name, "--", path.as_posix())
    return None if said is None else said.rpartition(": ")[2]


def resolve(ref: str, at: Path) -> str:
    """Return the hash of the commit that `ref` names.

    Raises
    ------
    GitError
        If there is no repository, or no such commit in it.
    """
    if not ref or ref.startswith("-") or ":" in ref:
        msg = f"{ref!r} names no commit"
        raise GitError(msg, hint="give a branch, a tag or a commit, such as origin/main")
    if _said(at, "rev-parse", "--git-dir") is None:
        msg = "this is no git repository, or git is not installed"
        raise GitError(msg, where=str(at))
    sha = _said(at, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}")
    if sha is None:
        hint = _DEEPER if _shallow(at) else "fetch it, or see `git branch --all` for what is here"
        raise GitError(f"there is no commit {ref!r} here", where=str(at), hint=hint)
    return sha


def _shallow(at: Path) -> bool:
    return _said(at, "rev-parse", "--is-shallow-repository") == "true"


def _said(at: Path, *arguments: str) -> str | None:
    """Return what git says, in one line; None if it says no."""
    try:
        done = _git(at, *arguments)
    except GitError:
        return None
    return done.stdout.decode(errors="replace").strip() if done.returncode == 0 else None


def _git(at: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = ["git", "-C", str(at), *arguments]
    try:
        return subprocess.run(  # noqa: S603  no shell; refs are no options
            command, capture_output=True, check=False, timeout=_TIMEOUT, env=os.environ | _QUIET
        )
    except FileNotFoundError:
        raise GitError("git is not installed", hint="install git") from None
    except (subprocess.TimeoutExpired, OSError) as error:
        msg = f"git {arguments[0]} did not answer: {error}"
        raise GitError(msg, where=str(at)) from None


def _failed(done: subprocess.CompletedProcess[bytes], at: Path) -> GitError:
    said = done.stderr.decode(errors="replace").strip().splitlines()
    return GitError(f"git says: {said[-1] if said else 'no'}", where=str(at))
