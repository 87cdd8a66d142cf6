"""Which sums n draws can have: what no scores add up to is not believed."""

from __future__ import annotations

import numpy as np

from harness.records import Tally

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
    fine = good.all(axis=1) & ((joint >= least) & (joint <= most)).all(axis=1)
    fine &= np.array([sum(answers.values()) for answers in tally.answers]) <= tally.draws
    return None if fine.all() else int(np.argmin(fine))
