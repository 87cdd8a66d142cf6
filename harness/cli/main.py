"""Did RL move the needle? Evals run by `pytest evals/`; these commands are for the rest."""

from __future__ import annotations

import argparse
import os
import select
import sys
from collections.abc import Sequence
from typing import TextIO

from harness import __version__
from harness.cli.baseline import add_baseline
from harness.cli.check import add_check
from harness.cli.ci import add_ci
from harness.cli.contamination import add_contamination
from harness.cli.decide import add_decide
from harness.cli.diff import add_diff
from harness.cli.draws import add_draws
from harness.cli.examples import add_examples
from harness.cli.html import add_html
from harness.cli.merge import add_merge
from harness.cli.plan import add_calibrate, add_plan
from harness.cli.report import add_report
from harness.cli.say import say
from harness.cli.schema import add_schema
from harness.cli.study import add_study
from harness.errors import HarnessError

#: Each adds a parser, whose default `do` takes the arguments and those that it does not know;
#: `rest` says whether there may be such, which go to pytest.
_COMMANDS = (
    add_check,
    add_plan,
    add_calibrate,
    add_decide,
    add_merge,
    add_baseline,
    add_diff,
    add_study,
    add_examples,
    add_contamination,
    add_draws,
    add_report,
    add_html,
    add_ci,
    add_schema,
)


_READER_GONE = 141  # as a shell tells of what SIGPIPE ended: 128 + 13
_INTERRUPTED = 130  # as it tells of SIGINT: 128 + 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0, 1 for a mistake found, 2 for wrong usage.

    `plan`, `calibrate`, `decide` and `merge` run pytest, and return its exit code. `ci` also
    returns 3 where a service can't be had just now. Where whatever read the output has gone, as
    `head` does, a command ends in silence, with 141; where it is interrupted, with 130.
    """
    try:
        try:
            return _run(arguments)
        finally:
            sys.stdout.flush()  # at exit it would be too late to say that nobody reads it
    except BrokenPipeError:
        if not any([_is_gone(sys.stdout), _is_gone(sys.stderr)]):
            raise
        return _READER_GONE


def _run(arguments: Sequence[str] | None) -> int:
    parser = argparse.ArgumentParser(prog="harness", description=__doc__)
    parser.add_argument("--version", action="version", version=f"harness {__version__}")
    commands = parser.add_subparsers(dest="command", required=True)
    for add in _COMMANDS:
        add(commands)
    args, rest = parser.parse_known_args(arguments)
    if rest and not getattr(args, "rest", False):
        parser.error(f"unknown arguments: {' '.join(rest)}")
    try:
        return int(args.do(args, rest))
    except HarnessError as error:
        say(f"harness: {error}", error=True)
        return 1
    except KeyboardInterrupt:
        say("harness: interrupted; draws that have arrived are kept", error=True)
        return _INTERRUPTED


def _is_gone(stream: TextIO) -> bool:
    """Say whether nobody reads a stream; what is left for it then goes nowhere."""
    state = select.poll()
    state.register(stream, 0)  # errors alone, which are always told
    if not state.poll(0):
        return False
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
    return True
