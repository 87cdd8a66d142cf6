"""HTTP of the local server: one connection, with what can go wrong on it."""

from __future__ import annotations

import asyncio
from typing import NamedTuple, Protocol

HOST = "127.0.0.1"
_REASONS = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found", 429: "Too Many"}


class Reply(NamedTuple):
    """What to answer, or to get wrong, after how long; `rest` is what Retry-After says."""

    status: int
    body: bytes
    kind: str = ""
    latency: float = 0.0
    rest: str | None = None
    stream: bool = False


class Handler(Protocol):
    """What answers the requests of all connections."""

    def arrived(self, connection: Connection) -> None:
        """Take note of a connection."""
        ...

    def gone(self, connection: Connection) -> None:
        """Take note that it is gone."""
        ...

    def answer(self, path: str, headers: dict[str, str], raw: bytes) -> Reply:
        """Return the reply to a request."""
        ...

    def done(self) -> None:
        """Take note that a reply is due."""
        ...


class Connection(asyncio.Protocol):
    """Reads requests of one client, one after the other, and answers each."""

    transport: asyncio.Transport

    def __init__(self, handler: Handler) -> None:
        self.handler = handler
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.handler.arrived(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        del exc
        self.handler.gone(self)

    def data_received(self, data: bytes) -> None:
        """Answer as soon as a request is whole."""
        self.buffer += data
        head, found, rest = self.buffer.partition(b"\r\n\r\n")
        if not found:
            return
        first, *lines = head.decode("latin-1").split("\r\n")
        pairs = (line.partition(": ") for line in lines)
        headers = {name.lower(): value for name, _, value in pairs}
        length = int(headers.get("content-length", 0))
        if len(rest) < length:
            return
        self.buffer = rest[length:]
        reply = self.handler.answer(first.split()[1], headers, rest[:length])
        asyncio.get_running_loop().call_later(reply.latency, self.reply, reply)

    def reply(self, reply: Reply) -> None:
        """Write an answer, or fail to."""
        self.handler.done()
        if reply.kind == "timeout" or self.transport.is_closing():
            return
        if reply.kind == "reset":
            self.transport.abort()
        elif reply.kind == "no HTTP":
            self.transport.write(b"SSH-2.0-OpenSSH\r\n\r\n")
        elif reply.kind == "endless":
            self.transport.write(b"HTTP/1.1 200 OK\r\n\r\n")
            self.go_on()
        else:
            self.transport.write(_written(reply))
        if reply.kind == "truncated":
            self.transport.close()

    def go_on(self) -> None:
        """Write and write, until the client hangs up."""
        if not self.transport.is_closing():
            if self.transport.get_write_buffer_size() < 1 << 16:
                self.transport.write(b" " * (1 << 16))
            asyncio.get_running_loop().call_later(0.0001, self.go_on)


def _written(reply: Reply) -> bytes:
    head = f"HTTP/1.1 {reply.status} {_REASONS.get(reply.status, 'Odd')}\r\n"
    head += "Content-Type: application/json\r\n"
    if reply.kind == "too large when unpacked":
        head += "Content-Encoding: gzip\r\n"
    if reply.rest is not None:
        head += f"Retry-After: {reply.rest}\r\n"
    if 300 <= reply.status < 400:
        head += "Location: /elsewhere\r\n"
    if reply.stream:
        coded = b"%x\r\n%b\r\n0\r\n\r\n" % (len(reply.body), reply.body)
        return f"{head}Transfer-Encoding: chunked\r\n\r\n".encode() + coded
    body = reply.body[:-20] if reply.kind == "truncated" else reply.body
    return f"{head}Content-Length: {len(reply.body)}\r\n\r\n".encode() + body
