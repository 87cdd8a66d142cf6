"""Engines of which no more is known than what they are: they draw nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.engines.base import Arrival, Engine, Request
from harness.errors import EngineError
from harness.records import ArmSpec, Sampling

_HINT = "run the shards again: pytest evals/ --harness-shard i/n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Stands for an engine that drew elsewhere, where its model need not be."""

    fingerprint: str
    pinned: bool

    def draw(self, requests: Sequence[Request], sampling: Sampling) -> Iterator[Arrival]:
        """Refuse to draw.

        Raises
        ------
        EngineError
            Always.
        """
        del requests, sampling
        raise EngineError("draws are decided on here, and none is taken", hint=_HINT)


def opener_of(arms: Mapping[str, Known]) -> Callable[[ArmSpec], Engine]:
    """Return what opens no engine, but gives what is known of the arms, by their names."""

    def opened(arm: ArmSpec) -> Engine:
        if arm.name not in arms:
            msg = f"arm {arm.name!r} was asked for by no claim when the shards were drawn"
            raise EngineError(msg, where=arm.where, hint=_HINT)
        return arms[arm.name]

    return opened
