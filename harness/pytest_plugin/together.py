"""Which options don't go together: said by name, before anything runs."""

from __future__ import annotations

import re

import pytest

_BASELINE = "--harness-update-baseline"
#: What goes with none of these, nor with planning, and why.
_ALONE = {
    "--harness-decide": (
        "the draws are those of the stored run",
        ("--harness-arm", "--harness-seed", "--harness-draws", "--harness-fresh", _BASELINE),
    ),
    "--harness-shard": (
        "a shard draws, and decides nothing",
        (_BASELINE, "--harness-decide", "--harness-merged", "--harness-run"),
    ),
    "--harness-merged": (
        "the draws are those of the shards",
        (_BASELINE, "--harness-decide", "--harness-fresh"),
    ),
}


def check_together(config: pytest.Config, *, planning: bool) -> None:
    """Refuse options that ask for two things at once, and a shard that there can't be.

    Raises
    ------
    pytest.UsageError
        If there are such; it names them.
    """
    option = config.getoption
    if option("--harness-shard") is not None:
        shard_of(option("--harness-shard"))
    for name, (why, others) in _ALONE.items():
        if option(name) in (None, []):
            continue
        given = [other for other in others if option(other)]
        if given or planning:
            msg = f"{given[0] if given else 'planning'} does not go with {name}: {why}"
            raise pytest.UsageError(msg)


def shard_of(text: str) -> tuple[int, int]:
    """Read which shard of how many is asked for.

    Raises
    ------
    pytest.UsageError
        If there is no such shard.
    """
    found = re.fullmatch(r"([0-9]{1,4})/([0-9]{1,4})", text)
    index, count = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 1 <= index <= count:
        msg = f"--harness-shard {text}: there is no such shard; write I/N, from 1/N to N/N"
        raise pytest.UsageError(msg)
    return index, count
