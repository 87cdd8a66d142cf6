"""Spans in the words of OpenTelemetry's SDK, which the extra `otel` brings."""

from __future__ import annotations

from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext, SpanKind, TraceFlags

from harness.traces.span import Span

_NAME = "harness"


class Encoder:
    """Makes the SDK's spans: no tracer runs, since what is told is over.

    The environment's ``OTEL_SERVICE_NAME`` and ``OTEL_RESOURCE_ATTRIBUTES`` are said of all.
    """

    def __init__(self, version: str, schema: str) -> None:
        self._resource = Resource({SERVICE_NAME: _NAME}).merge(OTELResourceDetector().detect())
        self._scope = InstrumentationScope(_NAME, version, schema)

    def __call__(self, span: Span) -> ReadableSpan:
        """Return a span that has ended."""
        return ReadableSpan(
            name=span.name,
            context=_context(span.trace, span.id),
            parent=None if span.parent is None else _context(span.trace, span.parent),
            resource=self._resource,
            attributes=dict(span.attributes),
            events=[
                Event(name, attributes=dict(attributes), timestamp=span.end)
                for name, attributes in span.events
            ],
            kind=SpanKind.INTERNAL if span.parent is not None else SpanKind.CLIENT,
            start_time=span.start,
            end_time=span.end,
            instrumentation_scope=self._scope,
        )


def _context(trace: int, span: int) -> SpanContext:
    sampled = TraceFlags(TraceFlags.SAMPLED)
    return SpanContext(trace, span, is_remote=False, trace_flags=sampled)
