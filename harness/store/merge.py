"""Bring the draws of several stores together in one: all of them, or none."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Sequence
from pathlib import Path

from harness.errors import StoreError
from harness.store.database import Database
from harness.store.verify import verify

_AGAIN = "run that shard again, on an empty store"

#: What the numbers of a store that is brought in are here.
_STREAMS = (
    "JOIN shard.streams s ON s.id = t.stream JOIN main.streams stream ON stream.hash = s.hash"
)
_PROMPTS = (
    "JOIN shard.prompts p ON p.id = t.prompt JOIN main.prompts prompt ON prompt.hash = p.hash"
)
_SCORERS = (
    "JOIN shard.scorers c ON c.id = t.scorer JOIN main.scorers scorer ON scorer.hash = c.hash"
)
_NAMED = (
    """INSERT OR IGNORE INTO main.streams (hash, arm, identity, run, created)
    SELECT hash, arm, identity, run, created FROM shard.streams ORDER BY id""",
    """INSERT OR IGNORE INTO main.prompts (hash, text)
    SELECT hash, text FROM shard.prompts ORDER BY id""",
    """INSERT OR IGNORE INTO main.scorers (hash, metrics)
    SELECT hash, metrics FROM shard.scorers ORDER BY id""",
    f"INSERT OR IGNORE INTO main.items SELECT t.id, prompt.id FROM shard.items t {_PROMPTS}",  # noqa: S608  constants
)
_DRAWS = f"""
INSERT OR IGNORE INTO main.draws SELECT stream.id, prompt.id, t.n, t.text, t.finish, t.seed,
    t.prompt_tokens, t.tokens, t.seconds, t.transcript, t.scored
FROM shard.draws t {_STREAMS} {_PROMPTS}
"""  # noqa: S608  constants
_SCORES = f"""
INSERT OR IGNORE INTO main.scores
SELECT scorer.id, stream.id, t.item, t.n, t.metrics, t.answer
FROM shard.scores t {_SCORERS} {_STREAMS}
"""  # noqa: S608  constants
#: A draw that is here, too, and says something else; how long it took may differ.
_OTHER_DRAW = f"""
SELECT stream.arm, t.n FROM shard.draws t {_STREAMS} {_PROMPTS}
JOIN main.draws d ON (d.stream, d.prompt, d.n) = (stream.id, prompt.id, t.n)
WHERE (d.text, d.finish, d.seed, d.prompt_tokens, d.tokens, d.transcript, d.scored)
    IS NOT (t.text, t.finish, t.seed, t.prompt_tokens, t.tokens, t.transcript, t.scored) LIMIT 1
"""  # noqa: S608  constants
_OTHER_SCORE = f"""
SELECT stream.arm, t.n FROM shard.scores t {_SCORERS} {_STREAMS}
JOIN main.scores d ON (d.scorer, d.stream, d.item, d.n) = (scorer.id, stream.id, t.item, t.n)
WHERE (d.metrics, d.answer) IS NOT (t.metrics, t.answer) LIMIT 1
"""  # noqa: S608  constants


def merge(sources: Sequence[Path], target: Path) -> None:
    """Bring what some stores hold into another, whole or not at all; it is made if it is missing.

    Rows are copied by SQLite, so that memory does not grow with them.

    Raises
    ------
    StoreError
        If a store is missing, broken or in use, or has a draw or a score that is other than in
        one before it; the target is as it was.
    """
    for source in sources:
        _check(source)
    if not sources:  # the shards drew nothing, or what they drew is all here
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    # SQLite attaches ten stores at most to a transaction: so they meet in a store between.
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".merging.") as folder:
        between = Path(folder) / "draws.sqlite"
        for path, into in [*((source, between) for source in sources), (between, target)]:
            database = Database(into)
            try:
                _bring(path, database, target if path == between else path)
            finally:
                database.close()


def _check(path: Path) -> None:
    """Refuse a store that is missing or damaged, and bring one of an earlier version to today's."""
    if not path.is_file():
        msg = "the draws of this shard are not here"
        raise StoreError(msg, where=str(path), hint="bring its whole folder .harness")
    database = Database(path)
    try:
        for finding in verify(database):
            if finding.kind == "damage":
                msg = f"the draw store is damaged: {finding.text}"
                raise StoreError(msg, where=str(path), hint=_AGAIN)
    finally:
        database.close()


def _bring(path: Path, database: Database, told: Path) -> None:
    """Copy all rows of a store that are not there, in one transaction; `told` is its name."""
    with database.explained():
        database.connection.execute("ATTACH ? AS shard", (str(path),))
    with database.writing() as connection:
        for statement in _NAMED:
            connection.execute(statement)
        for kind, query in (("draw", _OTHER_DRAW), ("score", _OTHER_SCORE)):
            _refuse_other(connection, kind, query, told)
        connection.execute(_DRAWS)
        connection.execute(_SCORES)


def _refuse_other(connection: sqlite3.Connection, kind: str, query: str, told: Path) -> None:
    found = connection.execute(query).fetchone()
    if found is not None:
        arm, n = found
        what = f"draw {n}" if kind == "draw" else f"the score of draw {n}"
        msg = f"{what} of a prompt of arm {arm!r} is other than in the stores before"
        raise StoreError(msg, where=str(told), hint="run all shards again, on empty stores")
