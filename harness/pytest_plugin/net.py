"""At the end of a run: each gain net of its controls, from what claims have read anyway."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.claims import Gain, gain_of
from harness.judge import Controls
from harness.pytest_plugin.reading import BY_STORED, reading, selected, statistic_of
from harness.records import ArmSpec, Policy, Question, Recipe, Ruling
from harness.report.measured import Measured
from harness.report.numbers import counted, signed


def net_of_controls(
    found: Measured, rulings: Iterable[Ruling], controls: Controls
) -> Iterator[str]:
    """Yield a line for each gain that was decided and each control of the arm that gains.

    Nothing is drawn for it: a control is told of where its draws on the same items were read by
    some claim, and all of those that were read count. It is a reading with the interval of the
    deciding method, no verdict. What is claimed over a control by itself is not repeated.

    Parameters
    ----------
    found
        What was read.
    rulings
        All of the run.
    controls
        The controls among the arms.
    """
    gains = [(ruling, gain) for ruling in rulings if (gain := _gain(ruling)) is not None]
    told = {(gain.statistic, gain.reference) for _, gain in gains}
    for ruling, gain in gains:
        found_controls = controls.of(gain.arm)
        names = {control.name for control in found_controls}
        if ruling.decision.verdict == "inconclusive" or gain.reference.source.name in names:
            continue
        for control in found_controls:
            reference = gain.of(control)
            if (gain.statistic, reference) not in told:
                told.add((gain.statistic, reference))
                yield from _line(found, ruling, gain, control)


def _gain(ruling: Ruling) -> Gain | None:
    if ruling.kind != "claim" or any(term.kind not in BY_STORED for term in ruling.terms):
        return None
    low, high = ruling.low_margin, ruling.high_margin
    question = (
        Question(direction="less", threshold=high or 0.0)
        if low is None
        else Question(direction="greater", threshold=low)
    )
    return gain_of(tuple((term.weight, statistic_of(term)) for term in ruling.terms), question)


def _line(found: Measured, ruling: Ruling, gain: Gain, control: ArmSpec | Recipe) -> Iterator[str]:
    decision, statistic = (
        reading(found, gain.over(control), ruling.policy or Policy()),
        gain.statistic,
    )
    if decision is None:
        return
    kind = "control" if control.control is None else control.control.kind
    low, high = (signed(bound, 0.0) for bound in (decision.low, decision.high))
    net = f"net of {gain.of(control)} ({kind})"
    yield (
        f"{net}: {statistic} {signed(decision.effect, 0.0)} [{low}, {high}], "
        f"{counted(decision.items, 'item')} of {selected(statistic.source)}"
    )
