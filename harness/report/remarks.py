"""What is to be known of a run beside its claims."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.report.numbers import counted
from harness.report.run import Run

_MOST = 20  # of a kind


def remarks(run: Run) -> Iterator[str]:
    """Yield what is to be known of a run beside its claims, a line each."""
    if run.provenance.get("recalled"):
        yield "recalled: verdicts on draws that were judged before; --harness-fresh takes others"
    if unpinned := run.settings.get("unpinned"):
        yield (
            f"not pinned: {', '.join(unpinned)}: verdicts on them are not remembered, nor second "
            "tries on the same draws counted; declare their `revision:`"
        )
    yield from _about_seeds(run)
    for reason in run.exploratory:
        yield f"exploratory: {reason}"
    yield from _about_plan(run)
    yield from _some([f"never reported: {nodeid}" for nodeid in run.missing])
    unasserted = [(text, result.nodeid) for result in run.evals for text in result.unasserted]
    yield from _some([f"never asserted, so not decided: {one} ({at})" for one, at in unasserted])
    if run.deselected:
        yield f"deselected: {counted(run.deselected, 'eval')}"
    yield from _about_baselines(run)


def readings(run: Run, most: int | None = None) -> Iterator[str]:
    """Yield what the draws say beside the claims, a line each; at most that many, if told."""
    yield from run.readings[:most]
    if most is not None and len(run.readings) > most:
        yield f"{counted(len(run.readings) - most, 'more reading')} beside the claims; -v shows all"


def _about_seeds(run: Run) -> Iterator[str]:
    """Tell on how many training seeds claims rest, where the config tells of training."""
    arms, recipes = run.settings.get("arms", {}), run.settings.get("recipes", {})
    seeds = {seed for recipe in recipes.values() for seed in recipe["seeds"]}
    terms = [term for ruling in run.rulings for term in ruling.terms]
    named = {term.recipe for term in terms}
    if counts := [f"{len(recipes[one]['seeds'])} of {one}" for one in recipes if one in named]:
        yield f"training seeds that claims rest on: {', '.join(counts)}"
    read = {term.arm for term in terms if not term.recipe}
    found = [arm for arm in arms if arm in read and (arm in seeds or "training" in arms[arm])]
    if found:
        yield f"about one checkpoint each, not other training seeds: claims on {', '.join(found)}"


def _about_baselines(run: Run) -> Iterator[str]:
    for held in run.measured.held:
        if held.change == "adds":
            yield f"this change adds {held.place}: there was no {held.name} to be held against"
        elif held.change:
            commit, _, path = held.place.partition(":")
            done = f"adds items to {path}" if held.change == "extends" else f"{held.change} {path}"
            new = ", but for items that it lacks" if held.change in {"edits", "extends"} else ""
            yield f"this change {done}: the evals are held against that of {commit}{new}"
    yield from run.notes
    for path in run.baselines:
        yield f"baseline written from a fresh stream of draws: {path}"


def _about_plan(run: Run) -> Iterator[str]:
    alarms = [ruling for ruling in run.rulings if ruling.kind == "alarm"]
    if run.plan.missing and len(alarms) > 1:
        alpha = alarms[0].decision.alpha
        chance = 1 - (1 - alpha) ** len(alarms)
        yield (
            f"no plan: {len(alarms)} alarms at {alpha:g} each ring falsely in up to {chance:.0%} "
            "of builds; `harness plan --write` lets them share it"
        )
    for text in run.plan.holm:
        yield f"by Holm over all alarms, this one rings: {text}"
    if not run.plan.not_reached:
        return
    reported = {result.nodeid for result in run.evals}
    inside = [(nodeid, text) for nodeid, text in run.plan.not_reached if nodeid in reported]
    yield from _some([f"planned, not reached: {text} ({nodeid})" for nodeid, text in inside])
    outside = [nodeid for nodeid, _ in run.plan.not_reached if nodeid not in reported]
    if outside:
        names = ", ".join(dict.fromkeys(nodeid.partition("::")[2] for nodeid in outside))
        yield f"planned, in evals that were not run: {counted(len(outside), 'claim')} ({names})"


def _some(lines: Sequence[str]) -> Iterator[str]:
    """Yield the first lines of a kind, and how many there are more."""
    yield from lines[:_MOST]
    if len(lines) > _MOST:
        yield f"and {len(lines) - _MOST} more: {lines[0].partition(':')[0]}"
