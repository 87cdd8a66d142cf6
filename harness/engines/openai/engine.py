"""Draws of a server: one request for several where it can, many requests at once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import NamedTuple

from harness.engines.background import abreast, in_background
from harness.engines.base import Arrival, Request
from harness.engines.openai.client import Client, open_session
from harness.engines.openai.endpoint import Endpoint, Question
from harness.engines.openai.failure import RequestError
from harness.engines.openai.gate import Gate
from harness.errors import EngineError
from harness.records import Draw, Sampling

Emit = Callable[[Arrival], Awaitable[None]]
_DOUBTS = 3  # requests for several draws that may tell nothing, before they are given up
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
    ignores, refuses or just repeats itself is asked for single draws from then on.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._most = endpoint.choices
        self._doubts = _DOUBTS  # 0 when it is known
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
        spans = [_Span(place, one.start, one.count) for place, one in enumerate(requests)]
        async with open_session(self._endpoint) as session:
            client = Client(self._endpoint, body, gate, session)

            async def ask(span: _Span) -> None:
                await emit(await self._asked(client, requests[span.place], span))

            for span, draws in await self._tried(client, requests, spans, sampling):
                if draws:
                    await emit(Arrival(place=span.place, start=span.start, draws=draws))
                rest = span.size - len(draws)
                spans.append(_Span(span.place, span.start + len(draws), rest))
            await abreast(self._split(spans), ask, self._endpoint.concurrency)

    def _split(self, spans: Sequence[_Span]) -> Iterator[_Span]:
        """Yield what each request asks for."""
        most = 1 if self._doubts else self._most
        for place, start, size in spans:
            for first in range(start, start + size, most):
                yield _Span(place, first, min(most, start + size - first))

    async def _tried(
        self, client: Client, requests: Sequence[Request], spans: list[_Span], sampling: Sampling
    ) -> list[tuple[_Span, tuple[Draw, ...]]]:
        """Ask for several draws at once, until it is known whether the server can.

        Returns
        -------
        list
            The spans that were taken out for it, each with the first of its draws; if these may
            be one and the same draw, the first alone.
        """
        found: list[tuple[_Span, tuple[Draw, ...]]] = []
        while self._doubts and self._most > 1:
            span = next((span for span in spans if span.size > 1), None)
            if span is None:
                break
            spans.remove(span)
            span_asked = span._replace(size=min(self._most, span.size))
            question = self._question(requests[span.place], span_asked)
            try:
                draws = await client.ask(question._replace(exact=False))
            except RequestError as error:
                draws = ()
                self._judge(can=False if _means_choices(error) else None)
            else:
                varied = sampling.temperature == 0 or len({draw.text for draw in draws}) > 1
                few = len(draws) < question.draws
                self._judge(can=False if few else varied or None)
            found.append((span, draws))
        good = self._most > 1 and not self._doubts
        return [(span, draws if good else draws[:1]) for span, draws in found]

    def _judge(self, *, can: bool | None) -> None:
        """Settle whether the server can give several draws; None is another doubt."""
        self._doubts = self._doubts - 1 if can is None else 0
        if not self._doubts and not can:
            self._most = 1

    async def _asked(self, client: Client, request: Request, span: _Span) -> Arrival:
        """Ask for the draws of a span; each is a fault if they can't be had."""
        try:
            draws = await client.ask(self._question(request, span))
        except RequestError as error:
            draws = (Draw(text="", finish="", fault=error.fault),) * span.size
        return Arrival(place=span.place, start=span.start, draws=draws)

    def _question(self, request: Request, span: _Span) -> Question:
        seed = _seed(request.key, span.start) if self._endpoint.seeded else None
        return Question(span.place, request.prompt, seed, span.size)


def _copy(error: EngineError) -> EngineError:
    return EngineError(error.message, where=error.where, hint=error.hint)


def _means_choices(error: RequestError) -> bool:
    return error.status in _REFUSES and bool(_ABOUT_CHOICES.search(error.fault))


def _seed(key: int, draw: int) -> int:
    digest = hashlib.blake2b(f"{key}:{draw}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") >> 1  # 31 bits: what every server takes
