"""The engine of a record: finds prompts in it, and gives their draws in the record's order."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from itertools import chain, groupby
from pathlib import Path
from typing import NamedTuple

from harness.engines.base import Arrival, Request
from harness.engines.recorded.entry import Reader, key_of, placed, shortened
from harness.engines.recorded.index import Held, Index, check_order
from harness.errors import EngineError
from harness.records import Draw, Sampling


class _Piece(NamedTuple):
    """Draws `first .. stop - 1` of the entry at a place, which a request takes from `at` on."""

    file: int
    place: int
    request: int
    at: int
    first: int
    stop: int


class RecordEngine:
    """Gives the draws of a record: of each prompt the first ones, never one that is not there.

    Keys, seeds and sampling parameters mean nothing to it: what was drawn was drawn.

    Parameters
    ----------
    path
        The record, as messages name it.
    files
        Its files, each with its reader.
    fingerprint
        Hash of their content.
    """

    def __init__(self, path: Path, files: Sequence[tuple[Path, Reader]], fingerprint: str) -> None:
        self._path = path
        self._files = files
        self.fingerprint = fingerprint
        self.pinned = True  # the fingerprint is of the draws themselves
        self._index = Index()
        self._stamps = [_stamp(file) for file, _ in files]
        for number, (_, reader) in enumerate(files):
            for entry in reader.scan():
                self._index.add(number, entry)
        if not self._index:
            msg = "this record holds no draws"
            raise EngineError(msg, where=str(path), hint="is the path right?")

    def draw(self, requests: Sequence[Request], sampling: Sampling) -> Iterator[Arrival]:
        """Yield each request's draws as soon as the files have been read so far."""
        del sampling
        if not requests:
            return
        with placed(str(self._path)):
            pieces = self._pieces(requests)
        taken: list[dict[int, Sequence[Draw]]] = [{} for _ in requests]
        left = [request.count for request in requests]
        for piece, draws in self._read(pieces):
            number = piece.request
            taken[number][piece.at] = draws
            left[number] -= len(draws)
            if not left[number]:
                said = tuple(
                    chain.from_iterable(draws for _, draws in sorted(taken[number].items()))
                )
                taken[number].clear()
                yield Arrival(place=number, start=requests[number].start, draws=said)

    def count(self, prompt: str, item: str = "") -> int:
        """Return how many draws there are of a prompt, which may be that of an item by its id."""
        request = Request(prompt=prompt, key=0, start=0, count=1, item=item)
        with placed(str(self._path)):
            return sum(held.draws for held in self._find(request))

    def _read(self, pieces: Sequence[_Piece]) -> Iterator[tuple[_Piece, Sequence[Draw]]]:
        """Read pieces in the order of the files: each is gone through once."""
        for number, group in groupby(sorted(pieces), key=lambda piece: piece.file):
            own, (path, reader) = list(group), self._files[number]
            if _stamp(path) != self._stamps[number]:
                msg = "has changed since it was first read"
                raise EngineError(msg, where=str(path), hint="run again")
            wanted = [(piece.place, piece.stop) for piece in own]
            for piece, draws in zip(own, reader.read(wanted), strict=True):
                yield piece, draws[piece.first :]

    def _pieces(self, requests: Sequence[Request]) -> list[_Piece]:
        found = [self._find(request) for request in requests]
        missing = [request for request, held in zip(requests, found, strict=True) if not held]
        if missing:
            msg = (
                f"lacks {len(missing)} of the {len(requests)} prompts that are asked for, "
                f"the first of them {shortened(missing[0].prompt)}"
            )
            shown = shortened(self._index.example)
            hint = f"prompts must agree to the letter, and the first here is {shown}"
            raise EngineError(msg, hint=hint)
        counts = [sum(one.draws for one in held) for held in found]
        fewest, request = min(zip(counts, requests, strict=True), key=lambda pair: pair[0])
        asked = max(request.start + request.count for request in requests)
        if any(n < one.start + one.count for n, one in zip(counts, requests, strict=True)):
            msg = (
                f"has {fewest} draws of this prompt, {asked} are asked for: "
                f"{shortened(request.prompt)}"
            )
            hint = f"set draws: {fewest} (under draws: auto, cap: {fewest})"
            raise EngineError(msg, hint=hint if fewest else "select other items")
        return [
            piece
            for number, (request, held) in enumerate(zip(requests, found, strict=True))
            for piece in _pieces_of(number, request, held)
        ]

    def _find(self, request: Request) -> list[Held]:
        digest = hashlib.sha256(request.prompt.encode("utf-8", "surrogatepass")).hexdigest()
        keys = [key_of("prompt", request.prompt), key_of("sha256", digest)]
        if request.item:
            keys.append(key_of("id", request.item))
        held = self._index.find(*keys)
        check_order(held, request.prompt)
        return held


def _pieces_of(number: int, request: Request, held: Sequence[Held]) -> Iterator[_Piece]:
    """Say which draws of which entries make up a request."""
    before = 0
    for one in held:
        first = max(request.start - before, 0)
        stop = min(request.start + request.count - before, one.draws)
        if first < stop:
            at = before + first
            yield _Piece(one.file, one.place, number, at, first, stop)
        before += one.draws


def _stamp(path: Path) -> tuple[int, int]:
    with placed(str(path)):
        state = path.stat()
    return state.st_size, state.st_mtime_ns
