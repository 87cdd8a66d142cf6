"""Opens endpoints of the local server on order."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from tests.servers.connection import HOST
from tests.servers.endpoint import Behaviour, Endpoint


class Control(asyncio.Protocol):
    """Opens endpoints and tells their logs: a line of JSON each way, from one client."""

    transport: asyncio.Transport
    endpoints: dict[int, Endpoint]

    def __init__(self) -> None:
        self.endpoints = {}
        self.tasks: set[asyncio.Task[None]] = set()
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Take orders: ``{"open": behaviour}`` or ``{"log": port}``."""
        *lines, self.buffer = (self.buffer + data).split(b"\n")
        for line in lines:
            task = asyncio.ensure_future(self.obey(json.loads(line)))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    async def obey(self, order: dict[str, Any]) -> None:
        """Do it, and tell."""
        if "open" in order:
            endpoint = Endpoint(Behaviour(**order["open"]))
            port = await endpoint.open()
            self.endpoints[port] = endpoint
            told: Any = {"url": f"http://{HOST}:{port}/v1", "port": port}
        else:
            endpoint = self.endpoints[order["log"]]
            told = {
                "requests": endpoint.log,
                "inside": endpoint.inside,
                "connected": len(endpoint.connections),
                "opened": endpoint.opened,
                "seconds": endpoint.ended - endpoint.begun,
                "begun": endpoint.begun,
            }
        self.transport.write(json.dumps(told).encode() + b"\n")
