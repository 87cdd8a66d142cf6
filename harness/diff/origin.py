"""Where a change comes from: form and substance, truncation and length."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from harness.diff.change import Change, PerItem, change_by, change_in, plain
from harness.diff.pair import Pair
from harness.diff.side import Side
from harness.stats.kitagawa import Decomposition, kitagawa
from harness.store import Survey

if TYPE_CHECKING:
    from harness.records.data import FloatArray

_CORRECT, _TRUNCATED = "correct", "truncated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The parts of the change of `correct`; format and substance add up to it.

    Attributes
    ----------
    form
        The metric that says whether a draw has the right form.
    format
        What is due to more or fewer draws in that form: the shares are those of such draws.
    substance
        What is due to better or worse answers within and without: the shares are the right ones
        among draws of the form.
    lenient
        The change of the lenient metric, which does not ask for the form, if there is one.
    """

    form: str
    format: Change
    substance: Change
    lenient: Change | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """The shift of the mean length of a completion; `unit` is ``tokens`` or ``bytes``."""

    unit: str
    change: Change


def origin(pair: Pair) -> Origin | None:
    """Split the change of `correct`; None without it, or without the metric of the form."""
    form, lenient = pair.task.form, pair.task.lenient
    if _CORRECT not in pair.metrics or form not in pair.metrics:
        return None
    if not (pair.binary(_CORRECT) and pair.binary(form)):
        return None
    (shares_a, hits_a), (shares_b, hits_b) = (_strata(pair, side, form) for side in pair.sides)
    parts = split_by(pair, form)
    policy = plain(pair.policy)
    formed = float(shares_a[:, 1].mean()), float(shares_b[:, 1].mean())
    right = _rate(shares_a, hits_a), _rate(shares_b, hits_b)
    return Origin(
        form=form,
        format=change_by(pair, formed, parts.composition, policy),
        substance=change_by(pair, right, parts.rates, policy),
        lenient=_mean(pair, lenient) if lenient in pair.metrics else None,
    )


def split_by(pair: Pair, metric: str) -> Decomposition:
    """Split the change of `correct` by another 0/1 metric of both sides, item by item."""
    (shares_a, hits_a), (shares_b, hits_b) = (_strata(pair, side, metric) for side in pair.sides)
    return kitagawa(shares_a, hits_a, shares_b, hits_b)


def _rate(shares: FloatArray, hits: FloatArray) -> float:
    """Return the share of right draws among those with the form; 0 if there are none."""
    formed = float(shares[:, 1].sum())
    return float(hits[:, 1].sum()) / formed if formed else 0.0


def _strata(pair: Pair, side: Side, form: str) -> tuple[FloatArray, FloatArray]:
    """Return shares and hits without and with the form, each of shape [N, 2]."""
    tally = side.tally
    formed, right = pair.shares(side, form), pair.shares(side, _CORRECT)
    both = tally.products[:, pair.column(side, form), pair.column(side, _CORRECT)] / tally.draws
    return np.stack([1 - formed, formed], axis=1), np.stack([right - both, both], axis=1)


def truncation(pair: Pair) -> Change | None:
    """Return the shift of the share of completions that were cut off, where it is known."""
    return _mean(pair, _TRUNCATED) if _TRUNCATED in pair.metrics else None


def _mean(pair: Pair, metric: str) -> Change:
    return change_in(pair, means_of(pair, metric))


def means_of(pair: Pair, metric: str) -> PerItem:
    """Return the mean of a metric on each item."""
    before, after = (pair.shares(side, metric) for side in pair.sides)
    return PerItem(before=before, after=after)


def length(pair: Pair, surveys: tuple[Survey, Survey] | None) -> Length | None:
    """Return the shift of the mean length, in tokens if all are known, else in bytes.

    None where texts are not kept on both sides.
    """
    for unit, found in lengths(surveys):
        return Length(unit=unit, change=change_in(pair, found))
    return None


def lengths(surveys: tuple[Survey, Survey] | None) -> Iterator[tuple[str, PerItem]]:
    """Yield the units that all lengths are known in, tokens first, and the items' mean lengths."""
    if surveys is None:
        return
    first, second = surveys
    for unit, before, after in (
        ("tokens", first.tokens, second.tokens),
        ("bytes", first.size, second.size),
    ):
        if np.isfinite(before).all() and np.isfinite(after).all():
            reach = float(max(before.max(), after.max(), 1.0))
            yield unit, PerItem(before=before, after=after, half_range=reach)
