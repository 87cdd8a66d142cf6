"""The protocol that every engine speaks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from harness.records import Choices, Draw, Sampling


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Draws `start .. start + count - 1` of one prompt.

    `key` seeds the prompt's whole sequence of draws: draw j is a function of the model, the
    prompt, the sampling parameters, `key` and j, whatever else is asked for beside it.

    Attributes
    ----------
    item
        The id of the item that the prompt is of, for records that know no more than that.
    until
        What ends a completion beside the engine's own stops, for engines that can stop there.
    choices
        Where there are any, a draw is no completion of the prompt, but how likely each choice is:
        JSON, a list of pairs of log-likelihood and whether it is the likeliest continuation.
    """

    prompt: str
    key: int
    start: int
    count: int
    item: str = ""
    until: tuple[str, ...] = ()
    choices: Choices = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Draws `start ..` of the request at `place` in what was asked for."""

    place: int
    start: int
    draws: tuple[Draw, ...]


class Engine(Protocol):
    """Completes prompts."""

    @property
    def fingerprint(self) -> str:
        """Hash of all that decides what it says: weights or code, tokenizer, engine's version."""
        ...

    @property
    def pinned(self) -> bool:
        """Whether the fingerprint covers all of that, so that draws and verdicts can stand.

        Draws of an engine that is not pinned serve only the run that they were taken for.
        """
        ...

    def draw(self, requests: Sequence[Request], sampling: Sampling) -> Iterator[Arrival]:
        """Yield draws as they arrive, in any order, each that was asked for exactly once.

        What can't be had is yielded as a draw with a fault, after such retries as are worth it.
        The iterator may be closed early; it then leaves nothing running.

        Raises
        ------
        EngineError
            If the engine as a whole is of no use: a wrong key, no such model, a broken function.
        """
        ...
