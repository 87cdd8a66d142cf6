"""The page of the study."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tabulate import tabulate

from bench.ratchet.judges import JUDGES, MARGIN
from bench.ratchet.lives import LIVES
from bench.ratchet.study import ANCHORS, ARMS, LOSSES, PROGRAM_SHARE, SIZES, Crept, Result
from bench.ratchet.text import CREEP, HEAD, LIFE, NON_INFERIORITY, PUBLISHED
from bench.ratchet.world import DRAWS, stored


def write(lives: Sequence[Result], losses: Sequence[Crept], repeats: int) -> str:
    """Write the page."""
    figures = dict(_figures(lives, losses))
    alarms = [one for one in lives if one.cell.gate == "alarm"]
    claims = [one for one in lives if one.cell.gate == "claim"]
    parts = [
        HEAD.format(plain=repeats, program=repeats // PROGRAM_SHARE, **figures),
        LIFE,
        *_by_judge(alarms, "Changes that failed, in per cent", _failures, published=True),
        *_by_judge(alarms, "Drift of the baseline after 50 changes, in standard errors of a "
                   "candidate, and in points", _drift),
        *_by_judge(alarms, "Changes that failed among the last five, and in brackets what share "
                   "of its changes fails at least in one gate of ten, in per cent", _ends),
        NON_INFERIORITY.format(margin=100 * MARGIN),
        *_by_judge(claims, "Changes that failed, in per cent", _failures),
        CREEP.format(margin=100 * MARGIN),
        *(part for judge in JUDGES for part in _creeping(losses, judge)),
    ]  # fmt: skip
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _figures(lives: Sequence[Result], losses: Sequence[Crept]) -> Sequence[tuple[str, str]]:
    """Return the figures that the first lines quote: of `base`, equal draws, by the plain test."""
    plain = {
        one.cell.life: one for one in lives
        if (one.cell.gate, one.cell.judge, one.cell.arm, one.cell.draws)
        == ("alarm", "plain t", "base", DRAWS)
    }  # fmt: skip
    best, sig, sig_fresh, passes, scheduled, _ = (plain[life] for life in LIVES)
    crept = {
        one.cell.anchor: one for one in losses
        if (one.cell.judge, one.cell.arm, one.cell.draws, one.cell.loss)
        == ("program", "base", DRAWS, 0.005)
    }  # fmt: skip
    return (
        ("drift", f"{best.drift[-1] / stored('base').se(DRAWS):.2f}"),
        *((name, f"{100 * one.failures:.1f}") for name, one in (
            ("best", best), ("sig", sig), ("sig_fresh", sig_fresh), ("passes", passes),
            ("scheduled", scheduled),
        )),
        ("unanchored", f"{100 * crept[None].lost:.1f}"),
        ("anchored", f"{100 * crept[0.03].lost:.1f}"),
    )  # fmt: skip


def _failures(one: Result) -> str:
    return f"{100 * one.failures:.1f} ± {100 * one.error:.1f}"


def _drift(one: Result) -> str:
    last = float(one.drift[-1])
    return f"{last / stored(one.cell.arm).se(DRAWS):.2f}, {100 * last:.2f}"


def _ends(one: Result) -> str:
    return f"{100 * one.at_last:.1f} ({100 * one.unlucky:.0f})"


def _by_judge(
    results: Sequence[Result], title: str, show: Callable[[Result], str], *, published: bool = False
) -> Sequence[str]:
    """Write a table for each judge: a row for each life, a column for each arm and size."""
    parts = []
    for judge in JUDGES:
        found = {
            (one.cell.life, one.cell.arm, one.cell.draws): show(one)
            for one in results if one.cell.judge == judge
        }  # fmt: skip
        columns = [(arm, size) for arm in ARMS for size in SIZES if (LIVES[0], arm, size) in found]
        head = ["life", *(["published"] if published else [])]
        head += [f"`{arm}`, {size} draws" for arm, size in columns]
        rows = [
            [life, *([PUBLISHED.get(life, "")] if published else []),
             *(found[life, *column] for column in columns)]
            for life in LIVES
        ]  # fmt: skip
        parts += [f"{title}; {_NAMES[judge]}:", _table(rows, head)]
    return parts


def _creeping(losses: Sequence[Crept], judge: str) -> Sequence[str]:
    found = {
        (one.cell.arm, one.cell.draws, one.cell.loss, one.cell.anchor): one
        for one in losses if one.cell.judge == judge
    }  # fmt: skip
    rows = [
        [f"`{arm}`", size, f"{100 * loss:g}",
         *(_lost(found[arm, size, loss, anchor]) for anchor in ANCHORS)]
        for arm in ARMS for size in SIZES for loss in LOSSES
    ]  # fmt: skip
    anchors = ("no anchor" if one is None else f"anchor at {100 * one:g}" for one in ANCHORS)
    head = ["arm", "baseline's draws", "each loses", *anchors]
    title = f"Lost in truth after 20 changes, in points, and in brackets accepted; {_NAMES[judge]}:"
    return [title, _table(rows, head)]


def _lost(one: Crept) -> str:
    passed = f"({one.accepted:.1f})"
    if not one.cell.loss:
        return f"0 {passed}"
    return f"{-100 * one.lost:.2f} ± {100 * one.error * one.cell.loss:.2f} {passed}"


_NAMES = {"plain t": "plain paired t", "program": "**the program's own decisions**"}


def _table(rows: Sequence[Sequence[object]], headers: Sequence[str]) -> str:
    return tabulate(rows, headers=headers, tablefmt="github", disable_numparse=True)
