"""A study in Markdown, for a comment or a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.report.diff_markdown import cells
from harness.report.diff_rows import Section
from harness.report.reward_rows import bin_head, bin_sections
from harness.report.study_behaviour import behaviour_markdown
from harness.report.study_rows import GROUP_HEAD, HEAD, by_tag, sections
from harness.report.study_words import headline_lines, item_lines, reward_lines, rule, title
from harness.report.untrusted import code, escaped, in_html
from harness.study import Study

_CELL = 80


def study_markdown(study: Study) -> Iterator[str]:
    """Yield the lines of a study in GitHub's Markdown."""
    yield f"### {escaped(title(study))}"
    yield ""
    yield from (f"- **{escaped(line)}**" for line in headline_lines(study))
    yield from (f"- {escaped(line)}" for line in item_lines(study))
    yield from (f"- {escaped(line)}" for line in reward_lines(study))
    yield from (f"- note: {escaped(note)}" for note in study.notes)
    yield ""
    sides = [code(one.name, _CELL) for one in (study.before, study.after)]
    for section in sections(study):
        yield from _section(section, [*sides, *HEAD])
    if study.reward is not None:
        first, second = sides
        for section in bin_sections(study.reward):
            yield from _section(section, bin_head((first, second)))
    for section in by_tag(study):
        yield from _section(section, GROUP_HEAD)
    yield from behaviour_markdown(study)
    yield escaped(rule(study))
    yield ""


def _section(section: Section, head: Sequence[str]) -> Iterator[str]:
    """Yield a table that can be folded."""
    yield f"<details><summary>{in_html(section.title)}</summary>"
    yield ""
    yield cells(["", *head])
    yield f"|---|{'---:|' * len(head)}"
    for label, *rest in section.rows:
        yield cells([code(label.strip(), _CELL), *map(escaped, rest)])
    yield ""
    yield "</details>"
    yield ""
