"""A stored draw as spans, with the names of OpenTelemetry's conventions for generative AI.

They are those of the semantic conventions 1.41.0, the last release with a schema of theirs before
they moved to a repository of their own; their status is `development`, and they may change.

References
----------
https://github.com/open-telemetry/semantic-conventions/blob/v1.41.0/docs/gen-ai/gen-ai-spans.md
https://github.com/open-telemetry/semantic-conventions/blob/v1.41.0/docs/gen-ai/gen-ai-events.md
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from harness.store import Stream, stream_hash
from harness.store.database import hash_of
from harness.traces.span import Attributes, Span, Value, number_of, unicode_of
from harness.traces.transcript import Transcript, read_transcript

SCHEMA_URL = "https://opentelemetry.io/schemas/1.41.0"
EVALUATION = "gen_ai.evaluation.result"
#: The store knows no provider and no model but by the arm: these are said of all draws.
_OPERATION, _PROVIDER = "chat", "harness"
_LARGEST = 2**63  # of protobuf's numbers
_SECOND = 1_000_000_000  # nanoseconds
_NAMES = {
    "arm": "harness.arm", "run": "harness.run", "fingerprint": "harness.fingerprint",
    "stream": "harness.stream", "stream_seed": "harness.stream_seed", "id": "harness.item",
    "seed": "harness.seed",
}  # fmt: skip


def spans_of(row: Mapping[str, Any], stream: Stream, metrics: Iterable[str]) -> Iterator[Span]:
    """Yield the span of a draw, then those of its steps.

    Ids follow from the stream, the prompt and the index: a draw that is sent twice is one. It is
    not stored when a draw was taken: it starts when its stream was begun, and takes its seconds.

    Parameters
    ----------
    row
        A row of an export.
    stream
        What it is a draw of.
    metrics
        Which of its columns are scores.
    """
    key = stream_hash(stream.identity, run=stream.run)
    identity = (key, hash_of(row["prompt"]).hex(), row["index"])
    trace, root = number_of(128, *identity), number_of(64, *identity)
    start = _nanoseconds(stream.created)
    taken = int((row["seconds"] or 0) * _SECOND)
    told = read_transcript(row["transcript"])
    scores = {name: row[name] for name in metrics if row.get(name) is not None}
    yield Span(
        trace=trace, id=root, parent=None, name=unicode_of(f"{_OPERATION} {stream.arm}"),
        start=start, end=start + taken,
        attributes=_whole({**_request(row, stream), **_response(row, told), **_scored(scores)}),
        events=tuple((EVALUATION, _evaluation(name, value)) for name, value in scores.items()),
    )  # fmt: skip
    for place, (name, attributes) in enumerate(told.steps):
        yield Span(
            trace=trace, id=number_of(64, *identity, place), parent=root, name=unicode_of(name),
            start=start + taken * place // len(told.steps),
            end=start + taken * (place + 1) // len(told.steps),
            attributes=_whole(attributes),
        )  # fmt: skip


def _nanoseconds(created: str) -> int:
    return int(dt.datetime.fromisoformat(created).timestamp()) * _SECOND


def _request(row: Mapping[str, Any], stream: Stream) -> dict[str, Value | None]:
    sampling = stream.identity.get("sampling", {})
    seed = int(row["seed"]) if row["seed"] is not None else None
    until = stream.identity.get("until")
    return {
        "gen_ai.operation.name": _OPERATION,
        "gen_ai.provider.name": _PROVIDER,
        "gen_ai.request.model": stream.arm,
        "gen_ai.request.temperature": _number(sampling.get("temperature")),
        "gen_ai.request.top_p": _number(sampling.get("top_p")),
        "gen_ai.request.max_tokens": sampling.get("max_tokens"),
        "gen_ai.request.seed": seed if seed is not None and abs(seed) < _LARGEST else None,
        "gen_ai.request.stop_sequences": tuple(until) if until else None,
        "gen_ai.input.messages": _messages(
            {"role": "user", "parts": [{"type": "text", "content": row["prompt"]}]}
        ),
        **{name: row[column] or None for column, name in _NAMES.items()},
        "harness.index": row["index"],
    }


def _response(row: Mapping[str, Any], told: Transcript) -> dict[str, Value | None]:
    text = row["completion"]
    said = [*told.parts, *([] if text is None else [{"type": "text", "content": text}])]
    message = {"role": "assistant", "parts": said, "finish_reason": row["finish"]}
    return {
        "gen_ai.response.finish_reasons": (row["finish"],),
        "gen_ai.usage.input_tokens": row["prompt_tokens"],
        "gen_ai.usage.output_tokens": row["tokens"],
        "gen_ai.output.messages": _messages(message) if said else None,
        "harness.transcript": told.rest or None,
    }


def _number(value: float | None) -> float | None:
    """Return a number as the double that the conventions want: configs say 1 for 1.0."""
    return None if value is None else float(value)


def _messages(message: Mapping[str, Any]) -> str:
    """Write messages as a JSON string, as the conventions allow where attributes are flat."""
    return json.dumps([message], ensure_ascii=False)


def _scored(scores: Mapping[str, float]) -> dict[str, Value | None]:
    """Say scores as attributes, too: few backends show events, all filter by attributes."""
    return {f"harness.score.{name}": float(value) for name, value in scores.items()}


def _evaluation(name: str, value: float) -> Attributes:
    return {
        "gen_ai.evaluation.name": unicode_of(name),
        "gen_ai.evaluation.score.value": float(value),
    }


def _whole(attributes: Mapping[str, Value | None]) -> Attributes:
    """Leave out what is not known, and replace what is no Unicode."""
    known = {name: value for name, value in attributes.items() if value is not None}
    return {unicode_of(name): _fitted(value) for name, value in known.items()}


def _fitted(value: Value) -> Value:
    if isinstance(value, str):
        return unicode_of(value)
    return tuple(map(unicode_of, value)) if isinstance(value, tuple) else value
