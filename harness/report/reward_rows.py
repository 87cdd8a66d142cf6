"""A reward audit as rows: what the table and the Markdown have in common."""

from __future__ import annotations

from collections.abc import Iterator

from harness.diff.change import Change
from harness.report.diff_rows import Section
from harness.report.diff_words import interval
from harness.report.numbers import share, signed
from harness.report.reward_words import bounds
from harness.report.untrusted import visible
from harness.study.reward import Audit
from harness.study.reward_bins import Bin, Level


def bin_head(names: tuple[str, str]) -> tuple[str, ...]:
    """Return the heads of the columns of `bin_section`, but for the first."""
    before, after = names
    return ("of draws", before, "interval", "of draws", after, "interval")


def gain_section(audit: Audit) -> Section:
    """Return a row each for the reward and for gold: before, after, change and interval."""
    rows = tuple(
        _change(f"{what} ({visible(name)})", change)
        for what, name, change in (
            ("reward", audit.reward, audit.paid),
            ("gold", audit.gold, audit.gained),
        )
    )
    return Section(title="reward and gold", rows=rows)


def bin_sections(audit: Audit) -> Iterator[Section]:
    """Yield a row for each bin of the reward, where draws are known one by one."""
    if audit.bins:
        title = f"gold ({visible(audit.gold)}) by reward ({visible(audit.reward)})"
        yield Section(title=title, rows=tuple(_bin(one) for one in audit.bins))


def _bin(one: Bin) -> tuple[str, ...]:
    ends = dict.fromkeys((f"{one.low:.3g}", f"{one.high:.3g}"))
    return (" to ".join(ends), *_level(one.before), *_level(one.after))


def _level(level: Level | None) -> tuple[str, str, str]:
    if level is None:
        return "-", "-", "-"
    return _percent(level.share), share(level.estimate), bounds(level.low, level.high)


def _percent(value: float) -> str:
    """Write a share in whole percent; none and all only when exactly true."""
    text = f"{value:.0%}"
    if value not in {0.0, 1.0} and text in {"0%", "100%"}:
        return "<1%" if value < 0.5 else ">99%"  # noqa: PLR2004  which end it is at
    return text


def _change(name: str, change: Change) -> tuple[str, ...]:
    effect = signed(change.effect, *((0.0,) if change.effect else ()))
    return (name, share(change.before), share(change.after), effect, interval(change), "")
