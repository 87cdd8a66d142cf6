"""A random order that depends on a seed and on names alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TypeVar

_Key = TypeVar("_Key", str, int)


def shuffled(keys: Iterable[_Key], seed: int, *scope: str) -> list[_Key]:
    """Order keys by their hash with the seed: the first n are n chosen at random, for any n.

    The same seed gives the same order on any machine and version, more of the keys begin with
    fewer, and what some keys are left out of keeps its order.

    Parameters
    ----------
    keys
        All different.
    scope
        What the order is for: in another scope it is another one.

    References
    ----------
    Cohen and Kaplan 2007, "Summarizing data using bottom-k sketches", PODC '07, 225-234.
    """
    return sorted(keys, key=lambda key: _hash(seed, *scope, str(key)))


def _hash(seed: int, *parts: str) -> bytes:
    text = "\0".join((str(seed), *parts)).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(text, digest_size=16).digest()
