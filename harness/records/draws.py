"""Draws as they come from an engine, and what a scorer says of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from harness.records.item import Item

#: Why a completion ended, where that is known: by itself, or at the most tokens it may take.
STOP, LENGTH = "stop", "length"
#: The answer of a draw whose text nobody has.
UNKNOWN = "?"
#: More draws of one item than this nobody takes; tables are made that are as long as the most.
MOST_DRAWS = 100_000
_Number = TypeVar("_Number", int, float)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """One completion, or the fault that took its place.

    Attributes
    ----------
    text
        What was said; empty if there is a fault.
    finish
        Why it ended: ``stop``, ``length`` (truncated), or the engine's own word.
    fault
        Why there is no completion, for want of infrastructure: a few words, the same for faults
        of one kind, such as ``HTTP 500`` or ``timed out``. A draw with a fault is never stored
        nor scored, and asked for again by a later run.
    seed
        The seed that was sent, where one was.
    prompt_tokens, tokens
        Tokens of the prompt and of the completion, where they are known.
    seconds
        From the request to its last byte, where that is known.
    transcript
        What led to the text, such as an agent's steps, as JSON; empty for none.
    scored
        Metrics that a record gives in the place of a text, by name; empty where there is a text.
    """

    text: str
    finish: str = STOP
    fault: str = ""
    seed: int | None = None
    prompt_tokens: int | None = None
    tokens: int | None = None
    seconds: float | None = None
    transcript: str = ""
    scored: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What draws took: how many, their tokens, and the seconds from request to last byte.

    A sum is None where it is not known of some draw.
    """

    draws: int = 0
    prompt_tokens: int | None = 0
    tokens: int | None = 0
    seconds: float | None = 0.0

    @classmethod
    def of(cls, draws: Sequence[Draw]) -> Spent:
        """Return what some draws took."""
        return cls(
            draws=len(draws),
            prompt_tokens=_total(draw.prompt_tokens for draw in draws),
            tokens=_total(draw.tokens for draw in draws),
            seconds=_total(draw.seconds for draw in draws),
        )

    def __add__(self, other: Spent) -> Spent:
        """Return what both took."""
        return Spent(
            draws=self.draws + other.draws,
            prompt_tokens=_total([self.prompt_tokens, other.prompt_tokens]),
            tokens=_total([self.tokens, other.tokens]),
            seconds=_total([self.seconds, other.seconds]),
        )


def _total(values: Iterable[_Number | None]) -> _Number | None:
    known = list(values)
    return None if None in known else sum(known)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Metrics of one draw, in the scorer's order, and a hash of its answer; "" is no answer.

    A metric that is not known is NaN, and an answer `UNKNOWN`.
    """

    metrics: tuple[float, ...]
    answer: str


class Scorer(Protocol):
    """Scores the draws of one task."""

    @property
    def metrics(self) -> tuple[str, ...]:
        """Names, in the order of a score's values."""
        ...

    @property
    def hash(self) -> str:
        """Changes when a metric's definition does: scores of two scorers don't compare."""
        ...

    @property
    def told(self) -> str:
        """Hash of what scores depend on beside it, prompt and reference; empty for nothing.

        Such as an item's tags, which functions are given.
        """
        ...

    @property
    def heavy(self) -> bool:
        """Whether a score costs so much that a pool of processes is worth it."""
        ...

    def score(self, item: Item, draw: Draw) -> Score:
        """Score one draw of `item`, which has no fault."""
        ...

    def right(self, item: Item) -> str:
        """Return the hash of the right answer; empty if the task compares no answers."""
        ...
