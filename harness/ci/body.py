"""What a comment and a step's summary say of a run, and what they say where there is none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.ci.pull import Triggered
from harness.report.markdown import comment, step_summary

_NONE = "no result to show: {}"
_READABLE = 65_536  # characters: where more fit, nobody reads them
_BESIDE = 1_000  # of them for the mark, and for what workflow it was


def comment_body(run: Mapping[str, Any], limit: int) -> str:
    """Return the comment on a run, as it was read from `run.json`: Markdown.

    It leaves room for what else is in a comment of at most `limit` characters.
    """
    most = min(limit, _READABLE) - _BESIDE
    return comment(run, most)


def summary_body(run: Mapping[str, Any], limit: int) -> str:
    """Return the summary of a run, as it was read from `run.json`: Markdown.

    It has at most `limit` bytes, if that is room for anything.
    """
    return step_summary(run, limit)


def reported_body(
    run: Mapping[str, Any] | None, by: Triggered, why: str = "", limit: int = 0
) -> str:
    """Return the comment on what another workflow run left.

    Parameters
    ----------
    run
        The run, as it was read; None if there is none that can be shown.
    by
        The workflow run that left it.
    why
        Why there is none, in our own words: what it left may be forged.
    limit
        The most characters of a comment.
    """
    of = f"Commit {by.sha[:12]}, [workflow run]({by.url}): **{by.conclusion}**."
    if run is None:
        return f"### harness: {_NONE.format(why)}\n\n{of}"
    green, success = run["verdict"] == "green", by.conclusion == "success"
    if green != success:
        of += f" Its run is {run['verdict']}: the workflow's checks decide."
    return f"{comment_body(run, limit)}\n\n{of}"
