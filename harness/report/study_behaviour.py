"""The behaviour of a study: a table for the terminal, and one in Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from harness.diff.change import Change
from harness.report.diff_markdown import cells
from harness.report.diff_rows import adjusted
from harness.report.diff_table import wrapped
from harness.report.numbers import amount, amount_changed, counted, share, share_changed, signed
from harness.report.table import Row, table
from harness.report.untrusted import code, escaped, in_html, visible
from harness.study import Study
from harness.study.behaviour import NAMES, Shift

_TITLE = "behaviour"
_HEAD = ("change", "interval", "size", "q")
_WIDE = 100
_CELL = 80
_MOST_TOLD = 4


def behaviour_lines(study: Study, width: int) -> Iterator[str]:
    """Yield the lines of a study's behaviour for a terminal `width` columns wide."""
    name, label = (10, 24) if width >= _WIDE else (6, 17)
    sides = [visible(one.name) for one in (study.before, study.after)]
    head = [*(sides if max(map(len, sides)) <= name else ("before", "after")), *_HEAD]
    rows: list[Row] = [
        (f" {_short(first, label)}", *rest) for first, *rest in behaviour_rows(study)
    ]
    yield from table(rows, [_TITLE, *head], right=len(head))
    yield from wrapped(behaviour_words(study), width, "", "  ")
    for note in study.behaviour.untold:
        yield from wrapped(f"not told: {note}", width, "", "  ")
    yield from wrapped(_rule(study), width, "", "")


def behaviour_markdown(study: Study) -> Iterator[str]:
    """Yield the lines of a study's behaviour in GitHub's Markdown."""
    yield f"<details><summary>{in_html(_TITLE)}</summary>"
    yield ""
    sides = [code(one.name, _CELL) for one in (study.before, study.after)]
    yield cells(["", *sides, *_HEAD])
    yield f"|---|{'---:|' * (len(sides) + len(_HEAD))}"
    for label, *rest in behaviour_rows(study):
        yield cells([code(label, _CELL), *map(escaped, rest)])
    yield ""
    yield f"- {escaped(behaviour_words(study))}"
    yield from (f"- not told: {escaped(note)}" for note in study.behaviour.untold)
    yield f"- {escaped(_rule(study))}"
    yield ""
    yield "</details>"
    yield ""


def behaviour_words(study: Study) -> str:
    """Say in one line which figures shifted, the largest of them by name."""
    found = study.behaviour
    shown = sorted((one for one in found.shifts if one.shown), key=_largest_first)
    of = f"{len(shown)} of {counted(len(found.shifts), 'figure')} shifted"
    if not shown:
        return f"behaviour: {of} at FDR {found.rate:.0%}"
    named = ", ".join(
        f"{_name(one).partition(',')[0]} ({_size(one) or 'no scale'})" for one in shown[:_MOST_TOLD]
    )
    rest = f" and {len(shown) - _MOST_TOLD} more" if len(shown) > _MOST_TOLD else ""
    return f"behaviour: {of} at FDR {found.rate:.0%}: {named}{rest}"


def behaviour_rows(study: Study) -> Iterator[tuple[str, ...]]:
    """Yield a row for each figure: name, before, after, change, interval, size and q."""
    for one in study.behaviour.shifts:
        change = one.change
        write, move = (share, share_changed) if one.scale == "h" else (amount, amount_changed)
        yield (
            _name(one), write(change.before), write(change.after), move(change.effect),
            _interval(one), _size(one), adjusted(one.q),
        )  # fmt: skip


def _short(name: str, longest: int) -> str:
    return name if len(name) <= longest else f"{name[: longest - 1]}\N{HORIZONTAL ELLIPSIS}"


def _rule(study: Study) -> str:
    draws = study.behaviour.draws
    answers = "" if draws is None else f"; different answers and entropy: of {draws} draws"
    return (
        f"size: h is Cohen's, of shares, g Hedges', of the others; q: Benjamini-Hochberg over all "
        f"{counted(len(study.behaviour.shifts), 'figure')}{answers}"
    )


def _name(shift: Shift) -> str:
    own = shift.kind in {"answers", "length"}
    return NAMES[shift.name] if own else visible(shift.name)


def _told(shift: Shift) -> str:
    return f"{_name(shift).partition(',')[0]} ({_size(shift) or signed(shift.change.effect)})"


def _largest_first(shift: Shift) -> float:
    return -abs(shift.size or 0.0)


def _size(shift: Shift) -> str:
    return "" if shift.size is None else f"{shift.scale} {shift.size + 0.0:+.2f}"


def _interval(shift: Shift) -> str:
    change: Change = shift.change
    if change.low is None or change.high is None:
        return "-"
    move = share_changed if shift.scale == "h" else amount_changed
    return f"[{move(change.low)}, {move(change.high)}]"
