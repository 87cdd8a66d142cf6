"""The page of the study."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bench.calibration import tables
from bench.calibration.cells import BETS, LOOKS, NULLS, POWER
from bench.calibration.families import Outcome
from bench.calibration.methods import CELLS as METHOD_CELLS
from bench.calibration.methods import POWER as METHOD_POWER
from bench.calibration.methods import Tested
from bench.calibration.single_draws import Exact
from bench.calibration.study import FEWEST, LIMIT, Result
from harness.stats.proportion import clopper_pearson


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """All that the study found; `two_sided` at 5% in all, `one_sided` on each side."""

    sections: Mapping[str, Sequence[Result]]
    builds: Sequence[Outcome]
    two_sided: Sequence[Tested]
    one_sided: Sequence[Tested]
    single_draws: Sequence[Exact]


def write(found: Findings) -> str:
    """Write the page."""
    nulls = [place for place in range(len(METHOD_CELLS)) if place not in METHOD_POWER]
    parts = [
        _head(found),
        *_sections(found),
        (
            "## Several claims on the same draws\n\nA build of alarms is wrong if one rings; any "
            "other if it is green. Each claim stops by itself, on a prefix of the common draws."
        ),
        tables.of_builds(found.builds),
        *_coverage(found),
        (
            "## All methods side by side\n\nBold: the default; italic: what the program does not "
            "use.\n\n![methods](methods.png)\n\nErrors of two-sided tests at 5%, as such tests are "
            "mostly made:"
        ),
        tables.of_methods(found.two_sided, nulls, tables.either),
        "Errors of one-sided tests at 5%, up/down:",
        tables.of_methods(found.one_sided, nulls, tables.sides),
        "Power of one-sided tests at 5%:",
        tables.of_methods(found.one_sided, METHOD_POWER, tables.above),
        (
            "### Single draws, exactly\n\nThe largest one-sided error at 5%, and in brackets the "
            "mean one, over shares of items that differ, by enumeration; columns: items."
        ),
        tables.of_single_draws(found.single_draws),
        (
            "## Power\n\nClaims that are true by as much as they are planned for: supported, in "
            "per cent.\n\n![power](power.png)"
        ),
        tables.by_size(found.sections[POWER], tables.shown_above),
    ]
    return "\n\n".join(parts) + "\n"


def _sections(found: Findings) -> Iterator[str]:
    yield (
        "Below, errors are up/down: claims said to be above / below the threshold, in per cent. "
        "Columns are numbers of items, of disjoint sets those of both."
    )
    for title in NULLS:
        yield f"## {title}"
        yield tables.by_size(found.sections[title], tables.errors)
    yield (
        "## Planned looks\n\nThe claim up, its mirror image down, each with looks of its own; in "
        "brackets the share of the most draws that the claim took."
    )
    yield tables.by_size(found.sections[LOOKS], tables.errors_and_cost)
    yield (
        "## Bets\n\n`method: anytime`: the error holds whenever one looks; after few it is small."
    )
    yield tables.by_size(found.sections[BETS], tables.errors_and_cost)


def _coverage(found: Findings) -> Iterator[str]:
    yield "## Coverage\n\nPrinted 90% intervals that held the effect, in per cent. Fixed size:"
    yield tables.by_size([one for title in NULLS for one in found.sections[title]], tables.coverage)
    yield "After planned looks and bets:"
    yield tables.by_size([*found.sections[LOOKS], *found.sections[BETS]], tables.coverage)


def _head(found: Findings) -> str:
    checked = [one for title in (*NULLS, LOOKS, BETS) for one in found.sections[title]]
    held = [one for one in checked if one.cell.items >= FEWEST]
    worst = max(held, key=lambda one: one.worst)
    rate = 100 * max(worst.up, worst.down) / worst.repeats
    over = sum(one.over for one in checked)
    fewest = min(one.repeats for one in checked)
    low, high = clopper_pearson(round(0.05 * fewest), fewest, 0.005)
    return (
        "# Are the error rates what they are said to be?\n\n"
        "One-sided errors of the program's own decisions at nominal 5%: claims whose effect is "
        f"the threshold itself, on simulated draws. Of {len(held)} kinds of claims on {FEWEST} "
        f"items or more, {over or 'none'} had an upper 99% Monte Carlo bound above "
        f"{100 * LIMIT:g} (they would be marked `!`). The highest: {worst.cell.name}, "
        f"{worst.cell.items} x {worst.cell.draws}, {rate:.1f} with a bound of "
        f"{100 * worst.worst:.1f}. {fewest} repetitions a cell, and more where that was not "
        f"clear: a true 5.0 shows as {100 * low:.1f} to {100 * high:.1f} in 99 of 100 cells.\n\n"
        "![errors](errors.png)\n\n"
        "Made by `python -m bench.calibration` (with the extra `bench`)."
    )
