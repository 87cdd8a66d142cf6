"""Several claims that say one thing together, such as that a curve contracts."""

from __future__ import annotations

from dataclasses import dataclass

from harness.claims.claim import Claim
from harness.claims.quantity import Quantity
from harness.errors import ClaimError


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class JointClaim:
    """Claims that have to hold all; `bool()` decides each of them.

    An intersection-union test: each at alpha, without a correction (Berger 1982, "Multiparameter
    hypothesis testing and acceptance sampling", Technometrics 24, 295-300).

    Attributes
    ----------
    text
        What they say together.
    claims
        In the order in which they are decided.
    """

    text: str
    claims: tuple[Claim, ...]

    def __bool__(self) -> bool:
        """Decide each claim, also past one that fails: the plan and the report have all of them."""
        return all([bool(claim) for claim in self.claims])  # noqa: C419  a generator would stop

    def __repr__(self) -> str:
        """Show what is claimed, undecided."""
        return f"<claim {self.text}>"


def beyond(quantity: Quantity, margin: float) -> Quantity:
    """Add a margin as one would write it."""
    if not margin:
        return quantity
    return quantity + margin if margin > 0 else quantity - -margin


def checked_share(value: float) -> float:
    """Refuse a margin of scores, or a share, that is not in [0, 1].

    Raises
    ------
    ClaimError
        With the value.
    """
    if not 0.0 <= value <= 1.0:
        msg = f"{value!r} is no margin: scores and their shares lie between 0 and 1"
        raise ClaimError(msg)
    return value
