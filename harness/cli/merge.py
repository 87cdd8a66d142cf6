"""`harness merge`: bring the draws of all shards of a run together, and decide on them."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from harness.cli.pytest_run import run_pytest

if TYPE_CHECKING:
    from harness.shards import Shard

_FOLDER = Path(".harness")
_SHORT = {"keyword": "-k", "markexpr": "-m"}


def add_merge(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command `merge` to those of `harness`."""
    merge = commands.add_parser(
        "merge",
        help="bring the draws of all shards of a run together, and decide on them",
        epilog="Arguments from the first option on go to pytest: -n 2, evals/test_rl.py, ...",
    )
    merge.add_argument(
        "folders", type=Path, nargs="+", metavar="FOLDER", help="the .harness folder of each shard"
    )
    merge.set_defaults(do=_run, rest=True)


def _run(args: argparse.Namespace, rest: Sequence[str]) -> int:
    """Merge the shards' draws, and run pytest on them; return its exit code.

    Raises
    ------
    HarnessError
        If a shard can't be read, they are not all those of one run, or a store can't be merged.
    """
    from harness.files import remove  # noqa: PLC0415  each command loads what it needs
    from harness.report.numbers import counted  # noqa: PLC0415
    from harness.shards import check_together, find_shard, read_shard  # noqa: PLC0415
    from harness.store import merge  # noqa: PLC0415

    remove(_FOLDER / "run.json")  # its verdict must not outlive this one
    shards = [read_shard(find_shard(folder)) for folder in args.folders]
    check_together(shards)
    target = _FOLDER / "draws.sqlite"
    stores = [shard.store for shard in shards if shard.draws]
    merge([store for store in stores if store.resolve() != target.resolve()], target)
    draws = sum(shard.draws for shard in shards)
    print(f"merged: {draws:,} draws of {counted(len(shards), 'shard')}")
    return run_pytest([*_options(shards)], rest)


def _options(shards: Sequence[Shard]) -> Iterator[str]:
    """Yield what lets pytest decide on what the shards drew, by the options that they had."""
    for shard in shards:
        yield f"--harness-merged={shard.path.resolve()}"
    for name, value in shards[0].options.items():
        for one in value if isinstance(value, list) else [value]:
            yield f"{_SHORT[name]}{one}" if name in _SHORT else f"{name}={one}"
