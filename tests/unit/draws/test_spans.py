"""Spans as plain data: transcripts of any shape, and where they are sent to."""

from __future__ import annotations

import json
import sys

import pytest

from harness.errors import ServiceError
from harness.traces.endpoint import url_of
from harness.traces.span import number_of, unicode_of
from harness.traces.transcript import Transcript, read_transcript

from .conftest import Run


def test_a_chat_completion_is_taken_apart() -> None:
    """Reasoning and calls of tools become parts of the message; what else there is stays."""
    call = {"id": "call-1", "type": "function", "function": {"name": "add", "arguments": "{}"}}
    text = json.dumps({"reasoning_content": "hm", "tool_calls": [call], "refusal": "no"})
    told = read_transcript(text)
    assert told.parts == (
        {"type": "reasoning", "content": "hm"},
        {"type": "tool_call", "id": "call-1", "name": "add", "arguments": "{}"},
    )
    assert told.rest == '{"refusal": "no"}'


@pytest.mark.parametrize(
    "text",
    [
        "{", "[1]", "null", "[" * 100_000, '{"steps": 3}', '{"tool_calls": [{}]}',
        '{"reasoning": [1]}', '{"tool_calls": 1}',
    ],
)  # fmt: skip
def test_a_transcript_of_no_known_shape(text: str) -> None:
    """It is kept as it is."""
    assert read_transcript(text) == Transcript(rest=text)


def test_no_transcript() -> None:
    """A draw without one has nothing beside its text."""
    assert read_transcript(None) == read_transcript("") == Transcript()


def test_numbers_follow_from_what_they_are_of() -> None:
    """They are of the bits that are asked for, and the same each time."""
    assert number_of(64, "a", 1) == number_of(64, "a", 1) != number_of(64, "a", 2)
    assert number_of(64, "a").bit_length() <= 64 < number_of(128, "a").bit_length()


def test_halves_of_pairs() -> None:
    """Two halves are one character; one alone is replaced."""
    assert unicode_of("a\ud83d\ude00b\ud800") == "a\U0001f600b\ufffd"


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("http://a:1", "http://a:1/v1/traces"),
        ("https://a/otel/", "https://a/otel/v1/traces"),
        ("http://a/v1/traces", "http://a/v1/traces"),
        ("http://a?key=1", "http://a/v1/traces?key=1"),
    ],
)
def test_the_path_is_found(given: str, url: str) -> None:
    """A base URL gets the path of traces; one with it stays."""
    assert url_of(given) == url


def test_the_environment_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """As OpenTelemetry has it: one for traces as it is, or one for all, or this machine."""
    for name in ("ENDPOINT", "TRACES_ENDPOINT"):
        monkeypatch.delenv(f"OTEL_EXPORTER_OTLP_{name}", raising=False)
    assert url_of("otlp") == "http://localhost:4318/v1/traces"
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://a")
    assert url_of("otlp") == "http://a/v1/traces"
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://b/x")
    assert url_of("otlp") == "http://b/x"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("grpc://a:4317", "'grpc://a:4317' is no endpoint of OTLP over HTTP; for example http"),
        ("http://", "is no endpoint"),
        ("http://[", "is no endpoint"),
        ("http://me:secret@a", "name headers in OTEL_EXPORTER_OTLP_HEADERS"),
    ],
)
def test_what_is_no_endpoint(given: str, said: str) -> None:
    """It is refused with what is wanted; a password is not said again."""
    with pytest.raises(ServiceError, match="OTLP") as caught:
        url_of(given)
    assert said in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.usefixtures("store")
def test_without_the_extra(harness: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it is not installed, one line says how it is."""
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    error = harness("export", "http://127.0.0.1:1", code=1)
    assert error == (
        "harness: http://127.0.0.1:1/v1/traces: sending spans needs the extra `otel`; "
        "pip install 'rl-eval-harness[otel]'\n"
    )
