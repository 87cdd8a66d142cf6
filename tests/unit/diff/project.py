"""A project with stored draws and the run that read them, as evals would leave them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from harness.baseline import Baseline, BaselineStore, Origin
from harness.diff import Side
from harness.records import Draw
from harness.scoring import open_scorer
from harness.store import Database, DrawStore, ScoreStore
from harness.tasks import load_task


def fill(
    folder: Path,
    arms: Mapping[str, Sequence[str]],
    *,
    task: str = "sums",
    name: str = "run.json",
    stream: str = "",
) -> None:
    """Store the same draws for every item of a task, arm by arm, and write the run.

    Tasks share the streams of one name; by default each has its own.
    """
    made = load_task(folder / "evals" / "tasks", task)
    scorer = open_scorer(made)
    samples = []
    with closing(Database(folder / ".harness" / "draws.sqlite")) as database:
        draws, scores = DrawStore(database), ScoreStore(database)
        draws.enter([item.prompt for item in made.items])
        scores.place({item.id: item.prompt for item in made.items})
        number = scores.scorer(scorer)
        for arm, texts in arms.items():
            identity = {"stream": arm, "sampling": {"temperature": 1.0}, "of": stream or task}
            row = draws.stream(identity, arm=arm)
            for item in made.items:
                said = [Draw(text=text) for text in texts]
                with database.writing():
                    draws.add(row, item.prompt, 0, said)
                    marks = [scorer.score(item, one) for one in said]
                    scores.add(number, row, item.id, 0, marks)
            (key,) = database.connection.execute(
                "SELECT hash FROM streams WHERE id = ?", (row,)
            ).fetchone()
            samples.append(
                {
                    "task": task, "arm": arm, "stream": key, "draws": len(texts),
                    "scorer": f"{scorer.hash}/{','.join(scorer.metrics)}",
                    "items": len(made.items), "fingerprint": arm,
                }
            )  # fmt: skip
    counts = {arm: [len(texts)] * len(made.items) for arm, texts in arms.items()}
    items = {
        "task": task, "ids": [item.id for item in made.items],
        "arms": [{"arm": arm, "draws": draws} for arm, draws in counts.items()],
    }  # fmt: skip
    write_run(folder / ".harness" / name, samples, [items])


def write_run(
    path: Path,
    samples: Sequence[Mapping[str, object]],
    items: Sequence[Mapping[str, object]] = (),
) -> None:
    """Write what a diff reads of a run."""
    run = {
        "schema": 2, "verdict": "green", "samples": list(samples), "items": list(items),
        "provenance": {},
    }  # fmt: skip
    path.write_text(json.dumps(run), encoding="utf-8")


def save_baseline(folder: Path, side: Side, epoch: int) -> None:
    """Save the draws of a side as the baseline of `rl` on the task `sums`."""
    origin = Origin(epoch=epoch, taken="2026-01-01", model="f00d" * 4)
    count = len(side.tally.ids)
    baseline = Baseline(
        task="sums", arm="rl", seed=0, origins=(origin,) * count, prompts=("",) * count,
        identity={"scorer": side.scorer, "sampling": dict(side.sampling), "prompting": {}},
        tally=side.tally,
    )  # fmt: skip
    BaselineStore(folder).save(baseline)
