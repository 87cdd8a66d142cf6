"""The sampler: no draw twice, none that depends on who asked, and tallies that add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest

from harness.errors import EngineError
from harness.records import ArmSpec, Item, MetricSpec, Source, Statistic, Task
from harness.sampling import Sampler

ITEMS = tuple(Item(id=f"{n:016x}", prompt=f"{n}+1=", reference=str(n + 1)) for n in range(6))
TASK = Task(
    name="sums",
    items=ITEMS,
    metrics=(
        MetricSpec(name="correct", pattern=r"^(\d+)$", equals="reference"),
        MetricSpec(name="short", pattern=r"^.?$", equals=None),
    ),
    answer="correct",
)
MakeArm = Callable[..., ArmSpec]


class Model:
    """Answers right or wrong by its seed, and counts the calls."""

    def __init__(self) -> None:
        self.calls: Counter[tuple[str, int]] = Counter()

    def __call__(self, prompt: str, seed: int) -> str:
        """Answer a prompt."""
        self.calls[prompt, seed] += 1
        right = int(prompt.partition("+")[0]) + 1
        return [str(right), str(right), "12", "no idea", ""][seed % 5]


@pytest.fixture
def model() -> Model:
    """Return a model that counts its calls."""
    return Model()


def rate(predicate: Callable[[str], object]) -> Statistic:
    """Ask for the rate of a property."""
    source = Source(task="sums", arm="rl", baseline="", draws=16)
    return Statistic(source=source, kind="rate", metric="seen", predicate=predicate)


def texts(
    sampler: Sampler, arm: ArmSpec, items: tuple[Item, ...], draws: int, task: Task = TASK
) -> dict[str, list[str]]:
    """Return the draws of each item by its prompt."""
    found: dict[str, list[str]] = {}
    for item in items:
        seen = found.setdefault(item.prompt, [])
        sampler.rates(arm, task, [item], rate(seen.append), draws)
    return found


def test_nothing_is_drawn_twice(model: Model, function_arm: MakeArm) -> None:
    """Asking again, for fewer, or for other figures costs no call; asking for more, the rest."""
    arm, sampler = function_arm(model), Sampler(0)
    sampler.tally(arm, TASK, ITEMS, 4)
    assert model.calls.total() == 24
    sampler.tally(arm, TASK, ITEMS, 4)
    sampler.tally(arm, TASK, ITEMS[:2], 3)
    sampler.rates(arm, TASK, ITEMS, rate(bool), 4)
    assert model.calls.total() == 24
    sampler.tally(arm, TASK, ITEMS, 7)
    assert model.calls.total() == 42
    assert set(model.calls.values()) == {1}


def test_more_draws_continue_the_same_sequence(model: Model, function_arm: MakeArm) -> None:
    """The first draws are a prefix of more draws, asked for at once or in steps."""
    arm, stepwise = function_arm(model), Sampler(0)
    few = texts(stepwise, arm, ITEMS, 5)
    more = texts(stepwise, arm, ITEMS, 12)
    assert {prompt: said[:5] for prompt, said in more.items()} == few
    assert texts(Sampler(0), arm, ITEMS, 12) == more


def test_fewer_draws_are_the_first_ones(model: Model, function_arm: MakeArm) -> None:
    """A tally of n draws takes the first n, however many there are."""
    arm, sampler = function_arm(model), Sampler(0)
    before = sampler.tally(arm, TASK, ITEMS, 3)
    sampler.tally(arm, TASK, ITEMS, 16)
    after = sampler.tally(arm, TASK, ITEMS, 3)
    assert (before.sums == after.sums).all()
    assert before.answers == after.answers


def test_draws_dont_depend_on_company(model: Model, function_arm: MakeArm) -> None:
    """An item's draws are the same alone, among others, in any order, under another task."""
    arm = function_arm(model)
    expected = texts(Sampler(0), arm, ITEMS, 6)
    backwards = Sampler(0)
    backwards.tally(arm, TASK, ITEMS[::-1], 2)
    backwards.tally(arm, TASK, ITEMS[2:4], 6)
    assert texts(backwards, arm, ITEMS, 6) == expected
    assert texts(Sampler(0), arm, ITEMS[3:4], 6) == {"3+1=": expected["3+1="]}


@pytest.mark.parametrize(
    "change", [{"stream": "baseline@1:rl"}, {"temperature": 0.5}], ids=["stream", "sampling"]
)
def test_another_stream_or_sampling_draws_anew(
    model: Model, function_arm: MakeArm, change: dict[str, str | float]
) -> None:
    """Streams and sampling parameters have draws of their own."""
    sampler = Sampler(0)
    first = texts(sampler, function_arm(model), ITEMS, 8)
    assert texts(sampler, function_arm(model, **change), ITEMS, 8) != first
    assert model.calls.total() == 96
    assert set(model.calls.values()) == {1}


def test_another_seed_draws_anew(model: Model, function_arm: MakeArm) -> None:
    """The seed of the session changes every draw."""
    texts(Sampler(0), function_arm(model), ITEMS, 8)
    texts(Sampler(1), function_arm(model), ITEMS, 8)
    assert set(model.calls.values()) == {1}


def test_a_tally_adds_up(model: Model, function_arm: MakeArm) -> None:
    """Sums, products and answers are those of scoring each text by hand."""
    arm, sampler = function_arm(model), Sampler(0)
    tally = sampler.tally(arm, TASK, ITEMS, 9)
    assert tally.ids == tuple(item.id for item in ITEMS)
    assert tally.metrics == ("correct", "short", "formatted", "truncated")
    assert tally.draws.tolist() == [9] * 6
    for row, (item, said) in enumerate(
        zip(ITEMS, texts(sampler, arm, ITEMS, 9).values(), strict=True)
    ):
        scores = np.array(
            [[text == item.reference, len(text) <= 1, text.isdigit(), False] for text in said],
            dtype=float,
        )
        assert tally.sums[row].tolist() == scores.sum(axis=0).tolist()
        assert tally.products[row].tolist() == (scores.T @ scores).tolist()
        answered = Counter(text for text in said if text.isdigit())
        counts = dict(tally.answers[row])
        assert counts.pop("", 0) == 9 - answered.total()
        assert sorted(counts.values()) == sorted(answered.values())
        assert counts.get(tally.right[row], 0) == tally.sums[row, 0]


def test_rates_count_texts(model: Model, function_arm: MakeArm) -> None:
    """A rate is the share of draws whose text satisfies the predicate, truthy or not."""
    arm, sampler = function_arm(model), Sampler(0)
    tally = sampler.rates(arm, TASK, ITEMS, rate(lambda text: text.count("i")), 10)
    expected = [
        sum("i" in text for text in said) for said in texts(sampler, arm, ITEMS, 10).values()
    ]
    assert tally.metrics == ("seen",)
    assert tally.sums[:, 0].tolist() == tally.products[:, 0, 0].tolist() == expected
    assert sum(expected) > 0


def test_a_failure_loses_no_draws(function_arm: MakeArm) -> None:
    """What was drawn before an arm failed is kept, and nothing is counted twice after it."""
    healthy, model = False, Model()

    def answer(prompt: str, seed: int) -> str:
        if prompt == "3+1=" and not healthy:
            raise ConnectionError
        return model(prompt, seed)

    arm, sampler = function_arm(answer), Sampler(0)
    with pytest.raises(EngineError, match="raised ConnectionError"):
        sampler.tally(arm, TASK, ITEMS, 4)
    healthy = True
    sampler.tally(arm, TASK, ITEMS, 4)
    assert model.calls.total() == 24
    assert set(model.calls.values()) == {1}
    assert texts(sampler, arm, ITEMS, 4) == texts(Sampler(0), arm, ITEMS, 4)


class Told:
    """Keeps what it is told of the drawing."""

    def __init__(self) -> None:
        self.calls: list[tuple[object, ...]] = []

    def wait(self, arm: str) -> None:
        """Keep it."""
        self.calls.append(("wait", arm))

    def begin(self, arm: str, needed: int) -> None:
        """Keep it."""
        self.calls.append(("begin", arm, needed))

    def advance(self, arrived: int) -> None:
        """Keep it."""
        self.calls.append(("advance", arrived))

    def end(self) -> None:
        """Keep it."""
        self.calls.append(("end",))


def test_progress_is_told_of_what_is_missing(model: Model, function_arm: MakeArm) -> None:
    """A drawing is told from its turn to its end; where nothing lacks, nothing is told."""
    told = Told()
    sampler, arm = Sampler(0, progress=told), function_arm(model)
    sampler.tally(arm, TASK, ITEMS[:2], 2)
    sampler.tally(arm, TASK, ITEMS[:2], 2)
    assert told.calls == [
        ("wait", arm.name), ("begin", arm.name, 4), *[("advance", 1)] * 4, ("end",),
    ]  # fmt: skip
