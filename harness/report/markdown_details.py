"""What of a run in Markdown is folded away: all claims, flips, curves, notes, costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from harness.report.markdown_blocks import Room, bullets, details, left_out, name, prose, table
from harness.report.markdown_head import claims
from harness.report.numbers import counted, p_value, share
from harness.report.remarks import readings, remarks
from harness.report.run import Run
from harness.report.untrusted import code

_BARS = "▁▂▃▄▅▆▇█"
_RATE = 0.05  # the false discovery rate of flips
_MOST_POINTS = 12  # of a curve
_MOST_TAGS = 4

_Row = Mapping[str, Any]


def folded(data: _Row, run: Run, room: Room) -> Iterator[str]:
    """Yield the sections that are folded away, but for empty ones."""
    rulings = run.rulings
    if rulings:
        blocks = [claims(rulings[: room.claims], room, evals=True)] if room.claims else []
        blocks += left_out(len(rulings), room.claims, "claim")
        yield details(f"All claims: {len(rulings)}", blocks)
    if flips := [row for row in data.get("flips", []) if row["ids"]]:
        count = sum(len(row["ids"]) for row in flips)
        yield details(f"Items that differ: {count}", _flips(flips, data.get("items", []), room))
    if curves := _curves(data.get("estimates", [])):
        yield details("pass@k", _tables(curves, room))
    if notes := [*_warnings(data, run), *remarks(run), *readings(run)]:
        shown = [bullets(prose(note, room) for note in notes[: room.notes])] if room.notes else []
        yield details(f"Notes: {len(notes)}", [*shown, *left_out(len(notes), room.notes, "note")])
    if costs := data.get("costs"):
        yield details("Draws and cost", _costs(costs, data, room))


def _flips(flips: Sequence[_Row], items: Sequence[_Row], room: Room) -> Iterator[str]:
    """Yield, pair by pair, the items that differ, with both sides' counts."""
    tags = {row["task"]: _tags(row) for row in items}
    for row in flips[: room.rows]:
        first, second = (_side(side, room) for side in row["sides"])
        gained = sum(
            one * whole > other * part
            for one, other, part, whole in zip(*row["hits"], *row["draws"], strict=True)
        )
        yield (
            f"{first} against {second} on {name(row['task'], room)}, "
            f"{name(row['metric'], room)}: {counted(len(row['ids']), 'item')} of "
            f"{row['tested']} differ, {gained} gained and {len(row['ids']) - gained} lost"
        )
        order = sorted(range(len(row["ids"])), key=lambda at: row["q"][at])[: room.flips]
        if order:
            known = tags.get(row["task"], {})
            cells = [_flip(row, at, known, room) for at in order]
            yield table(["item", "", first, second, "q"], cells, right=(2, 3, 4))
        yield from left_out(len(row["ids"]), len(order), "item")
    yield from left_out(len(flips), room.rows, "pair")
    yield f"By a test of each item, at a false discovery rate of {_RATE:.0%}."


def _flip(row: _Row, at: int, tags: Mapping[str, str], room: Room) -> tuple[str, ...]:
    identity = row["ids"][at]
    counts = [f"{row['hits'][side][at]}/{row['draws'][side][at]}" for side in (0, 1)]
    told = code(tags[identity], room.cell) if tags.get(identity) else ""
    return code(identity, room.cell), told, *counts, p_value(row["q"][at], _RATE).lstrip("p= ")


def _tags(items: _Row) -> dict[str, str]:
    """Return each item's tags in one line."""
    columns = list(items["tags"].items())[:_MOST_TAGS]
    return {
        identity: ", ".join(f"{tag}={own[at]}" for tag, own in columns if own[at] is not None)
        for at, identity in enumerate(items["ids"])
    }


def _side(side: Mapping[str, str], room: Room) -> str:
    arm = code(side["arm"], room.cell)  # also heads a column
    return f"{code(side['baseline'], room.cell)} of {arm}" if side["baseline"] else arm


_Curves = dict[tuple[str, str], dict[str, dict[int, float]]]


def _curves(estimates: Sequence[_Row]) -> _Curves:
    """Return pass@k by task and metric, arm and k, of all items; where there are two points."""
    found: _Curves = {}
    for row in estimates:
        if row.get("k") is not None and row.get("tag") is None:
            arms = found.setdefault((row["task"], row["metric"]), {})
            arms.setdefault(row["arm"], {})[row["k"]] = row["mean"]
    return {key: arms for key, arms in found.items() if any(len(one) > 1 for one in arms.values())}


def _tables(curves: _Curves, room: Room) -> Iterator[str]:
    """Yield a table for each task, a line for each arm."""
    for (task, metric), arms in list(curves.items())[: room.rows]:
        shown = dict(list(arms.items())[: room.rows])
        points = sorted({k for curve in shown.values() for k in curve})[:_MOST_POINTS]
        means = [curve[k] for curve in shown.values() for k in points if k in curve]
        rows = [
            (
                code(arm, room.cell),
                *(share(curve[k]) if k in curve else "" for k in points),
                _spark([curve[k] for k in points if k in curve], min(means), max(means)),
            )
            for arm, curve in shown.items()
        ]
        yield f"{name(task, room)}, {name(metric, room)}, on all items that claims read:"
        names = ["arm", *(f"k = {k}" for k in points), ""]
        yield table(names, rows, right=range(1, len(points) + 1))
        yield from left_out(len(arms), len(shown), "arm")
    yield from left_out(len(curves), room.rows, "curve")


def _spark(values: Sequence[float], low: float, high: float) -> str:
    """Draw a curve in one line, its height between the least and the most of the table."""
    span = (high - low) or 1.0
    heights = (round((value - low) / span * (len(_BARS) - 1)) for value in values)
    return f"`{''.join(_BARS[height] for height in heights)}`"


def _warnings(data: _Row, run: Run) -> Iterator[str]:
    """Yield each warning, and how many claims it is of."""
    rows = data.get("warnings")
    found = {row["text"]: len(row["claims"]) for row in rows or []}
    if rows is None:
        for ruling in run.rulings:
            for text in ruling.decision.warnings:
                found[text] = found.get(text, 0) + 1
    for text, count in found.items():
        yield f"{text} ({counted(count, 'claim')})" if count else text


_COSTS = {
    "drawn": "drawn", "recalled": "recalled", "prompt_tokens": "prompt tokens",
    "tokens": "completion tokens", "seconds": "seconds", "cost": "cost",
}  # fmt: skip


def _costs(costs: Sequence[_Row], data: _Row, room: Room) -> Iterator[str]:
    """Yield what each arm's draws took, as far as it is known, and the run as a whole."""
    known = [key for key in _COSTS if any(row[key] is not None for row in costs)]
    rows = [
        (code(row["arm"], room.cell), *(_amount(key, row[key]) for key in known))
        for row in costs[: room.rows]
    ]
    names = ["arm", *(_COSTS[key] for key in known)]
    yield table(names, rows, right=range(1, len(names)))
    yield from left_out(len(costs), room.rows, "arm")
    if (seconds := data["provenance"].get("seconds")) is not None:
        yield f"The run took {seconds:,.1f} s."


def _amount(key: str, value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.4f}" if key == "cost" else f"{value:,.0f}"
