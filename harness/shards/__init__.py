"""What the shards of a run drew, each in its own process or on its own machine."""

from __future__ import annotations

from harness.shards.agreement import check_together, differences
from harness.shards.shard import SHARD, Shard, dump_shard, find_shard, read_shard

__all__ = [
    "SHARD",
    "Shard",
    "check_together",
    "differences",
    "dump_shard",
    "find_shard",
    "read_shard",
]
