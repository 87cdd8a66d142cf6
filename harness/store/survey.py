"""What the store holds, stream by stream."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.errors import StoreError, did_you_mean
from harness.store.database import Database

_STREAMS = """
SELECT streams.id, arm, identity, run, created, count(n), count(DISTINCT prompt),
    ifnull(sum(length(text) + length(transcript)), 0)
FROM streams LEFT JOIN draws ON stream = streams.id
WHERE ifnull(arm = :arm, 1) AND ifnull(streams.id = :number, 1)
GROUP BY streams.id ORDER BY arm, streams.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """Draws that belong together.

    Attributes
    ----------
    number
        By which the store knows it.
    arm
        The first arm that asked for it.
    identity
        All that decides what is drawn.
    run
        The only run that it serves; empty if it serves all.
    created
        When it was begun, as ISO 8601.
    draws, prompts
        How many there are.
    size
        Bytes of what was said, with transcripts.
    """

    number: int
    arm: str
    identity: Mapping[str, Any]
    run: str
    created: str
    draws: int
    prompts: int
    size: int


def streams(
    database: Database, *, arm: str | None = None, number: int | None = None
) -> list[Stream]:
    """Return the streams of an arm, or the one of a number, or all.

    Raises
    ------
    StoreError
        If there is no such stream.
    """
    with database.explained():
        rows = database.connection.execute(_STREAMS, {"arm": arm, "number": number}).fetchall()
        known = dict(database.connection.execute("SELECT id, arm FROM streams").fetchall())
    if not rows and (arm is not None or number is not None):
        if number is None or number in known:
            msg, hint = f"no draws of arm {arm!r}", did_you_mean(str(arm), set(known.values()))
        else:
            msg, hint = f"no stream {number}", "`harness draws ls` tells their numbers"
        raise StoreError(f"the draw store has {msg}", where=str(database.path), hint=hint)
    return [
        Stream(
            number=row[0], arm=row[1], identity=json.loads(row[2]), run=row[3], created=row[4],
            draws=row[5], prompts=row[6], size=row[7],
        )
        for row in rows
    ]  # fmt: skip
