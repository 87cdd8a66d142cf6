"""The proxy that requests go by, as the environment names it."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from harness.engines.openai.endpoint import Endpoint
from harness.errors import EngineError


def proxy_of(endpoint: Endpoint) -> str | None:
    """Return the address of the proxy, which may hold a password; None for no proxy.

    It is ``http_proxy``, ``https_proxy`` or ``all_proxy``, in small or capital letters, but for the
    hosts of ``no_proxy``, and never for this machine's own.

    Raises
    ------
    EngineError
        If it is another kind of proxy than HTTP's.
    """
    asked = urlsplit(endpoint.url)
    proxies = getproxies()
    if _loopback(asked.hostname or "") or proxy_bypass(asked.netloc):
        return None
    found = proxies.get(asked.scheme) or proxies.get("all")
    if not found:
        return None
    found = found if "://" in found else f"http://{found}"
    if urlsplit(found).scheme != "http":
        msg = f"the proxy that the environment names for {asked.scheme} is none of http://"
        hint = f"name another, or put {asked.hostname} into NO_PROXY"
        raise EngineError(msg, where=endpoint.where, hint=hint)
    return found


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
