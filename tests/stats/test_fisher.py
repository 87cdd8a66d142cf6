"""Fisher's exact test against SciPy's, table by table."""

from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt
import pytest
from scipy import stats

from harness.stats.fisher import chance_of_none, fisher_exact

IntArray = npt.NDArray[np.int64]


def _columns(tables: IntArray) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    return tables[:, 0], tables[:, 1], tables[:, 2], tables[:, 3]


def test_it_is_scipys() -> None:
    """Every table of 5 and 7 draws, and of 64 and 256 a few, has SciPy's p-value."""
    small = [(a, 5, b, 7) for a, b in itertools.product(range(6), range(8))]
    large = [(a, 64, b, 256) for a, b in itertools.product((0, 1, 30, 64), (0, 3, 130, 250, 256))]
    tables = np.array(small + large, dtype=np.int64)
    found = fisher_exact(*_columns(tables))
    wanted = [
        stats.fisher_exact(np.array([[a, n - a], [b, m - b]])).pvalue for a, n, b, m in tables
    ]
    assert found == pytest.approx(wanted, rel=1e-9)


@pytest.mark.parametrize("table", [(-1, 5, 0, 5), (6, 5, 0, 5), (0, 5, 6, 5)])
def test_hits_lie_among_the_draws(table: tuple[int, ...]) -> None:
    """What is no count of hits is refused."""
    with pytest.raises(ValueError, match="hits must be among the draws"):
        fisher_exact(*_columns(np.array([table])))


def test_the_chance_of_none_is_hypergeometric() -> None:
    """Of t hits among all draws, none lies among the first n with the hypergeometric chance."""
    for n, m in ((5, 7), (64, 16), (1, 1)):
        hits = np.arange(n + m + 1)
        found = chance_of_none(np.full_like(hits, n), np.full_like(hits, m), hits)
        assert found == pytest.approx(stats.hypergeom.pmf(0, n + m, hits, n), abs=1e-12)
