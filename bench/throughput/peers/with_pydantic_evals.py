"""pydantic-evals: a data set with `repeat`; it asks no model itself, so a bare client does."""

from __future__ import annotations

import asyncio
import sys

import aiohttp
from pydantic_evals import Case, Dataset
from pydantic_evals.evaluators import EqualsExpected

url, items, draws, abreast = sys.argv[1], *map(int, sys.argv[2:5])


async def main() -> None:
    """Evaluate."""
    sums = Dataset(
        name="sums",
        cases=[
            Case(name=str(item), inputs=f"{item}+1=", expected_output=f"[{item + 1}]")
            for item in range(items)
        ],
        evaluators=[EqualsExpected()],
    )
    connector = aiohttp.TCPConnector(limit=abreast)
    key = {"Authorization": "Bearer none"}
    async with aiohttp.ClientSession(connector=connector, headers=key) as session:

        async def answer(prompt: str) -> str:
            body = {
                "model": "tiny", "temperature": 1.0, "max_tokens": 16,
                "messages": [{"role": "user", "content": prompt}],
            }  # fmt: skip
            async with session.post(f"{url}/chat/completions", json=body) as response:
                found = await response.json()
            text: str = found["choices"][0]["message"]["content"]
            return text

        report = await sums.evaluate(answer, max_concurrency=abreast, repeat=draws, progress=False)
    print(len(report.cases))


asyncio.run(main())
