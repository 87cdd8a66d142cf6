"""A study in words, by rules from what the bands show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.diff.curve import Point
from harness.diff.items import RATE
from harness.report.diff_words import side_told
from harness.report.numbers import counted, signed
from harness.report.reward_words import audit_lines, audit_rule, verdict_line
from harness.report.untrusted import visible
from harness.stats.fieller import Ratio
from harness.stats.first_passage import FirstPassage
from harness.study import Study
from harness.study.curves import Curves
from harness.study.solved import Alone

_LEAST = 0.001
_MOST_NAMED = 4


def title(study: Study) -> str:
    """Name what is studied."""
    sides = f"{side_told(study.after)} against {side_told(study.before)}"
    return f"{sides} on {visible(study.task)}{_where(study)}: {counted(study.whole.items, 'item')}"


def headline_lines(study: Study) -> list[str]:
    """Say what training did to the curves, where they meet, and what the gain is made of."""
    return [
        _shape(study),
        *_others(study),
        *_meeting(study),
        *_format(study),
        *_control(study),
        *_reward(study),
    ]


def told(point: Point) -> str:
    """Write a point's change with its band."""
    return f"pass@{point.k} {signed(point.effect, *_zero(point.effect))} {band(point)}"


def band(point: Point) -> str:
    """Write the bounds of a point."""
    return f"[{signed(point.low, 0.0)}, {signed(point.high, 0.0)}]"


def passage(found: FirstPassage, most: int) -> str:
    """Write a k with its interval, such as ``5 [4, 9]``; what lies beyond the draws as ``>64``."""
    if found.low is None:
        return "none"
    k, low, high = (f">{most}" if one is None else str(one) for one in _ends(found))
    return f"{k} [{low}, {high}]"


def percent(ratio: Ratio, *, whole: bool = True) -> str:
    """Write a share of the change; with its interval, if `whole`."""
    bounds = f" [{_percent(ratio.low)}, {_percent(ratio.high)}]" if whole else ""
    return f"{_percent(ratio.estimate)}{bounds}"


def _percent(value: float) -> str:
    return f"{round(100 * value) + 0:d}%"


def item_lines(study: Study) -> Iterator[str]:
    """Yield what is to be said of items that one side alone solves."""
    solved = study.whole.solved
    yield _alone(study.after.name, solved.newly)
    yield _alone(study.before.name, solved.lost)
    yield f"{solved.both} solved by both, {solved.neither} by neither"


def rule(study: Study) -> str:
    """Say by which rules the study speaks."""
    return (
        f"intervals: {study.level:.0%}, each by itself; a band holds at all k at once, and each "
        "group has its own. contracts, expands: pass@k at the most draws is lower, higher; "
        "sharpens: neither is shown, and pass@1 is higher"
    )


def shape_word(study: Study) -> str:
    """Say what the curves of all items show."""
    curves = study.whole.curves
    first, last = curves.points[0], curves.points[-1]
    if curves.shape == "contracts":
        return "sharpens, and contracts coverage" if first.low > 0 else "contracts coverage"
    if curves.shape == "expands":
        return "expands coverage"
    if curves.shape == "sharpens":
        return "sharpens; coverage is not shown to move"
    if last.k == 1:
        return "is inconclusive: single draws tell nothing of coverage"
    if first.high < 0:
        return "is worse at once; inconclusive on coverage"
    return "is inconclusive: the band shows no change at either end"


def _ends(found: FirstPassage) -> tuple[int | None, ...]:
    return found.k, found.low, found.high


def _zero(value: float) -> tuple[float, ...]:
    return (0.0,) if value else ()


def _where(study: Study) -> str:
    tags = ", ".join(f"{visible(tag)}={visible(value)}" for tag, value in study.tags.items())
    return f" ({tags})" if tags else ""


def _shape(study: Study) -> str:
    curves = study.whole.curves
    ends = ", ".join(map(told, curves.ends))
    return f"{visible(study.after.name)} {shape_word(study)}{_where(study)}: {ends}"


def _others(study: Study) -> Iterator[str]:
    """Name the groups that show another shape than all items do."""
    found: dict[str, list[str]] = {}
    for group in study.groups[1:]:
        if group.curves.shape not in {"inconclusive", study.whole.curves.shape}:
            name = f"{visible(group.tag)}={visible(group.value)}"
            found.setdefault(group.curves.shape, []).append(name)
    if found:
        yield "; ".join(f"{shape} on {_listed(names)}" for shape, names in found.items())


def _listed(names: Sequence[str]) -> str:
    """List names, at most a few of them."""
    rest = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {rest} more" if rest > 0 else "")


def _meeting(study: Study) -> Iterator[str]:
    yield from meeting(study.whole.curves, study.before.name, study.after.name)


def meeting(curves: Curves, before: str, after: str) -> Iterator[str]:
    """Say where the curves cross, and where that of `before` reaches pass@1 of `after`."""
    before, after = visible(before), visible(after)
    if curves.crossover is None:
        return
    cross, most = curves.crossover, curves.draws
    parts = []
    if cross.low is None:
        parts.append(f"the curves do not cross up to k = {most}")
    elif cross.k is None:
        parts.append(
            f"no crossing is seen up to k = {most}, but from k = {cross.low} on not ruled out"
        )
    else:
        shown = "" if cross.shown else " (not shown)"
        parts.append(f"the curves cross at k = {passage(cross, most)}{shown}")
    if curves.points[0].effect > 0:
        parts.append(f"{before} reaches {after}'s pass@1 at k = {passage(curves.match, most)}")
    yield "; ".join(parts)


def _format(study: Study) -> Iterator[str]:
    """Say what share of the change is one of format: by the form, and by lenient scoring."""
    found = {one.metric: one.share for one in study.whole.shares}
    parts = []
    if (share := found.get(study.form)) is not None:
        parts.append(f"{percent(share)} is format ({visible(study.form)})")
    if (share := found.get(study.lenient)) is not None:
        parts.append(f"{percent(share)} is not seen by lenient scoring")
    if parts:
        noun = "gain" if study.whole.curves.points[0].effect > 0 else "loss"
        yield f"of the {noun} in pass@1, {', '.join(parts)}"


def _control(study: Study) -> Iterator[str]:
    if study.control is None or study.whole.versus is None:
        return
    name, found = visible(study.control.name), study.whole.versus
    yield f"net of {name}: {_all(found.net)}"
    yield f"{name} by itself: {_all(found.own)}"


def _reward(study: Study) -> Iterator[str]:
    if study.reward is not None:
        yield verdict_line(study.reward)


def reward_lines(study: Study) -> Iterator[str]:
    """Yield what is to be said of the reward, if there is one."""
    if study.reward is not None:
        yield from audit_lines(study.reward, (study.before.name, study.after.name))
        yield audit_rule()


def _all(points: Sequence[Point]) -> str:
    return ", ".join(map(told, points))


def _alone(name: str, alone: Alone) -> str:
    p = f"p <{_LEAST:g}" if alone.p < _LEAST else f"p {alone.p:.3f}"
    return (
        f"{alone.count} solved by {visible(name)} alone; equal chances would give "
        f"{alone.expected:.1f} ({p}); {len(alone.shown)} shown one by one at FDR {RATE:.0%}"
    )
