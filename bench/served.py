"""How fast the engine `openai` draws, beside a bare client of the same HTTP library.

Both ask a local server, in a process of its own, that takes 100 ms to answer, with 64 requests
under way; in interleaved rounds. Writes the medians to `served.md`.

    python -m bench.served [--draws 3200] [--rounds 7]
"""

from __future__ import annotations

import argparse
import asyncio
import platform
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import aiohttp
from tabulate import tabulate

from harness.engines import Request
from harness.engines.openai import Endpoint, OpenAIEngine
from harness.records import ArmSpec, Item, MetricSpec, Sampling, Task
from harness.sampling import Sampler
from tests.servers.client import local_server

OUT = Path(__file__).resolve().parent / "served.md"
ABREAST, LATENCY, PER_ITEM = 64, 0.1, 16


async def bare(url: str, draws: int) -> None:
    """Ask by as many workers as requests may be under way, with nothing around."""
    left = iter(range(draws))
    connector = aiohttp.TCPConnector(limit=ABREAST)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def work() -> None:
            for seed in left:
                body = {
                    "model": "tiny", "temperature": 1.0, "top_p": 1.0, "max_tokens": 256,
                    "messages": [{"role": "user", "content": "1+1="}], "seed": seed,
                }  # fmt: skip
                async with session.post(f"{url}/chat/completions", json=body) as response:
                    found = await response.json()
                    assert found["choices"][0]["message"]["content"]

        await asyncio.gather(*(work() for _ in range(ABREAST)))


def engine(url: str, draws: int, choices: int) -> None:
    """Ask through the engine."""
    using = OpenAIEngine(Endpoint(url=url, model="tiny", choices=choices))
    requests = [
        Request(prompt=f"{item}+1=", key=item, start=0, count=PER_ITEM)
        for item in range(draws // PER_ITEM)
    ]
    found = [draw for one in using.draw(requests, Sampling()) for draw in one.draws]
    assert len(found) == draws
    assert not any(draw.fault for draw in found)


def sampled(url: str, draws: int, choices: int) -> None:
    """Ask as an eval does: through the store, with every draw scored, up to the tally."""
    items = tuple(
        Item(id=f"{item:016x}", prompt=f"{item}+1=", reference=str(item + 1))
        for item in range(draws // PER_ITEM)
    )
    metric = MetricSpec(name="correct", pattern=r"(\d+)", equals="reference")
    task = Task(name="sums", items=items, metrics=(metric,), answer="correct")
    options = {"base_url": url, "model": "tiny", "choices": str(choices), "revision": "1"}
    arm = ArmSpec(
        name="rl", engine="openai", options=options, sampling=Sampling(), stream="rl", where="bench"
    )
    with tempfile.TemporaryDirectory() as folder:
        tally = Sampler(0, Path(folder) / "draws.sqlite").tally(arm, task, items, PER_ITEM)
    assert int(tally.draws.sum()) == draws


def timed(run: Callable[[], None]) -> tuple[float, float]:
    """Return the seconds that passed, and those of this process's CPU."""
    wall, cpu = time.perf_counter(), time.process_time()
    run()
    return time.perf_counter() - wall, time.process_time() - cpu


def page(times: dict[str, list[tuple[float, float]]], draws: int) -> str:
    """Write the page."""
    rows = []
    for name, found in times.items():
        wall, cpu = (statistics.median(one) for one in zip(*found, strict=True))
        rows.append((name, f"{draws / wall:.0f}", f"{1000 * cpu / draws:.2f} ms"))
    head = ("", "draws a second", "CPU per draw")
    rounds = len(next(iter(times.values())))
    return "\n".join(
        [
            "# How fast a server is sampled",
            "",
            (
                f"{draws} draws of a local server that answers after {1000 * LATENCY:.0f} ms, "
                f"{ABREAST} requests under way, which allows {ABREAST / LATENCY:.0f} a second; "
                f"medians of {rounds} interleaved rounds, Python {platform.python_version()}. "
                "Made by `python -m bench.served`."
            ),
            "",
            tabulate(rows, head, tablefmt="github", colalign=("left", "right", "right")),
            "",
        ]
    )


def main() -> None:
    """Measure and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=3200)
    parser.add_argument("--rounds", type=int, default=7)
    args = parser.parse_args()
    draws: int = args.draws
    with local_server("--latency", str(LATENCY)) as server:
        runs: dict[str, Callable[[], None]] = {
            "a bare aiohttp client": lambda: asyncio.run(bare(server.url, draws)),
            "the engine, a request per draw": lambda: engine(server.url, draws, 1),
            f"the engine, {PER_ITEM} draws per request": lambda: engine(server.url, draws, 64),
            "with store, scores and tally, a request per draw": lambda: sampled(
                server.url, draws, 1
            ),
            f"the same, {PER_ITEM} draws per request": lambda: sampled(server.url, draws, 64),
        }
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in runs}
        for _ in range(args.rounds):
            for name, run in runs.items():
                times[name].append(timed(run))
    text = page(times, draws)
    OUT.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
