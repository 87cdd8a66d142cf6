"""Look for damage in the store, and for draws that are odd."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from harness.store.database import Database, hash_of_encoded

_SHOWN = 5  # lines of what SQLite says of a broken file
_ALIKE = 4  # draws of a prompt that are all alike: fewer may be so by chance
_SWEPT = "`harness draws prune --yes` deletes them"
_BROKEN = "move the file away: draws are taken anew; or put a copy of it back"

#: What refers to nothing, or can't be read.
_ORPHANS = {
    "draws have no stream": "FROM draws WHERE stream NOT IN (SELECT id FROM streams)",
    "draws have no prompt": "FROM draws WHERE prompt NOT IN (SELECT id FROM prompts)",
    "scores have no scorer": "FROM scores WHERE scorer NOT IN (SELECT id FROM scorers)",
    "scores have no stream": "FROM scores WHERE stream NOT IN (SELECT id FROM streams)",
    "scores have no draw": """
        FROM scores JOIN items ON items.id = item
        LEFT JOIN draws ON draws.stream = scores.stream AND draws.prompt = items.prompt
            AND draws.n = scores.n
        WHERE draws.n IS NULL AND scores.stream IN (SELECT id FROM streams)""",
    # eight bytes a metric
    "scores have more or fewer metrics than their scorer": """
        FROM scores JOIN scorers ON scorers.id = scorer
        WHERE length(scores.metrics) <> 8 * json_array_length(scorers.metrics)""",
}
_UNPLACED = "SELECT count(*) FROM scores WHERE item NOT IN (SELECT id FROM items)"
_GAPS = """
SELECT arm, stream, count(*), sum(lacking) FROM (
    SELECT stream, max(n) + 1 - count(*) AS lacking FROM draws GROUP BY stream, prompt
) JOIN streams ON streams.id = stream WHERE lacking > 0 GROUP BY stream
"""
_SAME = """
SELECT arm, stream, identity, sum(many) FROM (
    SELECT stream, count(*) AS many, min(text) = max(text) AS alike
    FROM draws WHERE scored = '' GROUP BY stream, prompt
) JOIN streams ON streams.id = stream GROUP BY stream HAVING min(many) >= ? AND min(alike)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that is wrong, odd, or only told; `hint` is the next step."""

    kind: Literal["damage", "warning", "note"]
    text: str
    hint: str


def verify(database: Database) -> Iterator[Finding]:
    """Yield what is found, the worst first; a broken file is not looked into.

    Raises
    ------
    StoreError
        If the store can't be read at all.
    """
    with database.reading() as connection:
        lines = [line for (line,) in connection.execute(f"PRAGMA integrity_check({_SHOWN})")]
        if lines != ["ok"]:
            for line in lines:
                text = f"SQLite says: {' '.join(line.split())}"
                yield Finding(kind="damage", text=text, hint=_BROKEN)
            return
        for text, rows in _ORPHANS.items():
            (count,) = connection.execute(f"SELECT count(*) {rows}").fetchone()
            if count:
                yield Finding(kind="damage", text=f"{count} {text}", hint=_SWEPT)
        yield from _prompts(database)
        yield from _same(database)
        yield from _gaps(database)


def _prompts(database: Database) -> Iterator[Finding]:
    rows = database.connection.execute("SELECT hash, text FROM prompts")
    changed = sum(1 for key, text in rows if hash_of_encoded(text) != key)
    if changed:
        text = f"{changed} prompts are not those that were entered"
        yield Finding(kind="damage", text=text, hint=_BROKEN)


def _same(database: Database) -> Iterator[Finding]:
    for arm, stream, identity, draws in database.connection.execute(_SAME, (_ALIKE,)):
        temperature = json.loads(identity).get("sampling", {}).get("temperature", 0)
        if temperature > 0:
            text = (
                f"all draws of a prompt are alike in stream {stream} of arm {arm!r}: "
                f"{draws} draws at temperature {temperature:g}"
            )
            hint = "does what serves the model use one seed for all?"
            yield Finding(kind="warning", text=text, hint=hint)


def _gaps(database: Database) -> Iterator[Finding]:
    for arm, stream, prompts, lacking in database.connection.execute(_GAPS):
        text = f"{lacking} draws of {prompts} prompts lack in stream {stream} of arm {arm!r}"
        yield Finding(kind="note", text=text, hint="a run that needs them takes them")
    (unplaced,) = database.connection.execute(_UNPLACED).fetchone()
    if unplaced:
        text = f"of {unplaced} scores it is not known which prompt they belong to"
        yield Finding(kind="note", text=text, hint="a run that reads them notes it")
