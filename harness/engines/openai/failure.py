"""What can go wrong with a request, by name."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp

_LONGEST = 200
_TRANSIENT = frozenset({408, 409, 425})
#: Answers that no request can mend: a wrong key, model or address, or a proxy that refuses.
USELESS = frozenset({301, 302, 303, 307, 308, 401, 403, 404, 405, 407})


class RequestError(Exception):
    """A request has brought no draw.

    Parameters
    ----------
    fault
        What happened, in the few words that a draw's `fault` is.
    passing
        Whether the same request may succeed later.
    unreachable
        Whether the server could not even be reached.
    status
        The HTTP status, where there is one.
    """

    def __init__(
        self, fault: str, *, passing: bool = True, unreachable: bool = False, status: int = 0
    ) -> None:
        super().__init__(fault)
        self.fault = fault
        self.passing = passing
        self.unreachable = unreachable
        self.status = status


class TurnedAwayError(RequestError):
    """A request was told to come later, too often."""


def of_status(status: int, raw: bytes, secret: str) -> RequestError:
    """Name the failure that a status tells, with the server's words where they are about it."""
    if status >= 500 or status in _TRANSIENT:  # noqa: PLR2004  server errors by definition
        return RequestError(f"HTTP {status}", status=status)
    words = said(raw, secret)
    return RequestError(f"HTTP {status}: {words}" if words else f"HTTP {status}", passing=False,
                   status=status)  # fmt: skip


def of_exception(error: Exception) -> RequestError:
    """Name the failure that an exception of the client tells."""
    match error:
        case asyncio.TimeoutError():  # while it connects, it is a ServerTimeoutError
            unreachable = isinstance(error, aiohttp.ServerTimeoutError)
            return RequestError("timed out", unreachable=unreachable)
        case aiohttp.ClientConnectorError():
            reason = getattr(error, "os_error", error)  # a wrong certificate has none
            refused = isinstance(reason, ConnectionRefusedError)
            fault = "connection refused" if refused else f"no connection: {_line(str(reason))}"
            by_proxy = isinstance(error, aiohttp.ClientProxyConnectionError)
            return RequestError(f"proxy: {fault}" if by_proxy else fault, unreachable=True)
        case aiohttp.ClientHttpProxyError():
            return RequestError(f"proxy: HTTP {error.status}", status=error.status)
        case aiohttp.ClientPayloadError():
            return RequestError("truncated answer")
        case aiohttp.ClientConnectionError() | OSError():
            return RequestError("connection reset")
    return RequestError(f"no HTTP: {type(error).__name__}")


def said(raw: bytes, secret: str) -> str:
    """Return an error's message in one printable line, without the key that it may repeat."""
    try:
        found: Any = json.loads(raw)
    except (ValueError, RecursionError):
        found = raw.decode("utf-8", "replace")
    for name in ("error", "message", "detail"):
        if isinstance(found, dict) and found.get(name):
            found = found[name]
    text = found if isinstance(found, str) else json.dumps(found)
    return _line(text.replace(secret, "[key]") if secret else text)


def _line(text: str) -> str:
    shown = " ".join("".join(c if c.isprintable() else " " for c in text[:4_000]).split())
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}..."
