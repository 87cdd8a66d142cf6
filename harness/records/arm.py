"""What arms are, and what binds several of them: controls, recipes and series."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """Parameters of sampling; arms that are compared must share them."""

    temperature: float = 1.0
    top_p: float = 1.0
    max_tokens: int = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a million tokens cost, of the prompt and of the completion."""

    input: float
    output: float


#: Options of engines that decide what a model is shown of a prompt, and how it goes on.
PROMPTING = ("api", "system", "apply_chat_template", "until", "extra")


#: How an arm was trained: fields and their values, none of which enters what its draws are.
Training = Mapping[str, str | int | float | bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """Of which arm another one is a control, and of what kind.

    Attributes
    ----------
    of
        The arm whose gains are held against it.
    kind
        What it rules out, such as ``placebo`` or ``format``.
    varies
        Fields of the training that differ by intention.
    """

    of: str
    kind: str
    varies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmSpec:
    """An arm as configured: its engine, the engine's options, its sampling and its stream.

    Options that are no text are JSON. `differs` names what may be other than in the arms that it
    is compared with, by intention. `control` and `training` are about how it came to be: no draw
    depends on them.
    """

    name: str
    engine: str
    options: Mapping[str, str]
    sampling: Sampling
    stream: str
    where: str
    price: Price | None = None
    differs: tuple[str, ...] = ()
    control: Control | None = None
    training: Training = field(default_factory=dict)

    @property
    def prompting(self) -> Mapping[str, str]:
        """What decides what a model is shown of a prompt, and how it goes on.

        A server's completions show it as it stands, as all other engines do: that is no setting.
        """
        found = {name: self.options[name] for name in PROMPTING if self.options.get(name)}
        if self.engine == "openai":
            found = {"api": "chat", **found}
        return {name: value for name, value in found.items() if value != "completions"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesSpec:
    """Checkpoints in their order, as configured.

    Attributes
    ----------
    arms
        Names of two arms or more, all different.
    at
        Where each stands, such as steps or a dose: finite, ascending, one for each arm.
    """

    name: str
    arms: tuple[str, ...]
    at: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A way to train, by arms that are its checkpoints: one for each training seed.

    Attributes
    ----------
    seeds
        Names of the arms, at least 2.
    where
        Where it is declared.
    control
        Of what it is a control.
    training
        What its arms tell alike of their training; their `seed` is no part of it.
    """

    name: str
    seeds: tuple[str, ...]
    where: str
    control: Control | None = None
    training: Training = field(default_factory=dict)
