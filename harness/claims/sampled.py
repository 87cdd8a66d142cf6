"""What is sampled, and the statistics that it has."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection
from dataclasses import dataclass
from numbers import Real
from operator import index
from typing import Self, SupportsIndex, TypeGuard

from harness.claims.claim import Judge
from harness.claims.quantity import Quantity
from harness.claims.selection import selection
from harness.errors import ClaimError
from harness.records import Kind, Source, Statistic


@dataclass(frozen=True, slots=True, repr=False)
class Sampled:
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

    def _of_k(
        self,
        kind: Kind,
        k: int,
        metric: str = "correct",
        *,
        tau: float | None = None,
        least: int = 1,
    ) -> Quantity:
        if not is_whole(k) or index(k) < least:
            msg = f"{kind}({k!r}): k must be a whole number from {least}"
            more = "" if tau is None else f", tau={tau!r}"
            raise ClaimError(msg, hint=f"for example {kind}({least}{more}) or {kind}(16{more})")
        return self._quantity(
            Statistic(
                source=self.source, kind=kind, metric=metric_name(metric), k=index(k), tau=tau
            )
        )

    def mean(self, metric: str = "correct") -> Quantity:
        """Return the mean of a metric."""
        return self._quantity(
            Statistic(source=self.source, kind="mean", metric=metric_name(metric))
        )

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

    def where(self, **tags: str | Collection[str]) -> Self:
        """Keep only the items with these tags, of those that are selected already."""
        return dataclasses.replace(self, source=self.source.narrow(selection(tags)))

    def _quantity(self, statistic: Statistic) -> Quantity:
        own = [dataclasses.replace(self.source, arm=seed) for seed in self.seeds] or [self.source]
        terms = tuple((1 / len(own), dataclasses.replace(statistic, source=one)) for one in own)
        return Quantity(self.judge, terms, 0.0, str(statistic))


def _check_function(predicate: object) -> None:
    if not callable(predicate):
        msg = f"rate({predicate!r}) takes a function of a completion's text"
        raise ClaimError(msg, hint="for a metric of the task, write mean('name')")


def is_whole(k: object) -> TypeGuard[SupportsIndex]:
    """Say whether it is a whole number from 1."""
    return not isinstance(k, bool) and isinstance(k, SupportsIndex) and index(k) >= 1


def _share(tau: object) -> float:
    if isinstance(tau, bool) or not isinstance(tau, Real) or not 0.0 < float(tau) <= 1.0:
        msg = f"g_pass_at(tau={tau!r}): tau must be a share of the draws, above 0 and up to 1"
        raise ClaimError(msg, hint="for example g_pass_at(16, tau=0.5)")
    return float(tau)


def checked_arm(other: object, claimed: str, example: str) -> Sampled:
    """Return the other arm of a claim; `example` says how such a claim is written.

    Raises
    ------
    ClaimError
        If it is no arm.
    """
    if not isinstance(other, Sampled):
        msg = f"{claimed} takes an arm, got {type(other).__name__}"
        raise ClaimError(msg, hint=f"for example {example}")
    return other


def metric_name(name: object) -> str:
    """Return the name of a metric.

    Raises
    ------
    ClaimError
        If it is no text.
    """
    if not isinstance(name, str):
        msg = f"{name!r} is no name of a metric"
        raise ClaimError(msg, hint="for a function of the text, write rate(function)")
    return name
