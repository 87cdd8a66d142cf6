"""Draws of a server: one request for several where it can, many requests at once."""

from __future__ import annotations

import hashlib
import re
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import NamedTuple

from harness.engines.background import abreast, in_background
from harness.engines.base import Arrival, Request
from harness.engines.openai.choices import DOUBTS, Choices
from harness.engines.openai.client import Client
from harness.engines.openai.endpoint import Endpoint, Question
from harness.engines.openai.failure import RequestError
from harness.engines.openai.gate import Gate
from harness.engines.openai.transport import Transport, open_session
from harness.errors import EngineError
from harness.records import Draw, Sampling

Emit = Callable[[Arrival], Awaitable[None]]
_REFUSES = frozenset({400, 422})
_ABOUT_CHOICES = re.compile(r"\b(n|best_of|choices?)\b", re.IGNORECASE)


class _Span(NamedTuple):
    """Draws `start .. start + size - 1` of the request at a place."""

    place: int
    start: int
    size: int


class OpenAIEngine:
    """Any server of OpenAI's HTTP protocol, as it is reached at an endpoint.

    Each request carries a seed that follows from its prompt's key and its first draw. One that
    asks for several draws gets them all by that seed: then a draw is known by seed and choice.
    Whether the server can is found out once, by the first answer that tells; a server that
    ignores, refuses or just repeats itself is asked for single draws of what is missing.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._choices = Choices(endpoint.choices)
        self.fingerprint = endpoint.fingerprint
        self.pinned = bool(endpoint.revision)
        self._useless: EngineError | None = None

    def draw(self, requests: Sequence[Request], sampling: Sampling) -> Iterator[Arrival]:
        """Yield draws as they arrive; a server that was of no use once is not asked again."""
        if self._useless:
            raise _copy(self._useless)
        arrivals: Iterator[Arrival] = in_background(
            lambda emit: self._run(requests, sampling, emit)
        )
        try:
            yield from arrivals
        except EngineError as error:
            self._useless = _copy(error)
            raise

    async def _run(self, requests: Sequence[Request], sampling: Sampling, emit: Emit) -> None:
        self._endpoint.secret()  # is it there?
        body = self._endpoint.written(sampling)
        gate = Gate(self._endpoint.concurrency, self._endpoint.pause)
        spans = (_Span(place, one.start, one.count) for place, one in enumerate(requests))
        left = deque(span for span in spans if span.size)
        workers = max(self._endpoint.concurrency, DOUBTS)  # some may wait for what others find out
        cold = sampling.temperature == 0
        async with open_session(self._endpoint) as session:
            client = Client(self._endpoint, body, gate, Transport(self._endpoint, session))

            async def ask(span: _Span) -> None:
                request = requests[span.place]
                if span.size > 1:
                    draws = await self._several(client, request, span, cold=cold)
                else:
                    draws = await self._single(client, request, span)
                if draws:
                    await emit(Arrival(place=span.place, start=span.start, draws=draws))
                for number in range(span.start + len(draws), span.start + span.size):
                    left.append(_Span(span.place, number, 1))

            while left:  # whoever finds nothing left has ended before more was put there
                await abreast(self._taken(left), ask, workers)

    def _taken(self, left: deque[_Span]) -> Iterator[_Span]:
        """Take what one request asks for at a time, as much as is known then to be of use."""
        while left:
            place, start, size = left.popleft()
            most = min(self._choices.most, size)
            if size > most:
                left.appendleft(_Span(place, start + most, size - most))
            yield _Span(place, start, most)

    async def _several(
        self, client: Client, request: Request, span: _Span, *, cold: bool
    ) -> tuple[Draw, ...]:
        """Ask for the draws of a span; return the first of them, if others need single requests."""
        with self._choices.trial():
            question = self._question(request, span)._replace(trial=not self._choices.proven)
            try:
                draws = await client.ask(question)
            except RequestError as error:
                refused = _means_choices(error)
                can = await self._choices.judge(can=False if refused else None)
                return _failed(error, span) if can and not refused else ()
            if len(draws) < span.size:
                await self._choices.judge(can=False)
                return draws[:1]
            varied = cold or len({draw.text for draw in draws}) > 1
            can = await self._choices.judge(can=varied or None)
            return draws if can or varied else draws[:1]

    async def _single(self, client: Client, request: Request, span: _Span) -> tuple[Draw, ...]:
        """Ask for one draw; it is a fault if it can't be had."""
        try:
            return await client.ask(self._question(request, span))
        except RequestError as error:
            return _failed(error, span)

    def _question(self, request: Request, span: _Span) -> Question:
        seed = _seed(request.key, span.start) if self._endpoint.seeded else None
        return Question(span.place, request.prompt, seed, span.size)


def _failed(error: RequestError, span: _Span) -> tuple[Draw, ...]:
    return (Draw(text="", finish="", fault=error.fault),) * span.size


def _copy(error: EngineError) -> EngineError:
    return EngineError(error.message, where=error.where, hint=error.hint)


def _means_choices(error: RequestError) -> bool:
    return error.status in _REFUSES and bool(_ABOUT_CHOICES.search(error.fault))


def _seed(key: int, draw: int) -> int:
    digest = hashlib.blake2b(f"{key}:{draw}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") >> 1  # 31 bits: what every server takes
