"""Ask a service over HTTP: again where a fault may pass, once where it will not."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from harness.ci.access import Access
from harness.ci.patience import Patience
from harness.ci.text import plain
from harness.errors import ServiceError

if TYPE_CHECKING:
    import requests

_TIMEOUT = (10.0, 30.0)  # seconds to connect, and between two bytes
_PASSING = {408, 500, 502, 503, 504}
_LIMITED = {403, 429}
_MINUTE = 60.0  # what GitHub asks for where it says no time
_PAGE = 100  # rows; both services give no more


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the service said.

    Attributes
    ----------
    status
        The HTTP status; 0 if the answer was lost, and what was asked for may be done or not.
    data
        The body, if it was JSON; else None.
    message
        What it says of a refusal, in one line.
    location
        Where it says to look instead; empty if it does not.
    """

    status: int
    data: Any = None
    message: str = ""
    location: str = ""

    @property
    def good(self) -> bool:
        """Whether what was asked for is done."""
        return self.status // 100 == 2  # noqa: PLR2004  HTTP's class of success

    @property
    def lost(self) -> bool:
        """Whether there was no answer to tell."""
        return self.status == 0


class Client:
    """Asks one service.

    Parameters
    ----------
    access
        Where, and with which headers.
    patience
        How long to wait for it.
    now
        Tells the time, in seconds since 1970.
    """

    def __init__(
        self, access: Access, patience: Patience, now: Callable[[], float] = time.time
    ) -> None:
        import requests  # noqa: PLC0415  only commands that ask a service need it

        self.access = access
        self.patience = patience
        self._now = now
        self._session = requests.Session()

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str | int] | None = None,
        body: Mapping[str, str] | None = None,
    ) -> Answer:
        """Ask for something, and again while the service is at fault or asks to wait.

        A POST is not repeated after a fault, since it may have been done: the answer is lost.

        Raises
        ------
        UnavailableError
            If patience has come to its end.
        """
        while True:
            try:
                response = self._send(method, path, query, body)
            except self._faults as error:
                why = f"{self.access.name} can't be reached: {type(error).__name__}"
                self.patience.wait(why)
            else:
                limit = self._limit(response)
                if limit is not None:
                    why = f"{self.access.name} limits the rate of requests"
                    self.patience.wait(why, limit)
                    continue
                if response.status_code not in _PASSING:
                    return _answer(response)
                why = f"{self.access.name} is at fault: HTTP {response.status_code}"
                self.patience.wait(why, _seconds(response.headers.get("Retry-After")))
            if method == "POST":
                return Answer(status=0)

    def pages(
        self, path: str, query: Mapping[str, str | int] | None = None
    ) -> Iterator[dict[str, Any]]:
        """Yield the rows of all pages of a list.

        Raises
        ------
        ServiceError
            If the service refuses.
        """
        for page in itertools.count(1):
            asked = {**(query or {}), "per_page": _PAGE, "page": page}
            rows = self.good(self.ask("GET", path, query=asked), f"GET {path}")
            yield from rows
            if len(rows) < _PAGE:
                return

    def good(self, answer: Answer, what: str) -> Any:  # noqa: ANN401  JSON
        """Return the data of an answer.

        Raises
        ------
        ServiceError
            If it refuses what was asked for: with the service's own words and the next step.
        """
        if answer.good:
            return answer.data
        said = f": {answer.message}" if answer.message else ""
        msg = f"{self.access.name} refuses {what}, HTTP {answer.status}{said}"
        raise ServiceError(msg, hint=self.access.hints.get(answer.status))

    def _send(
        self,
        method: str,
        path: str,
        query: Mapping[str, str | int] | None,
        body: Mapping[str, str] | None,
    ) -> requests.Response:
        return self._session.request(
            method, f"{self.access.url}{path}", params=query, json=body, timeout=_TIMEOUT,
            allow_redirects=False,  # no token goes where the service points to
            auth=self._authorise,  # else a .netrc would take the header's place
        )  # fmt: skip

    def _authorise(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers.update(self.access.headers)
        return request

    @property
    def _faults(self) -> type[Exception]:
        import requests  # noqa: PLC0415  loaded by now

        return requests.RequestException

    def _limit(self, response: requests.Response) -> float | None:
        """Return how long the service asks to wait; None if it does not."""
        headers = response.headers
        after = _seconds(headers.get("Retry-After"))
        spent = "0" in {headers.get("X-RateLimit-Remaining"), headers.get("RateLimit-Remaining")}
        said = "rate limit" in response.text.lower()
        if response.status_code not in _LIMITED:
            return None
        if response.status_code != max(_LIMITED) and not (after is not None or spent or said):
            return None
        if after is not None:
            return after
        reset = _seconds(headers.get("X-RateLimit-Reset") or headers.get("RateLimit-Reset"))
        return reset - self._now() + 1 if spent and reset is not None else _MINUTE


def _seconds(text: str | None) -> float | None:
    return float(text) if text is not None and text.isascii() and text.isdigit() else None


def _answer(response: requests.Response) -> Answer:
    try:
        data = response.json()
    except ValueError:
        data = None
    return Answer(
        status=response.status_code,
        data=data,
        message=_message(data),
        location=response.headers.get("Location", ""),
    )


def _message(data: object) -> str:
    """Return what a refusal says: GitHub's and GitLab's forms of it."""
    if not isinstance(data, Mapping):
        return ""
    said = [data.get("message") or data.get("error") or ""]
    errors = data.get("errors")
    said += errors if isinstance(errors, list) else []
    return plain(": ".join(_text(one) for one in said if one))


def _text(one: object) -> str:
    if not isinstance(one, Mapping):
        return str(one)
    return str(one.get("message") or json.dumps(one))
