"""The first part of a run in Markdown: did it pass, what moved, why, and what to do next."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from harness.records import Ruling
from harness.report.claims_table import amount, levels, verdict_cell
from harness.report.headline import headline
from harness.report.markdown_blocks import Room, bullets, left_out, name, prose, table
from harness.report.next_steps import next_steps
from harness.report.numbers import counted, interval, p_value, share, signed
from harness.report.run import Run
from harness.report.strip import strip
from harness.report.untrusted import code

_SHA = 10  # digits
_NO_BREAK = "\N{NO-BREAK SPACE}"  # other spaces would be drawn as one
_MOST_BASELINES = 10
_MOST_WARNINGS = 3  # of a claim


def head(data: Mapping[str, Any], run: Run, room: Room) -> Iterator[str]:
    """Yield the blocks that everybody should see."""
    yield f"### {headline(run)}"
    if compared := list(_compared(data, room)):
        yield bullets(compared)
    rulings = [one for one in run.rulings if one.decision.verdict != "supported"]
    if rulings:
        yield claims(rulings[: room.open], room)
        yield from left_out(len(rulings), room.open, "claim that is not supported")
    if told := rulings[: room.told]:
        yield "**Why**"
        yield bullets(_why(one, room) for one in told)
    if steps := list(next_steps(run)):
        yield "**Next**"
        yield bullets(steps)


def claims(rulings: Sequence[Ruling], room: Room, *, evals: bool = False) -> str:
    """Return the table of some claims, with the names of their evals or without."""
    rows = [
        (
            word if (word := verdict_cell(one)).islower() else f"**{word}**",
            code(one.text, room.cell),
            signed(one.decision.effect, one.low_margin, one.high_margin),
            interval(one).replace(" ", _NO_BREAK),
            f"`{strip(one).replace(' ', _NO_BREAK)}`",
            amount(one.decision).replace(" ", _NO_BREAK),
            *([code(one.nodeid.partition("::")[2], room.cell)] if evals else []),
        )
        for one in rulings
    ]
    names = ["verdict", "claim", "effect", f"{levels(rulings)} interval", "", "draws"]
    return table([*names, "eval"] if evals else names, rows, right=(2,))


def _why(ruling: Ruling, room: Room) -> str:
    """Say why a claim is not supported."""
    decision = ruling.decision
    claim, place = name(ruling.text, room), name(ruling.place, room)
    figures = ", ".join(f"{one.name} = {share(one.value)}" for one in ruling.figures)
    where = f" ({name(ruling.selection, room)})" if ruling.selection else ""
    parts = [
        f"{claim}, at {place}: {prose(decision.reason, room)}",
        f"{name(figures, room, 2)} on {name(ruling.task, room)}{where}",
        f"{p_value(decision.p, decision.level)}, {prose(decision.method, room)}",
    ]
    if decision.needs:
        parts.append(f"needs: {prose(decision.needs, room)}")
    parts += [f"note: {prose(text, room)}" for text in decision.warnings[:_MOST_WARNINGS]]
    return "; ".join(parts)


def _compared(data: Mapping[str, Any], room: Room) -> Iterator[str]:
    """Yield which commits are compared, and what arms were held against."""
    found = data["provenance"].get("git")
    if found:
        branch = f" of {name(found['branch'], room)}" if found.get("branch") else ""
        dirty = ", with changes that are not committed" if found.get("dirty") else ""
        yield f"commit {_sha(found['sha'])}{branch}{dirty}{_base(found.get('base'), room)}"
    baselines = list(_baselines(data, room))
    yield from baselines[:_MOST_BASELINES]
    yield from left_out(len(baselines), _MOST_BASELINES, "baseline")


def _base(base: Mapping[str, Any] | None, room: Room) -> str:
    if not base:
        return ""
    ref = name(base["ref"], room)
    if base.get("sha"):
        return f", which left {ref} at {_sha(base['sha'])}"
    return f"; where it left {ref} is not known: {prose(base.get('problem') or '', room)}"


def _baselines(data: Mapping[str, Any], room: Room) -> Iterator[str]:
    """Yield each baseline: whose, of which commit, how old, and its draws."""
    draws = {
        (items["task"], row["arm"], row["name"]): row["draws"]
        for items in data["items"]
        for row in items["baselines"]
    }
    for row in data["references"]:
        commit, _, _ = row["place"].rpartition(":")
        about = [f"of commit {_sha(commit)}"] if commit else []
        about += [f"taken {name(row['taken'], room)}{_age(row['taken'], data)}"]
        about += [_draws(draws.get((row["task"], row["arm"], row["name"]), []))]
        yield _baseline(row["task"], row, about, room)


def _baseline(task: str, row: Mapping[str, Any], about: Sequence[str], room: Room) -> str:
    arm = f"{name(row['name'], room)} of {name(row['arm'], room)}"
    return f"{arm} on {name(task, room)}: {', '.join(about)}"


def _draws(draws: Sequence[int]) -> str:
    """Say how many draws of how many items a baseline has."""
    had = [count for count in draws if count]
    if not had:
        return "no draws"
    fewest = "" if min(had) == max(had) else f"{min(had)} to "
    return f"{fewest}{counted(max(had), 'draw')} of {counted(len(had), 'item')}"


def _age(taken: str, data: Mapping[str, Any]) -> str:
    started = data["provenance"].get("started")
    try:
        days = (datetime.fromtimestamp(started or 0, UTC).date() - date.fromisoformat(taken)).days
    except (ValueError, OverflowError, OSError):
        return ""
    return f" ({counted(days, 'day')} before)" if started and days > 0 else ""


def _sha(text: str) -> str:
    shown = text[:_SHA] if re.fullmatch("[0-9a-f]+", text) else text
    return code(shown, 4 * _SHA)
