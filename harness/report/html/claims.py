"""The claims of a run, eval by eval, as the page shows them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.records import Ruling
from harness.report.explain import explain
from harness.report.html.forest import Scale, Strip, strip
from harness.report.numbers import interval, level, signed, target, verdict_word
from harness.report.run import EvalResult, Run

#: A mark for each verdict, so that colour is not all that tells them apart.
MARKS = {"supported": "●", "quiet": "●", "refuted": "✕", "inconclusive": "○"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One claim.

    Attributes
    ----------
    anchor
        Its id in the page.
    verdict, mark
        In a word, and as a sign.
    amount
        Items times draws per item.
    said
        Its explanation: pairs of a label and a text.
    """

    anchor: str
    verdict: str
    mark: str
    alarm: bool
    text: str
    place: str
    effect: str
    interval: str
    level: str
    wanted: str
    amount: str
    needs: str
    strip: Strip
    said: tuple[tuple[str, str], ...]

    @property
    def good(self) -> bool:
        """Whether nothing is to be done about it."""
        return self.verdict in {"supported", "quiet"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One eval with its claims."""

    title: str
    nodeid: str
    selection: str
    outcome: str
    rows: tuple[Row, ...]


def groups(run: Run, on: Scale) -> list[Group]:
    """Return the evals in their order, each with its claims placed on a scale."""
    return [_group(result, number, on) for number, result in enumerate(run.evals, start=1)]


def next_steps(found: Sequence[Group]) -> list[tuple[Row, str]]:
    """Return what each claim that is not supported needs, where it is known."""
    return [(row, row.needs) for group in found for row in group.rows if row.needs and not row.good]


def _group(result: EvalResult, number: int, on: Scale) -> Group:
    rulings = result.rulings
    return Group(
        title=result.nodeid.rpartition("::")[2],
        nodeid=result.nodeid,
        selection=rulings[0].selection if rulings else "",
        outcome=result.outcome,
        rows=tuple(_row(ruling, f"claim-{number}-{ruling.ordinal}", on) for ruling in rulings),
    )


def _row(ruling: Ruling, anchor: str, on: Scale) -> Row:
    decision, margins = ruling.decision, (ruling.low_margin, ruling.high_margin)
    early = decision.stage is not None and decision.stage.number < decision.stage.most
    verdict = verdict_word(ruling)
    return Row(
        anchor=anchor,
        verdict=verdict,
        mark=MARKS[verdict],
        alarm=ruling.kind == "alarm",
        text=ruling.text,
        place=ruling.place,
        effect=signed(decision.effect, *margins),
        interval=interval(ruling),
        level=level(ruling),
        wanted=target(ruling),
        amount=f"{decision.items:,} x {decision.draws}{' (early)' if early else ''}",
        needs=decision.needs,
        strip=strip(ruling, on),
        said=tuple(_said(ruling)),
    )


def _said(ruling: Ruling) -> Iterator[tuple[str, str]]:
    """Part each line of the explanation, but the first, into its label and the rest."""
    _, *lines = explain(ruling)
    for line in lines:
        label, _, text = line.strip().partition(":")
        yield label, text.strip()
