"""How baselines came to what they are, from the commits of their files."""

from __future__ import annotations

import dataclasses
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.baseline import Baseline
from harness.baseline.format import dump
from harness.baseline.record import Origin
from harness.records import Tally
from harness.report.html.history import history

PLACE = "evals/baselines/sums/rl.jsonl"
RUN = {"references": [{"task": "sums", "arm": "rl", "name": "baseline", "place": PLACE}]}


@pytest.fixture
def baseline(tally: Callable[..., Tally]) -> Baseline:
    """Return a baseline of two items, which one and then two of four draws solve."""
    made = tally([[1, 0, 0, 0], [1, 1, 0, 0]])
    made = dataclasses.replace(made, ids=("a" * 16, "b" * 16), answers=({"": 4}, {"": 4}))
    origin = Origin(epoch=1, taken="2026-01-02", model="")
    return Baseline(
        task="sums", arm="rl", identity={"scorer": "0", "sampling": {}, "prompting": {}}, seed=0,
        origins=(origin, origin), prompts=("", ""), tally=made,
    )  # fmt: skip


def commit(root: Path, text: str, day: int) -> None:
    """Commit a state of the baseline."""
    (root / PLACE).parent.mkdir(parents=True, exist_ok=True)
    (root / PLACE).write_text(text, encoding="utf-8")
    for arguments in (("init", "-q"), ("add", "."), ("commit", "-qm", "state")):
        options = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        subprocess.run(
            ["git", *options, "-C", str(root), *arguments],  # noqa: S607  as people call it
            check=True,
            env=os.environ | {"GIT_COMMITTER_DATE": f"2026-01-{day:02}T00:00:00Z"},
        )


def test_each_state_has_its_mean(baseline: Baseline, tmp_path: Path) -> None:
    """The latest first; what can't be read is left out, and what is not committed unseen."""
    commit(tmp_path, dump(baseline), 3)
    commit(tmp_path, "broken", 4)
    tally = baseline.tally
    better = dataclasses.replace(tally, sums=tally.sums + 1, products=tally.products + 1)
    later = dump(dataclasses.replace(baseline, tally=better))
    commit(tmp_path, later, 5)
    (tmp_path / PLACE).write_text(dump(baseline), encoding="utf-8")
    points = history(RUN, "sums", "correct", tmp_path)
    assert [(point["date"][:10], point["mean"]) for point in points] == [
        ("2026-01-05", 0.625), ("2026-01-03", 0.375),
    ]  # fmt: skip
    assert all(point["low"] < point["mean"] < point["high"] for point in points)
    assert {point["arm"] for point in points} == {"baseline[rl]"}


def test_outside_of_a_repository_there_is_none(tmp_path: Path) -> None:
    """It is left out, and so are files elsewhere, and other metrics and tasks."""
    assert history(RUN, "sums", "correct", tmp_path) == []
    assert history(RUN, "other", "correct", tmp_path) == []
    away = {"references": [RUN["references"][0] | {"place": "../rl.jsonl"}]}
    assert history(away, "sums", "correct", tmp_path) == []
