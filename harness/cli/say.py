"""Print what may hold the words of others: names, prompts, errors of files."""

from __future__ import annotations

import sys


def say(*lines: str, error: bool = False) -> None:
    """Print lines in which nothing acts: not on a terminal, and not in the log of a CI job.

    Parameters
    ----------
    lines
        Each may be of several lines itself, unless it is an error.
    error
        Whether they go to stderr, each in one line.
    """
    from harness.report.untrusted import printable  # noqa: PLC0415  only once it is needed

    stream = sys.stderr if error else sys.stdout
    for line in lines:
        print(printable(line, lines=not error), file=stream)
