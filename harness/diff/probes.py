"""How often draws show a behaviour, as the task's probes label their texts."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from harness.diff.change import Change, PerItem, change_in
from harness.diff.pair import Pair
from harness.errors import DiffError
from harness.functions import FAULTS, described, find_function
from harness.records import Probe
from harness.stats.multiple import holm
from harness.store import Survey

if TYPE_CHECKING:
    from harness.records.data import FloatArray, IntArray

_LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """The share of draws that a probe labels, on both sides.

    `adjusted` is the p-value adjusted for all probes, by Holm; `change` is None where texts are
    not kept on both sides.
    """

    probe: str
    change: Change | None
    adjusted: float | None = None


def survey(pair: Pair) -> tuple[Survey, Survey] | None:
    """Read all draws of both sides, with the task's probes; None where texts are not kept.

    Raises
    ------
    DiffError
        If a probe's function can't be imported, raises, or gives no bool.
    """
    if pair.before.texts is None or pair.after.texts is None:
        return None
    labels = [label_of(probe) for probe in pair.task.probes]
    return (
        pair.before.texts.survey(pair.prompts, pair.before.tally.draws, labels),
        pair.after.texts.survey(pair.prompts, pair.after.tally.draws, labels),
    )


def behaviours(pair: Pair, surveys: tuple[Survey, Survey] | None) -> tuple[Behaviour, ...]:
    """Compare how often each probe says yes, on the items that both sides have texts of."""
    probes = pair.task.probes
    if surveys is None:
        return tuple(Behaviour(probe=probe.name, change=None) for probe in probes)
    found = []
    for place, probe in enumerate(probes):
        shares = shares_of(surveys, place)
        told = None if shares is None else change_in(pair, shares)
        found.append(Behaviour(probe=probe.name, change=told))
    return tuple(_adjusted(found))


def shares_of(surveys: tuple[Survey, Survey], place: int) -> PerItem | None:
    """Return the shares of draws that a probe labels, on the items that both sides have texts of.

    None if there are no such items.
    """
    rows = np.flatnonzero((surveys[0].texts > 0) & (surveys[1].texts > 0))
    if not len(rows):
        return None
    before, after = (_share(side, rows, place) for side in surveys)
    return PerItem(before=before, after=after, rows=rows)


def _share(side: Survey, rows: IntArray, place: int) -> FloatArray:
    """Return the share of each item's texts that a label says yes to."""
    share: FloatArray = side.hits[place, rows] / side.texts[rows]
    return share


def _adjusted(found: Sequence[Behaviour]) -> list[Behaviour]:
    told = [
        (place, one.change.p)
        for place, one in enumerate(found)
        if one.change is not None and one.change.p is not None
    ]
    adjusted = list(found)
    if told:
        for (place, _), p in zip(told, holm(np.array([p for _, p in told])).tolist(), strict=True):
            adjusted[place] = dataclasses.replace(found[place], adjusted=p)
    return adjusted


def label_of(probe: Probe) -> Callable[[str], object]:
    """Return what says of a text whether it shows a probe's behaviour.

    Raises
    ------
    DiffError
        If the probe's function can't be imported; calling it, if that raises or gives no bool.
    """
    if probe.pattern:
        return re.compile(probe.pattern).search
    function, _ = find_function(probe.function, DiffError, probe.where)

    def label(text: str) -> bool:
        try:
            said = function(text)
        except FAULTS as error:
            msg = f"{probe.function} raised {described(error)} on {text[:_LONGEST]!r}"
            raise DiffError(msg, where=probe.where) from error
        if not isinstance(said, bool | np.bool_):
            shown = f"{said!r}"[:_LONGEST]
            msg = f"{probe.function} returned {shown}, no bool, on {text[:_LONGEST]!r}"
            raise DiffError(msg, where=probe.where, hint="return True or False")
        return bool(said)

    return label
