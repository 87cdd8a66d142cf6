"""`harness report`: shows a stored run as it was shown at its end, or in Markdown."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

_RUN = Path(".harness") / "run.json"
_NARROWEST = 80


def add_report(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command `report` to those of `harness`."""
    report = commands.add_parser("report", help="show a stored run, on a terminal or in Markdown")
    report.add_argument("run", nargs="?", type=Path, default=_RUN, help=f"default: {_RUN}")
    form = report.add_mutually_exclusive_group()
    form.add_argument("--terminal", action="store_true", help="as at the end of a run (default)")
    form.add_argument("--markdown", action="store_true", help="as in a comment on GitHub")
    report.set_defaults(do=_run)
    report.add_argument("-v", "--verbose", action="store_true", help="show all claims")
    report.add_argument("-o", "--output", type=Path, metavar="FILE", help="write it there")


def _run(args: argparse.Namespace, rest: Sequence[str]) -> int:
    """Show or write the report; return 0, whatever the verdict of the run.

    Raises
    ------
    HarnessError
        If the run can't be read, or the output not be written.
    """
    from harness.files import write_atomically  # noqa: PLC0415  each command loads what it needs

    del rest
    text = _markdown(args) if args.markdown else _terminal(args)
    if args.output is not None:
        write_atomically(args.output, text)
        return 0
    encoding = sys.stdout.encoding or "ascii"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
    return 0


def _markdown(args: argparse.Namespace) -> str:
    from harness.report import read_run  # noqa: PLC0415  as above
    from harness.report.markdown import comment  # noqa: PLC0415

    return comment(read_run(args.run))


def _terminal(args: argparse.Namespace) -> str:
    from harness.report import Page, read_run, report_lines  # noqa: PLC0415  as above
    from harness.report.restored import run_of  # noqa: PLC0415
    from harness.report.strip import glyphs  # noqa: PLC0415

    run = run_of(read_run(args.run))
    page = Page(
        width=max(shutil.get_terminal_size().columns, _NARROWEST),
        glyphs=glyphs("utf-8" if args.output else sys.stdout.encoding),
        verbosity=int(args.verbose),
    )
    return "\n".join(report_lines(run, page)) + "\n"
