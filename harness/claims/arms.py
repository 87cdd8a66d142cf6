"""What a test sees of the arms and of their baselines."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from numbers import Real
from operator import index
from typing import SupportsIndex, TypeGuard

from harness.claims.claim import Judge
from harness.claims.curve import Curve
from harness.claims.joint import JointClaim
from harness.claims.quantity import Quantity
from harness.claims.rewarded import earning, hacking
from harness.claims.selection import selection
from harness.claims.series import Series
from harness.errors import ClaimError, ConfigError, did_you_mean
from harness.records import Kind, SeriesSpec, Source, Statistic


@dataclass(frozen=True, slots=True, repr=False)
class Arm:
    """One arm (or its baseline) on the selected items; its methods are quantities.

    A recipe is one too: each quantity is the mean over its `seeds`, which are arms, and its source
    names none of them.
    """

    judge: Judge
    source: Source
    seeds: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Name the arm."""
        return f"<arm {self.source}>"

    def pass_at(self, k: int = 1, *, metric: str = "correct") -> Quantity:
        """Return pass@k of a 0/1 metric: the chance that one of k draws is right."""
        return self._of_k("pass_at", k, metric)

    def pass_hat(self, k: int = 1, *, metric: str = "correct") -> Quantity:
        """Return pass^k of a 0/1 metric: the chance that all of k draws are right."""
        return self._of_k("pass_hat", k, metric)

    def majority_at(self, k: int) -> Quantity:
        """Return majority@k: the chance that a plurality vote over k draws' answers is right.

        Answers are what the task's `answer` metric captures. Those that tie share the win. Draws
        without an answer vote together, for one that is wrong.
        """
        return self._of_k("majority_at", k)

    def g_pass_at(self, k: int, tau: float, *, metric: str = "correct") -> Quantity:
        """Return G-Pass@k of a 0/1 metric: the chance that a share `tau` of k draws is right.

        At least ceil(tau k) of the k. With tau = 1 / k that is pass@k, with tau = 1 pass^k; as k
        grows it comes to coverage at tau, the share of items that are right that often.

        Raises
        ------
        ClaimError
            If k is no whole number from 1, or `tau` is not above 0 and up to 1.
        """
        return self._of_k("g_pass_at", k, metric, tau=_share(tau))

    def distinct_at(self, k: int) -> Quantity:
        """Return how many different answers are expected among k draws, per draw: in [1/k, 1].

        Answers are what the task's `answer` metric captures; draws without one give one together.
        With k = 2 it is (1 + D) / 2, D the chance that two draws differ (Simpson's diversity).

        Raises
        ------
        ClaimError
            If k is no whole number from 2.
        """
        return self._of_k("distinct_at", k, least=2)

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
        return Curve(arm=self, ks=_tries(k), metric=_metric(metric))

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
        return hacking(self, other, reward=_metric(reward), gold=_metric(gold), within=within)

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
        return earning(self, other, reward=_metric(reward), gold=_metric(gold), share=share)

    def _of_k(
        self,
        kind: Kind,
        k: int,
        metric: str = "correct",
        *,
        tau: float | None = None,
        least: int = 1,
    ) -> Quantity:
        if not _is_whole(k) or index(k) < least:
            msg = f"{kind}({k!r}): k must be a whole number from {least}"
            more = "" if tau is None else f", tau={tau!r}"
            raise ClaimError(msg, hint=f"for example {kind}({least}{more}) or {kind}(16{more})")
        return self._quantity(
            Statistic(source=self.source, kind=kind, metric=_metric(metric), k=index(k), tau=tau)
        )

    def mean(self, metric: str = "correct") -> Quantity:
        """Return the mean of a metric."""
        return self._quantity(Statistic(source=self.source, kind="mean", metric=_metric(metric)))

    def rate(self, predicate: Callable[[str], object]) -> Quantity:
        """Return the share of completions whose text satisfies `predicate`."""
        _check_function(predicate)
        if self.source.baseline:
            msg = f"{self.source} stores scores, not texts: rate() can't be computed from it"
            raise ClaimError(msg, hint="make the property a metric of the task")
        name = getattr(predicate, "__name__", type(predicate).__name__)
        return self._quantity(
            Statistic(source=self.source, kind="rate", metric=name, predicate=predicate)
        )

    def where(self, **tags: str | Collection[str]) -> Arm:
        """Keep only the items with these tags, of those that are selected already."""
        return dataclasses.replace(self, source=self.source.narrow(selection(tags)))

    def _quantity(self, statistic: Statistic) -> Quantity:
        own = [dataclasses.replace(self.source, arm=seed) for seed in self.seeds] or [self.source]
        terms = tuple((1 / len(own), dataclasses.replace(statistic, source=one)) for one in own)
        return Quantity(self.judge, terms, 0.0, str(statistic))


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


def _check_function(predicate: object) -> None:
    if not callable(predicate):
        msg = f"rate({predicate!r}) takes a function of a completion's text"
        raise ClaimError(msg, hint="for a metric of the task, write mean('name')")


def _is_whole(k: object) -> TypeGuard[SupportsIndex]:
    return not isinstance(k, bool) and isinstance(k, SupportsIndex) and index(k) >= 1


def _tries(k: object) -> tuple[int, ...]:
    """Return the numbers of tries of a curve, each once, ascending."""
    given = list(k) if isinstance(k, Iterable) else []
    known = {index(one) for one in given if _is_whole(one)}
    if len(known) < 2 or not all(map(_is_whole, given)):  # noqa: PLR2004  a curve has two ends
        shown = given or k
        msg = f"curve(k={shown!r}): k must be two or more different whole numbers from 1"
        raise ClaimError(msg, hint="for example curve(k=[1, 16])")
    return tuple(sorted(known))


def _share(tau: object) -> float:
    if isinstance(tau, bool) or not isinstance(tau, Real) or not 0.0 < float(tau) <= 1.0:
        msg = f"g_pass_at(tau={tau!r}): tau must be a share of the draws, above 0 and up to 1"
        raise ClaimError(msg, hint="for example g_pass_at(16, tau=0.5)")
    return float(tau)


def _metric(name: object) -> str:
    if not isinstance(name, str):
        msg = f"{name!r} is no name of a metric"
        raise ClaimError(msg, hint="for a function of the text, write rate(function)")
    return name
