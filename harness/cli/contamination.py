"""`harness contamination`: which items of a task stand in training data."""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.cli.importing import import_as_pytest
from harness.cli.numbers import whole
from harness.cli.progress import Told
from harness.cli.project import CONFIG
from harness.errors import ContaminationError, RunError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.contamination import Contamination, Measured, Reading
    from harness.records import Policy

_RUN = Path(".harness") / "run.json"
_NARROWEST, _WIDEST = 80, 100
_MEGABYTE = 1_000_000
_PATIENCE = 1.0  # seconds before progress is told


def add_contamination(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command `contamination` to those of `harness`."""
    add = commands.add_parser(
        "contamination", help="say which items of a task stand in training data",
        epilog="FILE is text, JSON lines (.jsonl, .ndjson) or Parquet, the first two also as .gz; "
        "a folder of these; or - for standard input.",
    )  # fmt: skip
    add.set_defaults(do=_run)
    add.add_argument("task", metavar="TASK", help="a task of the config's folder")
    add.add_argument("files", nargs="+", metavar="FILE", help="training data")
    add.add_argument("-n", type=whole(1), default=13, metavar="N", help="words of an n-gram (13)")
    add.add_argument("--field", default="", metavar="NAME",
                     help="where a record's text is, nested by dots (all its strings)")  # fmt: skip
    add.add_argument("--threshold", type=_share, default=0.8, metavar="SHARE",
                     help="of its n-grams: from there an item is contaminated (0.8)")  # fmt: skip
    add.add_argument("--window", type=whole(1), default=32, metavar="WORDS",
                     help="how soon after a prompt its reference is a leak (32)")  # fmt: skip
    add.add_argument("--run", type=Path, metavar="RUN", help=f"a run.json to tell gaps of ({_RUN})")
    add.add_argument("--arms", nargs=2, default=(), metavar=("A", "B"),
                     help="tell the gap of B less that of A too")  # fmt: skip
    add.add_argument("--metric", default="correct", help="what gaps are about (correct)")
    add.add_argument("--fail-above", type=_share, metavar="SHARE",
                     help="exit with 1 if more of the items are contaminated")  # fmt: skip
    add.add_argument("--items", type=whole(0), default=20, metavar="N", help="items to show (20)")
    add.add_argument("--config", type=Path, default=CONFIG, metavar="PATH", help=f"({CONFIG})")
    add.add_argument("--json", action="store_true", help="for machines")
    add.add_argument("-o", "--output", type=Path, metavar="FILE", help="write it there")


def _share(text: str) -> float:
    share = float(text)
    if not 0 <= share <= 1:
        msg = f"{text} is no share from 0 to 1"
        raise argparse.ArgumentTypeError(msg)
    return share


def _run(args: argparse.Namespace, rest: Sequence[str]) -> int:
    """Print or write the overlap; return 1 if `--fail-above` says so.

    Raises
    ------
    HarnessError
        If the task, the data or the run can't be read.
    """
    from harness.config import load_config  # noqa: PLC0415  each command loads what it needs
    from harness.contamination import Terms, contamination  # noqa: PLC0415
    from harness.files import write_atomically  # noqa: PLC0415
    from harness.report.contamination_notes import notes  # noqa: PLC0415
    from harness.tasks import load_task  # noqa: PLC0415

    del rest
    import_as_pytest(Path.cwd())
    policy = load_config(args.config).policy
    task = load_task(args.config.parent / "tasks", args.task, _name(args))
    terms = Terms(n=args.n, threshold=args.threshold, window=args.window, field=args.field)
    told = _Megabytes()
    try:
        found = contamination(task, args.files, terms, told.tell)
    finally:
        told.end()
    measured, remarks = _measured(args, found, policy)
    text = _written(args, found, measured, [*notes(found), *remarks])
    if args.output is not None:
        write_atomically(args.output, text)
        print(f"{args.output}: written")
    else:
        encoding = sys.stdout.encoding or "ascii"
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
    return _failed(args, found)


def _name(args: argparse.Namespace) -> str:
    """Return the name of the run that is looked into, which some items may be made for."""
    from harness.report import read_run  # noqa: PLC0415  as above

    try:
        return str(read_run(args.run or _RUN)["provenance"].get("run", ""))
    except RunError:
        return ""  # one that was asked for is told of when it is read


def _measured(
    args: argparse.Namespace, found: Contamination, policy: Policy
) -> tuple[Measured | None, list[str]]:
    """Tell what the run's arms come to; a run that nobody asked for may be of no use."""
    from harness.contamination import measured  # noqa: PLC0415  as above

    asked = args.run is not None or bool(args.arms)
    if not asked and not _RUN.is_file():
        return None, []
    path = args.run or _RUN
    try:
        run = _items(path, found.task)
        told = measured(found.overlaps, run, policy, metric=args.metric, pair=args.arms)
    except (RunError, ContaminationError) as error:
        if asked:
            raise
        return None, [f"no gaps: {error}"]
    known = {one.item.id for one in found.overlaps}
    others = sum(identity not in known for identity in run["ids"])
    return told, [f"{others:,} items of {path} are not in the task"] if others else []


def _items(path: Path, task: str) -> dict[str, Any]:
    """Return what a run tells of the items of a task."""
    from harness.report import read_run  # noqa: PLC0415  as above

    for one in read_run(path)["items"]:
        if one["task"] == task:
            return dict(one)
    msg = f"this run tells nothing of the task {task!r}"
    raise RunError(msg, where=str(path), hint="run the evals that read it")


def _written(
    args: argparse.Namespace, found: Contamination, measured: Measured | None, notes: list[str]
) -> str:
    if args.json:
        from harness.report.contamination_json import contamination_json  # noqa: PLC0415

        return contamination_json(found, measured, notes)
    from harness.report.contamination_table import contamination_lines  # noqa: PLC0415

    width = min(max(shutil.get_terminal_size((_WIDEST, 24)).columns, _NARROWEST), _WIDEST)
    lines = contamination_lines(found, measured, notes, most=max(args.items, 0), width=width)
    return "\n".join(lines) + "\n"


def _failed(args: argparse.Namespace, found: Contamination) -> bool:
    """Say whether too many items are contaminated, and tell it."""
    if args.fail_above is None:
        return False
    count = sum(one.standing == "contaminated" for one in found.overlaps)
    share = count / len(found.overlaps)
    if share <= args.fail_above:
        return False
    line = f"{count:,} of {len(found.overlaps):,} items are contaminated ({share:.3f}), more than"
    print(f"harness: {line} {args.fail_above:g}", file=sys.stderr)
    return True


class _Megabytes(Told):
    """Says how far the reading is, if it takes longer than a second."""

    def __init__(self) -> None:
        super().__init__(unit="MB")
        self._next = time.monotonic() + _PATIENCE
        self._last = 0

    def tell(self, reading: Reading) -> None:
        """Tell it, if there is something new."""
        self.begin("training data:", reading.whole // _MEGABYTE)
        done = (reading.done if reading.whole else reading.text) // _MEGABYTE
        self.advance(done - self._last)
        self._last = done
