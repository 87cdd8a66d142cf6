"""Shows a finished run where pytest reports. Imported once evals have reported."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TextIO

import pytest

from harness.report import Page, Run, explanations, report_lines, summary
from harness.report.strip import glyphs
from harness.report.terminal import painted
from harness.report.untrusted import printable

#: Outcomes that pytest itself does not explain.
_UNTOLD = {"inconclusive", "not proven", "skipped"}
_NARROWEST = 80


def show(run: Run, trouble: Iterable[str], reporter: pytest.TerminalReporter) -> None:
    """Show a run at the end of pytest's report; `trouble` is what could not be written."""
    writer = reporter.config.get_terminal_writer()
    for title, lines in explanations(run, _UNTOLD):
        reporter.write_sep("_", title, yellow=True)
        for line in lines:
            reporter.write_line(line)
    page = Page(
        width=max(writer.fullwidth, _NARROWEST),
        glyphs=glyphs(sys.stdout.encoding),
        verbosity=reporter.verbosity,
    )
    if page.verbosity >= 0:
        reporter.write_sep("=", "harness")
    first, *rest = summary(run, page)
    color = "green" if run.green and not trouble else "red"
    reporter.write_line(first, bold=True, **{color: True})
    for line in rest:
        for text, tone in painted(line):
            writer.write(text, **({tone: True} if tone else {}))
        writer.line()
    for line in trouble:
        reporter.write_line(printable(line), red=True)


def print_plainly(run: Run, trouble: Iterable[str], file: TextIO) -> None:
    """Print the verdict and what is not proven where pytest itself prints nothing."""
    shown = report_lines(run, Page(glyphs=glyphs(file.encoding)))
    print(*shown, *map(printable, trouble), sep="\n", file=file)
