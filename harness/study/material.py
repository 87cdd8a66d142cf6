"""What a page is made from: arms, recipes and series, and what was drawn of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from harness.diff.align import on_items
from harness.errors import DiffError

if TYPE_CHECKING:
    from harness.diff.side import Side
    from harness.records import ArmSpec, Policy, Recipe, SeriesSpec, StudySpec, Task
    from harness.study.cast import Cast


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """All that a page is made from.

    Attributes
    ----------
    task
        The task.
    policy
        How effects are decided, as claims are.
    spec
        What the config declares of the study.
    metric
        The 0/1 metric that it is about.
    arms
        The arms as configured, by name.
    sides
        What was drawn, by arm; all on the items of the page alone.
    recipes
        The recipes as configured, by name.
    series
        The series as configured, by name.
    """

    task: Task
    policy: Policy
    spec: StudySpec
    metric: str | None
    arms: Mapping[str, ArmSpec]
    sides: Mapping[str, Side]
    recipes: Mapping[str, Recipe] = field(default_factory=dict)
    series: Mapping[str, SeriesSpec] = field(default_factory=dict)

    def checkpoints(self, name: str) -> tuple[str, ...]:
        """Return the arms that a name stands for: the seeds of a recipe, or the arm alone."""
        return self.recipes[name].seeds if name in self.recipes else (name,)

    def undrawn(self, name: str) -> tuple[str, ...]:
        """Return the arms that a name stands for and that were not drawn."""
        return tuple(one for one in self.checkpoints(name) if one not in self.sides)


def limited(material: Material, cast: Cast, ids: set[str]) -> Material:
    """Return the material on the items of the page, without sides that have none of them.

    Raises
    ------
    DiffError
        If an arm of the page, or its start, has none of them.
    """
    own = {cast.base, *cast.starts, *cast.starts.values()}
    sides = {
        name: _on(side, ids)
        for name, side in material.sides.items()
        if name in own or not ids.isdisjoint(side.tally.ids)
    }
    return dataclasses.replace(material, sides=sides)


def _on(side: Side, ids: set[str]) -> Side:
    """Return a side on some items.

    Raises
    ------
    DiffError
        If it has none of them.
    """
    kept = tuple(one for one in side.tally.ids if one in ids)
    if not kept:
        msg = f"{side.name!r} has no draws of the items that the page is about"
        raise DiffError(msg, hint="choose others by --where, or other arms by --arms")
    return on_items(side, kept)
