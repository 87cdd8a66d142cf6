"""The store's file: its version, and how several processes share it."""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from harness.errors import StoreError
from harness.store.schema import SCHEMA, STEPS

_BUSY = 60.0  # seconds to wait for another process's transaction


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
            self._write_ahead()
            self.connection.execute("PRAGMA synchronous = NORMAL")
            self._prepare()

    def _write_ahead(self) -> None:
        """Enter the write-ahead mode, in turn with others who open the same new file.

        Where two ask for it at once, SQLite refuses one of them without waiting.
        """
        until = time.monotonic() + _BUSY
        while True:
            try:
                self.connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
                time.sleep(0.005)
            else:
                return

    def _prepare(self) -> None:
        with self.writing() as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version == 0:
                (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
                if tables:
                    raise self._error("is a database of something else")
            for step in STEPS[version:]:
                for statement in step.split(";"):
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
            with self._whole():
                yield self.connection

    @contextlib.contextmanager
    def alone(self) -> Iterator[sqlite3.Connection]:
        """Commit what is done within, while no other process has the file open.

        Processes keep in mind what they found in it, so that nothing may vanish behind them.

        Raises
        ------
        StoreError
            If another process has it open, or it can't be written.
        """
        with self.explained():
            if not self._seize():
                raise self._error("is in use by another process", "wait until its run has ended")
            with self._whole():
                yield self.connection
            self.connection.execute("VACUUM")
            self._write_ahead()

    def _seize(self) -> bool:
        """Begin a transaction that shuts all others out; say whether there are none."""
        try:
            # The write-ahead mode can only be left by the last who has the file open.
            self.connection.execute("PRAGMA busy_timeout = 0")
            self.connection.execute("PRAGMA journal_mode = DELETE")
            self.connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            return False
        finally:
            self.connection.execute(f"PRAGMA busy_timeout = {int(_BUSY * 1000)}")
        (mode,) = self.connection.execute("PRAGMA journal_mode").fetchone()
        if mode == "wal":  # someone has opened it just now
            self.connection.execute("ROLLBACK")
        return bool(mode != "wal")

    @contextlib.contextmanager
    def _whole(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Read what is committed by now, whatever others write meanwhile."""
        with self.explained():
            self.connection.execute("BEGIN")
            try:
                yield self.connection
            finally:
                self.connection.execute("ROLLBACK")

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

    def settle(self) -> None:
        """Bring all that was committed into the one file, for whoever takes no other along."""
        with self.explained():
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the file."""
        self.connection.close()


def as_json(identity: Mapping[str, Any]) -> str:
    """Write an identity in the one way that is hashed."""
    return json.dumps(identity, sort_keys=True, ensure_ascii=False)


def encoded(text: str) -> bytes:
    """Encode any text: models also say what is no Unicode."""
    return text.encode("utf-8", "surrogatepass")


def hash_of(prompt: str) -> bytes:
    """Return the hash by which a prompt is found."""
    return hash_of_encoded(encoded(prompt))


def hash_of_encoded(prompt: bytes) -> bytes:
    """Return the hash of a prompt as it is stored."""
    return hashlib.blake2b(prompt, digest_size=16).digest()


def decoded(data: bytes) -> str:
    """Decode what `encoded` wrote."""
    return data.decode("utf-8", "surrogatepass")
