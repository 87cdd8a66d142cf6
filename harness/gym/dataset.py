"""One data set of reasoning-gym: the package is imported here alone, when a task asks for it."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from harness.errors import ConfigError, TaskError, did_you_mean
from harness.gym.contain import contained

_LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """An item as it was made, with what the data set needs to score answers to it.

    The reference is empty where many answers are right and the data set names none.
    """

    prompt: str
    reference: str
    entry: Mapping[str, Any]


class DataSet:
    """Makes items, each from a seed of its own, and scores answers to them.

    Parameters
    ----------
    name
        Its name in reasoning-gym.
    config
        Its settings, but for seed and size.

    Raises
    ------
    TaskError
        If the package is missing.
    ConfigError
        If there is no such data set, or it refuses the settings; `where` is the key.
    """

    def __init__(self, name: str, config: Mapping[str, Any]) -> None:
        try:
            with contained():
                import reasoning_gym  # noqa: PLC0415  takes seconds, and is an extra
                from reasoning_gym.factory import DATASETS  # noqa: PLC0415  as above
        except ImportError as error:
            msg = f"the package reasoning-gym can't be imported: {error}"
            hint = "install it: pip install 'rl-eval-harness[reasoning-gym]'"
            raise TaskError(msg, hint=hint) from None
        if name not in DATASETS:
            msg = f"reasoning-gym has no data set {name!r}"
            raise ConfigError(msg, where="dataset", hint=did_you_mean(name, DATASETS))
        known = {field.name for field in dataclasses.fields(DATASETS[name][1])} - {"seed", "size"}
        for key in config:
            if key not in known:
                hint = did_you_mean(key, known)
                raise ConfigError("unknown key", where=f"config.{key}", hint=hint)
        self.name, self.config, self.version = name, dict(config), version("reasoning-gym")
        self._create = reasoning_gym.create_dataset
        self._scoring = self._open(seed=0, size=1)

    def make(self, seed: int, size: int) -> Iterator[Made]:
        """Make items from `seed` on, in order.

        Raises
        ------
        TaskError
            If the data set fails on a seed.
        """
        opened = self._open(seed=seed, size=size)
        for index in range(size):
            with contained(seed + index):
                try:
                    entry = opened[index]
                except Exception as error:
                    msg = f"data set {self.name!r} fails on seed {seed + index}: {_line(error)}"
                    raise TaskError(msg) from error
            answer = entry["answer"]
            reference = answer if isinstance(answer, str) else ""
            yield Made(prompt=entry["question"], reference=reference, entry=entry)

    def score(self, answer: str, entry: Mapping[str, Any]) -> float | None:
        """Score an answer; None if the data set can't read it.

        Raises
        ------
        TaskError
            If the score is no number in [0, 1].
        """
        with contained():
            try:
                value = self._scoring.score_answer(answer, entry)
            except Exception:  # noqa: BLE001  it stumbles over odd answers, and reads right ones
                return None
        number = float(value) if isinstance(value, int | float) else math.nan
        if not 0 <= number <= 1:
            msg = f"data set {self.name!r} scores {answer[:_LONGEST]!r} {value!r}, not in [0, 1]"
            raise TaskError(msg)
        return number

    def _open(self, seed: int, size: int) -> Any:  # noqa: ANN401  the package ships no types
        with contained(seed):
            try:
                return self._create(self.name, **self.config, seed=seed, size=size)
            except Exception as error:
                msg = f"data set {self.name!r} refuses this: {_line(error)}"
                raise ConfigError(msg, where="config") from error


def _line(error: Exception) -> str:
    """Return an exception's kind and text in one printable line."""
    return f"{type(error).__name__}: {repr(str(error))[1:-1][:_LONGEST]}"
