"""`harness draws export`: to a file, or to an endpoint of traces."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.store import Database, Stream
    from harness.store.export import Exported
    from harness.traces import Sent


def export_draws(database: Database, chosen: Sequence[Stream], args: argparse.Namespace) -> int:
    """Write draws to a file or send them; return 1 if some were rejected, else 0.

    Raises
    ------
    HarnessError
        If the file can't be written, or the endpoint does not take them.
    """
    if args.out == "otlp" or "://" in args.out:
        return _sent(database, chosen, args.out)
    return _written(database, chosen, Path(args.out))


def _sent(database: Database, chosen: Sequence[Stream], out: str) -> int:
    from harness.report.numbers import counted  # noqa: PLC0415
    from harness.report.untrusted import printable  # noqa: PLC0415
    from harness.traces import send  # noqa: PLC0415

    progress = _Progress(sum(stream.draws for stream in chosen))
    try:
        done = send(database, chosen, out, progress.tell)
    finally:
        progress.end()
    what = f"{counted(done.draws, 'draw')} of {counted(len(chosen), 'stream')}"
    print(printable(f"{done.endpoint}: {what} sent as {counted(done.spans, 'span')}", lines=False))
    _tell_of_scores(done)
    if done.rejected:
        print(f"{counted(done.rejected, 'span')} rejected there: its log says why")
    return int(done.rejected > 0)


def _written(database: Database, chosen: Sequence[Stream], out: Path) -> int:
    from harness.report.numbers import counted  # noqa: PLC0415
    from harness.store import export  # noqa: PLC0415

    progress = _Progress(sum(stream.draws for stream in chosen))
    done = export(database, chosen, out, progress.tell)
    progress.end()
    print(f"{out}: {counted(done.rows, 'draw')} of {counted(len(chosen), 'stream')}")
    if len(chosen) > 1:
        print("to replay it as a record, export one stream: --stream N")
    if done.replaced:
        rows = counted(done.replaced, "row")
        print(f"Parquet holds Unicode alone: other characters are replaced in {rows}")
    _tell_of_scores(done)
    return 0


def _tell_of_scores(done: Exported | Sent) -> None:
    from harness.report.numbers import counted  # noqa: PLC0415

    if done.shared:
        print(f"{counted(done.shared, 'prompt')} of several items: scores are those of the first")
    if done.unplaced:
        print(f"{counted(done.unplaced, 'score')} left out, whose prompts the next run notes")


class _Progress:
    """Says on a terminal, once a second, how much is done."""

    def __init__(self, whole: int) -> None:
        self._whole = whole
        self._next = time.monotonic() + 1
        self._end = ""

    def tell(self, done: int) -> None:
        """So many draws are written."""
        if sys.stderr.isatty() and time.monotonic() > self._next:
            self._next, self._end = time.monotonic() + 1, "\n"
            print(f"\r{done} of {self._whole} draws", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        """Leave the line, if anything was said."""
        print(end=self._end, file=sys.stderr)
