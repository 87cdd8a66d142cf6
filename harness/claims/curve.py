"""What the pass@k curves of two arms are claimed to do, at declared numbers of tries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from harness.claims.joint import JointClaim, beyond, checked_share
from harness.claims.quantity import Quantity
from harness.claims.sampled import Sampled, checked_arm
from harness.errors import ClaimError
from harness.records import Direction

#: A comparison of one k: the direction, the number of tries, and the margin on the other's side.
_Step = tuple[Direction, int, float]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Curve:
    """pass@k of an arm at several k, ascending; its methods claim how it lies to another arm's.

    Each claim is decided by comparisons at single k, of which all must be supported. Margins are
    differences of pass@k, in [0, 1]; `within` is above 0. Each method raises a ClaimError for
    another margin, or if `other` is no arm.
    """

    arm: Sampled
    ks: tuple[int, ...]
    metric: str

    def __repr__(self) -> str:
        """Name the arm and the k."""
        return f"<curve {self._text}>"

    def expands(self, other: Sampled, *, by: float = 0.0) -> JointClaim:
        """Claim that more items can be solved at all: pass@k at the largest k is higher by `by`."""
        return self._claim("expands", other, [("greater", self.ks[-1], checked_share(by, "by"))])

    def contracts(self, other: Sampled, *, by: float = 0.0) -> JointClaim:
        """Claim a crossover: pass@k is higher at the smallest k, and lower by `by` at the largest.

        The curves then cross between the two.
        """
        lower: _Step = ("less", self.ks[-1], -checked_share(by, "by"))
        return self._claim("contracts", other, [("greater", self.ks[0], 0.0), lower])

    def sharpens(self, other: Sampled, *, within: float) -> JointClaim:
        """Claim that it says sooner what the other says later.

        pass@k is higher at the smallest k, and at the largest not higher by as much as `within`.
        """
        bounded: _Step = ("less", self.ks[-1], _room(within, "contracts"))
        return self._claim("sharpens", other, [("greater", self.ks[0], 0.0), bounded])

    def keeps(self, other: Sampled, *, within: float) -> JointClaim:
        """Claim that nothing is lost at any k: pass@k is not lower by as much as `within`."""
        margin = -_room(within, "dominates")
        return self._claim("keeps", other, [("greater", k, margin) for k in self.ks])

    def dominates(self, other: Sampled, *, by: float = 0.0) -> JointClaim:
        """Claim that pass@k is higher by `by` at each k."""
        margin = checked_share(by, "by")
        return self._claim("dominates", other, [("greater", k, margin) for k in self.ks])

    def __bool__(self) -> NoReturn:  # noqa: PLE0304  it never returns
        """Refuse: a curve is no claim."""
        self._refuse("is a curve, not a claim")

    def _compared(self, other: object) -> NoReturn:
        """Refuse: curves may cross, so that one is not simply above another."""
        del other
        self._refuse("can't be compared by a sign: curves may cross")

    __gt__ = __lt__ = __ge__ = __le__ = _compared
    __eq__ = __ne__ = _compared
    __hash__ = None  # type: ignore[assignment]

    def _refuse(self, why: str) -> NoReturn:
        msg = f"{self._text} {why}"
        raise ClaimError(msg, hint=f"for example {self._example}.contracts(arms['base'])")

    def _claim(self, verb: str, other: object, steps: list[_Step]) -> JointClaim:
        arm = checked_arm(other, f"{self._text} {verb}", f"{self._example}.{verb}(arms['base'])")
        return JointClaim(
            text=f"{self._text} {verb} {arm.source}",
            claims=tuple(
                self._at(self.arm, k).compared(beyond(self._at(arm, k), margin), direction, verb)
                for direction, k, margin in steps
            ),
        )

    def _at(self, arm: Sampled, k: int) -> Quantity:
        return arm.pass_at(k, metric=self.metric)

    @property
    def _text(self) -> str:
        suffix = "" if self.metric == "correct" else f"[{self.metric}]"
        return f"{self.arm.source}.curve({', '.join(map(str, self.ks))}){suffix}"

    @property
    def _example(self) -> str:
        return f"arms[{self.arm.source.name!r}].curve(k={list(self.ks)})"


def _room(within: float, instead: str) -> float:
    """Return a margin that leaves room: without any, another claim is meant."""
    if not (margin := checked_share(within, "within")):
        msg = "within=0 leaves no room"
        raise ClaimError(msg, hint=f"write {instead}(...), or for example within=0.02")
    return margin
