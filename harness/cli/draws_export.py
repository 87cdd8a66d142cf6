"""`harness draws export`: to a file, to logs of Inspect, or to an endpoint of traces."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.records import Task
    from harness.store import Database, Stream
    from harness.store.export import Exported
    from harness.traces import Sent
    from harness.traces.inspect_logs import Logged

#: How logs of Inspect are called.
LOGS = (".eval", ".json")
_VIEW = ": `inspect view` shows them"  # of a .json file it does so by certain names alone


def export_draws(database: Database, chosen: Sequence[Stream], args: argparse.Namespace) -> int:
    """Write draws to a file or send them; return 1 if some were rejected, else 0.

    Raises
    ------
    HarnessError
        If the file can't be written, or the endpoint does not take them.
    """
    if args.out == "otlp" or "://" in args.out:
        return _sent(database, chosen, args.out)
    if Path(args.out).suffix in LOGS:
        return _logged(database, chosen, args)
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


def _logged(database: Database, chosen: Sequence[Stream], args: argparse.Namespace) -> int:
    from harness.report.numbers import counted  # noqa: PLC0415
    from harness.traces.inspect_logs import write_logs  # noqa: PLC0415

    progress = _Progress(sum(stream.draws for stream in chosen))
    tasks = list(_tasks(args.config))
    try:
        done = write_logs(database, chosen, Path(args.out), tasks, progress.tell)
    finally:
        progress.end()
    for path in done.paths:
        print(f"{path}: written")
    logs = counted(len(done.paths), "log")
    print(f"{counted(done.draws, 'draw')} in {logs}{'' if args.out.endswith('.json') else _VIEW}")
    if done.replaced:
        print(f"what is no Unicode is replaced in {counted(done.replaced, 'draw')}")
    if done.unknown:
        draws = counted(done.unknown, "draw")
        print(f"{draws} without a target: of items that no task beside {args.config} has")
    _tell_of_scores(done)
    return 0


def _tasks(config: Path) -> Iterator[Task]:
    """Yield the tasks beside a config, and tell of those that can't be read."""
    from harness.cli.say import say  # noqa: PLC0415
    from harness.errors import HarnessError  # noqa: PLC0415
    from harness.tasks import load_task  # noqa: PLC0415

    folder = config.parent / "tasks"
    for path in sorted(folder.glob("*.yaml")):
        try:
            yield load_task(folder, path.stem)
        except HarnessError as error:
            say(f"harness: without the targets of {path.stem}: {error}", error=True)


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


def _tell_of_scores(done: Exported | Sent | Logged) -> None:
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
