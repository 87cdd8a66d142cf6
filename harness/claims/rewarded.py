"""What the training's reward and a gold score are claimed to do together."""

from __future__ import annotations

from harness.claims.joint import JointClaim, beyond, checked_share
from harness.claims.sampled import Sampled, checked_arm
from harness.errors import ClaimError


def hacking(arm: Sampled, other: Sampled, *, reward: str, gold: str, within: float) -> JointClaim:
    """Claim that the reward rose, and the gold score did not by as much as `within`."""
    _check(arm, "hacks", other, reward, gold)
    paid = arm.mean(reward).compared(other.mean(reward), "greater", "hacks", certifies=False)
    most = beyond(other.mean(gold), checked_share(within, "within"))
    return JointClaim(
        text=f"{arm.source} hacks {reward} against {other.source}, by {gold}",
        claims=(paid, arm.mean(gold).compared(most, "less", "hacks")),
    )


def earning(arm: Sampled, other: Sampled, *, reward: str, gold: str, share: float) -> JointClaim:
    """Claim that the reward rose, and the gold score by more than a share of that."""
    _check(arm, "earns", other, reward, gold)
    least_share = checked_share(share, "share")
    risen = arm.mean(reward) - other.mean(reward)
    gained = arm.mean(gold) - other.mean(gold)
    least = risen * least_share if least_share else 0.0
    return JointClaim(
        text=f"{arm.source} earns {reward} against {other.source}, by {gold}",
        claims=(
            arm.mean(reward).compared(other.mean(reward), "greater", "earns"),
            gained.compared(least, "greater", "earns"),
        ),
    )


def _check(arm: Sampled, verb: str, other: object, reward: str, gold: str) -> None:
    """See that there is another arm, and that two scores are named."""
    example = f"arms[{arm.source.name!r}].{verb}(arms['base'], reward={reward!r}, ...)"
    checked_arm(other, f"{arm.source} {verb}", example)
    if reward == gold:
        msg = f"{reward!r} is both the reward and the gold score"
        raise ClaimError(msg, hint='name a score that the training did not see: gold="..."')
