"""How the baselines came to what they are: their files, as the repository's commits have them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from harness import git
from harness.baseline.format import parse
from harness.decide import one_arm
from harness.errors import BaselineError, GitError

_MOST = 12  # commits of a file that are read
_LEVEL = 0.05  # one-sided: intervals hold 90%

Point = dict[str, Any]


def history(run: Mapping[str, Any], task: str, metric: str, root: Path) -> list[Point]:
    """Return the mean of a metric in each committed state of a task's baselines.

    Parameters
    ----------
    run
        A run.
    task, metric
        Whose baselines, and what of them.
    root
        The folder that the paths of the run start from.

    Returns
    -------
    list
        Points with arm, commit, date (ISO 8601), mean, low and high; none where there is no
        repository, or it does not hold the files.
    """
    places = {
        (one["arm"], one["name"]): one["place"].rpartition(":")[2]
        for one in run["references"]
        if one["task"] == task
    }
    return [
        {"arm": f"{name}[{arm}]", **point}
        for (arm, name), place in places.items()
        for point in _of_file(Path(place), metric, root)
    ]


def _of_file(path: Path, metric: str, root: Path) -> Iterator[Point]:
    if path.is_absolute() or ".." in path.parts:
        return
    names = (path, path.with_suffix(".json"))  # what the first version was called
    try:
        commits = git.log(*names, at=root)[:_MOST]
    except GitError:
        return
    for sha, date in commits:
        found = (_state(name, sha, metric, root) for name in names)
        if point := next(filter(None, found), None):
            yield {"commit": sha[:10], "date": date, **point}


def _state(path: Path, sha: str, metric: str, root: Path) -> Point | None:
    """Return what a commit's file comes to; None if it is not there or can't be read."""
    try:
        data = git.show(sha, path, root)
        if data is None:
            return None
        tally = parse(data.decode("utf-8", "replace"), f"{sha[:10]}:{path}").tally
    except (GitError, BaselineError):
        return None
    if metric not in tally.metrics:
        return None
    values = tally.sums[:, tally.metrics.index(metric)] / tally.draws
    if len(values) < 2 or not np.isfinite(values).all():  # noqa: PLR2004  an interval takes two
        return None
    bounds = one_arm(values, int(tally.draws.min()), _LEVEL, None)
    return {
        "mean": float(values.mean()),
        "low": float(bounds.lower(_LEVEL)),
        "high": float(bounds.upper(_LEVEL)),
        "items": len(values),
    }
