"""A receiver of OTLP over HTTP, on the loopback; it refuses as it is told to."""

from __future__ import annotations

import contextlib
import gzip
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from tests.servers.threads import on_loopback

PROTOBUF = "application/x-protobuf"


class Collector:
    """Keeps what it takes.

    Attributes
    ----------
    answers
        Status, headers and body of the next answers; then all is taken.
    paths, headers
        Of every request.
    batches
        Spans of the requests that were taken.
    resource
        What the last of them said of all its spans.
    """

    def __init__(self) -> None:
        self.answers: list[tuple[int, Mapping[str, str], bytes]] = []
        self.paths: list[str] = []
        self.headers: list[Mapping[str, str]] = []
        self.batches: list[list[Any]] = []
        self.resource: dict[str, Any] = {}
        self.url = ""

    @property
    def spans(self) -> list[Any]:
        """All spans that were taken."""
        return [span for batch in self.batches for span in batch]

    def reject(self, spans: int) -> None:
        """Take the next batch but for some spans."""
        answer = ExportTraceServiceResponse()
        answer.partial_success.rejected_spans = spans
        self.answers.append((200, {"Content-Type": PROTOBUF}, answer.SerializeToString()))

    def receive(self, body: bytes) -> tuple[int, Mapping[str, str], bytes]:
        """Take a request or refuse it."""
        status, headers, answer = (
            self.answers.pop(0) if self.answers else (200, {"Content-Type": PROTOBUF}, b"")
        )
        if status == 200:
            request = ExportTraceServiceRequest.FromString(body)
            (found,) = request.resource_spans
            (scope,) = found.scope_spans
            self.resource = attributes(found.resource)
            self.batches.append(list(scope.spans))
        return status, headers, answer

    @contextlib.contextmanager
    def served(self) -> Iterator[None]:
        """Serve it on a port of its own."""
        with on_loopback(_handler(self)) as self.url:
            yield


def attributes(found: Any) -> dict[str, Any]:  # noqa: ANN401  any message with attributes
    """Return the attributes of a span, an event or a resource."""
    return {pair.key: _value(pair.value) for pair in found.attributes}


def _value(value: Any) -> Any:  # noqa: ANN401  an AnyValue
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [_value(one) for one in value.array_value.values]
    return getattr(value, kind)


def _handler(collector: Collector) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            collector.paths.append(self.path)
            collector.headers.append(dict(self.headers))
            status, headers, answer = collector.receive(body)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(answer))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Be silent."""

    return Handler
