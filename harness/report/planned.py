"""What was planned, and what a replay showed, as people read it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.calibration import Rate, Suite
from harness.planning.outlook import CORRELATION
from harness.records import PlannedClaim, Verdict
from harness.report.numbers import counted, share
from harness.report.table import Row, note, table

_BASES = {
    "baseline": "forecast from the baselines of all arms",
    "baseline of one side": "forecast from the baseline of one arm, the others taken to be alike "
    f"and correlated {CORRELATION:g} with it over items",
    "assumed": "forecast without a baseline: skills spread evenly over the items, correlated "
    f"{CORRELATION:g} between arms",
}


def plan_lines(
    claims: Sequence[PlannedClaim], green: tuple[float | None, float | None], width: int
) -> Iterator[str]:
    """Yield the table of a plan: what each claim can see, and what it takes."""
    auto = any(claim.auto for claim in claims)
    head = ["claim", "items", "draws", "sees", "chance"]
    head += ["expected", "no effect"] if auto else []
    yield from table(list(_plan_rows(claims, auto=auto)), head, width=width, right=len(head) - 1)
    yield "sees: the smallest effect beyond the threshold that is shown with the policy's power"
    yield "chance: of coming out as hoped for, at the effect that the claim is planned for"
    if auto:
        yield "expected: draws per item of a claim with planned looks, at that effect and at none"
    bases = [claim.forecast.basis for claim in claims if claim.forecast is not None]
    for basis, text in _BASES.items():
        if count := bases.count(basis):
            yield from note(f"{counted(count, 'claim')} {text}", width)
    yield from note(_green(green), width)
    for claim in claims:
        if claim.forecast is not None and claim.forecast.advice:
            yield from note(f"advice: {claim.text}: {claim.forecast.advice}", width)


def _plan_rows(claims: Sequence[PlannedClaim], *, auto: bool) -> Iterator[Row]:
    nodeid = ""
    for claim in claims:
        if claim.nodeid != nodeid:
            nodeid, name = claim.nodeid, claim.nodeid.partition("::")[2]
            yield f"{name} ({claim.selection})" if claim.selection else name
        found = claim.forecast
        if found is None:
            continue
        looks = (f"{found.draws_expected:.1f}", f"{found.draws_without_effect:.1f}") if auto else ()
        yield (
            f" {claim.text}",
            str(found.items),
            f"{'up to ' if claim.auto else ''}{claim.draws}",
            share(found.detectable),
            "-" if found.chance is None else share(found.chance),
            *looks,
        )


def _green(green: tuple[float | None, float | None]) -> str:
    independent, least = green
    if independent is None or least is None:
        return (
            "a chance of a green build takes a policy with an `effect` of interest, and a chance "
            "of each claim"
        )
    return (
        f"all claims come out as hoped for, at the planned effects, in {independent:.0%} of "
        f"builds if they are independent, and in {least:.0%} at least"
    )


def demand_lines(rows: Sequence[tuple[str, str, int, int, int, float | None]]) -> Iterator[str]:
    """Yield the table of what each arm has to draw at most.

    Parameters
    ----------
    rows
        Arm, task, draws, prompt tokens, completion tokens, cost; None where no price is declared.
    """
    head = ["arm", "task", "draws", "prompt tokens", "completion tokens", "cost"]
    cells: list[Row] = [
        (arm, task, f"{draws:,}", f"{prompts:,}", f"{completions:,}",
         "-" if cost is None else f"{cost:,.2f}")
        for arm, task, draws, prompts, completions, cost in rows
    ]  # fmt: skip
    yield from table(cells, head, right=4)
    yield "at most: all draws, 4 characters to a token of a prompt, completions at full length"


def calibration_lines(suite: Suite, width: int) -> Iterator[str]:
    """Yield the table of a replay, and what it says of the gate as a whole."""
    head = ["claim", "draws", "A/A: yes", "A/A: no", "edge", "planned"]
    yield from table(list(_replay_rows(suite)), head, width=width, right=len(head) - 1)
    yield f"shares of {suite.repeats} replays"
    yield "A/A: supported, and refuted, between identical models"
    yield "edge: supported (an alarm: rung) where the effect is the threshold itself"
    yield "planned: supported at the effect that the claim is planned for"
    for name, rate in (
        ("some alarm rings on identical models", suite.false_alarm),
        ("the gate flips on identical models, though each claim is true of them", suite.flips),
        ("all is supported on identical models, though not true of them", suite.false_green),
        ("all is supported at the planned effects", suite.power),
    ):
        if rate is not None:
            yield from note(f"{name}: {_with_error(rate)}", width)
    for claim in suite.claims:
        if claim.refused:
            yield from note(f"not replayed: {claim.text}: {claim.refused}", width)


def _replay_rows(suite: Suite) -> Iterator[Row]:
    nodeid = ""
    for claim in suite.claims:
        if claim.refused:
            continue
        if claim.nodeid != nodeid:
            nodeid = claim.nodeid
            yield nodeid.partition("::")[2]
        wrong: Verdict = "refuted" if claim.kind == "alarm" else "supported"
        rates = (
            claim.rate("identical", "supported"),
            claim.rate("identical", "refuted"),
            claim.rate("edge", wrong),
            claim.rate("design", "supported"),
        )
        cells = ("-" if rate is None else f"{rate.value:.3f}" for rate in rates)
        yield (f" {claim.text}", str(claim.draws), *cells)


def _with_error(rate: Rate) -> str:
    low, high = rate.interval
    return f"{rate.value:.1%} (95% Monte Carlo interval {low:.1%} to {high:.1%})"
