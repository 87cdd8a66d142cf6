"""A diff in words: its headline, by rules from what is shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.diff import About, Diff
from harness.diff.change import Change
from harness.report.numbers import counted, signed
from harness.report.untrusted import visible

_MOST_LINES = 3
_CORRECT = "correct"


def title(diff: Diff) -> str:
    """Name what is compared."""
    sides = f"{side_told(diff.after)} against {side_told(diff.before)}"
    return f"{sides} on {visible(diff.task)}: {counted(diff.items, 'item')}"


def side_told(about: About) -> str:
    """Name a side, with the draws of an item."""
    fewest = "" if about.fewest == about.most else f"{about.fewest} to "
    return f"{visible(about.name)} ({fewest}{counted(about.most, 'draw')})"


def headline_lines(diff: Diff) -> list[str]:
    """Say in one to three lines what changed, and where it comes from."""
    lines = [_first(diff), *_origin(diff), *_coverage(diff), *_truncated(diff), *_diversity(diff)]
    if diff.headline.quiet and "primary" in diff.headline.alone:
        count = len(diff.headline.signs)
        lines.append(f"its interval leaves zero out, as one of {count} figures may by chance")
    return lines[:_MOST_LINES]


def figure(diff: Diff) -> str:
    """Name the figure that the diff is about."""
    if not diff.binary:
        return f"mean({diff.metric})"
    return "pass@1" if diff.metric == _CORRECT else f"pass@1[{diff.metric}]"


def hit(metric: str) -> str:
    """Say what a draw is that scores 1."""
    return "right" if metric == _CORRECT else visible(metric)


def told(change: Change) -> str:
    """Write an effect with its interval."""
    if change.low is None or change.high is None:
        return f"{signed(change.effect)} (no interval: {change.method})"
    return f"{signed(change.effect)} {interval(change)}"


def interval(change: Change) -> str:
    """Write an interval, its ends on their sides of zero."""
    if change.low is None or change.high is None:
        return "-"
    return f"[{signed(change.low, 0.0)}, {signed(change.high, 0.0)}]"


def _sign(diff: Diff, name: str) -> int:
    return diff.headline.signs.get(name, 0)


def _first(diff: Diff) -> str:
    before, after = visible(diff.before.name), visible(diff.after.name)
    effect = f"{figure(diff)} {told(diff.primary)}"
    if sign := _sign(diff, "primary"):
        known = ("worse", "better") if diff.metric == _CORRECT else ("lower", "higher")
        return f"{after} is {known[sign > 0]} than {before}: {effect}"
    if diff.headline.quiet:
        none = diff.counts and not (diff.counts.gained or diff.counts.lost)
        items = f"; no item differs at FDR {diff.counts.rate:.0%}" if none and diff.counts else ""
        return f"nothing changed beyond noise: {effect}{items}"
    counts = diff.counts
    if _sign(diff, "items") and counts and (counts.gained or counts.lost):
        gained = f"{counted(counts.gained, 'item')} gained and {counts.lost} lost"
        return f"the mean is not shown to move: {effect}, but {gained} at FDR {counts.rate:.0%}"
    return f"{after} and {before} differ, though not shown in {effect}"


def _origin(diff: Diff) -> Iterator[str]:
    """Say whether a change is one of format or of substance."""
    parts = diff.origin
    signs = {name: _sign(diff, name) for name in ("format", "substance")}
    if parts is None or diff.metric != _CORRECT or not any(signs.values()):
        return
    lenient = "" if parts.lenient is None else f" (lenient {told(parts.lenient)})"
    figures = f"format {told(parts.format)}, substance {told(parts.substance)}{lenient}"
    whole = _sign(diff, "primary")
    causes = [name for name, sign in signs.items() if whole and sign == whole]
    against = [name for name, sign in signs.items() if sign and sign == -whole]
    moves = {1: "rose", -1: "fell"}
    if not causes:
        said = " and ".join(f"{name} {moves[sign]}" for name, sign in signs.items() if sign)
        yield f"{said}: {figures}"
        return
    noun = "gain" if whole > 0 else "loss"
    but = "".join(f", and {name} {moves[signs[name]]}" for name in against)
    yield f"the {noun} is {' and '.join(causes)}{but}: {figures}"


def _coverage(diff: Diff) -> Iterator[str]:
    """Say whether what can be solved at all moved, unless the first try says the same."""
    sign = _sign(diff, "coverage")
    if not sign or sign == _sign(diff, "primary"):
        return
    curve = diff.curves[-1]
    word = "widened" if sign > 0 else "narrowed"
    deep = f" on the {curve.items} items with that many" if len(diff.curves) > 1 else ""
    yield (
        f"coverage {word}: pass@{curve.points[-1].k} {told(curve.last)} "
        f"while pass@1 {told(curve.first)}{deep}"
    )


def _truncated(diff: Diff) -> Iterator[str]:
    if diff.truncated is not None and (sign := _sign(diff, "truncated")):
        yield f"{'more' if sign > 0 else 'fewer'} draws are cut off: {told(diff.truncated)}"


def _diversity(diff: Diff) -> Iterator[str]:
    if diff.diversity is not None and (sign := _sign(diff, "entropy")):
        word = "more" if sign > 0 else "less"
        yield f"answers are {word} diverse: entropy {told(diff.diversity.entropy)} nats"


def short(diff: Diff) -> list[str]:
    """Return a diff of two to six lines, as for the end of a run."""
    lines = [title(diff), *(f"  {line}" for line in headline_lines(diff))]
    counts = diff.counts
    if counts and not diff.headline.quiet:
        lines.append(
            f"  items: {counts.gained} gained, {counts.lost} lost at FDR {counts.rate:.0%}"
        )
    if diff.notes:
        more = f" (and {len(diff.notes) - 1} more)" if len(diff.notes) > 1 else ""
        lines.append(f"  note: {visible(diff.notes[0])}{more}")
    return lines


def rule(diff: Diff) -> str:
    """Say by which rules the headline speaks."""
    figures: Sequence[str] = tuple(diff.headline.signs)
    return (
        f"headline: at {diff.headline.rate:.0%} over all {len(figures)} figures that it can speak "
        f"of (Holm); intervals: {diff.level:.0%}, each by itself; q: Benjamini-Hochberg over all "
        "metrics and groups"
    )
