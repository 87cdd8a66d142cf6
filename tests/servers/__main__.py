"""A local server of OpenAI's protocol, with faults on request; loopback only, no dependencies.

    python -m tests.servers --latency 0.1 --capacity 64

prints a line of JSON: the address of an endpoint, and the port of what opens others, each with a
behaviour and a port of its own. It is a process of its own, so that it takes no time of the
client's.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys

from tests.servers.connection import HOST
from tests.servers.control import Control
from tests.servers.endpoint import Behaviour, Endpoint


async def main() -> None:
    """Serve until interrupted, or until standard input ends if that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--latency", type=float, default=0.0)
    parser.add_argument("--capacity", type=int)
    parser.add_argument("--n", default="honour")
    parser.add_argument("--until-eof", action="store_true", help="end when standard input does")
    given = parser.parse_args()
    loop = asyncio.get_running_loop()
    behaviour = Behaviour(latency=given.latency, capacity=given.capacity, n=given.n)
    port = await Endpoint(behaviour).open()
    control = await loop.create_server(Control, HOST, 0)
    told = {"url": f"http://{HOST}:{port}/v1", "control": control.sockets[0].getsockname()[1]}
    print(json.dumps(told), flush=True)  # noqa: T201  it is what the caller reads
    if given.until_eof:
        await loop.run_in_executor(None, sys.stdin.read)
    else:
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
