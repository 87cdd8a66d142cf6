"""The end of a session on the terminal: the verdict first, then claims, remarks, what to do."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator

from harness.report.claims_table import Page, claims_table
from harness.report.explain import explain
from harness.report.headline import headline
from harness.report.next_steps import next_steps
from harness.report.numbers import counted
from harness.report.remarks import readings, remarks
from harness.report.run import Run
from harness.report.table import note
from harness.report.untrusted import printable, shortened, visible

_MOST_EXPLAINED = 30
_MOST_READ = 4
_LONGEST = 1_000  # characters of a remark
_COLORS = {"supported": "green", "quiet": "green", "REFUTED": "red", "INCONCLUSIVE": "yellow"}
_VERDICT = re.compile(rf"(?P<before> )(?P<word>{'|'.join(_COLORS)})(?P<after>  .*)")

#: A line, and a line of a table with its verdict and the color it is shown in.
Part = tuple[str, str]


def summary(run: Run, page: Page) -> Iterator[str]:
    """Yield the lines of the summary; the first one is the verdict."""
    yield headline(run)
    if page.verbosity >= 0:
        yield from map(printable, _below(run, page))


def _below(run: Run, page: Page) -> Iterator[str]:
    if run.rulings:
        yield ""
        yield from claims_table(run, page)
    for line in run.changes:
        yield visible(shortened(line, _LONGEST))
    most = None if page.verbosity > 0 else _MOST_READ
    noted = _noted(run) if page.verbosity > 0 else ()
    for line in [*noted, *remarks(run), *readings(run, most)]:
        yield visible(shortened(line, _LONGEST))
    for line in next_steps(run):
        yield from note(visible(shortened(f"next: {line}", _LONGEST)), page.width)


def _noted(run: Run) -> Iterator[str]:
    """Yield the warnings of claims that are not explained, each once."""
    proven = [one.decision for one in run.rulings if one.decision.verdict == "supported"]
    count = Counter(text for decision in proven for text in decision.warnings)
    for text, claims in count.items():
        yield f"note: {text} ({counted(claims, 'claim')})"


def report_lines(run: Run, page: Page) -> Iterator[str]:
    """Yield the whole of a report: the verdict, what is not supported in full, and the summary."""
    verdict, *below = summary(run, page)
    yield verdict
    if page.verbosity >= 0:
        for title, lines in explanations(run):
            yield from ("", title, *lines)
    yield from below


def explanations(
    run: Run, outcomes: Collection[str] | None = None, *, most: int = _MOST_EXPLAINED
) -> Iterator[tuple[str, list[str]]]:
    """Yield evals with claims that are not supported: a title, and these claims in full.

    Parameters
    ----------
    run
        The run.
    outcomes
        Of evals to be explained; None for all.
    most
        Claims to be explained; others are counted.
    """
    left_out = 0
    for result in run.evals:
        if outcomes is not None and result.outcome not in outcomes:
            continue
        rulings = [one for one in result.rulings if one.decision.verdict != "supported"]
        shown, most = rulings[:most], most - len(rulings[:most])
        left_out += len(rulings) - len(shown)
        lines = [line for one in shown for line in (f"{one.place}:", *explain(one))]
        if lines:
            title = printable(f"{result.outcome}: {result.nodeid}", lines=False)
            yield title, list(map(printable, lines))
    if left_out:
        yield "more", [f"{counted(left_out, 'claim')} more not explained; run.json has all"]


def painted(line: str) -> list[Part]:
    """Return a line of the summary in parts, each with its color; empty for none."""
    match = _VERDICT.fullmatch(line)
    if match is None:
        return [(line, "")]
    word = match["word"]
    return [(match["before"], ""), (word, _COLORS[word]), (match["after"], "")]
