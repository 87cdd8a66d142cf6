"""deepeval: its model of a local server, then its metric on what was said.

The metric measures case by case: `evaluate` takes many minutes for thousands of cases.
"""

from __future__ import annotations

import asyncio
import sys

from deepeval.metrics import ExactMatchMetric
from deepeval.models import LocalModel
from deepeval.test_case import LLMTestCase

url, items, draws, abreast = sys.argv[1], *map(int, sys.argv[2:5])
model = LocalModel(
    model="tiny",
    base_url=url,
    api_key="none",
    temperature=1.0,
    generation_kwargs={"max_tokens": 16},
)
gate = asyncio.Semaphore(abreast)


async def answered(item: int) -> LLMTestCase:
    """Ask for a draw of an item."""
    prompt = f"{item}+1="
    async with gate:
        text, _ = await model.a_generate(prompt)
    return LLMTestCase(input=prompt, actual_output=text, expected_output=f"[{item + 1}]")


async def all_answered() -> list[LLMTestCase]:
    """Ask for all draws."""
    return await asyncio.gather(*(answered(item) for item in range(items) for _ in range(draws)))


cases = asyncio.run(all_answered())
metric = ExactMatchMetric()
print(sum(metric.measure(case, _show_indicator=False) for case in cases))
