"""A stateful fake of a service, on the loopback; it fails as it is told to."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.servers.threads import on_loopback


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What was asked for."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What is answered: JSON, or bytes as they are."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(kw_only=True)
class Fault:
    """A fault of the next requests of a method.

    Attributes
    ----------
    times
        How many of them.
    done
        Whether it is done all the same, and only the answer is lost.
    drop
        Whether the connection is closed in the place of an answer.
    """

    method: str
    reply: Reply = Reply(status=502)
    times: int = 1
    done: bool = False
    drop: bool = False


class Fake:
    """What all fakes share: faults, and a log."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.log: list[Request] = []
        self.problems: list[str] = []
        self.url = ""

    def answer(self, request: Request) -> Reply:
        """Answer a request as the service would."""
        raise NotImplementedError

    def reply(self, request: Request) -> Reply | None:
        """Answer a request, or fail as told; None: no answer."""
        self.log.append(request)
        for fault in self.faults:
            if fault.method == request.method and fault.times:
                fault.times -= 1
                if fault.done:
                    self.answer(request)
                return None if fault.drop else fault.reply
        return self.answer(request)

    def asked(self, method: str) -> int:
        """Count the requests of a method."""
        return sum(request.method == method for request in self.log)

    @contextlib.contextmanager
    def served(self) -> Iterator[None]:
        """Serve it on a port of its own."""
        with on_loopback(_handler(self)) as self.url:
            yield


def _handler(fake: Fake) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_request(self) -> None:
            address = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            request = Request(
                method=self.command, path=address.path, query=parse_qs(address.query),
                headers=dict(self.headers), body=body,
            )  # fmt: skip
            try:
                reply = fake.reply(request)
            except Exception as error:  # noqa: BLE001  the test has to know
                fake.problems.append(repr(error))
                reply = None
            if reply is None:
                self.close_connection = True
                return
            raw = reply.body
            if not isinstance(raw, bytes):
                raw = json.dumps(raw).encode()
            self.send_response(reply.status)
            for name, value in {**reply.headers, "Content-Length": str(len(raw))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(raw)

        do_GET = do_POST = do_PATCH = do_PUT = do_request  # noqa: N815  the library's names

        def log_message(self, *_: object) -> None:
            """Be silent."""

    return Handler
