"""`harness html`: a run as one page that works offline."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from harness.cli.say import say

_FOLDER = Path(".harness")
_MEGABYTE = 1_000_000


def add_html(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command `html` to those of `harness`."""
    html = commands.add_parser("html", help="write a run as one HTML page, to read offline")
    html.set_defaults(do=_run)
    html.add_argument("run", nargs="?", type=Path, default=_FOLDER / "run.json", metavar="RUN",
                      help="a run.json (default: %(default)s)")  # fmt: skip
    html.add_argument("-o", "--out", type=Path, metavar="PATH",
                      help="where to write it (default: report.html beside the run)")  # fmt: skip
    html.add_argument("--store", type=Path, metavar="PATH",
                      help="the draw store (default: draws.sqlite beside the run)")  # fmt: skip
    html.add_argument("--size", type=_size, default=3.0, metavar="MB",
                      help="most megabytes: fewer texts if need be (default: 3)")  # fmt: skip


def _run(args: argparse.Namespace, rest: Sequence[str]) -> int:
    """Write the page; return 0.

    Raises
    ------
    HarnessError
        If there is no such run, it is broken, the page can't be written, or the library that
        draws charts is missing.
    """
    from harness.files import write_atomically  # noqa: PLC0415  each command loads what it needs
    from harness.report.html import html_report  # noqa: PLC0415
    from harness.report.stored import read_run  # noqa: PLC0415

    del rest
    run, folder = read_run(args.run), args.run.parent
    report = html_report(
        run,
        store=args.store or folder / "draws.sqlite",
        root=folder.parent if folder.name == _FOLDER.name else Path(),
        limit=int(args.size * _MEGABYTE),
    )
    out = args.out or args.run.parent / "report.html"
    write_atomically(out, report.text)
    print(f"{out}: {len(report.text.encode()) / _MEGABYTE:.1f} MB")
    for note in report.notes:
        say(note)
    return 0


def _size(text: str) -> float:
    value = float(text)
    if not 0 < value < float("inf"):
        raise ValueError(text)
    return value
