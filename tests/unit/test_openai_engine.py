"""A server as an engine: which draws it gives, how it is asked, and what is left behind."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from harness.engines import Arrival, Request
from harness.engines.openai import Endpoint, OpenAIEngine
from harness.records import Draw, Sampling
from tests.servers.answers import text_of
from tests.servers.client import LocalServer, Remote

HOT = Sampling(max_tokens=16)


def engine(remote: Remote, **options: Any) -> OpenAIEngine:  # noqa: ANN401  options vary
    """Return an engine on an endpoint, with short pauses."""
    return OpenAIEngine(Endpoint(url=remote.url, **{"model": "tiny", "pause": 0.001, **options}))


def ask(prompt: str = "1+1=", key: int = 7, start: int = 0, count: int = 4) -> Request:
    """Ask for draws."""
    return Request(prompt=prompt, key=key, start=start, count=count)


def gathered(arrivals: Iterator[Arrival], requests: Sequence[Request]) -> list[list[Draw]]:
    """Return the draws of each request in their order; each came exactly once."""
    found: list[dict[int, Draw]] = [{} for _ in requests]
    for arrival in arrivals:
        for number, draw in enumerate(arrival.draws, arrival.start):
            assert number not in found[arrival.place]
            found[arrival.place][number] = draw
    for own, request in zip(found, requests, strict=True):
        assert sorted(own) == list(range(request.start, request.start + request.count))
    return [[own[number] for number in sorted(own)] for own in found]


def drawn(using: OpenAIEngine, *requests: Request, sampling: Sampling = HOT) -> list[list[Draw]]:
    """Draw, and sort by request and number."""
    return gathered(using.draw(requests, sampling), requests)


@pytest.mark.parametrize("api", ["chat", "completions"])
@pytest.mark.parametrize("stream", [False, True])
def test_a_draw_tells_how_it_came_about(server: LocalServer, api: str, *, stream: bool) -> None:
    """Text, finish, tokens, seed and time, by either protocol, in one piece or in chunks."""
    remote = server.open(stream=stream)
    ((draw,),) = drawn(engine(remote, api=api), ask(count=1))
    assert draw.seed is not None
    assert draw.text == text_of("tiny", "1+1=", draw.seed, 0)
    assert (draw.finish, draw.fault) == ("stop", "")
    assert (draw.prompt_tokens, draw.tokens) == (4, 3)
    assert draw.seconds is not None
    (request,) = remote.log.requests
    assert request["path"].endswith("/v1/chat/completions" if api == "chat" else "/v1/completions")


def test_a_request_says_what_is_configured(server: LocalServer) -> None:
    """Sampling, system message and extra parameters are sent; null leaves one out."""
    remote = server.open()
    extra = {"top_k": 20, "stop": ["\n"], "max_tokens": None, "max_completion_tokens": 9}
    using = engine(remote, system="Be brief.", extra=extra)
    drawn(using, ask("hi", count=1), sampling=Sampling(temperature=0.5, top_p=0.9))
    (body,) = (request["body"] for request in remote.log.requests)
    assert 0 <= body.pop("seed") < 2**31
    assert body == {
        "model": "tiny", "temperature": 0.5, "top_p": 0.9, "top_k": 20, "stop": ["\n"],
        "max_completion_tokens": 9, "messages": [
            {"role": "system", "content": "Be brief."}, {"role": "user", "content": "hi"},
        ],
    }  # fmt: skip


def test_reasoning_goes_into_the_transcript(server: LocalServer) -> None:
    """What a message holds beside its content is kept, and is no part of the text."""
    ((draw,),) = drawn(engine(server.open()), ask("think", count=1))
    assert json.loads(draw.transcript) == {"reasoning_content": "let me see"}
    assert "let me see" not in draw.text


def test_each_single_draw_has_a_seed_of_its_own(server: LocalServer) -> None:
    """Seeds follow from key and number, whatever else is asked for beside it."""
    using = engine(server.open(), choices=1)
    ((*four,), (*others,)) = drawn(using, ask(), ask(key=8))
    assert len({draw.seed for draw in [*four, *others]}) == 8
    ((*later,),) = drawn(using, ask(start=2, count=2))
    assert [(draw.seed, draw.text) for draw in later] == [
        (draw.seed, draw.text) for draw in four[2:]
    ]


@pytest.mark.parametrize("choices", [1, 3, 64])
@pytest.mark.parametrize("concurrency", [1, 5, 64])
def test_draws_depend_on_nobody_beside_them(
    server: LocalServer, choices: int, concurrency: int
) -> None:
    """Each draw comes exactly once, the same in any order and however many are under way."""
    requests = [ask(f"{a}+{a}=", key=a, start=a % 3, count=a % 7) for a in range(25)]
    using = engine(server.open(), choices=choices, concurrency=concurrency)
    forward = drawn(using, *requests)
    again = engine(server.open(latency=0.001), choices=choices, concurrency=9)
    backward = drawn(again, *requests[::-1])[::-1]
    assert [[draw.text for draw in own] for own in forward] == [
        [draw.text for draw in own] for own in backward
    ]


def test_one_request_asks_for_several_draws(server: LocalServer) -> None:
    """Where the server can, n draws come by one request, in the order of their indices."""
    remote = server.open()
    ((*draws,), _) = drawn(engine(remote), ask("a", count=100), ask("b", count=2))
    assert sorted(request["body"]["n"] for request in remote.log.requests) == [2, 36, 64]
    seed = draws[0].seed
    assert seed is not None
    assert [draw.text for draw in draws[:64]] == [text_of("tiny", "a", seed, i) for i in range(64)]
    assert draws[64].seed != seed
    assert {draw.tokens for draw in draws} == {None}


@pytest.mark.parametrize("concurrency", [1, 64])
@pytest.mark.parametrize("n", ["ignore", "refuse", "repeat", "crash"])
def test_a_server_without_choices_is_asked_for_single_draws(
    server: LocalServer, n: str, concurrency: int
) -> None:
    """Choices that are ignored, refused or all the same are given up, for good, and no draw is.

    What the first wave has brought is kept, and each missing draw asked for once.
    """
    remote = server.open(n=n, latency=0.02 if concurrency > 1 else 0, refusal=422)
    using = engine(remote, concurrency=concurrency, retries=0)
    first = drawn(using, *(ask(str(a), key=a) for a in range(9)))
    assert all(len({draw.text for draw in own}) == 4 for own in first)
    assert all(draw.seed is not None and not draw.fault for own in first for draw in own)
    log = remote.log.requests
    assert max(request["inside"] for request in log[:9]) == min(concurrency, 9)
    tried = [one["body"]["seed"] for one in log if "n" in one["body"]]
    single = [one["body"]["seed"] for one in log if "n" not in one["body"]]
    assert len(tried) == (9 if concurrency == 64 else 3)
    assert len({*single}) == len(single)
    kept = n in {"ignore", "repeat"}
    assert len(single) == 36 - (len(tried) if kept else 0)
    assert bool({*single} & {*tried}) is not kept
    drawn(using, ask("later", count=9))
    assert sum("n" in request["body"] for request in remote.log.requests) == len(tried)


def test_a_sure_model_is_no_server_that_repeats_itself(server: LocalServer) -> None:
    """Equal choices wait for an answer that shows the server's ability; then they are draws."""
    remote = server.open(latency=0.01)
    *sure, other = drawn(
        engine(remote, model="sure"), *(ask(f"{a}+1=") for a in range(5)), ask("a")
    )
    assert len(remote.log.requests) == 6
    assert all(draw.text == f"[{a + 1}]" for a, own in enumerate(sure) for draw in own)
    assert {draw.seed for draw in sure[0]} == {other[0].seed}


def test_too_few_doubts_settle_nothing(server: LocalServer) -> None:
    """Equal choices of one prompt are asked for anew, one by one; the next may have several."""
    remote = server.open()
    using = engine(remote, model="sure")
    drawn(using, ask("1+1="))
    drawn(using, ask("a"), ask("1+1="))
    assert [request["body"].get("n", 1) for request in remote.log.requests] == [4, 1, 1, 1, 4, 4]


def test_a_server_may_give_no_more_than_so_many(server: LocalServer) -> None:
    """Where it refuses many and has given few, those that it refused are asked for one by one."""
    remote = server.open(n="most 2")
    using = engine(remote, concurrency=1)
    drawn(using, ask("a", count=2))
    ((*draws,),) = drawn(using, ask("b", count=3))
    assert not any(draw.fault for draw in draws)
    assert [request["body"].get("n", 1) for request in remote.log.requests] == [2, 3, 1, 1, 1]


def test_a_cold_server_may_repeat_itself(server: LocalServer) -> None:
    """At temperature 0 equal choices are no reason to ask for single draws."""
    remote = server.open(n="repeat")
    drawn(engine(remote), ask("a"), ask("b"), sampling=Sampling(temperature=0))
    assert len(remote.log.requests) == 2


def test_a_prompt_that_is_refused_tells_nothing_of_choices(server: LocalServer) -> None:
    """A first prompt that is too long costs its own draws, not the choices of the others."""
    remote = server.open()
    bad, *good = drawn(engine(remote), ask("!400 too long!"), *(ask(str(a)) for a in range(5)))
    assert {draw.fault for draw in bad} == {"HTTP 400: too long"}
    assert not any(draw.fault for own in good for draw in own)
    assert len(remote.log.requests) == 6


def test_connections_are_kept(server: LocalServer) -> None:
    """No more connections than requests at once, and all are closed at the end."""
    remote = server.open(latency=0.002)
    drawn(engine(remote, concurrency=4, choices=1), ask(count=40))
    log = remote.log
    assert log.opened <= 4
    assert max(request["inside"] for request in log.requests) == 4
    assert _closed(remote)


def test_closing_early_leaves_nothing_running(server: LocalServer) -> None:
    """Nothing more is sent, connections are closed and the thread has ended."""
    remote = server.open(latency=0.05)
    before = threading.active_count()
    draws = engine(remote, concurrency=4, choices=1).draw([ask(count=400)], HOT)
    next(draws)
    draws.close()  # type: ignore[attr-defined]
    assert threading.active_count() == before
    assert _closed(remote)
    sent = len(remote.log.requests)
    time.sleep(0.06)
    assert len(remote.log.requests) == sent <= 12


def _closed(remote: Remote) -> bool:
    end = time.monotonic() + 1
    while remote.log.connected and time.monotonic() < end:
        time.sleep(0.002)
    return not remote.log.connected


def test_a_long_prompt_is_sent_whole(server: LocalServer) -> None:
    """More than a megabyte goes as a stream, lone surrogates and all."""
    remote = server.open()
    prompt = "ä\ud800" * 100_000
    ((draw,),) = drawn(engine(remote), ask(prompt, count=1))
    assert not draw.fault
    assert remote.log.requests[0]["body"]["messages"][0]["content"] == prompt


def test_a_busy_server_is_asked_for_less(server: LocalServer) -> None:
    """Told 429 beyond its capacity, the engine finds a pace that gets all draws without a fault."""
    remote = server.open(latency=0.02, capacity=4)
    ((*draws,),) = drawn(engine(remote, concurrency=32, choices=1), ask(count=100))
    assert not any(draw.fault for draw in draws)
    inside = [request["inside"] for request in remote.log.requests]
    assert max(inside[:40]) > 16
    assert max(inside[-40:]) < 16
    assert sum(one > 4 for one in inside) < 100


def test_a_server_is_let_rest_as_long_as_it_says(server: LocalServer) -> None:
    """Retry-After holds back all requests, of 429 as of 503, and costs no retry."""
    for kind in ("429", "503"):
        remote = server.open(faults={kind: [0, 1]}, retry_after="0.15")
        begun = time.perf_counter()
        ((*draws,),) = drawn(engine(remote, retries=0, choices=1), ask(count=8))
        assert time.perf_counter() - begun > 0.14
        assert not any(draw.fault for draw in draws)
        assert len(remote.log.requests) == 10


def test_identity_is_what_decides_the_answers() -> None:
    """Model, protocol, system, extra; the address only where no revision is declared."""

    def of(**options: Any) -> OpenAIEngine:  # noqa: ANN401  options vary
        return OpenAIEngine(Endpoint(**{"url": "http://a/v1", "model": "m", **options}))

    plain = of()
    assert not plain.pinned
    assert plain.fingerprint == of(url="http://a/v1/", concurrency=2, timeout=5).fingerprint
    others: list[dict[str, Any]] = [
        {"url": "http://b/v1"}, {"model": "n"}, {"api": "completions"}, {"system": "x"},
        {"extra": {"top_k": 2}}, {"revision": "2"},
    ]  # fmt: skip
    found = {of(**other).fingerprint for other in others} | {plain.fingerprint}
    assert len(found) == 7
    pinned = of(revision="2", key="NAME")
    assert pinned.pinned
    assert pinned.fingerprint == of(revision="2", url="http://b/v1").fingerprint
