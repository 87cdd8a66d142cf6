"""Draws by stream, prompt and index."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.records import Draw
from harness.store.database import Database, as_json, decoded, encoded, hash_of

_CHUNK = 500  # of what one statement names
_INSERT = "INSERT OR IGNORE INTO draws VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_COLUMNS = "text, finish, seed, prompt_tokens, tokens, seconds, transcript, scored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Draws `start .. start + count - 1` of a prompt, which are not there."""

    prompt: str
    start: int
    count: int


class DrawStore:
    """Keeps draws, each once: what identifies a draw is its stream, its prompt and its index.

    A stream is identified by all that decides what is drawn: the arm's fingerprint, its sampling
    parameters, the seed and a name. Draws of a stream with a run of its own serve that run alone.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self._streams: dict[str, int] = {}
        self._prompts: dict[bytes, int] = {}

    def stream(self, identity: Mapping[str, Any], *, arm: str, run: str = "") -> int:
        """Return the number of a stream, which is entered if it is new."""
        text, key = _named(identity, run)
        if key not in self._streams:
            now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
            with self.database.writing() as connection:
                connection.execute(
                    "INSERT OR IGNORE INTO streams (hash, arm, identity, run, created) "
                    "VALUES (?, ?, ?, ?, ?)",
                    (key, arm, text, run, now),
                )
                row = connection.execute("SELECT id FROM streams WHERE hash = ?", (key,))
                self._streams[key] = row.fetchone()[0]
        return self._streams[key]

    def hash_of(self, stream: int) -> str:
        """Return the hash of a stream that was entered, by its number."""
        return next(key for key, number in self._streams.items() if number == stream)

    def missing(self, stream: int, prompts: Sequence[str], draws: int) -> list[Missing]:
        """Return what lacks of the first `draws` draws of each prompt, in the prompts' order."""
        known = self._known(prompts)
        counts = self._counts(stream, draws)
        found: list[Missing] = []
        for prompt in prompts:
            number = known.get(prompt)
            there = counts.get(number, 0) if number is not None else 0
            if there == draws:
                continue
            taken = self._taken(stream, number, draws) if there and number is not None else set()
            found += _gaps(prompt, taken, draws)
        return found

    def _counts(self, stream: int, draws: int) -> dict[int, int]:
        with self.database.explained():
            rows = self.database.connection.execute(
                "SELECT prompt, count(*) FROM draws WHERE stream = ? AND n < ? GROUP BY prompt",
                (stream, draws),
            )
            return dict(rows.fetchall())

    def _taken(self, stream: int, prompt: int, draws: int) -> set[int]:
        rows = self.database.connection.execute(
            "SELECT n FROM draws WHERE stream = ? AND prompt = ? AND n < ?", (stream, prompt, draws)
        )
        return {n for (n,) in rows}

    def add(self, stream: int, prompt: str, start: int, draws: Sequence[Draw]) -> None:
        """Keep draws `start ..` of a prompt that was entered; those that are there stay.

        To be called within a transaction of the database, so that they are kept with their scores.
        """
        number = self._prompts[hash_of(prompt)]
        self.database.connection.executemany(
            _INSERT,
            [
                (
                    stream, number, start + place, encoded(one.text), one.finish,
                    None if one.seed is None else str(one.seed),  # SQLite's numbers end at 2^63
                    one.prompt_tokens, one.tokens, one.seconds, encoded(one.transcript),
                    json.dumps(dict(one.scored)) if one.scored else "",
                )
                for place, one in enumerate(draws)
            ],
        )  # fmt: skip

    def read(self, stream: int, prompt: str, draws: int) -> list[Draw]:
        """Return the first `draws` draws of a prompt that are there, in order."""
        number = self._known([prompt]).get(prompt)
        with self.database.explained():
            rows = self.database.connection.execute(
                f"SELECT {_COLUMNS} FROM draws WHERE stream = ? AND prompt = ? AND n < ? "  # noqa: S608  a constant
                "ORDER BY n",
                (stream, number, draws),
            )
            return [_draw(row) for row in rows]

    def enter(self, prompts: Sequence[str]) -> None:
        """Give each prompt a number, so that its draws can be added."""
        known = self._known(prompts)
        new = [prompt for prompt in prompts if prompt not in known]
        with self.database.writing() as connection:
            connection.executemany(
                "INSERT OR IGNORE INTO prompts (hash, text) VALUES (?, ?)",
                [(hash_of(prompt), encoded(prompt)) for prompt in new],
            )
        self._known(new)

    def _known(self, prompts: Sequence[str]) -> dict[str, int]:
        """Return the numbers of the prompts that have one."""
        hashes = {hash_of(prompt): prompt for prompt in prompts}
        unknown = [key for key in hashes if key not in self._prompts]
        with self.database.explained():
            for chunk in _chunks(unknown):
                marks = ", ".join("?" * len(chunk))
                rows = self.database.connection.execute(
                    f"SELECT hash, id FROM prompts WHERE hash IN ({marks})",  # noqa: S608  marks
                    chunk,
                )
                self._prompts.update(rows.fetchall())
        return {
            prompt: self._prompts[key] for key, prompt in hashes.items() if key in self._prompts
        }


def stream_hash(identity: Mapping[str, Any], *, run: str = "") -> str:
    """Return the hash by which the store knows a stream, whether it is there or not."""
    return _named(identity, run)[1]


def _named(identity: Mapping[str, Any], run: str) -> tuple[str, str]:
    text = as_json({**identity, "run": run})
    return text, hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _draw(row: tuple[Any, ...]) -> Draw:
    text, finish, seed, prompt_tokens, tokens, seconds, transcript, scored = row
    return Draw(
        text=decoded(text), finish=finish, seed=None if seed is None else int(seed),
        prompt_tokens=prompt_tokens, tokens=tokens, seconds=seconds,
        transcript=decoded(transcript),
        scored=tuple(json.loads(scored).items()) if scored else (),
    )  # fmt: skip


def _gaps(prompt: str, taken: set[int], draws: int) -> Iterator[Missing]:
    """Yield the stretches of 0..draws-1 that are not taken."""
    lacking = (n for n in range(draws) if n not in taken)
    for _, stretch in itertools.groupby(enumerate(lacking), key=lambda pair: pair[1] - pair[0]):
        run = [n for _, n in stretch]
        yield Missing(prompt=prompt, start=run[0], count=len(run))


def _chunks(keys: Sequence[bytes]) -> Iterable[list[bytes]]:
    for start in range(0, len(keys), _CHUNK):
        yield list(keys[start : start + _CHUNK])
