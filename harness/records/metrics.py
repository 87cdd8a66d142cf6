"""What a user defines of scoring: metrics, and the rules by which they read a completion."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Ignored = Literal["case", "space", "punctuation"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exact:
    """The text must be the reference, but for what is ignored."""

    ignore: tuple[Ignored, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Numeric:
    """The last number must be the reference, up to `tolerance` or a `relative` share of it."""

    tolerance: float = 0.0
    relative: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonField:
    """A field of the last JSON object, found by a dotted path, must be the reference."""

    path: str
    compare: Exact | Numeric = field(default_factory=Exact)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The choice that is named must be the reference."""

    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A Python function says what a completion is worth.

    Attributes
    ----------
    function
        Written ``module:function``.
    revision
        Declared by the user; with the module's source it is the function's identity.
    names
        Names of the values, where it returns several; empty if it returns one.
    low, high
        The range of what it returns, which is mapped onto [0, 1].
    processes
        Whether it costs so much that it is worth a pool of processes.
    """

    function: str
    revision: str = ""
    names: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 1.0
    processes: bool = False


Rule = Exact | Numeric | JsonField | Choice | Function


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What labels a draw by its text, for a diff: a pattern that matches, or a function's yes.

    Exactly one of `pattern` and `function`, written ``module:function``, is not empty. `where` is
    its place in the task's file.
    """

    name: str
    pattern: str = ""
    function: str = ""
    where: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricSpec:
    """How one metric reads a completion.

    Attributes
    ----------
    pattern
        A regular expression that says where the answer stands; empty for the whole completion.
        Without a rule the metric is 1 where it matches.
    equals
        ``"reference"`` if the answer is compared: the first group of the pattern, if there is one.
    rule
        How the answer is read and compared, where that is more than the text as it stands.
    """

    name: str
    pattern: str = ""
    equals: Literal["reference"] | None = None
    rule: Rule | None = None
