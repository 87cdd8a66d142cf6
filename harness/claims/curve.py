"""What the pass@k curves of two arms are claimed to do, at declared numbers of tries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.claims.joint import JointClaim, beyond, checked_share
from harness.records import Direction

if TYPE_CHECKING:
    from harness.claims.arms import Arm
    from harness.claims.quantity import Quantity

#: A comparison of one k: the direction, the number of tries, and the margin on the other's side.
_Step = tuple[Direction, int, float]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Curve:
    """pass@k of an arm at several k, ascending; its methods claim how it lies to another arm's.

    Each claim is decided by comparisons at single k, of which all must be supported.
    """

    arm: Arm
    ks: tuple[int, ...]
    metric: str

    def __repr__(self) -> str:
        """Name the arm and the k."""
        return f"<curve {self._text}>"

    def expands(self, other: Arm, *, by: float = 0.0) -> JointClaim:
        """Claim that more items can be solved at all: pass@k at the largest k is higher by `by`."""
        return self._claim("expands", other, [("greater", self.ks[-1], checked_share(by))])

    def contracts(self, other: Arm, *, by: float = 0.0) -> JointClaim:
        """Claim a crossover: pass@k is higher at the smallest k, and lower by `by` at the largest.

        The curves then cross between the two.
        """
        lower: _Step = ("less", self.ks[-1], -checked_share(by))
        return self._claim("contracts", other, [("greater", self.ks[0], 0.0), lower])

    def sharpens(self, other: Arm, *, within: float) -> JointClaim:
        """Claim that it says sooner what the other says later.

        pass@k is higher at the smallest k, and at the largest not higher by as much as `within`.
        """
        bounded: _Step = ("less", self.ks[-1], checked_share(within))
        return self._claim("sharpens", other, [("greater", self.ks[0], 0.0), bounded])

    def keeps(self, other: Arm, *, within: float) -> JointClaim:
        """Claim that nothing is lost at any k: pass@k is not lower by as much as `within`."""
        margin = -checked_share(within)
        return self._claim("keeps", other, [("greater", k, margin) for k in self.ks])

    def dominates(self, other: Arm, *, by: float = 0.0) -> JointClaim:
        """Claim that pass@k is higher by `by` at each k."""
        margin = checked_share(by)
        return self._claim("dominates", other, [("greater", k, margin) for k in self.ks])

    def _claim(self, verb: str, other: Arm, steps: list[_Step]) -> JointClaim:
        return JointClaim(
            text=f"{self._text} {verb} {other.source}",
            claims=tuple(
                self._at(self.arm, k).compared(beyond(self._at(other, k), margin), direction, verb)
                for direction, k, margin in steps
            ),
        )

    def _at(self, arm: Arm, k: int) -> Quantity:
        return arm.pass_at(k, metric=self.metric)

    @property
    def _text(self) -> str:
        return f"{self.arm.source}.curve({', '.join(map(str, self.ks))})"
