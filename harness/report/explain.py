"""Say a ruling in full: what was claimed, what was found, why, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator

from harness.records import Decision, Reading, Ruling
from harness.report.numbers import (
    counted,
    interval,
    level,
    p_value,
    share,
    signed,
    target,
    verdict_word,
)
from harness.report.untrusted import printable, shortened

_LONGEST = 2_000  # characters of a line


def explain(ruling: Ruling) -> Iterator[str]:
    """Yield the lines of an explanation, fit to be printed; the first one carries the verdict."""
    for line in _explained(ruling):
        yield printable(shortened(line, _LONGEST), lines=False)


def _explained(ruling: Ruling) -> Iterator[str]:
    decision = ruling.decision
    margins = (ruling.low_margin, ruling.high_margin)
    yield f"{verdict_word(ruling)}: {ruling.text}"
    effect = f"{signed(decision.effect, *margins)}, {level(ruling)} interval {interval(ruling)}"
    yield f"  effect: {ruling.effect_text} = {effect}"
    if ruling.kind == "alarm":
        yield f"  alarm:  rings if the effect is shown to be {target(ruling)}"
    else:
        yield f"  wanted: {target(ruling)}, shown by the whole interval"
    if len(ruling.figures) > 1 or ruling.figures[0].seeds:
        yield f"  from:   {', '.join(map(_figure, ruling.figures))}"
    if recipes := seeds_of(ruling):
        yield f"  seeds:  {recipes}"
    yield f"  why:    {decision.reason}"
    selected = (
        f" of {ruling.task} ({ruling.selection})" if ruling.selection else f" of {ruling.task}"
    )
    yield (
        f"  data:   {decision.items} items{selected}, {counted(decision.draws, 'draw')} each; "
        f"{p_value(decision.p, decision.level)}{_against(decision)}, {decision.method}"
    )
    if decision.detectable is not None and (decision.verdict == "inconclusive"
                                            or ruling.kind == "alarm"):  # fmt: skip
        yield f"  sees:   effects from {share(decision.detectable)} beyond the threshold"
    if decision.needs:
        yield f"  needs:  {decision.needs}"
    for check in decision.checks:
        yield f"  beside: {check.method}, {p_value(check.p, decision.level)}"
    for warning in decision.warnings:
        yield f"  note:   {warning}"
    if ruling.exploratory:
        yield f"  note:   exploratory: {ruling.exploratory}"


def _figure(reading: Reading) -> str:
    seeds = f" ({', '.join(map(share, reading.seeds))})" if reading.seeds else ""
    return f"{reading.name} = {share(reading.value)}{seeds}"


def seeds_of(ruling: Ruling) -> str:
    """Say how many training seeds a ruling rests on, and what it takes as it is; empty for none."""
    recipes: dict[str, dict[str, None]] = {}
    fixed: dict[str, None] = {}
    for term in ruling.terms:
        if term.recipe:
            recipes.setdefault(term.recipe, {})[term.arm] = None
        else:
            fixed[term.arm] = None
    if not recipes:
        return ""
    counts = (f"{len(arms)} training seeds of {name}" for name, arms in recipes.items())
    others = f"; {' and '.join(fixed)} as one checkpoint" if fixed else ""
    return f"rests on {' and '.join(counts)}{others}"


def _against(decision: Decision) -> str:
    """Say what the p-value is held against, where that is not the policy's alpha."""
    stage = decision.stage
    if stage is None or stage.most == 1 or decision.level == decision.alpha:
        return ""
    return f" against {decision.level:.2g} at look {stage.number} of {stage.most}"
