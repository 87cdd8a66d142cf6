"""What the harness itself is measured by: a bare client, the engine, and all of an eval's sampling.

python -m bench.throughput.own WAY URL ITEMS DRAWS ABREAST CHOICES
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from pathlib import Path

import aiohttp

from harness.engines import Request
from harness.engines.openai import Endpoint, OpenAIEngine
from harness.records import ArmSpec, Item, MetricSpec, Sampling, Task
from harness.sampling import Sampler

HOT = Sampling(max_tokens=16)


async def bare(url: str, items: int, draws: int, abreast: int, choices: int) -> None:
    """Ask by as many workers as requests may be under way, with nothing around."""
    left = iter([item for item in range(items) for _ in range(0, draws, choices)])
    connector = aiohttp.TCPConnector(limit=abreast)
    key = {"Authorization": "Bearer none"}
    async with aiohttp.ClientSession(connector=connector, headers=key) as session:

        async def work() -> None:
            for seed, item in enumerate(left):
                body = {
                    "model": "tiny", "temperature": 1.0, "top_p": 1.0, "max_tokens": 16,
                    "messages": [{"role": "user", "content": f"{item}+1="}], "seed": seed,
                    "n": choices,
                }  # fmt: skip
                async with session.post(f"{url}/chat/completions", json=body) as response:
                    found = await response.json()
                    assert len(found["choices"]) == choices

        await asyncio.gather(*(work() for _ in range(abreast)))


def engine(url: str, items: int, draws: int, abreast: int, choices: int) -> None:
    """Ask through the engine."""
    using = OpenAIEngine(
        Endpoint(
            url=url, model="tiny", key="OPENAI_API_KEY", concurrency=abreast, choices=choices
        )
    )  # fmt: skip
    requests = [
        Request(prompt=f"{item}+1=", key=item, start=0, count=draws) for item in range(items)
    ]
    found = [draw for one in using.draw(requests, HOT) for draw in one.draws]
    assert len(found) == items * draws
    assert not any(draw.fault for draw in found)


def sampled(url: str, items: int, draws: int, abreast: int, choices: int) -> None:
    """Ask as an eval does: through the store, with every draw scored, up to the tally."""
    asked = tuple(
        Item(id=f"{item:016x}", prompt=f"{item}+1=", reference=str(item + 1))
        for item in range(items)
    )
    metric = MetricSpec(name="correct", pattern=r"\[(\d+)\]", equals="reference")
    task = Task(name="sums", items=asked, metrics=(metric,), answer="correct")
    options = {
        "base_url": url, "model": "tiny", "key": "OPENAI_API_KEY", "revision": "1",
        "concurrency": json.dumps(abreast), "choices": json.dumps(choices),
    }  # fmt: skip
    arm = ArmSpec(
        name="rl", engine="openai", options=options, sampling=HOT, stream="rl", where="bench"
    )
    with tempfile.TemporaryDirectory() as folder:
        tally = Sampler(0, Path(folder) / "draws.sqlite").tally(arm, task, asked, draws)
    assert int(tally.draws.sum()) == items * draws


def main() -> None:
    """Ask in one of the ways."""
    way, url = sys.argv[1:3]
    sizes = [int(size) for size in sys.argv[3:]]
    if way == "bare":
        asyncio.run(bare(url, *sizes))
    else:
        {"engine": engine, "sampled": sampled}[way](url, *sizes)


if __name__ == "__main__":
    main()
