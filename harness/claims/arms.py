"""What a test sees of the arms and of their baselines."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import index
from typing import Literal

from harness.claims.claim import Judge
from harness.claims.curve import Curve
from harness.claims.quantity import Quantity
from harness.errors import ClaimError, ConfigError, did_you_mean
from harness.records import Source, Statistic, Where


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

    def curve(self, k: Iterable[int], *, metric: str = "correct") -> Curve:
        """Return pass@k at several k of a 0/1 metric, to be claimed about as a whole.

        Examples
        --------
        >>> assert rl.curve(k=[1, 16]).contracts(base)  # doctest: +SKIP

        Raises
        ------
        ClaimError
            If there are not two different k at least.
        """
        ks = sorted(set(k))
        if len(ks) < 2:  # noqa: PLR2004  a curve has two ends
            msg = f"curve(k={k!r}) takes two or more numbers of tries"
            raise ClaimError(msg, hint="for example curve(k=[1, 16])")
        return Curve(arm=self, ks=tuple(ks), metric=metric)

    def _of_k(
        self,
        kind: Literal["pass_at", "pass_hat", "majority_at"],
        k: int,
        metric: str = "correct",
    ) -> Quantity:
        if isinstance(k, bool) or not hasattr(k, "__index__") or k < 1:
            msg = f"{kind}({k!r}): k must be a whole number from 1"
            raise ClaimError(msg, hint=f"for example {kind}(1) or {kind}(16)")
        statistic = Statistic(source=self.source, kind=kind, metric=_metric(metric), k=index(k))
        return self._quantity(statistic)

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
        narrowed = (*self.source.narrowed, *selection(tags))
        return dataclasses.replace(self, source=dataclasses.replace(self.source, narrowed=narrowed))

    def _quantity(self, statistic: Statistic) -> Quantity:
        own = [dataclasses.replace(self.source, arm=seed) for seed in self.seeds] or [self.source]
        terms = tuple((1 / len(own), dataclasses.replace(statistic, source=one)) for one in own)
        return Quantity(self.judge, terms, 0.0, str(statistic))


@dataclass(frozen=True, slots=True, repr=False)
class Arms:
    """The configured arms, and recipes with the arms that are their seeds, by name."""

    judge: Judge
    source: Source
    known: tuple[str, ...]
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


class Baselines(Arms):
    """The accepted baselines of the arms, by name."""


def _check_function(predicate: object) -> None:
    if not callable(predicate):
        msg = f"rate({predicate!r}) takes a function of a completion's text"
        raise ClaimError(msg, hint="for a metric of the task, write mean('name')")


def _metric(name: object) -> str:
    if not isinstance(name, str):
        msg = f"{name!r} is no name of a metric"
        raise ClaimError(msg, hint="for a function of the text, write rate(function)")
    return name


def selection(tags: Mapping[str, str | Collection[str]]) -> Where:
    """Normalise a selection: each tag with the values that it may have, sorted.

    Raises
    ------
    ClaimError
        If a value is neither a text nor a collection of texts.
    """
    return tuple(sorted((key, _values(key, values)) for key, values in tags.items()))


def _values(key: str, values: object) -> tuple[str, ...]:
    wanted = (values,) if isinstance(values, str) else values
    if not isinstance(wanted, Collection) or not all(isinstance(value, str) for value in wanted):
        msg = f"{key}={values!r} is neither a text nor a collection of texts"
        raise ClaimError(msg, hint=f'for example {key}="hard"')
    return tuple(sorted(wanted))
