"""A study on the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.report.diff_rows import Section
from harness.report.diff_table import wrapped
from harness.report.reward_rows import bin_head, bin_sections
from harness.report.study_behaviour import behaviour_lines
from harness.report.study_rows import GROUP_HEAD, HEAD, by_tag, names, sections
from harness.report.study_words import headline_lines, item_lines, reward_lines, rule, title
from harness.report.table import Row, table
from harness.report.untrusted import visible
from harness.study import Study

_WIDE = 100  # columns that sizes of groups and intervals of shares are shown from
_SIZES = slice(1, 3)  # of a group's row


def study_lines(study: Study, width: int) -> Iterator[str]:
    """Yield the lines of a study for a terminal `width` columns wide."""
    yield from wrapped(title(study), width, "", "  ")
    for line in headline_lines(study):
        yield from wrapped(line, width, "  ", "    ")
    for note in study.notes:
        yield from wrapped(f"note: {visible(note)}", width, "  ", "    ")
    yield ""
    yield from _figures(study, wide=width >= _WIDE)
    if lines := list(reward_lines(study)):
        yield ""
        yield "reward"
        for line in lines:
            yield from wrapped(line, width, " ", "   ")
    yield ""
    yield from behaviour_lines(study, width)
    yield ""
    yield "items"
    for line in item_lines(study):
        yield from wrapped(line, width, " ", "   ")
    yield ""
    yield from wrapped(rule(study), width, "", "")


def _figures(study: Study, *, wide: bool) -> Iterator[str]:
    """Yield the tables, of all items and by tag; the longest names that fit depend on the width."""
    name, label, value = (10, 20, 13) if wide else (6, 15, 11)
    head = ["", *names(study, name), *HEAD]
    yield from table(_rows(sections(study, wide=wide), label), head, right=len(head) - 1)
    if study.reward is not None and (bins := list(bin_sections(study.reward))):
        yield ""
        head = ["", *bin_head(names(study, name))]
        yield from table(_rows(bins, label), head, right=len(head) - 1)
    if not (groups := list(by_tag(study))):
        return
    yield ""
    rows = _rows(groups, value)
    head = ["", *GROUP_HEAD]
    if not wide:
        rows = [row if isinstance(row, str) else _without_sizes(row) for row in rows]
        head = list(_without_sizes(tuple(head)))
    yield from table(rows, head, right=len(head) - 1)
    yield "*: the band leaves zero out"


def _without_sizes(row: tuple[str, ...]) -> tuple[str, ...]:
    return row[: _SIZES.start] + row[_SIZES.stop :]


def _rows(found: Iterable[Section], longest: int) -> list[Row]:
    rows: list[Row] = []
    for section in found:
        rows.append(section.title)
        rows += [(f" {_short(name, longest)}", *rest) for name, *rest in section.rows]
    return rows


def _short(name: str, longest: int) -> str:
    return name if len(name) <= longest else f"{name[: longest - 1]}\N{HORIZONTAL ELLIPSIS}"
