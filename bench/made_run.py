"""A run with its store, of any size and any texts, as if it had been sampled."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np

from harness.files import write_atomically
from harness.records import Decision, Look, Policy, Read, Reading, Roster, Ruling, Term
from harness.report import EvalResult, Run
from harness.report.measured import measured
from harness.report.run_json import to_json
from harness.store import Database
from harness.store.database import encoded, hash_of

#: What an arm says to an item at a draw: the text, and whether it is right.
Said = Callable[[str, int, int], tuple[str, bool]]
METRICS = ("correct", "truncated")
_DECISION = Decision(
    verdict="refuted", reason="the interval lies on the wrong side of the threshold",
    method="t-floor", effect=0.02, low=-0.01, high=0.04, p=0.9, alpha=0.05, items=2, draws=1,
    detectable=0.05, needs="about 40 more items",
)  # fmt: skip


def made_run(  # noqa: PLR0913  the parts of a run
    folder: Path,
    *,
    prompts: Sequence[str],
    arms: Sequence[str],
    draws: int,
    said: Said,
    tags: Mapping[str, Sequence[str | None]],
    task: str = "sums",
    **words: str,
) -> Path:
    """Write `run.json` and `draws.sqlite`, and return the path of the run.

    Parameters
    ----------
    prompts, tags
        The items.
    arms
        At least two: the first is claimed to be better than the second.
    draws
        Of each item and arm.
    words
        Other parts of the claim, such as its text, its reason, or what it needs.
    """
    ids = tuple(f"{place:016x}" for place in range(len(prompts)))
    store = folder / "draws.sqlite"
    with closing(Database(store)) as database:
        _items(database, ids, prompts)
        for number, arm in enumerate(arms, start=1):
            _stream(database, number, arm, ids, draws, said)
    roster = Roster(
        ids=ids,
        tags={tag: tuple(own) for tag, own in tags.items()},
        clusters=(None,) * len(ids),
    )
    reads = tuple(
        Read(task=task, arm=arm, stream=f"{number:032x}", scorer=f"c0ffee/{','.join(METRICS)}",
             fingerprint="f00d", draws=(draws,) * len(ids))
        for number, arm in enumerate(arms, start=1)
    )  # fmt: skip
    ruling = _ruling(task, arms, words)
    run = Run(
        evals=(EvalResult(nodeid=ruling.nodeid, outcome="failed", rulings=(ruling,),
                          unasserted=()),),
        missing=(), deselected=0, baselines=(), settings={"seed": 0},
        provenance={"run": "5eed", "started": 1.8e9, "seconds": 1.5},
        reads=reads, measured=measured(reads, {task: roster}, (), store),
        notes=tuple(words[key] for key in ("note",) if key in words),
    )  # fmt: skip
    write_atomically(folder / "run.json", to_json(run))
    return folder / "run.json"


def _items(database: Database, ids: Sequence[str], prompts: Sequence[str]) -> None:
    rows = [(place, hash_of(text), encoded(text)) for place, text in enumerate(prompts, start=1)]
    with database.writing() as connection:
        connection.executemany("INSERT INTO prompts VALUES (?, ?, ?)", rows)
        connection.executemany(
            "INSERT INTO items VALUES (?, ?)", zip(ids, range(1, len(ids) + 1), strict=True)
        )
        connection.execute(
            "INSERT INTO scorers VALUES (1, ?, ?)",
            (f"c0ffee/{','.join(METRICS)}", json.dumps(METRICS)),
        )


def _stream(  # noqa: PLR0913, PLR0917  the parts of a stream
    database: Database, number: int, arm: str, ids: Sequence[str], draws: int, said: Said
) -> None:
    texts, scores = [], []
    for at, item in enumerate(ids):
        for n in range(draws):
            text, right = said(arm, at, n)
            cut = n % 7 == 6
            texts.append((number, at + 1, n, encoded(text), "length" if cut else "stop", None, 9,
                          len(text) // 4 + 1, None, b"", ""))  # fmt: skip
            scores.append((1, number, item, n, np.array([right, cut], float).tobytes(), "0badf00d"))
    with database.writing() as connection:
        connection.execute(
            "INSERT INTO streams VALUES (?, ?, ?, '{}', '', '')", (number, f"{number:032x}", arm)
        )
        marks = ", ".join("?" * 11)
        connection.executemany(f"INSERT INTO draws VALUES ({marks})", texts)  # noqa: S608  marks
        connection.executemany("INSERT INTO scores VALUES (?, ?, ?, ?, ?, ?)", scores)


def _ruling(task: str, arms: Sequence[str], words: Mapping[str, str]) -> Ruling:
    first, second = arms[:2]
    effect = f"{first}.pass@1 - {second}.pass@1"
    return Ruling(
        nodeid=words.get("nodeid", "evals/test_it.py::test_it"), ordinal=1, task=task,
        selection=words.get("selection", ""), place="evals/test_it.py:7",
        text=words.get("text", f"{first}.pass@1 > {second}.pass@1 + 0.05"), effect_text=effect,
        kind="claim", low_margin=0.05, high_margin=None,
        figures=tuple(Reading(name=f"{arm}.pass@1", value=0.5, draws=1) for arm in arms[:2]),
        decision=replace(
            _DECISION,
            reason=words.get("reason", _DECISION.reason),
            needs=words.get("needs", _DECISION.needs),
            warnings=tuple(words[key] for key in ("warning",) if key in words),
        ),
        terms=tuple(
            Term(weight=weight, task=task, arm=arm, baseline="", where={}, kind="pass_at",
                 metric="correct", k=1)
            for weight, arm in zip((1, -1), arms, strict=False)
        ),
        policy=Policy(), looks=(Look(draws=1),),
    )  # fmt: skip
