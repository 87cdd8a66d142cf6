"""`harness decide`: decide a stored run again, on its own draws."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from harness.cli.pytest_run import run_pytest
from harness.cli.say import say
from harness.errors import FileError

_DECIDED = Path(".harness") / "decided.json"
#: What a run was restricted to, as pytest takes it; a run's own options come first.
_SELECTIONS = {"--harness-config": "--harness-config", "keyword": "-k", "markexpr": "-m"}


def add_decide(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command `decide` to those of `harness`."""
    decide = commands.add_parser(
        "decide",
        help="decide a stored run again, on its own draws, without sampling",
        epilog="Other arguments go to pytest: files, -k, -n 2, ...",
    )
    decide.add_argument("run", type=Path, metavar="RUN", help="such as .harness/run.json")
    decide.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", dest="changes",
        help="set a key of the policy, such as policy.alpha=0.01; may be repeated",
    )  # fmt: skip
    decide.add_argument(
        "-o", "--output", type=Path, default=_DECIDED, metavar="PATH",
        help=f"where to write what is decided (default: {_DECIDED})",
    )  # fmt: skip
    decide.set_defaults(do=_run, rest=True)


def _run(args: argparse.Namespace, rest: Sequence[str]) -> int:
    """Run pytest on the run's own draws; return its exit code.

    Raises
    ------
    HarnessError
        If the run can't be read, or would be written over.
    """
    from harness.config import policy_changes  # noqa: PLC0415  each command loads what it needs
    from harness.files import remove  # noqa: PLC0415
    from harness.report.stored import read_run  # noqa: PLC0415

    before, output = read_run(args.run), args.output.resolve()
    if output == args.run.resolve():
        msg = "this is the run that is decided again, and stays as it is"
        raise FileError(msg, where=str(args.output), hint="name another file by -o")
    policy_changes(args.changes)
    remove(output)
    options = [f"--harness-decide={args.run.resolve()}", f"--harness-run={output}"]
    options += [f"--harness-set={change}" for change in args.changes]
    options += _selections(before, rest)
    code = run_pytest(options, rest)
    if output.is_file():
        _tell(before, read_run(output), args.output)
    return code


def _selections(before: Mapping[str, Any], rest: Sequence[str]) -> list[str]:
    """Return how the run was restricted, but for what is restricted otherwise now."""
    given = before["provenance"].get("options", {})
    return [
        f"{option}={given[name]}" if option.startswith("--") else f"{option}{given[name]}"
        for name, option in _SELECTIONS.items()
        if name in given and not any(argument.startswith(option) for argument in rest)
    ]


def _tell(before: Mapping[str, Any], after: Mapping[str, Any], path: Path) -> None:
    from harness.report.decided import verdict_changes  # noqa: PLC0415  as above

    lines = list(verdict_changes(before, after))
    say(f"{path}: {len(after['claims'])} claims decided again, without a draw")
    say(*(lines or ["no verdict changed"]))
