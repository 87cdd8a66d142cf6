"""An endpoint of the local server: how it behaves, and what it has seen."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import time
from typing import Any

from tests.servers.answers import BAD_BODIES, SKILLS, answer_of
from tests.servers.connection import HOST, Connection, Reply


@dataclasses.dataclass(kw_only=True)
class Behaviour:
    """How an endpoint behaves.

    Attributes
    ----------
    latency
        Seconds before each answer.
    capacity
        Requests under way at once; what is beyond is told 429, and `retry_after` if that is set.
    n
        ``honour``, ``ignore``, ``refuse``, ``repeat`` or ``crash``: what it does when asked for
        choices; ``most 8`` refuses more than eight.
    refusal
        The status of a refusal of `n`.
    ignore_seed
        Whether it draws by the number of the request instead.
    key
        The key that it wants.
    faults
        Kinds of fault, each with the numbers of the requests (from 0) that get it.
    always
        A kind of fault that every request gets.
    die_after
        Requests after which it is gone, with all its connections.
    stream
        Whether the body comes in chunks, without a length.
    """

    latency: float = 0.0
    capacity: int | None = None
    retry_after: str | None = None
    n: str = "honour"
    refusal: int = 400
    ignore_seed: bool = False
    key: str = ""
    faults: dict[str, list[int]] = dataclasses.field(default_factory=dict)
    always: str = ""
    die_after: int | None = None
    stream: bool = False


class Endpoint:
    """One endpoint: its behaviour, its port and its log."""

    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self.log: list[dict[str, Any]] = []
        self.inside = 0
        self.connections: set[Connection] = set()
        self.opened = 0
        self.begun = self.ended = 0.0  # of the first request and the last reply, monotonic
        self.server: asyncio.Server | None = None

    async def open(self) -> int:
        """Listen on a free port, and return it."""
        loop = asyncio.get_running_loop()
        self.server = await loop.create_server(lambda: Connection(self), HOST, 0, backlog=1024)
        port: int = self.server.sockets[0].getsockname()[1]
        return port

    def arrived(self, connection: Connection) -> None:
        """Take note of a connection."""
        self.connections.add(connection)
        self.opened += 1

    def gone(self, connection: Connection) -> None:
        """Take note that it is gone."""
        self.connections.discard(connection)

    def done(self) -> None:
        """Take note that a reply is due; be gone after the last."""
        self.inside -= 1
        self.ended = time.monotonic()
        last = self.behaviour.die_after
        if self.server and last is not None and len(self.log) >= last:
            self.server.close()
            for connection in list(self.connections):
                connection.transport.abort()

    def answer(self, path: str, headers: dict[str, str], raw: bytes) -> Reply:
        """Return the reply to a request, and log it."""
        self.begun = self.begun or time.monotonic()
        if not raw:  # it is taken for a proxy that is to open a tunnel
            self.inside += 1
            self.log.append({"path": path, "inside": self.inside})
            return Reply(407, b"")
        body = json.loads(raw)
        chat = path.endswith("/chat/completions")
        prompt = body["messages"][-1]["content"] if chat else body["prompt"]
        prompt = prompt[0] if isinstance(prompt, list) else prompt
        number, given = len(self.log), headers.get("authorization", "").removeprefix("Bearer ")
        self.inside += 1
        by_proxy = headers.get("proxy-authorization", "")
        self.log.append(
            {"path": path, "body": body, "key": given, "proxy": by_proxy, "inside": self.inside}
        )
        kind = self._kind(number, prompt)
        reply = self._refusal(body, given) or _faulty(kind)
        if reply is None:
            seed = number if self.behaviour.ignore_seed else body.get("seed", number)
            said = answer_of(body, prompt, chat=chat, seed=seed, n=self.behaviour.n)
            reply = Reply(200, said, kind)
        busy = reply.status in {429, 503}
        return reply._replace(
            latency=self.behaviour.latency,
            rest=self.behaviour.retry_after if busy else None,
            stream=self.behaviour.stream,
        )

    def _kind(self, number: int, prompt: str) -> str:
        """Return the fault of a request, or nothing; a prompt may ask for one: ``!500!``."""
        for kind, numbers in self.behaviour.faults.items():
            if number in numbers:
                return kind
        return prompt.split("!")[1] if prompt.count("!") == 2 else self.behaviour.always

    def _refusal(self, body: dict[str, Any], key: str) -> Reply | None:
        if self.behaviour.capacity is not None and self.inside > self.behaviour.capacity:
            return Reply(429, b'{"error": {"message": "too many"}}')
        if key != self.behaviour.key:
            return Reply(401, json.dumps({"error": {"message": f"wrong key\n{key}"}}).encode())
        if body["model"] not in SKILLS:
            return Reply(404, b'{"detail": "no such model"}')
        how, asked = self.behaviour.n, body.get("n", 1)
        if how == "crash" and asked > 1:
            return Reply(500, b"")
        most = 1 if how == "refuse" else int(how[5:]) if how.startswith("most ") else asked
        if asked > most:
            said = json.dumps({"error": {"message": f"n must be at most {most}"}})
            return Reply(self.behaviour.refusal, said.encode())
        return None


def _faulty(kind: str) -> Reply | None:
    """Return the reply of a fault that is a whole one: ``500``, ``400 too long``, ``no JSON``."""
    if kind[:3].isdigit():
        said = json.dumps({"error": {"message": kind[4:] or "bad \x1bluck"}})
        return Reply(int(kind[:3]), said.encode())
    return Reply(200, BAD_BODIES[kind], kind) if kind in BAD_BODIES else None
