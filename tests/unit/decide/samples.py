"""Data of claims to decide: of differences, of one arm, of single draws."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from harness.records import Part, Question, Sample

#: Right of 4 draws on 20 items, before and after.
BEFORE = (0, 1, 2, 4, 4, 3, 0, 2, 1, 4, 3, 4, 0, 1, 2, 4, 3, 2, 4, 1)


AFTER = (1, 1, 3, 4, 4, 4, 0, 3, 2, 4, 3, 4, 1, 0, 4, 4, 4, 2, 4, 2)


PAIRED = (np.array(AFTER) - np.array(BEFORE)) / 4


Method = Literal["auto", "t-floor", "t", "sign-flip", "bootstrap-t", "anytime"]


GREATER = Question(direction="greater", threshold=0.0)


def above(threshold: float) -> Question:
    """Ask whether the effect is above a threshold."""
    return Question(direction="greater", threshold=threshold)


def difference(values: npt.ArrayLike, draws: int = 4, **changes: Any) -> Sample:  # noqa: ANN401  any field
    """Make the data of a difference of two arms; of one set of items unless more are given."""
    fields: dict[str, Any] = {"half_range": 1.0, "noise": 0.01, "growing": 0.01}
    fields.update({key: changes.pop(key) for key in set(changes) & {*fields, "clusters"}})
    parts = changes.pop("parts", None)
    found = parts or (Part(values=np.asarray(values, dtype=np.float64), **fields),)
    return Sample(**{"parts": found, "draws": draws, "low": -1.0, "high": 1.0, **changes})


def level(values: npt.ArrayLike, draws: int, **changes: Any) -> Sample:  # noqa: ANN401  any field
    """Make the data of one arm against a bar."""
    return difference(values, draws, half_range=0.5, low=0.0, **changes)


def singles(gained: int, lost: int, items: int) -> Sample:
    """Make single right-or-wrong draws: some items gained, some lost."""
    return difference([1.0] * gained + [-1.0] * lost + [0.0] * (items - gained - lost), draws=1)
