"""The proxy of the environment: who goes by it, and what it is told."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import pytest

from harness.engines import Request
from harness.engines.openai import Endpoint, OpenAIEngine
from harness.engines.openai.proxy import proxy_of
from harness.errors import EngineError
from harness.records import Draw, Sampling
from tests.servers.client import LocalServer, dead_url

FAR = "http://models.invalid/v1"


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def drawn(url: str, **options: str) -> Draw:
    """Ask for one draw."""
    engine = OpenAIEngine(Endpoint(url=url, model="tiny", retries=1, pause=0.001, **options))  # type: ignore[arg-type]
    ((draw,),) = (
        one.draws for one in engine.draw([Request(prompt="a", key=1, start=0, count=1)], Sampling())
    )
    return draw


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "ALL_PROXY"])
def test_a_far_server_is_asked_by_the_proxy(
    server: LocalServer, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The proxy gets the whole address and its own password, and the server's key beside it."""
    proxy = server.open(key="sk-1")
    monkeypatch.setenv(name, f"http://me:my%20pass@127.0.0.1:{proxy.port}")
    monkeypatch.setenv("MY_KEY", "sk-1")
    assert not drawn(FAR, key="MY_KEY").fault
    (request,) = proxy.log.requests
    assert request["path"] == f"{FAR}/chat/completions"
    assert request["proxy"] == f"Basic {b64encode(b'me:my pass').decode()}"
    assert request["key"] == "sk-1"


def test_a_server_on_this_machine_is_asked_without(
    server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Loopback goes by no proxy, whatever the environment says."""
    remote, proxy = server.open(), server.open()
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
    assert not drawn(remote.url).fault
    assert not drawn(remote.url.replace("127.0.0.1", "localhost")).fault
    assert (len(remote.log.requests), len(proxy.log.requests)) == (2, 0)


@pytest.mark.parametrize(
    ("url", "proxies", "found"),
    [
        ("http://a.example:8000/v1", {"http_proxy": "p:1"}, "http://p:1"),
        ("https://a.example/v1", {"http_proxy": "http://p:1"}, None),
        ("https://a.example/v1", {"https_proxy": "http://p:1"}, "http://p:1"),
        ("http://a.example:8000/v1", {"http_proxy": "p:1", "no_proxy": "b, .example"}, None),
        ("http://a.example:8000/v1", {"http_proxy": "p:1", "NO_PROXY": "*"}, None),
        (
            "http://a.example:8000/v1",
            {"http_proxy": "p:1", "no_proxy": "a.example:9"},
            "http://p:1",
        ),
        ("http://[::1]:8000/v1", {"http_proxy": "p:1"}, None),
        ("http://127.8.8.8/v1", {"all_proxy": "p:1"}, None),
        ("http://gpu.localhost/v1", {"http_proxy": "p:1"}, None),
    ],
)
def test_the_environment_says_who_goes_by_a_proxy(
    monkeypatch: pytest.MonkeyPatch, url: str, proxies: dict[str, str], found: str | None
) -> None:
    """By the scheme of the address, but for the hosts of NO_PROXY and this machine's own."""
    for name, value in proxies.items():
        monkeypatch.setenv(name, value)
    assert proxy_of(Endpoint(url=url, model="m")) == found


def test_a_proxy_that_is_no_use_is_told(
    server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another kind of proxy, one that is not there and one that refuses: an error each, by name."""
    monkeypatch.setenv("http_proxy", "socks5://me:secret@127.0.0.1:1")
    with pytest.raises(EngineError, match="none of http://; name another, or put models"):
        drawn(FAR)
    monkeypatch.setenv("http_proxy", dead_url())
    with pytest.raises(EngineError, match="proxy: connection refused; is the proxy of the env"):
        drawn(FAR)
    monkeypatch.setenv("https_proxy", server.open().url)
    with pytest.raises(EngineError, match="answered proxy: HTTP 407; check the proxy"):
        drawn(FAR.replace("http:", "https:"))


def test_nothing_is_taken_from_netrc(
    server: LocalServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Passwords of that file go neither to a server nor to a proxy, with or without a key."""
    netrc = tmp_path / ".netrc"
    netrc.write_text("default login me password secret\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("MY_KEY", "sk-1")
    remote, keyed = server.open(), server.open(key="sk-1")
    assert not drawn(remote.url).fault
    assert not drawn(keyed.url, key="MY_KEY").fault
    monkeypatch.setenv("http_proxy", remote.url)
    assert not drawn(FAR).fault
    log = [*remote.log.requests, *keyed.log.requests]
    assert [(one["key"], one["proxy"]) for one in log] == [("", ""), ("", ""), ("sk-1", "")]
