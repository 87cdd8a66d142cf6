"""`harness schema`: print the JSON schema of a file format."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence

_NAMES = (
    "config", "task", "item", "plan", "baseline", "baseline_item", "ledger", "run", "shard", "diff",
    "contamination", "study", "study_page", "examples",
)  # fmt: skip


def add_schema(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command `schema` to those of `harness`."""
    schema = commands.add_parser("schema", help="print the JSON schema of a file format")
    schema.add_argument("name", choices=_NAMES)
    schema.set_defaults(do=_run)


def _run(args: argparse.Namespace, rest: Sequence[str]) -> int:
    from harness.schemas import load_schema  # noqa: PLC0415  each command loads what it needs

    del rest
    print(json.dumps(load_schema(args.name), indent=2))
    return 0
