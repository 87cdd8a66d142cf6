"""Keep lm-eval to itself: what it does to this process is undone, what it prints is dropped."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import random
import sys
import warnings
from collections.abc import Iterator

import numpy as np

from harness.generators import kept_generators

# What lm-eval's own command seeds Python's generator with, and those of numpy and torch.
_SEED, _OTHER_SEED = 0, 1234


@contextlib.contextmanager
def contained(seed: int | None = None) -> Iterator[None]:
    """Leave the global random generators as they were, and print, log and warn nothing.

    Parameters
    ----------
    seed
        What the generators start from within; by default, what lm-eval starts them from.
    """
    logged = logging.root.manager.disable
    with contextlib.ExitStack() as stack:
        stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
        stack.enter_context(contextlib.redirect_stderr(io.StringIO()))
        stack.enter_context(warnings.catch_warnings())
        stack.enter_context(kept_generators())
        stack.callback(logging.disable, logged)
        warnings.simplefilter("ignore")
        logging.disable(logging.CRITICAL)
        _seed(seed)
        yield


def _seed(seed: int | None) -> None:
    other = _OTHER_SEED if seed is None else seed
    random.seed(_SEED if seed is None else seed)
    np.random.seed(other % 2**32)  # noqa: NPY002  as above
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(other % 2**63)


@contextlib.contextmanager
def offline() -> Iterator[None]:
    """Keep the hub of data sets out: nothing is asked of the network."""
    import datasets.config  # noqa: PLC0415  takes a second
    import huggingface_hub.constants  # noqa: PLC0415  as above

    names = ("HF_HUB_OFFLINE", "HF_DATASETS_OFFLINE")
    variables = {name: os.environ.get(name) for name in names}
    modules = (huggingface_hub.constants, datasets.config)
    before = [getattr(module, names[0]) for module in modules]
    try:
        os.environ.update(dict.fromkeys(names, "1"))
        for module in modules:
            vars(module)[names[0]] = True
        yield
    finally:
        for name, value in variables.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        for module, value in zip(modules, before, strict=True):
            vars(module)[names[0]] = value
