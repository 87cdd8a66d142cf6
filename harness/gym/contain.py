"""Let some data sets use the global random generators without a trace."""

from __future__ import annotations

import contextlib
import random
import warnings
from collections.abc import Iterator

import numpy as np

from harness.generators import kept_generators


@contextlib.contextmanager
def contained(seed: int = 0) -> Iterator[None]:
    """Start the global random generators from `seed`; leave them as they were, and warn nothing."""
    with kept_generators(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        random.seed(seed)
        np.random.seed(seed % 2**32)  # noqa: NPY002  some data sets draw from it
        yield
