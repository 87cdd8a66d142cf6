"""Figures and sentences of a page in words: plain, and in Markdown."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from harness.report.numbers import amount, amount_changed, counted, share, share_changed, signed
from harness.report.untrusted import code, visible
from harness.study.answer import Answer, Figure, Name, Sentence, Unit
from harness.study.page import Arm, Course, Page

_CELL = 80
_LEAST = 0.001
NOT_ASKED = "-"


def plain(said: Sentence) -> str:
    """Write a sentence for a terminal or a file."""
    return "".join(visible(part) if isinstance(part, str) else _plain(part) for part in said)


def _plain(part: Name | Figure) -> str:
    return visible(part.text) if isinstance(part, Name) else figure_words(part)


def marked(said: Sentence, *, cell: bool = False) -> str:
    """Write a sentence in Markdown, `cell` if in a table: names stand in code, nothing acts."""
    found, text = [], ""
    for part in said:
        if isinstance(part, Name):
            found += [ours(text), code(part.text, _CELL, cell=cell)]
            text = ""
        else:
            text += part if isinstance(part, str) else figure_words(part)
    return "".join([*found, ours(text)])


def ours(text: str) -> str:
    """Return our own words and figures in Markdown: they hold no markup but signs of less."""
    return text.replace("&", "&amp;").replace("<", "&lt;")


def figure_words(figure: Figure) -> str:
    """Write a figure with its interval, as in a sentence."""
    if figure.unit == "items":
        return f"{counted(int(figure.value or 0), 'item')} ({beside(figure)})"
    if figure.unit == "tries":
        return f"at k = {value(figure)} {beside(figure)}"
    return f"{value(figure)} {beside(figure)}".strip()


def value(figure: Figure) -> str:
    """Write a figure without its interval."""
    if figure.unit == "tries":
        return f">{figure.most}" if figure.value is None else f"{figure.value:.0f}"
    return "unknown" if figure.value is None else _WRITTEN[figure.unit](figure.value)


def beside(figure: Figure) -> str:
    """Write what stands beside a figure: its interval, or what chance would give."""
    if figure.expected is not None and figure.p is not None:
        p = f"p <{_LEAST:g}" if figure.p < _LEAST else f"p {figure.p:.3f}"
        return f"{figure.expected:.1f} by chance, {p}"
    if figure.unit != "tries" and (figure.low is None or figure.high is None):
        return ""
    size = "" if figure.size is None else f", {figure.scale} {figure.size + 0.0:+.2f}"
    return f"[{_end(figure, figure.low)}, {_end(figure, figure.high)}]{size}"


def _end(figure: Figure, bound: float | None) -> str:
    """Write an end of an interval, on its side of zero; none lies beyond the draws."""
    if bound is None:
        return f">{figure.most}"
    if figure.unit == "tries":
        return f"{bound:.0f}"
    if figure.unit == "ratio":
        return _percent(bound)
    if figure.unit == "amount":
        return amount_changed(bound)
    return signed(bound, 0.0) if figure.unit == "change" else f"{bound:.2f}"


def _percent(value: float) -> str:
    return f"{round(100 * value) + 0:d}%"


_WRITTEN: Mapping[Unit, Callable[[float], str]] = {
    "score": share,
    "change": share_changed,
    "amount": amount_changed,
    "ratio": _percent,
    "items": "{:.0f}".format,
    "number": "{:.2f}".format,
}


def row(figure: Figure) -> tuple[Sentence, ...]:
    """Write a figure as cells: what it is, on which items, start, arm, value, and beside it."""
    name = (f"{figure.what} ", Name(text=figure.of)) if figure.of else (figure.what,)
    on = (Name(text=figure.where),) if figure.where else ()
    write = amount if figure.unit == "amount" else share
    sides = [() if one is None else (write(one),) for one in (figure.before, figure.after)]
    return (name, on, *sides, (value(figure),), (beside(figure),))


def verdict(arm: Arm, key: str) -> str:
    """Return the verdict of an arm on a question."""
    answer: Answer | None = arm.answers.get(key)
    return NOT_ASKED if answer is None else answer.verdict


def intro(page: Page) -> Sentence:
    """Say what the page is about."""
    told: list[str | Name | Figure] = [
        counted(len(page.arms), "arm"), " beside what training started from, on the task ",
        Name(text=page.task),
    ]  # fmt: skip
    for tag, values in page.where:
        told += [" (", Name(text=tag), " ", Name(text=", ".join(values)), ")"]
    if page.by:
        told += [", by ", Name(text=page.by)]
    told.append(
        f". Intervals hold at {page.level:.0%}, each by itself, and verdicts follow from them by "
        "rules that stand with each question"
    )
    if page.within is not None:
        told.append(f". The smallest effect of interest is {page.within:g}")
    told.append(". Nothing here decides an eval.")
    return tuple(told)


def provenance(page: Page) -> Sentence:
    """Say where the draws come from."""
    seed = "not known" if page.seed is None else str(page.seed)
    return (f"Seed of the sampling: {seed}. Made by `harness study`, version ", page.version, ".")


def course_of(course: Course) -> Sentence:
    """Name the checkpoints of a series in their order."""
    parts = [part for name in course.arms for part in (", ", Name(text=name))]
    return tuple(parts[1:])


def start_of(page: Page, arm: Arm) -> Sentence:
    """Say what an arm was trained from, where that is not the base."""
    return () if arm.start == page.base else (" (from ", Name(text=arm.start), ")")
