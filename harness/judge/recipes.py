"""What a claim about a recipe takes, said before anything is drawn for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from harness.claims import Claim
from harness.config import unlike_seeds
from harness.errors import ClaimError
from harness.records import Config, Policy, Source


def check_recipes(claim: Claim, policy: Policy, config: Config) -> None:
    """Refuse claims about recipes that can't be decided.

    Raises
    ------
    ClaimError
        If an arm stands for two things, the seeds of a recipe tell that they were not trained
        alike, which an override may have brought about, or the method bets on single items.
    """
    stands_for: dict[str, str] = {}
    for source in claim.sources:
        other = stands_for.setdefault(source.arm, source.recipe)
        if other != source.recipe:
            first, second = (repr(one) if one else "itself" for one in (other, source.recipe))
            msg = f"{claim.text}: arm {source.arm!r} stands for {first} and for {second}"
            hint = "compare arms and recipes that share no checkpoint"
            raise ClaimError(msg, hint=hint)
    names = dict.fromkeys(source.recipe for source in claim.sources if source.recipe)
    for name in names:
        recipe = config.recipes[name]
        if unlike := unlike_seeds(recipe.seeds, config.arms):
            msg = f"{name!r} is no recipe: {unlike}"
            raise ClaimError(msg, where=recipe.where, hint="let its seeds be trained alike")
    if names and policy.method == "anytime":
        msg = (
            f"method 'anytime' can't decide on {next(iter(names))!r}: it knows of no training seeds"
        )
        raise ClaimError(msg, hint="use method: auto, or claim about one checkpoint")


def check_models(sources: Sequence[Source], fingerprint: Callable[[Source], str]) -> None:
    """Refuse a recipe of which two seeds are one model; opens engines.

    Raises
    ------
    ClaimError
        With the two arms.
    """
    owners: dict[tuple[str, str, str], str] = {}
    for source in sources:
        if source.recipe and not source.baseline:
            key = (source.recipe, fingerprint(source), source.task)
            owner = owners.setdefault(key, source.arm)
            if owner != source.arm:
                msg = f"{owner!r} and {source.arm!r} run on one model: they are one training seed"
                hint = f"give each seed of {source.recipe!r} a checkpoint of its own"
                raise ClaimError(msg, hint=hint)
