"""Quantities: linear combinations of statistics, which compare into claims."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Collection
from dataclasses import dataclass
from numbers import Real
from typing import NoReturn

from harness.claims.claim import Claim, Judge
from harness.claims.selection import selection
from harness.errors import ClaimError
from harness.records import Direction, Question, Statistic, Terms, summed


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Quantity:
    """A linear combination of statistics and a constant.

    Add, subtract, multiply by numbers; compare with `>` and `<`. What has many terms may have a
    `name`, which stands for them where nothing is added or subtracted but numbers.
    """

    judge: Judge
    terms: Terms
    constant: float
    text: str
    name: str = ""

    # numpy must leave `np.float64(0.05) + quantity` and its comparisons to this class.
    __array_ufunc__ = None

    def __add__(self, other: object) -> Quantity:
        """Add a quantity or a number."""
        right = self._lift(other)
        terms, constant = self.terms + right.terms, self.constant + right.constant
        return self._with(terms, constant, f"{self.text} + {right.text}", self._beside(right))

    def __radd__(self, other: object) -> Quantity:
        """Add to a number."""
        return self._lift(other) + self

    def __sub__(self, other: object) -> Quantity:
        """Subtract a quantity or a number."""
        right = self._lift(other)
        text = f"{self.text} - {right.grouped}"
        terms = self.terms + (-right).terms
        return self._with(terms, self.constant - right.constant, text, self._beside(-right))

    def __rsub__(self, other: object) -> Quantity:
        """Subtract from a number."""
        return self._lift(other) - self

    def __neg__(self) -> Quantity:
        """Change the sign."""
        terms = tuple((-coefficient, statistic) for coefficient, statistic in self.terms)
        return self._with(terms, -self.constant, f"-{self.grouped}")

    def __pos__(self) -> Quantity:
        """Return the quantity itself."""
        return self

    def __mul__(self, other: object) -> Quantity:
        """Multiply by a number."""
        if isinstance(other, Quantity):
            _refuse("a product of two quantities is not linear", "multiply by numbers only")
        factor = _number(other)
        terms = tuple((factor * coefficient, statistic) for coefficient, statistic in self.terms)
        return self._with(terms, factor * self.constant, f"{factor:g} * {self.grouped}")

    __rmul__ = __mul__

    def __gt__(self, other: object) -> Claim:
        """Claim that this quantity is above another one or a number."""
        return self.compared(other, "greater")

    def __lt__(self, other: object) -> Claim:
        """Claim that this quantity is below another one or a number."""
        return self.compared(other, "less")

    __ge__ = __gt__
    __le__ = __lt__

    def __eq__(self, other: object) -> NoReturn:
        """Refuse: sampled quantities are never shown to be equal."""
        _refuse(
            f"{self.text} == ... can't be decided from samples",
            "claim equivalence within a margin: -0.03 < a - b < 0.03",
        )

    def __ne__(self, other: object) -> NoReturn:
        """Refuse: a difference has a direction and a size."""
        _refuse(
            f"{self.text} != ... says neither direction nor size",
            "claim a > b + 0.03, or a < b - 0.03",
        )

    __hash__ = None  # type: ignore[assignment]

    def __bool__(self) -> NoReturn:  # noqa: PLE0304  it never returns
        """Refuse: a quantity is no claim."""
        _refuse(f"{self.text} is a quantity, not a claim", "compare it: assert a > b + 0.05")

    def __abs__(self) -> NoReturn:
        """Refuse: write both sides."""
        _refuse(f"abs({self.text}) is not linear", "write -0.03 < a - b < 0.03")

    def __truediv__(self, other: object) -> NoReturn:
        """Refuse: write a product with a number."""
        _refuse(
            f"{self.text} / ... is not linear",
            "multiply by a number (0.5 * a), or claim a > 0.9 * b for a ratio",
        )

    __rtruediv__ = __truediv__

    def __float__(self) -> NoReturn:
        """Refuse: a figure without its error is no claim."""
        _refuse(f"{self.text} is no plain number", "compare it: assert a > b + 0.05")

    def __repr__(self) -> str:
        """Show what it is made of."""
        return f"<quantity {self.text}>"

    def where(self, **tags: str | Collection[str]) -> Quantity:
        """Return the same quantity on the items with these tags, of those that are selected.

        Examples
        --------
        How much larger a gain is on items that training has seen, a difference in differences:

        >>> gain = rl.pass_at(1) - base.pass_at(1)  # doctest: +SKIP
        >>> assert gain.where(split="seen") - gain.where(split="heldout") < 0.05  # doctest: +SKIP
        """
        where = selection(tags)
        terms = tuple(
            (coefficient, dataclasses.replace(statistic, source=statistic.source.narrow(where)))
            for coefficient, statistic in self.terms
        )
        number = f" {'-' if self.constant < 0 else '+'} {abs(self.constant):g}"
        return self._with(terms, self.constant, describe(terms) + (number if self.constant else ""))

    @property
    def grouped(self) -> str:
        """The text, in parentheses where a sign before it would bind wrongly."""
        return f"({self.text})" if " + " in self.text or " - " in self.text else self.text

    def _with(self, terms: Terms, constant: float, text: str, name: str = "") -> Quantity:
        return Quantity(self.judge, terms, constant, text, name)

    def _beside(self, right: Quantity) -> str:
        """Return the name of what varies in a sum, if only one side of it varies."""
        if self.terms and right.terms:
            return ""
        return self.name or right.name

    def _lift(self, other: object) -> Quantity:
        if isinstance(other, Quantity):
            return other
        number = _number(other)
        return Quantity(self.judge, (), number, f"{number:g}")

    def compared(
        self, other: object, direction: Direction, reading: str = "", *, certifies: bool = True
    ) -> Claim:
        """Claim that this quantity is above, or below, another one or a number.

        `reading` says in a word what the claim is a part of, such as ``contracts``; `certifies` is
        as in `Claim`.

        Raises
        ------
        ClaimError
            If both sides are the same.
        """
        right = self._lift(other)
        terms = _merged(self.terms + (-right).terms)
        sign = ">" if direction == "greater" else "<"
        text = f"{self.text} {sign} {right.text}{f' ({reading})' if reading else ''}"
        if not terms:
            msg = f"{text} compares a quantity with itself"
            raise ClaimError(msg, hint="compare two arms, or an arm with a number")
        name = self._beside(-right)
        claim = Claim(
            judge=self.judge,
            text=text,
            terms=terms,
            effect_text=name or describe(terms),
            defined=tuple((weight, str(one)) for weight, one in terms) if name else (),
            question=Question(
                direction=direction, threshold=_clean(right.constant - self.constant)
            ),
            operands=(self, other),
            certifies=certifies,
        )
        self.judge.note(claim)
        return claim


def _merged(terms: Terms) -> Terms:
    """Add up repeated statistics; what cancels is gone."""
    total: dict[Statistic, float] = {}
    for coefficient, statistic in terms:
        total[statistic] = total.get(statistic, 0.0) + coefficient
    return tuple((value, statistic) for statistic, value in total.items() if abs(value) > 1e-12)  # noqa: PLR2004


def describe(terms: Terms) -> str:
    """Write a linear combination out, the seeds of a recipe as one."""
    text = ""
    for coefficient, statistic in summed(terms):
        size = "" if abs(coefficient) == 1 else f"{abs(coefficient):g} * "
        sign = "-" if coefficient < 0 else "+"
        lead = f"{text} {sign} " if text else sign.replace("+", "")
        text = f"{lead}{size}{statistic}"
    return text


def _clean(threshold: float) -> float:
    """Take away what rounding left over: 0.1 + 0.2 - 0.3 is 0."""
    return round(threshold, 12) + 0.0


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, Real):
        msg = f"a quantity takes numbers and other quantities, not {type(value).__name__}"
        raise ClaimError(msg)
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        msg = f"{number} is not a finite number"
        raise ClaimError(msg)
    return number


def _refuse(message: str, hint: str) -> NoReturn:
    raise ClaimError(message, hint=hint)
