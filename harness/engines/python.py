"""A Python function as an engine: `function(prompt: str, seed: int)`, plain or async."""

from __future__ import annotations

import hashlib
import inspect
import json
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from harness.engines.background import abreast, in_background
from harness.engines.base import Arrival, Request
from harness.errors import EngineError
from harness.functions import FAULTS, described, find_function, source_of
from harness.records import Draw, Sampling

_LONGEST = 200
_ABREAST = 16  # calls of an async function under way at once
Function = Callable[[str, int], object]
Emit = Callable[[Arrival], Awaitable[None]]


class _Call(NamedTuple):
    """One call of the function: a draw of the request at a place."""

    place: int
    draw: int
    prompt: str
    seed: int


class FunctionEngine:
    """Calls a function once for each draw, with a seed of that draw's own.

    It returns a text, or a mapping with a ``text`` and whatever else led to it (its steps, say),
    which is kept as the draw's transcript. What the function calls in turn can change behind its
    back: only a declared revision pins it.
    """

    def __init__(self, function: Function, fingerprint: str, *, pinned: bool = False) -> None:
        self._function = function
        self.fingerprint = fingerprint
        self.pinned = pinned

    def draw(self, requests: Sequence[Request], sampling: Sampling) -> Iterator[Arrival]:
        """Yield draws as they arrive; sampling parameters are the function's own affair."""
        del sampling
        if inspect.iscoroutinefunction(self._function):
            return in_background(lambda emit: self._run(requests, emit))
        return (self._called(call) for call in _calls(requests))

    async def _run(self, requests: Sequence[Request], emit: Emit) -> None:
        async def work(call: _Call) -> None:
            await emit(await self._awaited(call))

        await abreast(_calls(requests), work, _ABREAST)

    def _called(self, call: _Call) -> Arrival:
        begun = time.perf_counter()
        try:
            said = self._function(call.prompt, call.seed)
        except FAULTS as error:
            raise _raised(error, call.prompt) from error
        return _arrival(call, said, time.perf_counter() - begun)

    async def _awaited(self, call: _Call) -> Arrival:
        begun = time.perf_counter()
        try:
            said = self._function(call.prompt, call.seed)
            assert isinstance(said, Awaitable)  # noqa: S101  the function is async
            said = await said
        except FAULTS as error:
            raise _raised(error, call.prompt) from error
        return _arrival(call, said, time.perf_counter() - begun)


def _calls(requests: Sequence[Request]) -> Iterator[_Call]:
    for place, request in enumerate(requests):
        for draw in range(request.start, request.start + request.count):
            yield _Call(place, draw, request.prompt, _seed(request.key, draw))


def _arrival(call: _Call, said: object, seconds: float) -> Arrival:
    draw = _draw(said, call.prompt, call.seed, seconds)
    return Arrival(place=call.place, start=call.draw, draws=(draw,))


def _draw(said: object, prompt: str, seed: int, seconds: float) -> Draw:
    if isinstance(said, str):
        return Draw(text=said, seed=seed, seconds=seconds)
    text = said.get("text") if isinstance(said, Mapping) else None
    if not isinstance(text, str) or not isinstance(said, Mapping):
        got = "a mapping without a text" if isinstance(said, Mapping) else type(said).__name__
        msg = f"the arm's function returned {got}, not str{_at(prompt)}"
        raise EngineError(msg, hint='return a string, or {"text": ..., "steps": [...]}')
    rest = {key: value for key, value in said.items() if key != "text"}
    try:
        transcript = json.dumps(rest, ensure_ascii=False) if rest else ""
    except (TypeError, ValueError) as error:
        msg = f"the arm's function returned a transcript that is no JSON: {error}{_at(prompt)}"
        raise EngineError(msg) from None
    return Draw(text=text, seed=seed, seconds=seconds, transcript=transcript)


def _raised(error: BaseException, prompt: str) -> EngineError:
    return EngineError(f"the arm's function raised {described(error)}{_at(prompt)}")


def _at(prompt: str) -> str:
    shown = prompt if len(prompt) <= _LONGEST else f"{prompt[:_LONGEST]}..."
    return f" (prompt {shown!r})"


def _seed(key: int, draw: int) -> int:
    digest = hashlib.blake2b(f"{key}:{draw}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big")


def open_function(name: str, revision: str) -> FunctionEngine:
    """Import `module:function`; its module's source and `revision` are its identity.

    Raises
    ------
    EngineError
        If the module or the function is not there.
    """
    function, module = find_function(name, EngineError)
    source = source_of(module)
    identity = f"python\n{name}\n{revision}\n{source}"
    digest = hashlib.blake2b(identity.encode(), digest_size=16).hexdigest()
    return FunctionEngine(function, digest, pinned=bool(revision))
