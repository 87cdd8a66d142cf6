"""Tables of the study, as markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from tabulate import tabulate

from bench.calibration import families, methods
from bench.calibration.families import BUILDS, Outcome
from bench.calibration.methods import Tested
from bench.calibration.single_draws import SIZES, Exact
from bench.calibration.study import Result

Cells = Sequence[Result]


def by_size(results: Cells, shown: Callable[[Result], str]) -> str:
    """Write a cell for each claim and number of draws, over the numbers of items."""
    sizes = sorted({one.cell.items for one in results})
    rows: dict[tuple[str, int], dict[int, str]] = {}
    for one in results:
        rows.setdefault((one.cell.name, one.cell.draws), {})[one.cell.items] = shown(one)
    return _table(
        [[name, draws, *(row.get(size, "") for size in sizes)] for (name, draws), row in
         rows.items()],
        ["claim", "draws", *map(str, sizes)],
    )  # fmt: skip


def errors(one: Result) -> str:
    """Write both error rates of a cell, in per cent."""
    return f"{_rate(one.up, one.repeats)}/{_rate(one.down, one.repeats)}{'!' if one.over else ''}"


def errors_and_cost(one: Result) -> str:
    """Write both error rates, and the share of the most draws that was taken."""
    return f"{errors(one)} ({one.taken:.2f})"


def coverage(one: Result) -> str:
    """Write how many intervals held the effect, in per cent."""
    return _rate(one.inside, one.repeats)


def shown_above(one: Result) -> str:
    """Write how many claims were supported, in per cent."""
    return f"{100 * one.up / one.repeats:.0f}"


def of_builds(outcomes: Iterable[Outcome]) -> str:
    """Write how often builds were wrong, and how often the worst of their claims was."""
    rows = []
    for one in outcomes:
        build = BUILDS[one.place]
        rows.append([
            families.KINDS[build.kind], "planned looks" if build.auto else "fixed",
            f"{build.items} x {build.draws}", _rate(one.wrong, one.repeats),
            _rate(one.worst, one.repeats),
        ])  # fmt: skip
    return _table(rows, ["build", "draws", "items x draws", "build wrong", "worst claim wrong"])


def of_methods(found: Iterable[Tested], places: Sequence[int], shown: Callable[[Tested], str]
               ) -> str:  # fmt: skip
    """Write a row for each method, a column for each cell."""
    rows: dict[str, dict[int, str]] = {}
    for one in found:
        rows.setdefault(one.method, {})[one.place] = shown(one)
    cells = [methods.CELLS[place] for place in places]
    return _table(
        [[_offered(method), *(row[place] for place in places)] for method, row in rows.items()],
        ["method", *(f"{cell.name}, {cell.items} x {cell.draws}" for cell in cells)],
    )


def either(one: Tested) -> str:
    """Write how often a method said that there is an effect, on whichever side."""
    return _rate(one.up + one.down, one.repeats)


def sides(one: Tested) -> str:
    """Write how often a method said so, for each side."""
    return f"{_rate(one.up, one.repeats)}/{_rate(one.down, one.repeats)}"


def above(one: Tested) -> str:
    """Write how often a method said that the effect is above the threshold."""
    return _rate(one.up, one.repeats)


def of_single_draws(found: Sequence[Exact]) -> str:
    """Write the largest and the mean error of tests on single draws."""
    rows: dict[str, list[str]] = {}
    for one in found:
        rows.setdefault(one.method, []).append(f"{100 * one.largest:.1f} ({100 * one.mean:.1f})")
    return _table([[name, *row] for name, row in rows.items()], ["method", *map(str, SIZES)])


def _offered(method: str) -> str:
    if method == "auto":
        return "**auto**"
    return method if method in methods.OFFERED else f"*{method}*"


def _rate(hits: int, repeats: int) -> str:
    return f"{100 * hits / repeats:.1f}"


def _table(rows: Sequence[Sequence[object]], headers: Sequence[str]) -> str:
    return tabulate(rows, headers=headers, tablefmt="github", disable_numparse=True)
