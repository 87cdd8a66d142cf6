"""What a run's draws came to: read from the store, by group, by item, and pair by pair."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from harness.decide import decide
from harness.errors import StoreError
from harness.estimate import Prospect, sample
from harness.records import (
    ArmSpec,
    Held,
    Item,
    Look,
    MetricSpec,
    Policy,
    Question,
    Read,
    Roster,
    Ruling,
    Statistic,
    Tally,
    Task,
)
from harness.report.estimates import estimates
from harness.report.flips import flips
from harness.report.items import items
from harness.report.measured import Measured, measured
from harness.sampling import Sampler
from harness.store import Database, find_scored, read_tally, scorer_key

METRICS = (
    MetricSpec(name="correct", pattern=r"(\d+)", equals="reference"),
    MetricSpec(name="digit", pattern=r"\d"),
)
ITEMS = tuple(Item(id=f"{n:02}", prompt=f"{n}=", reference=str(n)) for n in range(12))
TASK = Task(name="sums", items=ITEMS, metrics=METRICS, answer="correct")
EVEN = tuple("even" if n % 2 == 0 else "odd" for n in range(12))
ROSTER = Roster(
    ids=tuple(item.id for item in ITEMS), clusters=(None,) * 12,
    tags={"parity": EVEN, "id": tuple(f"{n}" for n in range(12)), "few": ("x", *(None,) * 11)},
)  # fmt: skip


def answer(prompt: str, seed: int) -> str:
    """Answer most of the small numbers, and few of the large."""
    number = int(prompt[:-1])
    return str(number) if seed % 13 > number else "none"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Return where the store is."""
    return tmp_path / "draws.sqlite"


@pytest.fixture
def read(store: Path, function_arm: Callable[..., ArmSpec]) -> tuple[Read, Tally]:
    """Return what was read, 8 draws of ten items and none of two, and what it came to."""
    sampler, arm = Sampler(0, store), function_arm(answer)
    tally = sampler.tally(arm, TASK, ITEMS[:10], 8)
    sampler.tally(arm, TASK, ITEMS, 9)  # others read more
    one = Read(
        task="sums", arm="rl", stream=sampler.stream(arm, TASK),
        fingerprint=sampler.fingerprint(arm),
        scorer=scorer_key(sampler.scorer(TASK)), draws=(8,) * 10 + (0,) * 2,
    )  # fmt: skip
    return one, tally


def test_the_store_gives_what_was_read(store: Path, read: tuple[Read, Tally]) -> None:
    """The tally of the hashes that were written down is that of the sampler."""
    one, tally = read
    draws = dict(zip(ROSTER.ids, one.draws, strict=True))
    with closing(Database(store)) as database:
        found = read_tally(database, find_scored(database, one.stream, one.scorer), draws)
    for name in ("draws", "sums", "products"):
        assert np.array_equal(getattr(found, name), getattr(tally, name))
    assert (found.ids, found.metrics) == (tally.ids, tally.metrics)
    assert found.answers == tally.answers
    assert 0 < tally.sums[:, 0].mean() < 8


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"stream": "0bad"}, "no stream 0bad.*Run the evals again"),
        ({"scorer": "0bad/correct"}, "no scorer 0bad/correct"),
        ({"draws": (10,) * 12}, "lacks 12 of 120 scores"),
    ],
)
def test_what_the_store_lacks_is_named(
    store: Path, read: tuple[Read, Tally], changes: dict[str, object], message: str
) -> None:
    """Nothing is measured in part: what is not there is said, and the rest is left out."""
    one = dataclasses.replace(read[0], **changes)  # type: ignore[arg-type]
    with closing(Database(store)) as database, pytest.raises(StoreError, match=message):
        read_tally(
            database,
            find_scored(database, one.stream, one.scorer),
            dict(zip(ROSTER.ids, one.draws, strict=True)),
        )
    found = measured([read[0], one], {"sums": ROSTER}, (), store)
    assert not found.tallies
    assert found.left_out[0].startswith("estimates and items are left out: ")


def test_without_a_store_estimates_are_left_out(store: Path, read: tuple[Read, Tally]) -> None:
    """A store that is gone is named, and none is made; what read nothing asks for none."""
    gone = store.with_name("gone.sqlite")
    assert "there is no draw store" in measured([read[0]], {"sums": ROSTER}, (), gone).left_out[0]
    assert measured([], {}, (), gone) == Measured()
    assert not gone.exists()


@pytest.fixture
def found(store: Path, read: tuple[Read, Tally]) -> Measured:
    """Return what the arm came to."""
    return measured([read[0]], {"sums": ROSTER}, (), store)


@pytest.mark.parametrize("k", [1, 4])
def test_an_interval_is_the_one_that_decides(
    found: Measured, read: tuple[Read, Tally], statistic: Callable[..., Statistic], k: int
) -> None:
    """The interval of one arm is that of a claim of it against a bar, at 90%."""
    terms = ((1.0, statistic("rl", k=k)),)
    data, _ = sample(terms, lambda _, __: read[1], Look(draws=8), Prospect(cap=8))
    wanted = decide(data, Question(direction="greater", threshold=0.5), Policy())
    (row,) = (
        row for row in estimates(found)
        if (row["tag"], row["metric"], row["k"]) == (None, "correct", k)
    )  # fmt: skip
    assert (row["mean"], row["low"], row["high"]) == pytest.approx(
        (wanted.effect, wanted.low, wanted.high)
    )
    assert (row["items"], row["draws"]) == (10, 8)


def test_groups_are_values_of_tags(found: Measured) -> None:
    """There is a row for each value and metric, and pass@k for each power of two."""
    rows = estimates(found)
    groups = dict.fromkeys((row["tag"], row["value"]) for row in rows)
    assert list(groups)[:3] == [(None, None), ("parity", "even"), ("parity", "odd")]
    assert ("few", "x") in groups
    assert [(row["metric"], row["k"]) for row in rows if row["value"] == "odd"] == [
        ("correct", None), ("correct", 1), ("correct", 2), ("correct", 4), ("correct", 8),
        ("digit", None), ("formatted", None), ("truncated", None),
    ]  # fmt: skip
    (one,) = (row for row in rows if row["value"] == "x" and row["metric"] == "digit")
    assert (one["items"], one["low"], one["high"]) == (1, None, None)


def test_a_tag_of_many_values_makes_no_groups(found: Measured) -> None:
    """More than 20 values tell items apart, and group none."""
    many = tuple(f"{n}" for n in range(21))
    roster = Roster(ids=(*ROSTER.ids, *many[:9]), tags={"many": many}, clusters=(None,) * 21)
    rows = estimates(dataclasses.replace(found, rosters={"sums": roster}))
    assert {row["tag"] for row in rows} == {None}


def test_draws_that_are_alike_count_once(found: Measured) -> None:
    """At temperature 0 more draws narrow no interval."""
    tally = Tally(
        ids=ROSTER.ids, draws=np.full(12, 4), metrics=("correct",),
        sums=np.full((12, 1), 4.0), products=np.full((12, 1, 1), 4.0), answers=({"a": 4},) * 12,
    )  # fmt: skip
    once = dataclasses.replace(
        tally, draws=np.full(12, 1), sums=np.full((12, 1), 1.0), products=np.full((12, 1, 1), 1.0),
        answers=({"a": 1},) * 12,
    )  # fmt: skip
    four, one = (
        estimates(dataclasses.replace(found, tallies={("sums", "rl"): each}))[0]
        for each in (tally, once)
    )
    assert four["low"] == one["low"]


def test_clusters_widen_an_interval(found: Measured) -> None:
    """Where items hang together, clusters are the unit."""
    half = tuple("one" if n < 5 else None for n in range(12))
    roster = dataclasses.replace(ROSTER, clusters=half)
    apart, together = (
        estimates(dataclasses.replace(found, rosters={"sums": one}))[0] for one in (ROSTER, roster)
    )
    assert together["mean"] == apart["mean"]
    assert float(str(together["high"])) > float(str(apart["high"]))


def test_items_tell_sums(found: Measured, read: tuple[Read, Tally]) -> None:
    """Items that no claim read are left out; the others tell draws and sums, whole as such."""
    held = Held(
        task="sums",
        arm="rl",
        name="baseline",
        place="evals/baselines/sums/rl.jsonl",
        digest="0badf00d",
        epoch=1,
        taken="2026-01-02",
        change="",
        draws=(4,) * 12,
        sums={"correct": (2.5,) * 12},
    )
    (row,) = items(dataclasses.replace(found, held=(held,)))
    assert row["ids"] == list(ROSTER.ids[:10])
    assert row["clusters"] is None
    assert row["tags"] == {tag: list(values[:10]) for tag, values in ROSTER.tags.items()}
    arms: Any = row["arms"]
    (arm,) = arms
    assert arm["draws"] == [8] * 10
    assert arm["sums"]["correct"] == read[1].sums[:, 0].tolist()
    assert isinstance(arm["sums"]["correct"][0], int)
    assert row["baselines"] == [
        {"arm": "rl", "name": "baseline", "draws": [4] * 10, "sums": {"correct": [2.5] * 10}}
    ]


def test_flips_of_an_arm_and_its_baseline(found: Measured, ruling: Callable[..., Ruling]) -> None:
    """Items that lost or gained beyond chance are told, with both sides' counts; others not."""
    terms = tuple(
        dataclasses.replace(term, arm="rl", baseline=name)
        for term, name in zip(ruling().terms, ("", "baseline"), strict=True)
    )
    sums = found.tallies["sums", "rl"].sums[:, 0].tolist()
    other = [*sums, 0.0, 0.0]
    first = sums.index(max(sums))
    other[first] = 0.0
    held = Held(
        task="sums",
        arm="rl",
        name="baseline",
        place="evals/baselines/sums/rl.jsonl",
        digest="0badf00d",
        epoch=1,
        taken="2026-01-02",
        change="",
        draws=(8,) * 12,
        sums={"correct": tuple(other)},
    )
    with_held = dataclasses.replace(found, held=(held,))
    claims = [ruling(terms=terms), ruling(terms=terms[::-1])]
    (row,) = flips(claims, with_held)
    assert row["sides"] == [{"arm": "rl", "baseline": ""}, {"arm": "rl", "baseline": "baseline"}]
    assert (row["tested"], row["ids"], row["draws"]) == (10, [ROSTER.ids[first]], [[8], [8]])
    assert row["hits"] == [[sums[first]], [0]]
    assert flips(claims, found) == []


def test_a_graded_metric_has_no_flips(found: Measured, ruling: Callable[..., Ruling]) -> None:
    """Where draws are not right or wrong, there is nothing to test item by item."""
    tally = found.tallies["sums", "rl"]
    graded = dataclasses.replace(tally, sums=tally.sums / 2)
    both = {("sums", arm): graded for arm in ("rl", "base")}
    assert flips([ruling()], dataclasses.replace(found, tallies=both)) == []
