"""Where spans are sent to, by OTLP over HTTP: OpenTelemetry's own exporter, watched."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Sequence
from urllib.parse import urlsplit

from harness import __version__
from harness.errors import ServiceError, UnavailableError
from harness.traces.genai import SCHEMA_URL
from harness.traces.span import Span

_PATH = "/v1/traces"
_HEADERS = "OTEL_EXPORTER_OTLP_HEADERS"
_DEFAULT = "http://localhost:4318"  # the specification's
_HTTP_OK, _HTTP_MORE = 200, 300
_HINTS = {
    400: "does it take OTLP over HTTP, as protobuf?",
    401: f"name the key in {_HEADERS}",
    403: f"is the key in {_HEADERS} that of this project?",
    404: "is the path right?",
    405: "is the path right?",
    413: "raise the size that it takes of a request",
    415: "does it take OTLP over HTTP, as protobuf?",
    429: "send again later: what is there already stays one",
}
_LATER = "send again once it answers: what is there already stays one"


def url_of(given: str) -> str:
    """Return where traces are sent to: a URL that is given, or for ``otlp`` the environment's.

    Raises
    ------
    ServiceError
        If it is no URL of HTTP, or has a password in it.
    """
    if given == "otlp":
        named = os.environ.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
        given = named or os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT") or _DEFAULT
        if named:
            return _checked(given)
    url = _checked(given)
    parts = urlsplit(url)
    if parts.path.rstrip("/").endswith(_PATH):
        return url
    return parts._replace(path=parts.path.rstrip("/") + _PATH).geturl()


def _checked(url: str) -> str:
    try:
        parts = urlsplit(url)
        secret, fit = "@" in parts.netloc, parts.scheme in {"http", "https"} and parts.hostname
    except ValueError:
        secret, fit = False, None
    if secret:
        msg = "a URL with a user or a password is not taken"
        raise ServiceError(msg, where="OTLP", hint=f"name headers in {_HEADERS}")
    if not fit:
        msg = f"{url!r} is no endpoint of OTLP over HTTP"
        raise ServiceError(msg, where="OTLP", hint="for example http://localhost:4318")
    return url


class Endpoint:
    """Takes spans in batches, each as a whole or not at all.

    The exporter takes headers, a timeout, certificates and compression from OpenTelemetry's
    environment variables, and tries again what may go well later.

    Parameters
    ----------
    url
        With its path.

    Raises
    ------
    ServiceError
        If the extra `otel` is not installed, or what the environment says is of no use.

    Attributes
    ----------
    shown
        The URL without its query, which may hold a key.
    """

    def __init__(self, url: str) -> None:
        self.shown = urlsplit(url)._replace(query="", fragment="").geturl()
        logging.getLogger("opentelemetry").addHandler(logging.NullHandler())  # it is told here
        try:
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415  an extra
                OTLPSpanExporter,
            )

            from harness.traces.sdk import Encoder  # noqa: PLC0415  as above
            from harness.traces.session import WatchedSession  # noqa: PLC0415  as above
        except ImportError:
            msg = "sending spans needs the extra `otel`"
            hint = "pip install 'rl-eval-harness[otel]'"
            raise ServiceError(msg, where=self.shown, hint=hint) from None
        self._encode = Encoder(__version__, SCHEMA_URL)
        self._session = WatchedSession()
        try:
            self._exporter = OTLPSpanExporter(endpoint=url, session=self._session)
        except ValueError as error:  # a timeout that is no number, say
            msg = f"one of the environment's OTEL_EXPORTER_OTLP_... is of no use: {error}"
            raise ServiceError(msg, where=self.shown, hint="mend or unset it") from None

    @property
    def rejected(self) -> int:
        """Spans of the batches that it took which it said to have left out."""
        return self._session.rejected

    def send(self, spans: Sequence[Span]) -> None:
        """Send a batch.

        Raises
        ------
        ServiceError
            If it is refused, in whole.
        UnavailableError
            If there is no answer.
        """
        self._session.forget()
        with contextlib.suppress(OSError):  # the session notes it
            self._exporter.export([self._encode(span) for span in spans])
        status = self._session.status
        if not status:
            msg = f"no answer ({self._session.failure or 'nothing was sent'})"
            raise UnavailableError(msg, where=self.shown, hint=f"does it run? {_LATER}")
        if not _HTTP_OK <= status < _HTTP_MORE:
            raise ServiceError(f"HTTP {status}", where=self.shown, hint=_HINTS.get(status, _LATER))
        if self._session.kind == "text/html":
            msg = "it answers with a page"
            raise ServiceError(msg, where=self.shown, hint="is the path right?")

    def close(self) -> None:
        """Close its connections."""
        self._exporter.shutdown()
