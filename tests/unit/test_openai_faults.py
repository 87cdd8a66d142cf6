"""What goes wrong with a server: what is tried again, what is a fault, and what is the end."""

from __future__ import annotations

import socket
import time
import traceback
from typing import Any

import pytest

from harness.engines import Request
from harness.engines.openai import Endpoint, OpenAIEngine
from harness.errors import EngineError
from harness.records import Draw, Sampling
from tests.servers.client import LocalServer, Remote, dead_url

SECRET = "sk-a-very-secret-key"  # noqa: S105  the test's own


def endpoint(url: str, **options: Any) -> Endpoint:  # noqa: ANN401  options vary
    """Return an endpoint with short pauses."""
    return Endpoint(url=url, **{"model": "tiny", "pause": 0.001, "retries": 2, **options})


def drawn(remote: Remote, *prompts: str, count: int = 1, **options: Any) -> list[list[Draw]]:  # noqa: ANN401
    """Draw from an endpoint, and sort by prompt."""
    using = OpenAIEngine(endpoint(remote.url, **options))
    requests = [Request(prompt=prompt, key=1, start=0, count=count) for prompt in prompts]
    found: list[list[Draw]] = [[] for _ in prompts]
    for arrival in using.draw(requests, Sampling()):
        found[arrival.place] += arrival.draws
    assert {len(own) for own in found} == {count}
    return found


FAULTS = {
    "500": "HTTP 500",
    "502 bad gateway": "HTTP 502",
    "503": "HTTP 503",
    "408": "HTTP 408",
    "409": "HTTP 409",
    "429": "HTTP 429",
    "reset": "connection reset",
    "timeout": "timed out",
    "truncated": "truncated answer",
    "no HTTP": "no HTTP: ClientResponseError",
    "wrong JSON": "no JSON",
    "deep JSON": "no JSON",
    "list": "no choices",
    "error": "no choices",
    "empty choices": "no choices",
    "wrong n": "wrong number of choices",
    "no text": "no text",
    "no message": "no text",
    "no choice": "no text",
    "too large": "answer of more than 5 MiB",
    "too large when unpacked": "answer of more than 5 MiB",
}


@pytest.mark.parametrize("api", ["chat", "completions"])
@pytest.mark.parametrize("kind", FAULTS)
def test_what_passes_is_tried_again(server: LocalServer, kind: str, api: str) -> None:
    """One bad answer costs a retry, and no draw."""
    remote = server.open(faults={kind: [1]})
    patience = 0.4 if kind == "timeout" else 30
    found = drawn(remote, "a", "b", "c", api=api, concurrency=1, timeout=patience)
    assert not any(draw.fault for own in found for draw in own)
    assert len(remote.log.requests) == 4


@pytest.mark.parametrize(("kind", "fault"), FAULTS.items(), ids=FAULTS)
def test_what_does_not_pass_is_a_fault_by_name(server: LocalServer, kind: str, fault: str) -> None:
    """A prompt whose every request fails gets a fault, the others their draws."""
    remote = server.open()
    patience = 0.4 if kind == "timeout" else 30
    (bad,), (good,) = drawn(remote, f"!{kind}!", "b", timeout=patience)
    assert (bad.fault, bad.text, bad.tokens) == (fault, "", None)
    assert not good.fault
    tries = sum("!" in one["body"]["messages"][0]["content"] for one in remote.log.requests)
    assert tries == (16 if kind == "429" else 3)


def test_an_answer_without_an_end_is_not_read_to_its_end(server: LocalServer) -> None:
    """Of a body that goes on for ever so much is read as may be, and the connection is closed."""
    remote = server.open(always="endless")
    ((draw,),) = drawn(remote, "a", retries=0)
    assert draw.fault == "answer of more than 5 MiB"
    assert not remote.log.connected


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_prompt_that_is_refused_is_not_asked_again(server: LocalServer, status: int) -> None:
    """The fault holds the server's message, in one printable line of bounded length."""
    remote = server.open()
    prompt = f"!{status} too long:\n\x1b[31m {'9' * 5000}!"
    (bad,), (good,) = drawn(remote, prompt, "b")
    assert bad.fault.startswith(f"HTTP {status}: too long: [31m 9999")
    assert bad.fault.isprintable()
    assert len(bad.fault) < 250
    assert not good.fault
    assert len(remote.log.requests) == 2


USELESS = {
    "401": r"/v1/chat/completions answered HTTP 401: bad luck; name the env.* under `key`",
    "403 no": r"answered HTTP 403: no; name the environment",
    "404": r"answered HTTP 404: bad luck; check base_url, api: chat, and the model's name 'tiny'",
    "307": r"answered HTTP 307: bad luck; check base_url",
}


@pytest.mark.parametrize(("kind", "message"), USELESS.items(), ids=USELESS)
def test_a_useless_server_is_one_error_at_once(
    server: LocalServer, kind: str, message: str
) -> None:
    """What no retry and no other prompt can mend is said once, with what to check."""
    remote = server.open(always=kind)
    with pytest.raises(EngineError, match=message) as caught:
        drawn(remote, *"abcdef", count=5, concurrency=1)
    assert "\n" not in str(caught.value)
    assert len(remote.log.requests) == 1


def test_a_useless_server_is_not_asked_again(server: LocalServer) -> None:
    """Each later use gets the same error, without a request."""
    remote = server.open(always="401")
    using = OpenAIEngine(endpoint(remote.url))
    for _ in range(3):
        with pytest.raises(EngineError, match="answered HTTP 401: bad luck; name the env"):
            list(using.draw([Request(prompt="a", key=1, start=0, count=1)], Sampling()))
    assert len(remote.log.requests) == 1


def test_an_unknown_model_is_named(server: LocalServer) -> None:
    """The server's own words are shown, beside the name that was asked for."""
    with pytest.raises(EngineError, match=r"404: no such model; .* the model's name 'gpt-9'"):
        drawn(server.open(), "a", model="gpt-9")


def test_a_dead_server_is_told_quickly() -> None:
    """Nobody listens: an error with the address, after a few tries, for all prompts at once."""
    url = dead_url()
    using = OpenAIEngine(endpoint(url, retries=50, where="evals/harness.yaml:3: arms.rl"))
    requests = [Request(prompt=str(a), key=a, start=0, count=9) for a in range(99)]
    with pytest.raises(EngineError, match="connection refused; is the server up") as caught:
        list(using.draw(requests, Sampling()))
    assert str(caught.value).startswith(f"evals/harness.yaml:3: arms.rl: can't reach {url}: ")


def test_an_unknown_host_is_told_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that does not resolve is told with its reason."""

    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    using = OpenAIEngine(endpoint("http://models.invalid:1/v1"))
    with pytest.raises(
        EngineError, match=r"can't reach http://models\.invalid:1/v1: no conn.*known"
    ):
        list(using.draw([Request(prompt="a", key=1, start=0, count=1)], Sampling()))


def test_a_server_that_dies_halfway_costs_the_rest_little(server: LocalServer) -> None:
    """What had come stays; the rest are faults, without a backoff for each."""
    remote = server.open(die_after=50)
    begun = time.perf_counter()
    found = drawn(
        remote, *map(str, range(2000)), choices=1, concurrency=8, retries=5, pause=0.02
    )  # fmt: skip
    assert time.perf_counter() - begun < 1.9  # 1950 backoffs of .3 s, 8 at once, take over a minute
    faults = [draw.fault for own in found for draw in own]
    assert 42 <= faults.count("") <= 50
    assert set(faults) <= {"", "connection refused", "connection reset"}


def test_a_server_that_fails_every_prompt_is_given_up(server: LocalServer) -> None:
    """After all the retries of some prompts in a row, the others are not tried any more."""
    remote = server.open(always="500")
    found = drawn(remote, *map(str, range(200)), concurrency=4)
    assert {draw.fault for own in found for draw in own} == {"HTTP 500"}
    assert len(remote.log.requests) < 30


def test_one_bad_prompt_gives_up_nothing(server: LocalServer) -> None:
    """However many draws of one prompt fail in a row, the others are still asked for."""
    remote = server.open(n="refuse")
    bad, good = drawn(remote, "!500!", "b", count=9, concurrency=1)
    assert {draw.fault for draw in bad} == {"HTTP 500"}
    assert not any(draw.fault for draw in good)


@pytest.mark.parametrize("seed", range(5))
def test_no_draw_is_lost_or_doubled_in_any_weather(server: LocalServer, seed: int) -> None:
    """Faults of all kinds, strewn over the requests: each draw comes once, all of them good."""
    kinds = [kind for kind in FAULTS if kind != "timeout"]
    strewn = {kind: [seed + 3 * at, 211 - 7 * at] for at, kind in enumerate(kinds)}
    remote = server.open(faults=strewn, capacity=20, stream=bool(seed % 2), retry_after="0.001")
    prompts = [str(a) for a in range(30)]
    found = drawn(remote, *prompts, count=6, choices=seed + 1, concurrency=24, retries=9)
    assert not any(draw.fault for own in found for draw in own)


def test_the_key_is_sent_and_shown_nowhere(
    server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key goes to the server; no draw, error, repr or traceback with locals has it."""
    monkeypatch.setenv("MY_KEY", f"{SECRET}\n")
    remote = server.open(key=SECRET)
    using = OpenAIEngine(endpoint(remote.url, key="MY_KEY"))
    assert SECRET not in repr(vars(using)) + using.fingerprint
    found = drawn(remote, "a", "!400 your key sk-a-very-secret-key is poor!", key="MY_KEY")
    assert remote.log.requests[0]["key"] == SECRET
    assert found[1][0].fault == "HTTP 400: your key [key] is poor"
    assert SECRET not in repr(found)
    shown = [_shown(server.open(key="another"), key="MY_KEY")]
    shown.append(_shown(server.open(key=SECRET, always="403"), key="MY_KEY"))
    monkeypatch.setenv("MY_KEY", f"{SECRET}\x7f")
    shown.append(_shown(remote, key="MY_KEY"))
    assert "the environment variable MY_KEY holds what is no key" in shown[-1]
    for text in shown:
        assert "MY_KEY" in text
        assert SECRET not in text


def _shown(remote: Remote, **options: Any) -> str:  # noqa: ANN401  options vary
    """Return all that a traceback can show of an error."""
    with pytest.raises(EngineError) as caught:
        drawn(remote, "a", **options)
    found = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    return "".join(found.format()) + str(caught.getrepr(showlocals=True))


def test_a_missing_key_is_told_before_anything_is_sent(
    server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The variable that is not set is named."""
    monkeypatch.delenv("MY_KEY", raising=False)
    remote = server.open()
    with pytest.raises(EngineError, match="MY_KEY is empty or not set; export MY_KEY="):
        drawn(remote, "a", key="MY_KEY")
    assert not remote.log.requests
