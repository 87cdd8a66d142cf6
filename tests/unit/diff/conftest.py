"""Two sides of simulated draws on a task of many items."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from harness.diff import Diff, Side, compare
from harness.records import Item, MetricSpec, Policy, Tally, Task

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]

METRICS = ("correct", "lenient", "boxed", "truncated")
Sides = Callable[..., Side]
Compared = Callable[..., Diff]


def items(count: int, **changes: Any) -> tuple[Item, ...]:  # noqa: ANN401  any field
    """Make items of two splits, in the order of their ids."""
    return tuple(
        Item(
            **{
                "id": f"{n:06d}", "prompt": f"{n}+1=", "reference": f"{n + 1}",
                "tags": {"split": "odd" if n % 2 else "even"}, **changes,
            }
        )
        for n in range(count)
    )  # fmt: skip


def task_of(made: tuple[Item, ...], **changes: Any) -> Task:  # noqa: ANN401  any field
    """Make a task whose form is the metric `boxed`."""
    metrics = tuple(MetricSpec(name=name, pattern="x") for name in METRICS[:3])
    return Task(
        **{
            "name": "sums", "items": made, "metrics": metrics, "answer": "lenient",
            "form": "boxed", **changes,
        }
    )  # fmt: skip


def tally_of(
    ids: tuple[str, ...], skill: FloatArray, boxed: float, draws: int, rng: np.random.Generator
) -> Tally:
    """Draw an answer that is right by the item's skill, in a box by the arm's habit."""
    shape = (len(ids), draws)
    right = rng.random(shape) < skill[:, None]
    box = rng.random(shape) < boxed
    wrong = rng.integers(0, 6, shape)
    scores = np.stack([right & box, right, box, np.zeros(shape, bool)], axis=2).astype(float)
    answers = np.where(right, 9, wrong)
    return Tally(
        ids=ids,
        draws=np.full(len(ids), draws, dtype=np.int64),
        metrics=METRICS,
        sums=scores.sum(axis=1),
        products=np.einsum("ndi,ndj->nij", scores, scores),
        answers=tuple(Counter(map(str, row)) for row in answers.tolist()),
    )


@pytest.fixture(scope="session")
def side() -> Sides:
    """Return a maker of sides."""

    def make(  # noqa: PLR0913  what a side is drawn from
        name: str, skill: FloatArray, *, boxed: float = 0.6, draws: int = 16, seed: int = 0,
        sampling: Mapping[str, float] | None = None,
    ) -> Side:  # fmt: skip
        ids = tuple(f"{n:06d}" for n in range(len(skill)))
        rng = np.random.default_rng([seed, *name.encode()])
        tally = tally_of(ids, np.asarray(skill, dtype=float), boxed, draws, rng)
        return Side(
            name=name, tally=tally, scorer="0badf00d", sampling=sampling or {"temperature": 1.0}
        )

    return make


@pytest.fixture(scope="session")
def compared() -> Compared:
    """Return a maker of diffs of two sides."""

    def make(before: Side, after: Side, policy: Policy | None = None, **options: Any) -> Diff:  # noqa: ANN401  any option
        task = options.pop("task", None) or task_of(items(len(before.tally.ids)))
        return compare(task, before, after, policy or Policy(), **options)

    return make


@pytest.fixture(scope="session")
def skill() -> FloatArray:
    """Return skills on 300 items, from none to all."""
    found: FloatArray = np.random.default_rng(5).beta(0.7, 0.9, 300)
    return found
