"""A baseline: what was accepted of an arm on a task, item by item, and where each item is from."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from harness.records import Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where the draws of an item are from.

    Attributes
    ----------
    epoch
        How often the item had been taken by then; names the stream of its draws.
    taken
        The day, as YYYY-MM-DD.
    model
        Hash of what the arm ran on, 16 hex digits.
    how
        Whether they were ``drawn`` for the baseline, or are of a ``record`` that was named for it.
    """

    epoch: int
    taken: str
    model: str
    how: Literal["drawn", "record"] = "drawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """An accepted tally of one arm on one task.

    Attributes
    ----------
    identity
        What must be the same in a comparison: the hash of the `scorer`, the parameters of
        `sampling`, and `prompting`: what an arm's options make of a prompt (None: not known).
    seed
        Of the sampling, when the whole was last taken.
    origins
        Where each item of the tally is from.
    prompts
        Hash of each item's prompt, by which an item whose reference was changed is known again;
        empty if not known.
    """

    task: str
    arm: str
    identity: Mapping[str, Any]
    seed: int
    origins: tuple[Origin, ...]
    prompts: tuple[str, ...]
    tally: Tally

    @property
    def epoch(self) -> int:
        """The last epoch in which some of its items were taken."""
        return max(origin.epoch for origin in self.origins)

    @property
    def oldest(self) -> str:
        """The day that its oldest item was taken."""
        return min(origin.taken for origin in self.origins)

    @property
    def models(self) -> tuple[str, ...]:
        """Hashes of what its items were sampled from, usually one."""
        return tuple(sorted({origin.model for origin in self.origins}))

    def alike(self, other: Baseline) -> bool:
        """Say whether its items may stand beside those of another one of the same arm."""
        return self.identity == other.identity and self.tally.metrics == other.tally.metrics

    def kept(self, ids: Sequence[str]) -> Baseline:
        """Return it with these of its items alone, in this order."""
        position = {identity: row for row, identity in enumerate(self.tally.ids)}
        rows = [position[identity] for identity in ids]
        return dataclasses.replace(
            self,
            origins=tuple(self.origins[row] for row in rows),
            prompts=tuple(self.prompts[row] for row in rows),
            tally=self.tally.chosen(rows),
        )

    def joined(self, other: Baseline) -> Baseline:
        """Return it with the items of another one of the same arm, which replace its own."""
        new = set(other.tally.ids)
        own = self.kept([identity for identity in self.tally.ids if identity not in new])
        if not own.tally.ids:
            return other
        first, second = own.tally, other.tally
        tally = Tally(
            ids=(*first.ids, *second.ids),
            draws=np.concatenate([first.draws, second.draws]),
            metrics=first.metrics,
            sums=np.concatenate([first.sums, second.sums]),
            products=np.concatenate([first.products, second.products]),
            answers=(*first.answers, *second.answers),
        )
        return dataclasses.replace(
            own,
            origins=(*own.origins, *other.origins),
            prompts=(*own.prompts, *other.prompts),
            tally=tally,
        )
