"""The store's file: its tables, its version, and how several processes share it."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from harness.errors import StoreError

SCHEMA = 1  # 1: first version
_BUSY = 60.0  # seconds to wait for another process's transaction
_TABLES = """
CREATE TABLE streams (
    id INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, arm TEXT NOT NULL,
    identity TEXT NOT NULL, run TEXT NOT NULL, created TEXT NOT NULL
);
CREATE TABLE prompts (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, text BLOB NOT NULL);
CREATE TABLE draws (
    stream INTEGER NOT NULL, prompt INTEGER NOT NULL, n INTEGER NOT NULL,
    text BLOB NOT NULL, finish TEXT NOT NULL, seed TEXT, prompt_tokens INTEGER,
    tokens INTEGER, seconds REAL, transcript BLOB NOT NULL, scored TEXT NOT NULL,
    PRIMARY KEY (stream, prompt, n)
) WITHOUT ROWID;
CREATE TABLE scorers (id INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, metrics TEXT NOT NULL);
CREATE TABLE scores (
    scorer INTEGER NOT NULL, stream INTEGER NOT NULL, item TEXT NOT NULL, n INTEGER NOT NULL,
    metrics BLOB NOT NULL, answer TEXT NOT NULL,
    PRIMARY KEY (scorer, stream, item, n)
) WITHOUT ROWID;
"""


class Database:
    """One SQLite file in write-ahead mode, or one in memory.

    What a transaction has committed outlives the process, whatever ends it; readers never wait
    for writers, and writers of several processes take turns.

    Parameters
    ----------
    path
        The file, made when it is missing; None for one in memory.

    Raises
    ------
    StoreError
        If it can't be opened, is no store, or is of a later version.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        with self.explained():
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
            # No transactions but those of `writing`: each is begun and ended in one place.
            self.connection = sqlite3.connect(
                path or ":memory:", timeout=_BUSY, isolation_level=None, check_same_thread=False
            )
            self.connection.execute("PRAGMA journal_mode = WAL")
            self.connection.execute("PRAGMA synchronous = NORMAL")
            self._prepare()

    def _prepare(self) -> None:
        with self.writing() as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version == 0:
                (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
                if tables:
                    raise self._error("is a database of something else")
                for statement in _TABLES.split(";"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {SCHEMA}")
        if version > SCHEMA:
            msg = f"schema {version} is from a later version; this one reads up to {SCHEMA}"
            raise self._error(msg, "update rl-eval-harness")

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Commit what is done within, whole or not at all.

        Raises
        ------
        StoreError
            If it can't be written.
        """
        with self.explained():
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
            except BaseException:
                self.connection.execute("ROLLBACK")
                raise
            self.connection.execute("COMMIT")

    @contextlib.contextmanager
    def explained(self) -> Iterator[None]:
        """Turn what SQLite raises into an error that names the file and the next step."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise self._error(f"can't be used: {error}") from None

    def _error(self, message: str, hint: str = "") -> StoreError:
        hint = (
            hint or "is there room, may it be written? Else move it away, and draws are taken anew"
        )
        return StoreError(f"the draw store {message}", where=str(self.path), hint=hint)

    def close(self) -> None:
        """Close the file."""
        self.connection.close()


def as_json(identity: Mapping[str, Any]) -> str:
    """Write an identity in the one way that is hashed."""
    return json.dumps(identity, sort_keys=True, ensure_ascii=False)


def encoded(text: str) -> bytes:
    """Encode any text: models also say what is no Unicode."""
    return text.encode("utf-8", "surrogatepass")


def decoded(data: bytes) -> str:
    """Decode what `encoded` wrote."""
    return data.decode("utf-8", "surrogatepass")
