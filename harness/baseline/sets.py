"""Which set of baselines evals are held against: by name, by path, or as a commit has them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from harness import git
from harness.baseline.store import ANCHORS, BaselineStore
from harness.errors import BaselineError, GitError, did_you_mean

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
    accepted, anchor = evals / "baselines", evals / ANCHORS
    if wanted == "":
        msg = "there is no set of baselines without a name"
        raise BaselineError(msg, where="--harness-baseline", hint="name one, or leave it away")
    if wanted is None:
        commit = _base(environment, evals) if target_of_change(environment) else ""
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


#: Where a service says what a change is to be merged into, and how to name it in git.
_TARGETS = (
    ("HARNESS_TARGET", "{}"),
    ("GITHUB_BASE_REF", "origin/{}"),
    ("CI_MERGE_REQUEST_DIFF_BASE_SHA", "{}"),
)


def target_of_change(environment: Mapping[str, str]) -> str:
    """Return what a change is to be merged into, where a service says so; else empty text.

    `HARNESS_TARGET`, a branch or a commit, says it where the service does not: in a merge queue.
    """
    return _target(environment)[1]


def _target(environment: Mapping[str, str]) -> tuple[str, str]:
    """Return which variable says what a change is to be merged into, and what that is in git."""
    for name, form in _TARGETS:
        if value := environment.get(name):
            return name, form.format(value)
    return "", ""


def _commit(ref: str, evals: Path, environment: Mapping[str, str]) -> str:
    return _base(environment, evals) if ref == MERGE_BASE else git.resolve(ref, evals)


def _base(environment: Mapping[str, str], evals: Path) -> str:
    """Return the commit that a change went off from.

    Raises
    ------
    BaselineError
        If there is none.
    GitError
        If a commit can't be found; it names who asked for it.
    """
    name, target = _target(environment)
    target = target or git.default_branch(evals) or "main"
    try:
        found = git.merge_base("HEAD", target, evals)
    except GitError as error:
        where = f"{name}={environment[name]}" if name else error.where
        raise GitError(error.message, where=where, hint=error.hint) from None
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
