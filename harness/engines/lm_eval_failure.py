"""What went wrong with a request of lm-eval's to a server, by name."""

from __future__ import annotations

from http import HTTPStatus

#: Answers that no other request would get either: a wrong key, model or address.
_USELESS = frozenset({
    HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED,
})  # fmt: skip


def fault_of(error: Exception) -> str:
    """Name the failure of one request, in a few words; empty if it says more than that.

    lm-eval asks by the package `requests`, which may not be there: its errors are told by name.
    """
    kinds = {kind.__name__ for kind in type(error).__mro__}
    status = getattr(getattr(error, "response", None), "status_code", None)
    if status is not None:
        return "" if status in _USELESS else f"HTTP {status}"
    if "Timeout" in kinds:
        return "timed out"
    if "ConnectionError" in kinds:
        return "no connection"
    return "broken answer" if "JSONDecodeError" in kinds else ""
