"""The figures of a study as rows, in sections: what the table and the Markdown have in common."""

from __future__ import annotations

from collections.abc import Iterator

from harness.diff.change import Change
from harness.diff.curve import Point
from harness.report.diff_rows import Section
from harness.report.diff_words import interval
from harness.report.numbers import share, signed
from harness.report.reward_rows import gain_section
from harness.report.study_words import band, passage, percent
from harness.report.untrusted import visible
from harness.study import Group, Study

#: Of `sections`, after the names of the sides.
HEAD = ("change", "interval", "share")
#: Of `by_tag`.
GROUP_HEAD = ("items", "k", "pass@1", "pass@k", "crossover", "new", "lost", "")


def sections(study: Study, *, wide: bool = True) -> Iterator[Section]:
    """Yield what is told of all items; rows are name, before, after, change, interval, share.

    `wide` if there is room for the intervals of shares.
    """
    whole = study.whole
    yield Section(
        title="pass@k, one band over all k",
        rows=tuple(_point(f"pass@{one.k}", one) for one in whole.curves.points),
    )
    yield from _reliability(whole)
    if whole.shares:
        rows = tuple(
            _change(
                visible(one.metric),
                one.part,
                "" if one.share is None else percent(one.share, whole=wide),
            )
            for one in whole.shares
        )
        yield Section(
            title="parts of the change of pass@1, and their shares of it; they overlap", rows=rows
        )
    if study.reward is not None:
        yield gain_section(study.reward)
    if whole.versus is not None and study.control is not None:
        name = visible(study.control.name)
        rows = tuple(
            _point(f"pass@{one.k}{word}", one)
            for word, points in (
                (", gain", whole.versus.gain),
                (", own", whole.versus.own),
                (", net", whole.versus.net),
            )
            for one in points
        )
        yield Section(title=f"control {name}: gain, its own, and net of it", rows=rows)


def by_tag(study: Study) -> Iterator[Section]:
    """Yield a row for each value of each tag; an asterisk where the band leaves zero out."""
    groups = study.groups[1:]
    for tag in dict.fromkeys(group.tag for group in groups):
        rows = tuple(_group(group) for group in groups if group.tag == tag)
        yield Section(title=f"by {visible(tag)}", rows=rows)


def _reliability(group: Group) -> Iterator[Section]:
    found = group.reliability
    rows: list[tuple[str, ...]] = []
    for one in found.coverage:
        rows.append(_change(f"at least {one.tau:.0%}", one.change))
        gap = one.after - one.before
        rows.append(("  without noise", share(one.before), share(one.after), signed(gap), "-", ""))
    yield Section(title=f"items right in a share of {found.draws} draws", rows=tuple(rows))
    if found.all_of:
        yield Section(
            title="pass^k: all of k draws right",
            rows=tuple(_change(f"pass^{one.k}", one.change) for one in found.all_of),
        )


def _point(name: str, point: Point) -> tuple[str, ...]:
    return (
        name, share(point.before), share(point.after), _effect(point.effect), band(point), "",
    )  # fmt: skip


def _change(name: str, change: Change, remark: str = "") -> tuple[str, ...]:
    return (
        name, share(change.before), share(change.after), _effect(change.effect), interval(change),
        remark,
    )  # fmt: skip


def _effect(value: float) -> str:
    return signed(value, *((0.0,) if value else ()))


def _group(group: Group) -> tuple[str, ...]:
    curves, solved = group.curves, group.solved
    crossing = "" if curves.crossover is None else passage(curves.crossover, curves.draws)
    return (
        visible(group.value), str(group.items), str(curves.draws),
        _starred(curves.points[0]), _starred(curves.points[-1]), crossing,
        str(solved.newly.count), str(solved.lost.count), curves.shape,
    )  # fmt: skip


def _starred(point: Point) -> str:
    star = "*" if point.low > 0 or point.high < 0 else " "
    return f"{_effect(point.effect)}{star}"


def names(study: Study, longest: int) -> tuple[str, str]:
    """Return the heads of the sides' columns."""
    before, after = visible(study.before.name), visible(study.after.name)
    return (before, after) if max(len(before), len(after)) <= longest else ("before", "after")
