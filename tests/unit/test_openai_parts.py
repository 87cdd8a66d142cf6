"""The engine's parts: how many are let through, how long to rest, and what answers may hold."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from harness.engines.openai.answer import read_draws
from harness.engines.openai.choices import Choices
from harness.engines.openai.endpoint import Question
from harness.engines.openai.failure import said
from harness.engines.openai.gate import Gate
from harness.engines.openai.health import Health
from harness.engines.openai.transport import rest_of
from harness.errors import EngineError

ONE = Question(0, "1+1=", 5, 1)


def test_a_gate_is_halved_once_for_all_who_were_inside() -> None:
    """Eight requests that are turned away together halve the limit once, the next ones again."""

    async def run() -> list[int]:
        gate, limits = Gate(8, 0.0), []
        for inside in (8, 4, 2, 1, 1):
            entered = [await gate.enter() for _ in range(inside)]
            for one in entered:
                gate.leave()
                gate.slow_down(one, None)
            limits.append(gate.limit)
        return limits

    assert asyncio.run(run()) == [4, 2, 1, 1, 1]


def test_a_gate_opens_slowly_and_never_beyond() -> None:
    """Each round of successes gives one place back, up to the most."""

    async def run() -> list[int]:
        gate, limits = Gate(4, 0.0), []
        gate.slow_down(await gate.enter(), None)
        gate.leave()
        for _ in range(12):
            gate.succeed()
            limits.append(gate.limit)
        return limits

    limits = asyncio.run(run())
    assert limits[:2] == [2, 2]
    assert limits == sorted(limits)
    assert limits[-1] == 4


def test_whoever_waits_at_a_gate_gets_in() -> None:
    """With one place and many at once, all come through, one at a time."""
    inside, most = 0, 0

    async def one(gate: Gate) -> None:
        nonlocal inside, most
        await gate.enter()
        inside += 1
        most = max(most, inside)
        await asyncio.sleep(0)
        inside -= 1
        gate.leave()

    async def run() -> None:
        gate = Gate(1, 0.0)
        await asyncio.wait_for(asyncio.gather(*(one(gate) for _ in range(50))), 1)

    asyncio.run(run())
    assert most == 1


def test_a_server_is_given_up_once_and_sleepers_wake() -> None:
    """An outage that one request has seen through ends the pauses of all others."""

    async def run() -> tuple[bool, str]:
        health = Health()
        sleeper = asyncio.ensure_future(health.sleep(60))
        await asyncio.sleep(0)
        health.fail(1, "connection refused", down=True)
        health.fail(2, "HTTP 500", down=True)
        await asyncio.wait_for(sleeper, 1)
        return health.given_up, health.fault

    assert asyncio.run(run()) == (True, "connection refused")


def test_successes_keep_a_server() -> None:
    """Prompts that fail in a row count; with an answer between them they do not."""
    health = Health()
    for place in range(9):
        health.fail(place, "HTTP 500", down=False)
        health.succeed()
    assert not health.given_up


def _judged(choices: Choices, answers: str) -> str:
    """Let requests under way at once be answered in turn; return what each learns.

    An answer shows that the server can (+), that it can't (-) or nothing (?), or it fails (!).
    """

    async def one(number: int, answer: str) -> str:
        with choices.trial():
            await asyncio.sleep(0.001 * number)
            if answer == "!":
                raise EngineError("broken")
            return "-+"[await choices.judge(can={"+": True, "-": False}.get(answer))]

    async def run() -> str:
        jobs = (one(number, answer) for number, answer in enumerate(answers))
        found = await asyncio.wait_for(asyncio.gather(*jobs, return_exceptions=True), 5)
        return "".join(told if isinstance(told, str) else "!" for told in found)

    return asyncio.run(run())


def test_who_is_in_doubt_waits_for_who_knows() -> None:
    """The first answer that tells decides for those before it and after it, for good."""
    able, unable = Choices(8), Choices(8)
    assert (_judged(able, "????+-?"), able.most) == ("+++++++", 8)
    assert (_judged(unable, "?-?+"), unable.most) == ("----", 1)


def test_doubts_end_when_nobody_is_left_to_tell() -> None:
    """Then they were in vain; the third is the last, and a request that fails holds up none."""
    choices = Choices(8)
    told = [(_judged(choices, answers), choices.most) for answers in ("?!", "?", "?")]
    assert told == [("-!", 8), ("-", 8), ("-", 1)]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [(None, None), ("7", 7.0), ("0.5", 0.5), ("-3", 0.0), ("soon", None), ("", None)],
)
def test_a_rest_is_read_in_seconds(value: str | None, seconds: float | None) -> None:
    """What is no number and no date is as good as nothing."""
    assert rest_of(value) == seconds


def test_a_rest_is_read_as_a_date() -> None:
    """A date in the future is so many seconds; one that has passed is none."""
    soon = datetime.now(UTC) + timedelta(seconds=30)
    assert 28 < (rest_of(format_datetime(soon, usegmt=True)) or 0) < 31
    assert rest_of("Wed, 21 Oct 2015 07:28:00 GMT") == 0


@pytest.mark.parametrize(
    ("message", "text", "finish"),
    [
        ({"content": None}, "", "stop"),
        ({"content": ""}, "", "stop"),
        ({"content": [{"type": "text", "text": "a"}, {"text": "b"}, "c"]}, "ab", "stop"),
        ({"content": "a\ud800b"}, "a\ufffdb", "stop"),
        ({"content": "a\x00\x1b"}, "a\x00\x1b", None),
        ({"content": "a"}, "a", "f" * 500),
        ({"content": "a"}, "a", 7),
    ],
)
def test_an_answer_is_text_whatever_it_holds(
    message: dict[str, object], text: str, finish: object
) -> None:
    """Nothing, parts and halves of characters are read; a finish that is no word is unknown."""
    raw = json.dumps({"choices": [{"message": message, "finish_reason": finish}], "usage": [1]})
    (draw,) = read_draws(raw.encode(), ONE, chat=True, seconds=0.5)
    assert draw.text == text
    assert draw.finish == (finish[:40] if isinstance(finish, str) else "unknown")
    assert (draw.tokens, draw.prompt_tokens, draw.seed, draw.seconds) == (None, None, 5, 0.5)
    draw.text.encode()


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b'{"error": {"message": "a"}}', "a"),
        (b'{"error": "b"}', "b"),
        (b'{"detail": [{"loc": ["n"]}]}', '[{"loc": ["n"]}]'),
        (b"<h1>\nc </h1>", "<h1> c </h1>"),
        (b"", ""),
        (b"\xff" * 900, "\ufffd" * 200 + "..."),
    ],
)
def test_an_error_says_what_the_server_said(raw: bytes, words: str) -> None:
    """The message is found in the forms that servers use, and shortened."""
    assert said(raw, "") == words


@pytest.mark.parametrize(
    ("indices", "texts"),
    [([1, 0], "ba"), ([0, 0], "ab"), ([None, None], "ab"), (["1", "0"], "ab"), ([0, True], "ab")],
)
def test_choices_come_by_their_indices_where_these_are_some(
    indices: list[object], texts: str
) -> None:
    """Indices that are missing or double leave the choices as they came."""
    told = zip("ab", indices, strict=True)
    raw = json.dumps({"choices": [{"text": text, "index": index} for text, index in told]})
    found = read_draws(raw.encode(), ONE._replace(draws=2), chat=False, seconds=0.1)
    assert "".join(draw.text for draw in found) == texts
