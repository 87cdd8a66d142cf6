"""Which sums and answers n draws can have: what none add up to is not believed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from harness.baseline.record import Origin
from harness.records import Tally

if TYPE_CHECKING:
    import numpy.typing as npt

_SLACK = 1e-9  # of rounding, per draw


def impossible(tally: Tally) -> int | None:
    """Return the first row that no n draws with metrics in [0, 1] can have; None if there is none.

    Of scores in [0, 1]: squares add up to no more than the scores, nor to less than their mean
    allows; products of two metrics to no more than either, nor to less than what must overlap.
    """
    n = tally.draws.astype(np.float64)[:, None]
    slack, sums = _SLACK * n, tally.sums
    squares = np.diagonal(tally.products, axis1=1, axis2=2)
    good = (sums <= n) & (squares <= sums + slack) & (squares >= sums**2 / n - slack)
    first, second = np.triu_indices(len(tally.metrics), k=1)
    joint = tally.products[:, first, second]
    least = sums[:, first] + sums[:, second] - n - slack
    most = np.minimum(sums[:, first], sums[:, second]) + slack
    fine = np.all(good, axis=1) & np.all((joint >= least) & (joint <= most), axis=1)
    return _first(~fine)


def miscounted(tally: Tally, origins: Sequence[Origin]) -> int | None:
    """Return the first row whose answers are not as many as its draws; None if there is none.

    Each draw gives an answer, if an empty one. Only of a record of counts none is known.
    """
    counts = np.array([sum(answers.values()) for answers in tally.answers])
    unknown = np.array([
        not answers and origin.how == "record"
        for answers, origin in zip(tally.answers, origins, strict=True)
    ])  # fmt: skip
    return _first((counts != tally.draws) & ~unknown)


def _first(wrong: npt.NDArray[np.bool_]) -> int | None:
    return int(np.argmax(wrong)) if wrong.any() else None
