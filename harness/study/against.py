"""An arm, or a recipe, beside one of its controls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from harness.records import Recipe
from harness.study.contrast import comparable, contrast
from harness.study.material import Material
from harness.study.subject import Against, Gain, Slice

if TYPE_CHECKING:
    from harness.records import ArmSpec


def against_of(
    material: Material,
    name: str,
    start: str,
    control: ArmSpec | Recipe,
    slices: Sequence[Slice],
) -> Against:
    """Hold what an arm or a recipe scores against a control, on each set of items.

    Parameters
    ----------
    name, start
        The arm or recipe, and what it was trained from.
    control
        Drawn, with all of its seeds where it is a recipe.
    slices
        The sets of items.
    """
    return Against(
        name=control.name,
        kind="" if control.control is None else control.control.kind,
        seeds=len(control.seeds) if isinstance(control, Recipe) else 0,
        own=()
        if start in material.checkpoints(control.name)
        else gains_of(material, control.name, start, slices),
        net=gains_of(material, name, control.name, slices),
    )


def gains_of(
    material: Material, name: str, start: str, slices: Sequence[Slice]
) -> tuple[Gain, ...]:
    """Return what an arm or a recipe scores above another, on each set of items."""
    terms = [(name, 1.0), (start, -1.0)]
    return tuple(
        Gain(
            where=one.where,
            gain=contrast(material, terms, one.pair.primary, one.where).change,
        )
        for one in slices
        if comparable(material, (name, start), one.where)
    )
