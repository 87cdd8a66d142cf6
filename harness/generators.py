"""The global random generators, which libraries draw from: kept as they were."""

from __future__ import annotations

import contextlib
import random
import sys
from collections.abc import Iterator

import numpy as np


@contextlib.contextmanager
def kept_generators() -> Iterator[None]:
    """Leave the global generators of Python, numpy and (where it is loaded) torch as they were."""
    state, numpy_state = random.getstate(), np.random.get_state()  # noqa: NPY002  others use it
    torch = sys.modules.get("torch")
    torch_state = torch.get_rng_state() if torch else None
    on_gpu = torch.cuda.get_rng_state_all() if torch and torch.cuda.is_initialized() else None
    try:
        yield
    finally:
        random.setstate(state)
        np.random.set_state(numpy_state)  # noqa: NPY002  as above
        if torch:
            torch.set_rng_state(torch_state)
        if torch and on_gpu is not None:
            torch.cuda.set_rng_state_all(on_gpu)
