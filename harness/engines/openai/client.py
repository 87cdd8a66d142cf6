"""Ask the server for draws: one request, its retries, and what is shared by all of them."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, wait_random_exponential

from harness.engines.openai.answer import read_draws
from harness.engines.openai.endpoint import Endpoint, Question
from harness.engines.openai.failure import (
    USELESS,
    RequestError,
    TurnedAwayError,
    of_exception,
    of_status,
)
from harness.engines.openai.gate import Gate
from harness.engines.openai.health import Health
from harness.engines.openai.proxy import proxy_of
from harness.errors import EngineError
from harness.records import Draw

_LONGEST_BACKOFF = 30.0
_FIRST_TRIES = 2  # retries to reach a server that nobody has reached yet
_TURNED_AWAY = 16  # how often a request is told to come later, before it gives up
_CONNECT = 15.0  # seconds
_LARGE = 1 << 20  # bytes that aiohttp would rather have as a stream
_ROOM, _ROOM_PER_DRAW = 4 << 20, 1 << 20  # bytes that an answer may take
_OK, _PROXY, _TOO_MANY, _BUSY = 200, 407, 429, 503


class Client:
    """Asks questions of one server over one session, each with its retries."""

    def __init__(
        self, endpoint: Endpoint, body: Callable[[Question], bytes], gate: Gate,
        session: aiohttp.ClientSession,
    ) -> None:  # fmt: skip
        self._endpoint = endpoint
        self._body = body
        self._gate = gate
        self._session = session
        self._proxy = proxy_of(endpoint)
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
                status, rest, raw = await self._post(body, room)
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

    async def _post(self, body: bytes, room: int) -> tuple[int, float | None, bytes]:
        """Return status, the seconds that the server wants to rest, and the answer's body."""
        data = body if len(body) < _LARGE else io.BytesIO(body)
        try:
            async with self._session.post(
                self._endpoint.address,
                data=data,
                headers=_headers(self._endpoint),
                allow_redirects=False,
                proxy=self._proxy,
            ) as response:
                raw = await _body_of(response, room)
                return response.status, _rest(response.headers.get("Retry-After")), raw
        except (aiohttp.ClientError, OSError) as error:
            failed = of_exception(error)
        raise failed  # outside of the handler: what aiohttp raises may hold the headers

    def _useless(self, failure: RequestError) -> EngineError:
        endpoint = self._endpoint
        if failure.unreachable:
            msg = f"can't reach {endpoint.url}: {failure.fault}"
            hint = "is the proxy of the environment up?" if self._proxy else "is the server up?"
            return EngineError(msg, where=endpoint.where, hint=hint)
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


def open_session(endpoint: Endpoint) -> aiohttp.ClientSession:
    """Open a session that keeps its connections, of no more than are under way at once."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=endpoint.concurrency),
        timeout=aiohttp.ClientTimeout(total=endpoint.timeout, connect=_CONNECT),
        cookie_jar=aiohttp.DummyCookieJar(),
    )


async def _body_of(response: aiohttp.ClientResponse, room: int) -> bytes:
    """Read no more than there is room for; the rest is not even received."""
    parts, size = [], 0
    async for part in response.content.iter_any():
        size += len(part)
        if size > room:
            response.close()
            raise RequestError(f"answer of more than {room >> 20} MiB")
        parts.append(part)
    return b"".join(parts)


def _worth_a_retry(error: BaseException) -> bool:
    return (
        isinstance(error, RequestError) and error.passing and not isinstance(error, TurnedAwayError)
    )


def _headers(endpoint: Endpoint) -> dict[str, str]:
    secret = endpoint.secret()
    found = {"Content-Type": "application/json"}
    return {**found, "Authorization": f"Bearer {secret}"} if secret else found


def _rest(value: str | None) -> float | None:
    """Read a Retry-After header: seconds, or a date."""
    if value is None:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
