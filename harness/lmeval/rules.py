"""What a task's rules are: its pairs of filter and metric, and where they come from."""

from __future__ import annotations

import inspect
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from harness.errors import TaskError

CORRECT = "correct"
#: A metric by a filter, as lm-eval's results name it: ``exact_match,strict-match``.
Pair = tuple[str, str]


def named(pairs: Sequence[Pair], *, several: bool) -> dict[str, Pair]:
    """Name every pair: by its metric, after its filter where there are several filters.

    Raises
    ------
    TaskError
        If two pairs have one name.
    """
    found: dict[str, Pair] = {}
    for metric, filtered in pairs:
        name = re.sub(r"\W+", "_", f"{filtered}_{metric}" if several else metric, flags=re.ASCII)
        name = f"_{name}" if name[:1].isdigit() else name
        if name in found:
            both = [",".join(pair) for pair in (found[name], (metric, filtered))]
            msg = f"{both[0]!r} and {both[1]!r} would both be called {name!r}"
            raise TaskError(msg, hint="give them names under `metrics:`")
        found[name] = (metric, filtered)
    return {CORRECT: pairs[0], **found}


def check_filters(filters: Any, task: str) -> None:  # noqa: ANN401  lm-eval has no types
    """Refuse filters that need more than one draw of a document.

    Raises
    ------
    TaskError
        With the filter, and what to write instead.
    """
    from lm_eval.filters.selection import MajorityVoteFilter, TakeKFilter  # noqa: PLC0415  heavy

    for step in filters.filters:
        kind = getattr(step, "func", step)
        few = kind is TakeKFilter and step.keywords.get("k", 1) > 1
        if few or kind is MajorityVoteFilter:
            what = "take_first_k" if few else "majority_vote"
            msg = (
                f"filter {filters.name!r} of task {task!r} has {what}, which needs all repeats of "
                "a document; here every draw is scored by itself"
            )
            hint = "name metrics of another filter under `metrics:`; a vote is arm.majority_at(k)"
            raise TaskError(msg, hint=hint)


def source(thing: Any) -> str:  # noqa: ANN401  as above
    """Return the text of the file that a task's function or class comes from."""
    try:
        path = inspect.getsourcefile(thing)
    except TypeError:
        return str(thing)
    return Path(path).read_text(encoding="utf-8") if path else repr(thing)
