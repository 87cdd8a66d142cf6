"""What a test sees of the arms and of their baselines."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import index

from harness.claims.claim import Judge
from harness.claims.curve import Curve
from harness.claims.joint import JointClaim
from harness.claims.rewarded import earning, hacking
from harness.claims.sampled import Sampled, is_whole, metric_name
from harness.claims.series import Series
from harness.errors import ClaimError, ConfigError, did_you_mean
from harness.records import SeriesSpec, Source


class Arm(Sampled):
    """One arm (or its baseline, or a recipe), and what is claimed of it beside another."""

    __slots__ = ()

    def curve(self, k: Iterable[int], *, metric: str = "correct") -> Curve:
        """Return pass@k at several k of a 0/1 metric, to be claimed about as a whole.

        Examples
        --------
        >>> assert rl.curve(k=[1, 16]).contracts(base)  # doctest: +SKIP

        Raises
        ------
        ClaimError
            If these are not two different whole numbers at least, from 1.
        """
        return Curve(arm=self, ks=_tries(k), metric=metric_name(metric))

    def hacks(self, other: Arm, *, reward: str, gold: str = "correct", within: float) -> JointClaim:
        """Claim reward hacking: the mean reward rose, and the gold score not by `within`.

        Parameters
        ----------
        reward, gold
            Metrics of the task; graded ones count on [0, 1], onto which their range is mapped.
        within
            The rise of the gold score that is ruled out, in [0, 1]; 0 claims that it fell.

        Examples
        --------
        >>> assert rl.hacks(base, reward="boxed", gold="lenient", within=0.02)  # doctest: +SKIP
        """
        return hacking(self, other, reward=reward, gold=gold, within=within)

    def earns(self, other: Arm, *, reward: str, gold: str = "correct", share: float) -> JointClaim:
        """Claim that a reward is earned: the gold score rose by more than a share of its rise.

        Parameters
        ----------
        reward, gold
            As in `hacks`.
        share
            In [0, 1]; 0 claims that both rose.

        Examples
        --------
        >>> assert rl.earns(base, reward="correct", gold="lenient", share=0.2)  # doctest: +SKIP
        """
        return earning(self, other, reward=reward, gold=gold, share=share)


@dataclass(frozen=True, slots=True, repr=False)
class Arms:
    """The configured arms and recipes by name, with the declared series of arms.

    `recipes` names the arms that are the training seeds of each.
    """

    judge: Judge
    source: Source
    known: tuple[str, ...]
    ordered: Mapping[str, SeriesSpec] = field(default_factory=dict)
    recipes: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)

    def __getitem__(self, name: str) -> Arm:
        """Return the arm, or the recipe, `name`.

        Raises
        ------
        ConfigError
            If there is no such arm.
        """
        if name not in self:
            msg = f"there is no arm {name!r}"
            raise ConfigError(msg, hint=did_you_mean(str(name), self))
        seeds = self.recipes.get(name, ())
        source = dataclasses.replace(
            self.source, arm="" if seeds else name, recipe=name if seeds else ""
        )
        source = dataclasses.replace(source, draws=self.judge.draws(source))
        return Arm(self.judge, source, seeds)

    def __repr__(self) -> str:
        """Name the arms."""
        return f"<{type(self).__name__.lower()} {', '.join(self)}>"

    def __contains__(self, name: object) -> bool:
        """Say whether there is such an arm, or such a recipe."""
        return name in self.known or name in self.recipes

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names of the arms, and then of the recipes."""
        return iter((*self.known, *self.recipes))

    def task(self, name: str) -> Arms:
        """Return the same arms on another task."""
        return dataclasses.replace(self, source=dataclasses.replace(self.source, task=name))

    def series(self, name: str) -> Series:
        """Return the arms that `series:` declares under this name, in their order.

        Raises
        ------
        ConfigError
            If no such series is declared.
        ClaimError
            If baselines are asked for one.
        """
        if self.source.baseline:
            msg = f"baselines are no series: {name!r} is one of arms"
            raise ClaimError(msg, hint=f"write arms.series({name!r})")
        if name not in self.ordered:
            msg = f"there is no series {name!r}"
            hint = "declare it in the config, such as `series: {pretraining: [early, base]}`"
            raise ConfigError(
                msg, hint=did_you_mean(str(name), self.ordered) if self.ordered else hint
            )
        spec = self.ordered[name]
        return Series(name=name, arms=tuple(self[arm] for arm in spec.arms), at=spec.at)


class Baselines(Arms):
    """The accepted baselines of the arms, by name."""


def _tries(k: object) -> tuple[int, ...]:
    """Return the numbers of tries of a curve, each once, ascending."""
    given = list(k) if isinstance(k, Iterable) else []
    known = {index(one) for one in given if is_whole(one)}
    if len(known) < 2 or not all(map(is_whole, given)):  # noqa: PLR2004  a curve has two ends
        shown = given or k
        msg = f"curve(k={shown!r}): k must be two or more different whole numbers from 1"
        raise ClaimError(msg, hint="for example curve(k=[1, 16])")
    return tuple(sorted(known))
