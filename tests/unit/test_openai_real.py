"""A real server: llama.cpp with a real model, where the extra `llama` is installed."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.engines import Request
from harness.engines.openai import Endpoint, OpenAIEngine
from harness.records import Draw, Sampling

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not importlib.util.find_spec("xllamacpp"), reason="pip install -e '.[llama]'"
    ),
]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Serve the model."""
    pipe = subprocess.PIPE
    command = [sys.executable, "-m", "tests.servers.llama"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        yield json.loads(process.stdout.readline())["url"]
        process.stdin.close()  # then it ends, and removes the model's file


@pytest.mark.parametrize("api", ["chat", "completions"])
@pytest.mark.parametrize("choices", [1, 64])
def test_a_real_model_says_different_things(url: str, api: str, choices: int) -> None:
    """All draws come, with their ends, by single requests as by several choices, and differ."""
    using = OpenAIEngine(Endpoint(url=url, model="gemma", api=api, choices=choices))
    requests = [
        Request(prompt=f"Tell a story of the number {a}.", key=a, start=0, count=4)
        for a in range(3)
    ]
    found: list[list[Draw]] = [[] for _ in requests]
    for arrival in using.draw(requests, Sampling(max_tokens=24)):
        found[arrival.place] += arrival.draws
    assert [len(own) for own in found] == [4, 4, 4]
    draws = [draw for own in found for draw in own]
    assert not any(draw.fault for draw in draws)
    assert {draw.finish for draw in draws} <= {"stop", "length"}
    assert len({draw.text for draw in draws}) > 3
    assert using._choices.most == choices


def test_a_prompt_that_is_too_long_is_a_fault_with_the_servers_words(url: str) -> None:
    """A prompt beyond the context is refused by name, and the other one answered."""
    using = OpenAIEngine(Endpoint(url=url, model="gemma", api="completions"))
    requests = [Request(prompt=p, key=1, start=0, count=2) for p in ("word " * 5000, "A")]
    found = {one.place: one.draws for one in using.draw(requests, Sampling(max_tokens=4))}
    assert all("HTTP 400: " in draw.fault and "context" in draw.fault for draw in found[0])
    assert not any(draw.fault for draw in found[1])
