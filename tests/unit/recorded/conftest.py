"""Records to replay, and what they say when they are asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from harness.engines import Engine, Request, open_engine
from harness.records import ArmSpec, Draw, Sampling

Row = Mapping[str, Any]
PROMPTS = tuple(f"{n}+1=" for n in range(5))


@pytest.fixture(scope="session")
def drawn() -> Callable[..., list[list[Draw]]]:
    """Return an asker of an engine: for some draws of some prompts, which may have items' ids."""

    def ask(
        engine: Engine, prompts: Iterable[str] = PROMPTS, count: int = 1, *, start: int = 0,
        key: int = 7,
    ) -> list[list[Draw]]:  # fmt: skip
        ids = prompts if isinstance(prompts, Mapping) else dict.fromkeys(prompts, "")
        requests = [
            Request(prompt=prompt, key=key, start=start, count=count, item=item)
            for prompt, item in ids.items()
        ]
        found: list[list[Draw]] = [[] for _ in requests]
        for arrival in engine.draw(requests, Sampling()):
            assert arrival.start == start + len(found[arrival.place])
            found[arrival.place] += arrival.draws
        return found

    return ask


@pytest.fixture(scope="session")
def opened() -> Callable[..., Engine]:
    """Return an opener of records, as an arm names them."""

    def open_it(path: Path, **options: object) -> Engine:
        texts = {
            key: value if isinstance(value, str) else json.dumps(value)
            for key, value in options.items()
        }
        arm = ArmSpec(
            name="rl", engine="recorded", options={"path": str(path), **texts}, stream="rl",
            sampling=Sampling(), where="evals/harness.yaml:9: arms.rl",
        )  # fmt: skip
        return open_engine(arm)

    return open_it


@pytest.fixture
def record(tmp_path: Path) -> Callable[..., Path]:
    """Return a writer of JSON lines."""

    def write(rows: Iterable[Row], name: str = "rl.jsonl") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def rows() -> list[Row]:
    """Return four draws of each prompt, in turn."""
    return [
        {"prompt": prompt, "completion": f"{prompt}{draw}"} for draw in range(4)
        for prompt in PROMPTS
    ]  # fmt: skip
