"""How a baseline came to be what it is: its versions in git, and how far they drifted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from harness import git
from harness.acceptance.drift import Drift, clusters_of, drift, mean_of
from harness.acceptance.project import Pair, Project
from harness.baseline import Baseline, BaselineStore, digest
from harness.errors import BaselineError

#: What the working tree has, and no commit yet.
TREE = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A baseline as a commit left it.

    Attributes
    ----------
    commit
        Its hash; empty for the working tree.
    date
        Of the commit, ISO 8601.
    state
        ``good``, ``broken`` or ``removed``.
    epoch, mean
        Its last epoch, and the mean of its first metric of note; None where it is not there.
    drift
        From where history counts; None where there is none.
    note
        Why there is none: it is what history counts from, or does not compare with that.
    """

    commit: str
    date: str
    state: str
    epoch: int | None = None
    mean: float | None = None
    drift: Drift | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The versions of a baseline, the oldest first.

    Attributes
    ----------
    since
        Where drift counts from: ``the anchor``, or ``the first version``.
    """

    task: str
    arm: str
    since: str
    versions: tuple[Version, ...]


def history(project: Project, pair: Pair) -> History:
    """Read the versions of a baseline from git, under its name of today and that of version 1.

    Raises
    ------
    GitError
        If there is no repository.
    BaselineError
        If the anchor is broken.
    """
    folder = project.accepted.folder
    path = project.accepted.path(*pair).relative_to(project.evals)
    commits = git.log(path, path.with_suffix(".json"), at=project.evals)
    found = [(sha, date, *_at(folder, sha, pair)) for sha, date in reversed(commits)]
    found += _uncommitted(folder, pair, found[-1][3] if found else None)
    anchor = project.anchor.find(*pair)
    base = anchor or next((one for *_, one in found if one is not None), None)
    clusters = clusters_of(project.task(pair[0])) if pair[0] in project.tasks else {}
    since = "the first version" if anchor is None else "the anchor"
    origin = None if base is None else digest(base)

    def version(sha: str, date: str, state: str, one: Baseline | None) -> Version:
        if one is None or base is None:
            return Version(commit=sha, date=date, state=state)
        same = digest(one) == origin
        moved = None if same else drift(base, one, project.config.policy, clusters)
        other = "scored or sampled otherwise" if moved is None else ""
        return Version(
            commit=sha, date=date, state=state, epoch=one.epoch, mean=mean_of(one), drift=moved,
            note=since if same else other,
        )  # fmt: skip

    versions = tuple(version(*one) for one in found)
    return History(task=pair[0], arm=pair[1], since=since, versions=versions)


_Found = tuple[str, str, str, Baseline | None]


def _at(folder: Path, commit: str, pair: Pair) -> tuple[str, Baseline | None]:
    """Return the state of a baseline in a commit, and what it holds."""
    try:
        found = BaselineStore(folder, commit=commit).find(*pair)
    except BaselineError:
        return "broken", None
    return "good" if found else "removed", found


def _uncommitted(folder: Path, pair: Pair, last: Baseline | None) -> list[_Found]:
    """Return what the working tree has beyond the last commit."""
    state, now = _at(folder, TREE, pair)
    same = now is last or (now is not None and last is not None and digest(now) == digest(last))
    return [] if same else [(TREE, "", state, now)]
