"""Inspect: a provider of OpenAI's protocol, a task with `epochs`."""

from __future__ import annotations

import sys
import tempfile

from inspect_ai import Task, eval  # noqa: A004  it is called so
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import GenerateConfig, get_model
from inspect_ai.scorer import match
from inspect_ai.solver import generate

url, items, draws, abreast = sys.argv[1], *map(int, sys.argv[2:5])
model = get_model("openai-api/local/tiny", base_url=url, api_key="none")
samples = [Sample(input=f"{item}+1=", target=f"[{item + 1}]") for item in range(items)]
task = Task(
    dataset=MemoryDataset(samples),
    solver=generate(),
    scorer=match(location="exact"),
    config=GenerateConfig(temperature=1.0, max_tokens=16),
    epochs=draws,
)
with tempfile.TemporaryDirectory() as folder:
    (log,) = eval(task, model, max_connections=abreast, display="none", log_dir=folder)
print(log.status, log.results)
assert log.status == "success", log.error
