"""Pages about simulated arms whose truth is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from harness.config import load_config
from harness.diff import Side
from harness.records import Policy, StudySpec
from harness.study.cast import cast_of
from harness.study.making import page_of
from harness.study.material import Material
from harness.study.page import Page, Source
from tests.unit.diff.conftest import items, tally_of, task_of

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]

COUNT = 300
ARMS = """\
schema: 1
arms:
  base: {engine: python, function: "m:f"}
  rl: {engine: python, function: "m:f"}
  placebo: {engine: python, function: "m:f", control: {of: rl, kind: placebo}}
"""
Pages = Callable[..., Page]


def drawn(
    name: str, skill: FloatArray, *, boxed: float = 1.0, draws: int = 32, seed: int = 3
) -> Side:
    """Draw a side from the items' skills."""
    rng = np.random.default_rng([seed, *name.encode()])
    ids = tuple(f"{n:06d}" for n in range(len(skill)))
    return Side(
        name=name, tally=tally_of(ids, skill, boxed, draws, rng), scorer="0badf00d",
        sampling={"temperature": 1.0},
    )  # fmt: skip


@pytest.fixture(scope="session")
def even() -> FloatArray:
    """Say of each item whether its split is the even one."""
    found: FloatArray = np.arange(COUNT) % 2 == 0
    return found


@pytest.fixture(scope="session")
def base() -> FloatArray:
    """Return what the base is able to do on each item."""
    found: FloatArray = np.random.default_rng(5).beta(0.6, 3.0, COUNT)
    return found


@pytest.fixture
def page(tmp_path: Path) -> Pages:
    """Return a maker of pages about sides named base, rl and placebo, or those of a `config`."""

    def make(sides: Mapping[str, Side], policy: Policy | None = None, **options: Any) -> Page:  # noqa: ANN401  any of the spec's
        path = tmp_path / "harness.yaml"
        path.write_text(options.pop("config", ARMS), encoding="utf-8")
        config = load_config(path)
        task = options.pop("task", None) or task_of(items(COUNT))
        spec = StudySpec(**options)
        models = {name: name for name in sides}
        material = Material(
            task=task, policy=policy or Policy(effect=0.05), spec=spec, metric=None,
            arms=config.arms, sides=sides, recipes=config.recipes, series=config.series,
        )  # fmt: skip
        source = Source(where=(), models=models, seed=0, version="1")
        return page_of(material, cast_of(config.arms, spec, models, config.recipes), source)

    return make
