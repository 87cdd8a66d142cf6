"""The table of claims on a terminal: those that are not supported, and the others in short."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from harness.records import Decision, Ruling
from harness.report.numbers import counted, interval, level, signed, verdict_word
from harness.report.run import EvalResult, Run
from harness.report.strip import UNICODE, Glyphs, strip
from harness.report.table import Row, table
from harness.report.untrusted import shortened, visible

_FEW = 30  # claims that are all shown
_MOST_OPEN = 100  # rows of a suite that is folded
_MOST_FILES = 20
_WIDE = 100  # columns that hold the interval's numbers beside its strip
_LONGEST = 200  # characters of a name or a claim
_PROVEN = {"supported", "quiet"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a terminal can show.

    Attributes
    ----------
    width
        Its columns.
    glyphs
        What intervals are drawn with.
    verbosity
        As pytest counts it: above 0 for all claims, below for the headline alone.
    """

    width: int = 80
    glyphs: Glyphs = UNICODE
    verbosity: int = 0


def claims_table(run: Run, page: Page) -> Iterator[str]:
    """Yield the lines of the table, and what is left out of it."""
    whole = page.verbosity > 0 or len(run.rulings) <= _FEW
    evals = run.evals if whole else _open(run.evals)
    shown = [ruling for result in evals for ruling in result.rulings]
    if shown:
        wide = page.width >= _WIDE
        head = ["verdict", "claim", "effect", "interval", *(["", ""] if wide else [""])]
        head[-1] = "draws"
        rows = list(_rows(evals, page.glyphs, wide=wide))
        yield from table(rows, head, width=page.width, wrapped=1)
        yield from _legend(shown, rows, page)
    if not whole:
        yield from _left_out(run, shown)


def verdict_cell(ruling: Ruling) -> str:
    """Write the verdict; in capitals where it needs attention."""
    word = verdict_word(ruling)
    return word if word in _PROVEN else word.upper()


def amount(decision: Decision) -> str:
    """Write the draws that a decision took, and mark those of a claim that stopped early."""
    early = decision.stage is not None and decision.stage.number < decision.stage.most
    return f"{decision.items} x {decision.draws}{'*' if early else ''}"


def levels(rulings: Sequence[Ruling]) -> str:
    """Name the level of the intervals, and that of the alarms' where they share alpha."""
    own = dict.fromkeys(level(ruling) for ruling in rulings if ruling.kind != "alarm")
    shared = [level(ruling) for ruling in rulings if ruling.kind == "alarm"]
    others = [one for one in dict.fromkeys(shared) if one not in own]
    if not own or not others:
        return ", ".join([*own, *others])
    return f"{', '.join(own)}, of alarms {', '.join(others)}"


def _rows(evals: Sequence[EvalResult], glyphs: Glyphs, *, wide: bool) -> Iterator[Row]:
    """Yield the title of each eval, and its claims."""
    for result in evals:
        if result.rulings:
            yield _title(result)
        for ruling in result.rulings:
            margins = (ruling.low_margin, ruling.high_margin)
            numbers = (interval(ruling),) if wide else ()
            yield (
                f" {verdict_cell(ruling)}",
                visible(shortened(ruling.text, _LONGEST)),
                signed(ruling.decision.effect, *margins),
                strip(ruling, glyphs),
                *numbers,
                amount(ruling.decision),
            )


def _title(result: EvalResult) -> str:
    """Name an eval, with what it selects."""
    name, selection = result.nodeid.partition("::")[2], result.rulings[0].selection
    return visible(shortened(f"{name} ({selection})" if selection else name, _LONGEST))


def _open(evals: Sequence[EvalResult]) -> list[EvalResult]:
    """Return the evals with claims that are not supported, and these alone, up to a hundred."""
    found: list[EvalResult] = []
    room = _MOST_OPEN
    for result in evals:
        rulings = [one for one in result.rulings if one.decision.verdict != "supported"][:room]
        if rulings:
            found.append(replace(result, rulings=tuple(rulings)))
            room -= len(rulings)
    return found


def _legend(shown: Sequence[Ruling], rows: Sequence[Row], page: Page) -> Iterator[str]:
    starred = "; * stopped early" if any(row[-1].endswith("*") for row in rows) else ""
    dots, bar = 3 * page.glyphs.wanted, page.glyphs.margin
    yield f"intervals: {levels(shown)}, drawn against their margin {bar}; wanted: among the {dots}"
    yield f"draws: items x draws per item{starred}"


def _left_out(run: Run, shown: Sequence[Ruling]) -> Iterator[str]:
    """Sum up the claims that are not in the table: the supported ones, file by file."""
    proven = [one for one in run.rulings if one.decision.verdict == "supported"]
    more = len(run.rulings) - len(proven) - len(shown)
    if more:
        yield f"{counted(more, 'more claim')} not supported; -v shows all"
    if not proven:
        return
    yield f"supported: {counted(len(proven), 'claim')}, not shown; -v shows all"
    claims = Counter(one.nodeid.partition("::")[0] for one in proven)
    evals = Counter(nodeid.partition("::")[0] for nodeid in {one.nodeid for one in proven})
    for file, count in list(claims.items())[:_MOST_FILES]:
        name = visible(shortened(file, _LONGEST))
        yield f"  {name}: {counted(count, 'claim')} in {counted(evals[file], 'eval')}"
    if len(claims) > _MOST_FILES:
        yield f"  and {counted(len(claims) - _MOST_FILES, 'file')} more"
