"""What must be true of a baseline's rows beyond what the schema asks of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from harness.baseline.columns import Columns, Taken
from harness.baseline.figures import impossible, miscounted
from harness.baseline.lines import impossible_sums
from harness.baseline.migrate import HINT
from harness.errors import BaselineError
from harness.records import Tally

_GRACE = dt.timedelta(days=1)  # of time zones, and of clocks that are not quite right
_OTHERWISE = "two branches may have met: take the file of one, then: harness baseline rebase"
_TWICE = (
    "two branches may have taken it: keep one of its lines, or take it anew: "
    "harness baseline accept"
)


def check_rows(columns: Columns, measure: str, told: Callable[[int], str]) -> None:
    """See that there are items, each once, taken on a day that was, as the header says.

    Parameters
    ----------
    measure
        Hash of how the header says that items were scored and sampled.
    told
        Names the place of a row, by where it stands in the file.

    Raises
    ------
    BaselineError
        With the item and its place.
    """
    ids, places = columns.ids, columns.places
    if not ids:
        raise BaselineError("there is no item in it", where=told(0), hint=HINT)
    for taken in columns.taken.values():
        if (error := _odd(taken, measure)) is not None:
            what, hint = error
            msg = f"item {ids[taken.row]} was {what}"
            raise BaselineError(msg, where=told(places[taken.row]), hint=hint)
    if (row := _repeated(ids)) is not None:
        msg = f"item {ids[row]} stands twice"
        raise BaselineError(msg, where=told(places[row]), hint=_TWICE)
    if (row := columns.twice) is not None:
        msg = f"item {ids[row]} counts an answer twice"
        raise BaselineError(msg, where=told(places[row]), hint=HINT)


def check_figures(tally: Tally, columns: Columns, told: Callable[[int], str]) -> None:
    """See that there are draws that figures and answers add up to.

    Raises
    ------
    BaselineError
        With the item and its place.
    """
    if (row := impossible(tally)) is not None:
        draws = int(tally.draws[row])
        raise impossible_sums(tally.ids[row], draws, told(columns.places[row]))
    if (row := miscounted(tally, columns.origins)) is not None:
        answers = sum(tally.answers[row].values())
        msg = f"item {tally.ids[row]} has {tally.draws[row]} draws, and counts {answers} answers"
        raise BaselineError(msg, where=told(columns.places[row]), hint=HINT)


def _odd(taken: Taken, measure: str) -> tuple[str, str] | None:
    """Say how items can't have been taken, and the next step; None if nothing is odd."""
    if taken.measure not in {None, measure}:
        return "scored, sampled or prompted otherwise than the header says", _OTHERWISE
    day = taken.origin.taken
    today = dt.datetime.now(dt.UTC).date()
    try:
        wrong = dt.date.fromisoformat(day) > today + _GRACE
    except ValueError:
        return f"taken on {day[:10]!r}, which is no day", HINT
    if wrong:
        return f"taken on {day}, and today is {today}", f"see that the clock is right, {HINT}"
    return None


def _repeated(ids: Sequence[str]) -> int | None:
    """Return the first row whose item stands in an earlier one, too; None if there is none."""
    if len(set(ids)) == len(ids):
        return None
    first: dict[str, int] = {}
    return next(row for row, item in enumerate(ids) if first.setdefault(item, row) != row)
