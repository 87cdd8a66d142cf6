"""Read a log of Inspect, by its own reader; completions are kept in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from harness.engines.recorded.entry import Entry, key_of
from harness.engines.recorded.messages import user_text
from harness.errors import EngineError
from harness.records import LENGTH, STOP, Draw

_FINISH = {"max_tokens": LENGTH, "model_length": LENGTH, "stop": STOP}
_FAILED = "failed in the log"


class InspectLog:
    """An `.eval` file: its samples' epochs are the draws of their input."""

    def __init__(self, path: Path) -> None:
        try:
            from inspect_ai.log import read_eval_log_samples  # noqa: PLC0415  only logs need it
        except ImportError:
            msg = "logs of Inspect need the package 'inspect_ai'"
            raise EngineError(msg, where=str(path), hint="pip install inspect-ai") from None
        self._reader = read_eval_log_samples
        self._path = path
        self._draws: list[Draw] = []

    def scan(self) -> Iterator[Entry]:
        """Yield what the samples hold, and keep their completions."""
        self._draws.clear()
        for place, sample in enumerate(self._samples()):
            prompt = sample.input if isinstance(sample.input, str) else user_text(sample.input)
            if prompt is None:
                msg = f"the input of sample {sample.id!r} holds no text of a user"
                raise EngineError(msg, where=str(self._path))
            self._draws.append(_draw(sample))
            key = key_of("prompt", prompt)
            yield Entry(key=key, shown=prompt, place=place, order=sample.epoch)

    def read(self, wanted: Sequence[tuple[int, int]]) -> Iterator[Sequence[Draw]]:
        """Yield the completions of some samples."""
        for place, stop in wanted:
            yield self._draws[place : place + min(stop, 1)]

    def _samples(self) -> Iterator[Any]:
        try:
            yield from self._reader(
                str(self._path), all_samples_required=False, resolve_attachments=True
            )
        except EngineError:
            raise
        except Exception as error:  # noqa: BLE001  whatever its version makes of a broken or later log
            line = str(error).partition("\n")[0]
            msg = f"inspect_ai can't read this log: {type(error).__name__}: {line}"
            hint = "is the file whole, and written by no later version of inspect_ai?"
            raise EngineError(msg, where=str(self._path), hint=hint) from None


def _draw(sample: Any) -> Draw:  # noqa: ANN401  a sample of whatever version is installed
    if sample.error is not None or not sample.output.choices:
        return Draw(text="", fault=_FAILED)
    reason, usage = sample.output.stop_reason, sample.output.usage
    return Draw(
        text=sample.output.completion,
        finish=_FINISH.get(reason, str(reason)),
        tokens=usage.output_tokens if usage is not None else None,
    )
