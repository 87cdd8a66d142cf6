"""HTTP as the exporter uses it, watched: the exporter itself only logs how it went."""

from __future__ import annotations

from typing import Any

import requests
from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

_OK = 200


class WatchedSession(requests.Session):
    """Follows no redirections, where a POST becomes a GET, and reads no keys from .netrc.

    Attributes
    ----------
    status, kind
        Of the last answer, with its content type; 0 if there was none.
    failure
        What came in the place of an answer: an exception's name.
    rejected
        Spans of all batches that were taken, but said to be left out.
    """

    def __init__(self) -> None:
        super().__init__()
        self.auth = lambda request: request
        self.rejected = 0
        self.forget()

    def forget(self) -> None:
        """Forget the last answer: there may be no other."""
        self.status, self.kind, self.failure = 0, "", ""

    def send(self, request: requests.PreparedRequest, **settings: Any) -> requests.Response:  # noqa: ANN401  as the library's
        """Send a request, and note what comes back."""
        self.forget()
        try:
            response = super().send(request, **{**settings, "allow_redirects": False})
        except OSError as error:
            self.failure = type(error).__name__
            raise
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        self.status, self.kind = response.status_code, kind
        if self.status == _OK:
            self.rejected += _rejected(kind, response)
        return response


def _rejected(kind: str, response: requests.Response) -> int:
    """Read how many spans of a batch were left out, where it is said; OTLP's partial success."""
    try:
        if kind == "application/json":
            partial = response.json().get("partialSuccess", {})
            return max(int(partial.get("rejectedSpans", 0)), 0)
        if kind == "application/x-protobuf":
            found = ExportTraceServiceResponse.FromString(response.content)
            return max(int(found.partial_success.rejected_spans), 0)
    except (ValueError, TypeError, AttributeError, DecodeError):
        return 0  # its status says that it took the batch
    return 0
