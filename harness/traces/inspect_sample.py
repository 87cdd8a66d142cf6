"""A log in the words of Inspect, whose package the extra `inspect` brings."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from statistics import fmean
from typing import Any, Literal

from inspect_ai.log import (
    EvalConfig,
    EvalDataset,
    EvalLog,
    EvalMetric,
    EvalResults,
    EvalSample,
    EvalScore,
    EvalSpec,
    EvalStats,
    write_eval_log,
)
from inspect_ai.model import (
    ChatCompletionChoice,
    ChatMessageAssistant,
    ChatMessageUser,
    GenerateConfig,
    ModelOutput,
    ModelUsage,
)
from inspect_ai.scorer import Score

from harness.errors import FileError
from harness.files import replacing
from harness.records import LENGTH, Item, Task
from harness.scoring import answer_reader
from harness.store import Stream, stream_hash
from harness.store.database import hash_of
from harness.traces.span import unicode_of

_STOPS = {LENGTH: "max_tokens"}
_KNOWN = {"stop", "max_tokens", "model_length", "tool_calls", "content_filter"}
_SAMPLING = ("temperature", "top_p", "max_tokens")


class Log:
    """Gathers the draws of one task and stream: an item is a sample, a draw one of its epochs.

    Attributes
    ----------
    replaced
        In how many draws what is no Unicode was replaced: JSON in UTF-8 can't hold it.
    unknown
        How many draws are of items that no task has.
    """

    def __init__(self, stream: Stream, task: Task | None, metrics: tuple[str, ...]) -> None:
        self.replaced = self.unknown = 0
        self._stream, self._task, self._metrics = stream, task, metrics
        self._key = stream_hash(stream.identity, run=stream.run)
        self._model = f"harness/{unicode_of(stream.arm)}"
        self._read = None if task is None else answer_reader(task)
        self._samples: list[EvalSample] = []

    def add(self, row: Mapping[str, Any], item: Item | None) -> None:
        """Take a draw in, as an export has it; `item` is what it answers, where that is known."""
        said, asked = unicode_of(row["completion"]), unicode_of(row["prompt"])
        self.unknown += item is None
        self.replaced += said != row["completion"] or asked != row["prompt"]
        name = (row["id"] if item is None else item.id) or hash_of(row["prompt"]).hex()
        mark = f"{self._key}-{name}-{row['index']}"  # the same draw has the same ids in each export
        answer = ChatMessageAssistant(
            id=f"{mark}-a", content=said, source="generate", model=self._model
        )
        usage = _usage(row)
        finish = _STOPS.get(row["finish"], row["finish"])
        self._samples.append(
            EvalSample(
                id=name, epoch=row["index"] + 1, uuid=mark, input=asked,
                target="" if item is None else unicode_of(item.reference),
                messages=[ChatMessageUser(id=f"{mark}-u", content=asked), answer],
                output=ModelOutput(
                    model=self._model, usage=usage, time=row["seconds"],
                    choices=[ChatCompletionChoice(
                        message=answer, stop_reason=finish if finish in _KNOWN else "unknown"
                    )],
                ),
                scores=self._scores(row), metadata=_metadata(row, item),
                model_usage={} if usage is None else {self._model: usage},
                total_time=row["seconds"], working_time=row["seconds"],
            )
        )  # fmt: skip

    def write(self, path: Path, form: Literal["eval", "json"]) -> None:
        """Write the log to a file, which is replaced once all of it is written.

        Raises
        ------
        FileError
            If it can't be written.
        """
        with tempfile.TemporaryDirectory() as folder:
            made = Path(folder) / f"log.{form}"
            try:
                write_eval_log(self._log(), str(made), format=form)
            except Exception as error:
                kind, line = type(error).__name__, str(error).partition("\n")[0]
                msg = f"inspect_ai can't write this log: {kind}: {line}"
                hint = "export to a .jsonl file, which holds whatever a model says"
                raise FileError(msg, where=str(path), hint=hint) from error
            with replacing(path) as file, made.open("rb") as done:
                shutil.copyfileobj(done, file)

    def _scores(self, row: Mapping[str, Any]) -> dict[str, Score]:
        names = [name for name in self._metrics if row.get(name) is not None]
        read = "" if self._task is None else self._task.answer
        answer = None if self._read is None else self._read(row["completion"])
        return {
            unicode_of(name): Score(
                value=row[name],
                answer=unicode_of(answer) if answer is not None and name == read else None,
            )
            for name in names
        }

    def _log(self) -> EvalLog:
        identity, created = self._stream.identity, self._stream.created
        ids = list(dict.fromkeys(sample.id for sample in self._samples))
        sampling = identity.get("sampling", {})
        name = "unknown" if self._task is None else self._task.name
        return EvalLog(
            status="success",
            eval=EvalSpec(
                eval_id=self._key, run_id=self._key, task_id=f"{self._key}-{name}", task=name,
                created=created, model=self._model,
                dataset=EvalDataset(name=name, samples=len(ids), sample_ids=ids),
                model_generate_config=GenerateConfig(
                    **{key: sampling[key] for key in _SAMPLING if key in sampling}
                ),
                config=EvalConfig(epochs=max(sample.epoch for sample in self._samples)),
                metadata={"harness": json.loads(unicode_of(json.dumps(dict(identity))))},
            ),
            samples=self._samples,
            results=_results(self._samples),
            stats=EvalStats(started_at=created, completed_at=created),
        )  # fmt: skip


def _results(samples: list[EvalSample]) -> EvalResults:
    values: dict[str, list[float]] = {}
    for sample in samples:
        for name, score in (sample.scores or {}).items():
            values.setdefault(name, []).append(score.as_float())
    return EvalResults(
        total_samples=len(samples),
        completed_samples=len(samples),
        scores=[
            EvalScore(
                name=name, scorer=name, metrics={"mean": EvalMetric(name="mean", value=fmean(own))}
            )
            for name, own in values.items()
        ],
    )


def _usage(row: Mapping[str, Any]) -> ModelUsage | None:
    if row["tokens"] is None:
        return None
    given, made = row["prompt_tokens"] or 0, row["tokens"]
    return ModelUsage(input_tokens=given, output_tokens=made, total_tokens=given + made)


def _metadata(row: Mapping[str, Any], item: Item | None) -> dict[str, Any]:
    tags = {} if item is None else {unicode_of(k): unicode_of(v) for k, v in item.tags.items()}
    told = {"arm": row["arm"], "run": row["run"], "seed": row["seed"],
            "finish": row["finish"], "transcript": row["transcript"]}  # fmt: skip
    return {**tags, **{name: unicode_of(value) for name, value in told.items() if value}}
