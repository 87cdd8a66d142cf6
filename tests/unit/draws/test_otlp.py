"""`harness draws export http://...`: what a real receiver of OTLP over HTTP gets."""

from __future__ import annotations

import json
import socket
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness.records import ArmSpec
from harness.traces import sending

from .conftest import ITEMS, Run, change, draw, pinned

if TYPE_CHECKING:
    from .collector import Collector

pytest.importorskip("opentelemetry.exporter.otlp", reason="the extra `otel` is not installed")


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    """Serve a receiver, in an environment that says nothing of any other."""
    from .collector import Collector  # noqa: PLC0415  needs the extra

    for name in ("ENDPOINT", "HEADERS", "TRACES_ENDPOINT", "TRACES_HEADERS", "COMPRESSION"):
        monkeypatch.delenv(f"OTEL_EXPORTER_OTLP_{name}", raising=False)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "5")
    monkeypatch.setenv("NO_PROXY", "*")
    receiver = Collector()
    with receiver.served():
        yield receiver


@pytest.mark.usefixtures("store")
def test_draws_and_scores_arrive(collector: Collector, harness: Run) -> None:
    """Each draw is a trace of one span, with its texts, parameters and scores."""
    from .collector import attributes  # noqa: PLC0415  needs the extra

    said = harness("export", collector.url, "--arm", "sure")
    assert said == f"{collector.url}/v1/traces: 40 draws of 1 stream sent as 40 spans\n"
    assert collector.resource == {"service.name": "harness"}
    assert len({span.trace_id for span in collector.spans}) == 40
    for span in collector.spans:
        found = attributes(span)
        (asked,) = json.loads(found["gen_ai.input.messages"])
        (answer,) = json.loads(found["gen_ai.output.messages"])
        item = ITEMS[int(asked["parts"][0]["content"][0])]
        right = answer["parts"] == [{"type": "text", "content": item.reference}]
        assert (span.name, found["gen_ai.operation.name"]) == ("chat sure", "chat")
        assert found["gen_ai.request.model"] == "sure"
        assert found["gen_ai.request.temperature"] == 1.0
        assert found["gen_ai.request.max_tokens"] == 256
        assert found["gen_ai.response.finish_reasons"] == ["stop"]
        assert found["harness.item"] == item.id
        assert found["harness.score.correct"] == right
        assert {event.name for event in span.events} == {"gen_ai.evaluation.result"}
        told = [attributes(event) for event in span.events]
        assert {
            one["gen_ai.evaluation.name"]: one["gen_ai.evaluation.score.value"] for one in told
        } == {"correct": float(right), "formatted": 1.0, "truncated": 0.0}
        assert span.start_time_unix_nano < span.end_time_unix_nano


@pytest.mark.usefixtures("store")
def test_sent_twice_is_there_once(
    collector: Collector, harness: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same draws have the same ids, however they are batched; all others have others."""
    harness("export", collector.url)
    once = {(span.trace_id, span.span_id) for span in collector.spans}
    assert len(once) == len(collector.spans) == 80
    collector.batches.clear()
    monkeypatch.setattr(sending, "_SPANS", 7)
    assert "80 draws of 3 streams" in harness("export", collector.url)
    assert {(span.trace_id, span.span_id) for span in collector.spans} == once
    assert [len(batch) for batch in collector.batches] == [7] * 11 + [3]


def test_steps_are_children(store: Path, collector: Collector, harness: Run) -> None:
    """An agent's steps stand below its draw, within its time; tools have their own names."""
    from .collector import attributes  # noqa: PLC0415  needs the extra

    steps = [{"tool": "search", "input": {"q": 1}, "output": "nothing"}, "think"]
    text = json.dumps({"steps": steps, "cost": 3}).replace("'", "''")
    change(store, f"UPDATE draws SET transcript = CAST('{text}' AS BLOB) WHERE stream = 1")  # noqa: S608  a constant
    said = harness("export", collector.url, "--stream", "1")
    assert "40 draws of 1 stream sent as 120 spans" in said
    assert Counter(span.name for span in collector.spans) == {
        "chat sure": 40, "execute_tool search": 40, "step 2": 40,
    }  # fmt: skip
    root, tool, thought = collector.spans[:3]
    assert attributes(root)["harness.transcript"] == '{"cost": 3}'
    assert tool.parent_span_id == thought.parent_span_id == root.span_id
    assert tool.trace_id == thought.trace_id == root.trace_id
    assert root.start_time_unix_nano == tool.start_time_unix_nano
    assert root.end_time_unix_nano == thought.end_time_unix_nano
    assert attributes(tool)["gen_ai.tool.call.arguments"] == '{"q": 1}'
    assert attributes(tool)["gen_ai.tool.call.result"] == "nothing"
    assert attributes(thought) == {"harness.step": "think"}


def test_what_no_message_can_hold(store: Path, collector: Collector, harness: Run) -> None:
    """What is no Unicode is replaced; a seed that no number can hold stays a text."""
    from .collector import attributes  # noqa: PLC0415  needs the extra

    change(
        store,
        "UPDATE draws SET text = x'61EDA08062', seed = '18446744073709551615', "
        "transcript = x'7BEDA080' WHERE stream = 1 AND prompt = 1 AND n = 0",
    )
    harness("export", collector.url, "--stream", "1")
    found = attributes(collector.spans[0])
    assert "a\ufffdb" in found["gen_ai.output.messages"]
    assert found["harness.transcript"] == "{\ufffd"
    assert found["harness.seed"] == "18446744073709551615"
    assert "gen_ai.request.seed" not in found


@pytest.mark.usefixtures("store")
def test_what_may_go_well_later_is_tried_again(collector: Collector, harness: Run) -> None:
    """After a 503 the same batch is sent again."""
    collector.answers.append((503, {"Retry-After": "0"}, b""))
    assert "40 draws" in harness("export", collector.url, "--arm", "sure")
    assert len(collector.paths) == 2
    assert len(collector.spans) == 40


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((401, {}, b""), "HTTP 401; name the key in OTEL_EXPORTER_OTLP_HEADERS"),
        ((301, {"Location": "/elsewhere"}, b""), "HTTP 301;"),
        ((200, {"Content-Type": "text/html"}, b"<p>"), "it answers with a page; is the path"),
    ],
)
def test_a_refusal_is_one_line(
    answer: tuple[int, dict[str, str], bytes], said: str, collector: Collector, harness: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """It says where to, how many draws were taken before, why, and what to do; and no key."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "Authorization=Basic%20c2VjcmV0")
    monkeypatch.setattr(sending, "_SPANS", 30)
    collector.answers += [(200, {"Content-Type": "application/json"}, b"{}"), answer]
    error = harness("export", f"{collector.url}/otel?key=secret", "--arm", "sure", code=1)
    assert error.startswith(f"harness: {collector.url}/otel/v1/traces: 30 of 40 draws sent, then: ")
    assert said in error
    assert error.count("\n") == 1
    assert "secret" not in error
    assert "c2VjcmV0" not in error
    assert {headers["authorization"] for headers in map(_lower, collector.headers)} == {
        "Basic c2VjcmV0"
    }


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


@pytest.mark.usefixtures("store")
def test_what_is_rejected_is_counted(
    collector: Collector, harness: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An endpoint that takes a batch but for some spans makes the exit code 1."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"{collector.url}/api/")
    monkeypatch.setenv("OTEL_SERVICE_NAME", "nightly")
    collector.reject(3)
    said = harness("export", "otlp", "--arm", "sure", code=1)
    assert said.endswith("\n3 spans rejected there: its log says why\n")
    assert collector.paths == ["/api/v1/traces"]
    assert collector.resource == {"service.name": "nightly"}


@pytest.mark.usefixtures("store")
def test_nobody_is_there(harness: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """An endpoint that does not answer is named, with the next step."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "0.5")
    monkeypatch.setenv("NO_PROXY", "*")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    error = harness("export", f"{url}/v1/traces", code=1)
    assert error == (
        f"harness: {url}/v1/traces: 0 of 80 draws sent, then: no answer (ConnectionError); "
        "does it run? send again once it answers: what is there already stays one\n"
    )


@pytest.mark.usefixtures("store")
def test_a_batch_that_never_leaves(
    collector: Collector, harness: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the exporter gives up before it is sent counts as not sent, whatever came before."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415  the extra
        OTLPSpanExporter,
    )

    real = OTLPSpanExporter.export
    monkeypatch.setattr(sending, "_SPANS", 30)
    monkeypatch.setattr(
        OTLPSpanExporter, "export", lambda self, spans: len(spans) < 30 or real(self, spans)
    )
    error = harness("export", collector.url, "--arm", "sure", code=1)
    assert "30 of 40 draws sent, then: no answer (nothing was sent)" in error


def test_scores_that_are_not_sent(
    store: Path, arm: ArmSpec, collector: Collector, harness: Run
) -> None:
    """Scores that are not sent are told, as of a file."""
    change(store, "DELETE FROM items")
    assert "40 scores left out" in harness("export", collector.url, "--arm", "sure")
    assert not any(span.events for span in collector.spans)
    draw(store, pinned(arm), 8)
    assert "left out" not in harness("export", collector.url, "--arm", "sure")
