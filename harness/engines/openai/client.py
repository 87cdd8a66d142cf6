"""Ask the server for draws: one request, its retries, and what is shared by all of them."""

from __future__ import annotations

import time
from collections.abc import Callable

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, wait_random_exponential

from harness.engines.openai.answer import read_draws
from harness.engines.openai.endpoint import Endpoint, Question
from harness.engines.openai.failure import (
    USELESS,
    RequestError,
    TurnedAwayError,
    of_status,
)
from harness.engines.openai.gate import Gate
from harness.engines.openai.health import Health
from harness.engines.openai.transport import Transport
from harness.errors import EngineError
from harness.records import Draw

_LONGEST_BACKOFF = 30.0
_FIRST_TRIES = 2  # retries to reach a server that nobody has reached yet
_TURNED_AWAY = 16  # how often a request is told to come later, before it gives up
_ROOM, _ROOM_PER_DRAW = 4 << 20, 1 << 20  # bytes that an answer may take
_OK, _PROXY, _TOO_MANY, _BUSY = 200, 407, 429, 503


class Client:
    """Asks questions of one server, each with its retries."""

    def __init__(
        self, endpoint: Endpoint, body: Callable[[Question], bytes], gate: Gate,
        transport: Transport,
    ) -> None:  # fmt: skip
        self._endpoint = endpoint
        self._body = body
        self._gate = gate
        self._transport = transport
        self._health = Health()
        self._backoff = wait_random_exponential(endpoint.pause, max=_LONGEST_BACKOFF)

    async def ask(self, question: Question) -> tuple[Draw, ...]:
        """Return the draws that were asked for.

        Raises
        ------
        RequestError
            If they can't be had, in all the retries that are worth it.
        EngineError
            If the server is of no use to any request.
        """
        if self._health.given_up:
            raise RequestError(self._health.fault)
        reached = -1

        def wait(state: RetryCallState) -> float:
            nonlocal reached
            if state.attempt_number == 1:
                reached = self._health.answers
            return self._backoff(state)

        retrying = AsyncRetrying(
            retry=retry_if_exception(_worth_a_retry), stop=self._enough, wait=wait,
            sleep=self._health.sleep, reraise=True,
        )  # fmt: skip
        try:
            return await retrying(self._attempt, question)
        except RequestError as failure:
            last = failure
        if last.status in USELESS or (last.unreachable and not self._health.answers):
            self._health.fail(question.place, last.fault, down=True)
            raise self._useless(last)
        down = last.unreachable and reached == self._health.answers
        if last.passing and (down or not question.trial):
            self._health.fail(question.place, last.fault, down=down)
        raise last

    def _enough(self, state: RetryCallState) -> bool:
        error = state.outcome.exception() if state.outcome else None
        retries = self._endpoint.retries
        if isinstance(error, RequestError) and error.unreachable and not self._health.answers:
            retries = min(retries, _FIRST_TRIES)
        return self._health.given_up or state.attempt_number > retries

    async def _attempt(self, question: Question) -> tuple[Draw, ...]:
        """Ask once; again only where the server says that it is too much at once."""
        body = self._body(question)
        room = _ROOM + question.draws * _ROOM_PER_DRAW
        for _ in range(_TURNED_AWAY):
            entered = await self._enter()
            begun = time.perf_counter()
            try:
                status, rest, raw = await self._transport.post(body, room)
            finally:
                self._gate.leave()
            if status == _OK:
                seconds = time.perf_counter() - begun
                draws = read_draws(raw, question, chat=self._endpoint.chat, seconds=seconds)
                self._gate.succeed()
                self._health.succeed()
                return draws
            if status != _TOO_MANY and (status != _BUSY or rest is None):
                raise of_status(status, raw, self._endpoint.secret())
            self._gate.slow_down(entered, rest)
            if self._health.given_up:
                break
        raise TurnedAwayError(f"HTTP {status}", status=status)

    async def _enter(self) -> int:
        """Wait for a place at the gate, unless nothing more should be asked by then."""
        entered = await self._gate.enter()
        if self._health.given_up:
            self._gate.leave()
            raise RequestError(self._health.fault)
        return entered

    def _useless(self, failure: RequestError) -> EngineError:
        endpoint = self._endpoint
        if failure.unreachable:
            msg = f"can't reach {endpoint.url}: {failure.fault}"
            who = "the proxy of the environment" if self._transport.by_proxy else "the server"
            return EngineError(msg, where=endpoint.where, hint=f"is {who} up?")
        if failure.status == _PROXY:
            hint = "check the proxy that the environment names, and its password"
        elif failure.status in {401, 403}:
            hint = f"check the key in the environment variable {endpoint.key}"
            if not endpoint.key:
                hint = "name the environment variable of its key under `key`"
        else:
            hint = f"check base_url, api: {endpoint.api}, and the model's name {endpoint.model!r}"
        return EngineError(
            f"{endpoint.address} answered {failure.fault}", where=endpoint.where, hint=hint
        )


def _worth_a_retry(error: BaseException) -> bool:
    return (
        isinstance(error, RequestError) and error.passing and not isinstance(error, TurnedAwayError)
    )
