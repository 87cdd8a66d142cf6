"""Twins: an item and its perturbed version, whose claims are decided by pairs."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from harness.claims import Claim
from harness.decide import decide
from harness.errors import TaskError
from harness.estimate import Prospect, sample
from harness.judge import Judge
from harness.judge.keys import effect_key, verdict_key
from harness.records import Decision, Item, Look, Policy, Question, Statistic, Tally, Task
from harness.tasks import load_task

Courts = Callable[..., Judge]
Write = Callable[[str, str | bytes], Path]
MakeTally = Callable[..., Tally]
MakeStatistic = Callable[..., Statistic]
PAIRS = 30
FILE = "evals/tasks/sums.jsonl"


def rows(**changes: Any) -> list[dict[str, Any]]:  # noqa: ANN401  any JSON
    """Return pairs of an addition and the same with spaces."""
    return [
        {"prompt": prompt, "reference": str(n + 1), "tags": {"split": split}, "twin": f"{n}"}
        | changes
        for n in range(PAIRS)
        for split, prompt in (("plain", f"{n}+1="), ("spaced", f"{n}+ 1 ="))
    ]


def lines(items: Iterable[Mapping[str, Any]]) -> str:
    """Write items as JSONL."""
    return "".join(json.dumps(row) + "\n" for row in items)


@pytest.fixture
def court(courts: Courts, write: Write) -> Callable[..., Judge]:
    """Return a maker of judges over such items."""

    def made(items: Sequence[Mapping[str, Any]] | None = None, *edits: tuple[str, str]) -> Judge:
        write(FILE, lines(rows() if items is None else items))
        return courts(*edits)

    return made


def robust(judge: Judge, margin: float = 0.3, draws: int = 4) -> Claim:
    """Claim that an arm loses little on the spaced twins."""
    arm = judge.arms("sums", draws, ())["base"]
    gap = arm.where(split="plain").pass_at(1) - arm.where(split="spaced").pass_at(1)
    return gap < margin


def decided(judge: Judge, claim: Claim) -> Decision:
    """Decide a claim."""
    bool(claim)
    return judge.docket.rulings[-1].decision


@pytest.mark.parametrize("method", ["t", "t-floor"])
def test_twins_are_decided_by_the_paired_t_test(
    statistic: MakeStatistic, tally: MakeTally, method: Any,  # noqa: ANN401  a literal
) -> None:  # fmt: skip
    """A gap is scipy's paired t test on d - d'; with the floor, of (SS + R^2) / (N (N - 1))."""
    rng = np.random.default_rng(7)
    draws = {
        (arm, side): (rng.random((PAIRS, 8)) < rng.beta(2, 2, (PAIRS, 1))).astype(float)
        for arm in ("rl", "base") for side in "ab"
    }  # fmt: skip
    ids = {"a": [f"a{n:02d}" for n in range(PAIRS)], "b": [f"b{n:02d}" for n in range(PAIRS)]}
    order = rng.permutation(PAIRS)  # sides may list their pairs in different orders

    def tally_of(one: Statistic, _: Look) -> Tally:
        side = one.source.narrowed[0][1][0]
        rows_of = np.arange(PAIRS) if side == "a" else order
        found = tally(draws[one.source.arm, side][rows_of].tolist(), ids="x" * PAIRS)
        return Tally(**{
            **{name: getattr(found, name) for name in Tally.__slots__},
            "ids": tuple(ids[side][row] for row in rows_of),
        })  # fmt: skip

    def term(weight: float, arm: str, side: str) -> tuple[float, Statistic]:
        plain = statistic(arm)
        source = plain.source.narrow((("side", (side,)),))
        return weight, Statistic(source=source, kind="pass_at")

    terms = (term(1, "rl", "a"), term(-1, "base", "a"), term(-1, "rl", "b"), term(1, "base", "b"))
    twins = {one: one[1:] for side in ids.values() for one in side}
    data, _ = sample(terms, tally_of, Look(draws=8), Prospect(cap=8, twins=twins))
    found = decide(data, Question(direction="greater", threshold=0.0), Policy(method=method))

    mean = {key: values.mean(axis=1) for key, values in draws.items()}
    d, d_twin = (mean["rl", side] - mean["base", side] for side in "ab")
    if method == "t":
        oracle = stats.ttest_rel(d, d_twin, alternative="greater")
        interval = stats.ttest_rel(d, d_twin).confidence_interval(0.9)
        assert found.p == pytest.approx(oracle.pvalue)
        assert (found.low, found.high) == pytest.approx((interval.low, interval.high))
    else:
        apart = d - d_twin
        se = math.sqrt((((apart - apart.mean()) ** 2).sum() + 2**2) / (PAIRS * (PAIRS - 1)))
        half = stats.t.ppf(0.95, PAIRS - 1) * se
        bounds = (apart.mean() - half, apart.mean() + half)
        assert (found.low, found.high) == pytest.approx(bounds)
    assert (found.items, data.twins, data.contrast) == (2 * PAIRS, True, True)
    assert found.method.endswith(", paired by twin")
    # Draws of twins are others: their noise adds up, where that of one item's draws would cancel.
    noise = sum(values.var(axis=1, ddof=1).mean() / 8 for values in draws.values())
    assert data.parts[0].noise == pytest.approx(noise)


def test_pairs_without_clusters_are_units(court: Callable[..., Judge]) -> None:
    """A claim across twins has one unit for each pair, and its method says so."""
    judge = court()
    found = decided(judge, robust(judge))
    assert (found.items, found.method) == (2 * PAIRS, "t-floor, paired by twin")
    assert not found.warnings
    single = court()
    found = decided(single, robust(single, draws=1))
    assert found.method == "Tango, paired by twin"


def test_both_twins_on_one_side_are_a_cluster(court: Callable[..., Judge]) -> None:
    """An item and its twin tell less than two items: a claim on both takes pairs for clusters."""
    judge = court()
    arms = judge.arms("sums", 4, ())
    found = decided(judge, arms["rl"].pass_at(1) > arms["base"].pass_at(1))
    assert (found.items, found.method) == (2 * PAIRS, "t-floor over clusters")
    found = decided(judge, arms["rl"].where(split="plain").pass_at(1) > 0.5)
    assert (found.items, found.method) == (PAIRS, "Korn-Graubard")


def test_items_without_a_twin_leave_the_sides_unpaired(court: Callable[..., Judge]) -> None:
    """Where some items lack their twin, the test is Welch's, and a warning counts them."""
    alone = [
        {"prompt": f"{n}+1 =", "reference": f"{n + 1}", "tags": {"split": "plain"}} for n in (1, 2)
    ]
    judge = court([*rows(), *alone])
    found = decided(judge, robust(judge))
    assert (found.items, found.method) == (2 * PAIRS + 2, "Welch t-floor")
    assert found.warnings[-1] == (
        "2 of 62 items have no twin on the other side: the sides are compared as unpaired ones"
    )


def test_twins_stay_together_in_a_look(court: Callable[..., Judge]) -> None:
    """A look at a share of the items sees the same pairs on both sides, and more at the next."""
    judge = court()
    arms = judge.arms("sums", 4, ())
    sources = [arms["rl"].where(split=side).source for side in ("plain", "spaced")]
    before: set[str | None] = set()
    for share in (0.3, 0.5, 1.0):
        sides = [judge.clerk.seen(source, Look(draws=2, share=share)) for source in sources]
        plain, spaced = ([item.twin for item in items] for items in sides)
        assert len(plain) == math.ceil(share * PAIRS)
        assert set(plain) == set(spaced) >= before
        before = set(plain)
    found = decided(judge, robust(judge, draws=16))
    assert found.items == 2 * PAIRS


def test_a_look_is_a_prefix_of_the_next(court: Callable[..., Judge]) -> None:
    """Values stand in an order that looks keep, across twins and on one side of them alone."""
    judge = court(None, ("effect: 0.1", "effect: 0.1, method: anytime"))
    arms = judge.arms("sums", 4, ())
    claims = [robust(judge), arms["rl"].where(split="plain").pass_at(1) > 0.5]
    for claim in claims:
        trial = judge.trial(claim, None)
        prospect = Prospect(cap=4, clusters=trial.clusters, twins=trial.twins)
        looks = [Look(draws=4, share=share) for share in (0.4, 1.0)]
        (some,), (every,) = (
            sample(trial.terms, judge.clerk.tally, look, prospect)[0].parts for look in looks
        )
        assert len(some.values) == math.ceil(0.4 * PAIRS)
        assert some.values.tolist() == every.values[: len(some.values)].tolist()
    assert decided(judge, claims[0]).method.endswith(", paired by twin")


def test_clusters_of_pairs_are_kept(court: Callable[..., Judge]) -> None:
    """Pairs that hang together are clusters of pairs."""
    items = [{**row, "cluster": f"text {int(row['twin']) // 2}"} for row in rows()]
    judge = court(items)
    found = decided(judge, robust(judge))
    assert (found.items, found.method) == (
        2 * PAIRS, "t-floor over clusters, paired by twin",
    )  # fmt: skip
    trial = judge.trial(robust(judge), None)
    assert len(set(trial.clusters.values())) == PAIRS // 2
    assert len(trial.clusters) == PAIRS


def test_keys_of_tasks_without_twins_stay(court: Callable[..., Judge]) -> None:
    """A twin is part of what a verdict rests on; where there is none, keys are as they were."""
    assert Item(id="a", prompt="p", reference="r").key == ["a", None]
    assert Item(id="a", prompt="p", reference="r", twin="t").key == ["a", None, "t"]
    renamed = [{**row, "twin": f"other {row['twin']}"} for row in rows()]
    keys = set()
    for items in (rows(), renamed):
        judge = court(items)
        claim = robust(judge)
        trial = judge.trial(claim, None)
        keys |= {effect_key(claim, judge.clerk), verdict_key(claim, trial, judge.clerk)}
    assert len(keys) == 4


FAULTS: dict[str, tuple[list[dict[str, Any]], str]] = {
    "one item": (rows()[:3], ":3: twin '1' is the name of one item, not of two"),
    "three items": (
        [*rows()[:2], {**rows()[2], "twin": "0"}], ":3: twin '0' is the name of 3 items",
    ),
    "same tags": (rows(tags={"split": "id"}), ":2: both items of twin '0' have the same tags"),
    "two clusters": (
        [{**row, "cluster": f"c{at}"} for at, row in enumerate(rows())],
        ":2: twin '0' stands in two clusters: 'c0' and 'c1'",
    ),
    "same prompt": ([rows()[0], {**rows()[1], "prompt": "0+1="}], ":2: this prompt stands on"),
    "no text": (rows(twin=7), ":1: twin"),
}  # fmt: skip


@pytest.mark.parametrize(("items", "message"), FAULTS.values(), ids=FAULTS.keys())
def test_twins_that_are_no_pair_are_refused(
    write: Write, items: list[dict[str, Any]], message: str
) -> None:
    """The line is named, and what is wrong with it."""
    write("sums.jsonl", lines(items))
    path = write(
        "sums.yaml", "schema: 1\nitems: sums.jsonl\nmetrics: {correct: {exact: reference}}"
    )
    with pytest.raises(TaskError) as caught:
        load_task(path.parent, "sums")
    assert message in str(caught.value)


def test_a_gap_reads_as_it_is_claimed(court: Callable[..., Judge]) -> None:
    """A quantity can be narrowed as a whole: both spellings of a gap are the same claim."""
    judge = court()
    arms = judge.arms("sums", 4, ())
    rl, base = arms["rl"], arms["base"]
    gain = rl.pass_at(1) - base.pass_at(1)
    short = gain.where(split="plain") - gain.where(split="spaced") < 0.05
    seen = rl.where(split="plain").pass_at(1) - base.where(split="plain").pass_at(1)
    unseen = rl.where(split="spaced").pass_at(1) - base.where(split="spaced").pass_at(1)
    written = seen - unseen < 0.05
    assert short.text == written.text
    assert (short.terms, short.question) == (written.terms, written.question)
    assert short.text == (
        "rl(split=plain).pass@1 - base(split=plain).pass@1 - "
        "(rl(split=spaced).pass@1 - base(split=spaced).pass@1) < 0.05"
    )
    moved = (gain - 0.1).where(split="plain")
    assert moved.text == "rl(split=plain).pass@1 - base(split=plain).pass@1 - 0.1"
    assert (moved > 0).question.threshold == 0.1
    task: Task = judge.clerk.task("sums")
    assert {item.twin for item in task.items} == {f"{n}" for n in range(PAIRS)}
