"""Where a service is, and the token that lets one in: shown nowhere, and sent to nobody else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from harness.ci.text import plain
from harness.errors import ServiceError

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_TOKEN = re.compile(r"[!-~]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How to reach a service.

    `headers` carry the token, `hints` are next steps by the status of a refusal.
    """

    name: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    hints: Mapping[int, str]


def check_url(url: str, where: str) -> str:
    """Return the address of an API; a token goes over TLS, or stays on this machine.

    Raises
    ------
    ServiceError
        If it is another.
    """
    parts = urlsplit(url)
    local = parts.scheme == "http" and parts.hostname in _LOOPBACK
    if not (parts.scheme == "https" and parts.hostname) and not local:
        msg = f"{plain(url)!r} is no https address"
        raise ServiceError(msg, where=where, hint="leave it to the service to set it")
    return url.rstrip("/")


def read_token(environment: Mapping[str, str], name: str, hint: str) -> str:
    """Return the token that an environment variable holds.

    Raises
    ------
    ServiceError
        If there is none, or it can be none. It is not shown.
    """
    token = environment.get(name, "").strip()
    if not token:
        raise ServiceError("there is no token", where=name, hint=hint)
    if not _TOKEN.fullmatch(token):
        raise ServiceError("this is no token: it has spaces or odd characters", where=name)
    return token
