"""One HTTP request to the server: what is sent, and how much of the answer is read."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple

import aiohttp

from harness.engines.openai.endpoint import Endpoint
from harness.engines.openai.failure import RequestError, of_exception
from harness.engines.openai.proxy import proxy_of

_CONNECT = 15.0  # seconds
_LARGE = 1 << 20  # bytes that aiohttp would rather have as a stream


class Answer(NamedTuple):
    """Status, the seconds that the server wants to rest, if it says so, and the body."""

    status: int
    rest: float | None
    raw: bytes


class Transport:
    """Posts requests to one server over one session.

    Attributes
    ----------
    by_proxy
        Whether they go by a proxy.
    """

    def __init__(self, endpoint: Endpoint, session: aiohttp.ClientSession) -> None:
        self._endpoint = endpoint
        self._session = session
        self._proxy = proxy_of(endpoint)
        self.by_proxy = bool(self._proxy)

    async def post(self, body: bytes, room: int) -> Answer:
        """Send a body; read an answer's, of no more bytes than there is room for.

        Raises
        ------
        RequestError
            If there is no whole answer.
        """
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
                return Answer(response.status, rest_of(response.headers.get("Retry-After")), raw)
        except (aiohttp.ClientError, OSError) as error:
            failed = of_exception(error)
        raise failed  # outside of the handler: what aiohttp raises may hold the headers


def open_session(endpoint: Endpoint) -> aiohttp.ClientSession:
    """Open a session that keeps its connections, of no more than are under way at once.

    It does not trust the environment by itself: it would send the passwords of a netrc file, too.
    """
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=endpoint.concurrency),
        timeout=aiohttp.ClientTimeout(total=endpoint.timeout, connect=_CONNECT),
        cookie_jar=aiohttp.DummyCookieJar(),
    )


def rest_of(value: str | None) -> float | None:
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


def _headers(endpoint: Endpoint) -> dict[str, str]:
    secret = endpoint.secret()
    found = {"Content-Type": "application/json"}
    return {**found, "Authorization": f"Bearer {secret}"} if secret else found
