"""Checkpoints in their order, and what is claimed of a statistic along them."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import NoReturn

from harness.claims.contrast import bend_weights, slope_weights
from harness.claims.joint import JointClaim, beyond, checked_share
from harness.claims.quantity import Quantity
from harness.claims.sampled import Sampled
from harness.errors import ClaimError
from harness.records import Direction, Source

_FOR_A_BEND = 3  # arms


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Series:
    """Arms in their order, with the place of each; it has the statistics that an arm has.

    Examples
    --------
    >>> dose = arms.series("random_reward_dose")  # doctest: +SKIP
    >>> assert dose.pass_at(1).trend() < -0.05  # doctest: +SKIP
    >>> assert dose.pass_at(1, metric="lenient").falls()  # doctest: +SKIP
    """

    name: str
    arms: tuple[Sampled, ...]
    at: tuple[float, ...]

    def __repr__(self) -> str:
        """Name the series and its arms."""
        return f"<series {self.name}: {', '.join(str(arm.source) for arm in self.arms)}>"

    def where(self, **tags: str | Collection[str]) -> Series:
        """Keep only the items with these tags, of those that are selected already."""
        return dataclasses.replace(self, arms=tuple(arm.where(**tags) for arm in self.arms))

    def pass_at(self, k: int = 1, *, metric: str = "correct") -> Course:
        """Return pass@k of a 0/1 metric, along the series."""
        return self._along(lambda arm: arm.pass_at(k, metric=metric))

    def pass_hat(self, k: int = 1, *, metric: str = "correct") -> Course:
        """Return pass^k of a 0/1 metric, along the series."""
        return self._along(lambda arm: arm.pass_hat(k, metric=metric))

    def majority_at(self, k: int) -> Course:
        """Return majority@k, along the series."""
        return self._along(lambda arm: arm.majority_at(k))

    def g_pass_at(self, k: int, tau: float, *, metric: str = "correct") -> Course:
        """Return G-Pass@k of a 0/1 metric, along the series."""
        return self._along(lambda arm: arm.g_pass_at(k, tau, metric=metric))

    def distinct_at(self, k: int) -> Course:
        """Return distinct@k, along the series."""
        return self._along(lambda arm: arm.distinct_at(k))

    def mean(self, metric: str = "correct") -> Course:
        """Return the mean of a metric, along the series."""
        return self._along(lambda arm: arm.mean(metric))

    def rate(self, predicate: Callable[[str], object]) -> Course:
        """Return the share of completions whose text satisfies `predicate`, along the series."""
        return self._along(lambda arm: arm.rate(predicate))

    def _along(self, statistic: Callable[[Sampled], Quantity]) -> Course:
        values = tuple(statistic(arm) for arm in self.arms)
        first = self.arms[0].source
        figure = values[0].text.removeprefix(f"{first}.")
        over = Source(
            task=first.task, arm=self.name, baseline="", draws=first.draws, narrowed=first.narrowed
        )
        return Course(text=f"{figure} over {over}", values=values, at=self.at)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Course:
    """One statistic at each checkpoint of a series; its methods claim how it goes.

    Attributes
    ----------
    text
        What goes over what, such as ``pass@1 over pretraining``.
    values
        The statistic of each arm.
    at
        The place of each.
    """

    text: str
    values: tuple[Quantity, ...]
    at: tuple[float, ...]

    def __repr__(self) -> str:
        """Name it."""
        return f"<{self.text}>"

    def __bool__(self) -> NoReturn:  # noqa: PLE0304  it never returns
        """Refuse: what goes along a series is no claim."""
        self._refuse("is no claim")

    def _compared(self, other: object) -> NoReturn:
        """Refuse: it has a value at each arm."""
        del other
        self._refuse("has a value at each arm, and can't be compared by a sign")

    __gt__ = __lt__ = __ge__ = __le__ = _compared
    __eq__ = __ne__ = _compared
    __hash__ = None  # type: ignore[assignment]

    def _refuse(self, why: str) -> NoReturn:
        raise ClaimError(f"{self.text} {why}", hint="claim .trend() > 0.05, .rises() or .falls()")

    def trend(self) -> Quantity:
        """Return the change along the least-squares line, from the first place to the last.

        Of two arms it is their difference.
        """
        return self._contrast("trend", slope_weights(self.at))

    def bend(self) -> Quantity:
        """Return how far the least-squares parabola lies above its chord, halfway along.

        Above 0 what rises flattens out, below 0 it comes late; of three evenly spaced arms it is
        how far the second lies above the mean of the others.

        Raises
        ------
        ClaimError
            If there are not three arms at least.
        """
        if len(self.at) < _FOR_A_BEND:
            msg = f"{self.text} has {len(self.at)} arms, and a bend takes three"
            raise ClaimError(msg, hint="claim the trend, or declare a series of three arms or more")
        return self._contrast("bend", bend_weights(self.at))

    def rises(self, *, by: float = 0.0) -> JointClaim:
        """Claim that each checkpoint is above the one before it, by `by`."""
        return self._each("rises", "greater", checked_share(by, "by"))

    def falls(self, *, by: float = 0.0) -> JointClaim:
        """Claim that each checkpoint is below the one before it, by `by`."""
        return self._each("falls", "less", -checked_share(by, "by"))

    def keeps(self, *, within: float) -> JointClaim:
        """Claim that no step loses as much as `within`; several steps may lose more in all."""
        return self._each("keeps", "greater", -checked_share(within, "within"))

    def _contrast(self, kind: str, weights: Sequence[float]) -> Quantity:
        """Weigh the arms, under a name: written out, it would be as long as the series."""
        terms = tuple(
            (weight * own, statistic)
            for weight, value in zip(weights, self.values, strict=True)
            for own, statistic in value.terms
        )
        name = f"{kind} of {self.text}"
        return Quantity(self.values[0].judge, terms, 0.0, name, name)

    def _each(self, verb: str, direction: Direction, margin: float) -> JointClaim:
        """Claim the same of each two neighbours."""
        return JointClaim(
            text=f"{self.text} {verb}",
            claims=tuple(
                after.compared(beyond(before, margin), direction, verb)
                for before, after in itertools.pairwise(self.values)
            ),
        )
