"""Send stored draws as spans, a batch at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

from harness.errors import ServiceError
from harness.store import Database, Rows, Stream
from harness.traces.endpoint import Endpoint, url_of
from harness.traces.genai import spans_of
from harness.traces.span import Span

_SPANS = 512  # of a batch, at most, but for a draw's own
_SIZE = 1 << 22  # characters of a batch, at most, but for a draw's own
_Draw = list[Span]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What was sent.

    Attributes
    ----------
    endpoint
        Where to.
    draws, spans
        How many were taken, in batches.
    rejected
        How many of the spans it said to have left out of them.
    shared, unplaced
        As of an export: prompts of several items, and scores that are left out.
    """

    endpoint: str
    draws: int
    spans: int
    rejected: int
    shared: int
    unplaced: int


def send(
    database: Database, streams: Sequence[Stream], given: str, told: Callable[[int], None]
) -> Sent:
    """Send the draws of some streams, with their scores; one batch at a time is in memory.

    Parameters
    ----------
    database
        The store.
    streams
        Which of its streams.
    given
        The URL of an endpoint, or ``otlp`` for that of OpenTelemetry's environment variables.
    told
        Is told how many draws are sent so far.

    Raises
    ------
    ServiceError
        If the endpoint refuses a batch, or can't be reached; it says how many draws it took.
    StoreError
        If the store can't be read.
    """
    whole = sum(stream.draws for stream in streams)
    draws = spans = 0
    with closing(Endpoint(url_of(given))) as endpoint, database.reading():
        rows = Rows(database, streams)
        for batch in _batches(_drawn(rows, streams)):
            try:
                endpoint.send([span for draw in batch for span in draw])
            except ServiceError as error:
                error.message = f"{draws} of {whole} draws sent, then: {error.message}"
                raise
            draws += len(batch)
            spans += sum(map(len, batch))
            told(draws)
        return Sent(
            endpoint=endpoint.shown, draws=draws, spans=spans, rejected=endpoint.rejected,
            shared=rows.shared, unplaced=rows.unplaced,
        )  # fmt: skip


def _drawn(rows: Rows, streams: Iterable[Stream]) -> Iterator[_Draw]:
    for stream in streams:
        for row in rows.of(stream):
            yield list(spans_of(row, stream, rows.metrics))


def _batches(draws: Iterable[_Draw]) -> Iterator[list[_Draw]]:
    batch: list[_Draw] = []
    spans = size = 0
    for draw in draws:
        more = sum(span.size for span in draw)
        if batch and (spans + len(draw) > _SPANS or size + more > _SIZE):
            yield batch
            batch, spans, size = [], 0, 0
        batch.append(draw)
        spans, size = spans + len(draw), size + more
    if batch:
        yield batch
