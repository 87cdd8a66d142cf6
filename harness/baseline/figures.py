"""Which sums n draws can have: what no scores add up to is not believed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from harness.records import Tally

if TYPE_CHECKING:
    from harness.records.data import FloatArray

_SLACK = 1e-9  # of rounding, per draw


def tally_of(rows: Sequence[Mapping[str, Any]], metrics: tuple[str, ...]) -> Tally:
    """Turn the rows of a baseline into a tally.

    Raises
    ------
    ValueError
        If a row has more or fewer figures than there are metrics.
    """
    count, pairs = len(metrics), len(metrics) * (len(metrics) - 1) // 2
    products = np.zeros((len(rows), count, count))
    upper = np.triu_indices(count, k=1)
    products[:, upper[0], upper[1]] = _figures(rows, "products", pairs)
    products += products.transpose(0, 2, 1)
    diagonal = np.arange(count)
    products[:, diagonal, diagonal] = _figures(rows, "squares", count)
    return Tally(
        ids=tuple(row["id"] for row in rows),
        draws=np.array([row["n"] for row in rows], dtype=np.int64),
        metrics=metrics,
        sums=_figures(rows, "sums", count),
        products=products,
        answers=tuple(row["answers"] for row in rows),
    )


def _figures(rows: Sequence[Mapping[str, Any]], key: str, count: int) -> FloatArray:
    return np.array([row[key] for row in rows], dtype=np.float64).reshape(len(rows), count)


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
    fine = good.all(axis=1) & ((joint >= least) & (joint <= most)).all(axis=1)
    fine &= np.array([sum(answers.values()) for answers in tally.answers]) <= tally.draws
    return None if fine.all() else int(np.argmin(fine))
