"""Did RL move the needle? Evals run by `pytest evals/`; these commands are for the rest."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

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


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0, 1 for a mistake found, 2 for wrong usage.

    `plan`, `calibrate`, `decide` and `merge` run pytest, and return its exit code. `ci` also
    returns 3 where a service can't be had just now.
    """
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
