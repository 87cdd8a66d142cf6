"""The protocol that every engine speaks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from harness.records import Sampling


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Draws `start .. start + count - 1` of one prompt.

    `key` seeds the prompt's whole sequence of draws: draw j is a function of the model, the
    prompt, the sampling parameters, `key` and j, whatever else is asked for beside it.
    """

    prompt: str
    key: int
    start: int
    count: int


class Engine(Protocol):
    """Completes prompts."""

    @property
    def fingerprint(self) -> str:
        """Hash of all that decides what it says: weights or code, tokenizer, engine's version."""
        ...

    @property
    def pinned(self) -> bool:
        """Whether the fingerprint covers all of that, so that a stored verdict can stand."""
        ...

    def complete(self, requests: Sequence[Request], sampling: Sampling) -> Iterator[list[str]]:
        """Yield, for each request in order, its draws' texts in order."""
        ...
