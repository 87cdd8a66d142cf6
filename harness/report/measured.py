"""What a run's draws came to, item by item: read from the store, once, at its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from harness.errors import StoreError
from harness.records import Held, Read, Roster, Tally
from harness.store import Database, find_scored, read_tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Tallies of what claims read, with the items they are of.

    Attributes
    ----------
    rosters
        The items of each task, by its name.
    tallies
        By task and arm; of the items that a claim read.
    held
        The baselines that arms were held against.
    left_out
        What could not be read, each in one line.
    """

    rosters: Mapping[str, Roster] = field(default_factory=dict)
    tallies: Mapping[tuple[str, str], Tally] = field(default_factory=dict)
    held: tuple[Held, ...] = ()
    left_out: tuple[str, ...] = ()


def measured(
    reads: Sequence[Read], rosters: Mapping[str, Roster], held: Sequence[Held], store: Path
) -> Measured:
    """Tally what was read; what the store can't give is left out, and named."""
    tallies: dict[tuple[str, str], Tally] = {}
    left_out: list[str] = []
    if not reads:
        return Measured(rosters=rosters, held=tuple(held))
    try:
        if not store.is_file():
            msg = "there is no draw store"
            raise StoreError(msg, where=str(store))  # noqa: TRY301  said as all else is
        with closing(Database(store)) as database:
            for read in reads:
                draws = dict(zip(rosters[read.task].ids, read.draws, strict=True))
                key = (read.task, read.arm)
                scored = find_scored(database, read.stream, read.scorer)
                tallies[key] = read_tally(database, scored, draws)
    except StoreError as error:
        left_out.append(f"estimates and items are left out: {error}")
        tallies = {}
    return Measured(rosters=rosters, tallies=tallies, held=tuple(held), left_out=tuple(left_out))
