"""Start the local server in a process of its own, and open endpoints of it."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

_HOST = "127.0.0.1"
_ROOT = Path(__file__).resolve().parents[2]


class Log(NamedTuple):
    """What an endpoint has seen: all requests, those under way, connections, and the time.

    `begun` is when the first request came, by the monotonic clock that processes share; `seconds`
    is how much later the last reply went.
    """

    requests: list[dict[str, Any]]
    inside: int
    connected: int
    opened: int
    begun: float
    seconds: float


class Remote(NamedTuple):
    """An endpoint of the local server."""

    url: str
    port: int
    server: LocalServer

    @property
    def log(self) -> Log:
        """What it has seen so far."""
        return Log(**self.server.order({"log": self.port}))


class LocalServer:
    """The process's control line, and the address of a plain endpoint."""

    def __init__(self, url: str, line: socket.socket) -> None:
        self.url = url
        self._line = line.makefile("rw", encoding="utf-8")

    def open(self, **behaviour: object) -> Remote:
        """Open an endpoint of that behaviour: see `Behaviour` in `endpoint.py`."""
        told = self.order({"open": behaviour})
        return Remote(url=told["url"], port=told["port"], server=self)

    def order(self, order: dict[str, object]) -> dict[str, Any]:
        """Send an order, and return what is told."""
        self._line.write(json.dumps(order) + "\n")
        self._line.flush()
        told: dict[str, Any] = json.loads(self._line.readline())
        return told

    def close(self) -> None:
        """Hang up."""
        self._line.close()


@contextmanager
def local_server(*args: str) -> Iterator[LocalServer]:
    """Run the server while the context lasts."""
    command = [sys.executable, "-m", "tests.servers", "--until-eof", *args]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=_ROOT, stdin=pipe, stdout=pipe) as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        with socket.create_connection((_HOST, told["control"])) as line:
            server = LocalServer(told["url"], line)
            try:
                yield server
            finally:
                server.close()
        process.kill()


def dead_url() -> str:
    """Return an address where nothing listens."""
    with socket.socket() as taken:
        taken.bind((_HOST, 0))
        return f"http://{_HOST}:{taken.getsockname()[1]}/v1"
