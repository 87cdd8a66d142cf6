"""A claim: a comparison whose truth is decided when it is asked for, once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from harness.records import Question, Source, Terms


class Judge(Protocol):
    """Who decides claims: draws what they need and keeps record."""

    def draws(self, source: Source) -> int:
        """Return how many draws of each item of a source there are to be."""
        ...

    def note(self, claim: Claim) -> None:
        """Take notice that a claim was built, to name it should its truth never be taken."""
        ...

    def rule(self, claim: Claim) -> bool:
        """Decide a claim whose truth is taken; the same claim gets the same answer."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Claim:
    """A comparison of two quantities; `bool()` decides it.

    Attributes
    ----------
    text
        As written.
    terms
        The effect: what varies, brought to one side.
    effect_text
        The effect, as text: written out, or by its name.
    question
        Direction and threshold that the effect is held against.
    operands
        The two objects that were compared.
    inner
        The claim that an alarm is about.
    place
        Where it stands, as ``file:line``, if that is not where its truth is asked for.
    defined
        The weights and statistics that the effect's name stands for; none where it is written out.
    certifies
        Whether a gain that it tells is one for policies: that of a hacked reward is none.
    """

    judge: Judge
    text: str
    terms: Terms
    effect_text: str
    question: Question
    operands: tuple[object, object] = (None, None)
    inner: Claim | None = None
    place: str = ""
    defined: tuple[tuple[float, str], ...] = ()
    certifies: bool = True

    @property
    def sources(self) -> tuple[Source, ...]:
        """Where the claim's data come from, each source once."""
        return tuple(dict.fromkeys(statistic.source for _, statistic in self.terms))

    @property
    def normal_form(self) -> str:
        """The claim with all that varies on the left: however it was written, it is the same."""
        sign = ">" if self.question.direction == "greater" else "<"
        text = f"{self.effect_text} {sign} {self.question.threshold:g}"
        return f"no_evidence({text})" if self.question.alarm else text

    def added(
        self, *, text: str, terms: Terms, effect_text: str, question: Question, place: str
    ) -> Claim:  # fmt: skip
        """Return another claim that a policy adds to this one, which stands at `place`."""
        return Claim(
            judge=self.judge,
            text=text,
            terms=terms,
            effect_text=effect_text,
            question=question,
            place=place,
        )

    def __bool__(self) -> bool:
        """Decide the claim: True if it is supported (or let pass by policy)."""
        return self.judge.rule(self)

    def __repr__(self) -> str:
        """Show the claim as written, undecided."""
        return f"<claim {self.text}>"
