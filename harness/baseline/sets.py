"""Which set of baselines evals are held against: by name, by path, or as a commit has them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from harness import git
from harness.baseline.store import BaselineStore
from harness.errors import BaselineError, did_you_mean

#: The commit from which a change went off, as the services name what it goes into.
MERGE_BASE = "merge-base"


def open_sets(
    evals: Path, wanted: str | None, environment: Mapping[str, str]
) -> dict[str, BaselineStore]:
    """Return the accepted baselines, and the anchors, as ``baseline`` and ``anchor``.

    Parameters
    ----------
    evals
        The folder of the config.
    wanted
        A name (of `evals/baselines-NAME`), the path of a folder, ``git:REF``, or
        ``git:merge-base``. None: the working tree's; and where a service such as GitHub Actions
        runs on a change that is to be merged, as the commit has them that the change went off
        from, so that no change lowers its own bar. Those that it adds are its own.
    environment
        Of the process.

    Raises
    ------
    BaselineError
        If there is no such set.
    GitError
        If the commit can't be found.
    """
    accepted, anchor = evals / "baselines", evals / "baselines-anchor"
    if wanted is None:
        target = target_of_change(environment)
        commit = _base(target, evals) if target else ""
        return {
            "baseline": BaselineStore(accepted, commit=commit, new=True),
            "anchor": BaselineStore(anchor, commit=commit, new=True),
        }
    if wanted.startswith("git:"):
        commit = _commit(wanted.removeprefix("git:"), evals, environment)
        return {
            "baseline": BaselineStore(accepted, commit=commit),
            "anchor": BaselineStore(anchor, commit=commit),
        }
    return {"baseline": BaselineStore(_folder(evals, wanted)), "anchor": BaselineStore(anchor)}


def target_of_change(environment: Mapping[str, str]) -> str:
    """Return what a change is to be merged into, where a service says so; else empty text.

    `HARNESS_TARGET`, a branch or a commit, says it where the service does not: in a merge queue.
    """
    if target := environment.get("HARNESS_TARGET"):
        return target
    if branch := environment.get("GITHUB_BASE_REF"):
        return f"origin/{branch}"
    return environment.get("CI_MERGE_REQUEST_DIFF_BASE_SHA", "")


def _commit(ref: str, evals: Path, environment: Mapping[str, str]) -> str:
    if ref != MERGE_BASE:
        return git.resolve(ref, evals)
    return _base(target_of_change(environment) or git.default_branch(evals) or "main", evals)


def _base(target: str, evals: Path) -> str:
    found = git.merge_base("HEAD", target, evals)
    if found is None:
        msg = f"HEAD and {target} have no commit in common"
        raise BaselineError(msg, where=str(evals), hint="name another: --harness-baseline git:REF")
    return found


def _folder(evals: Path, wanted: str) -> Path:
    named = evals / f"baselines-{wanted}"
    if named.is_dir():
        return named
    if Path(wanted).is_dir():
        return Path(wanted)
    known = [folder.name.partition("-")[2] for folder in evals.glob("baselines-*")]
    msg = f"there is no set of baselines {wanted!r}"
    where = f"--harness-baseline {wanted}"
    raise BaselineError(msg, where=where, hint=did_you_mean(wanted, known))
