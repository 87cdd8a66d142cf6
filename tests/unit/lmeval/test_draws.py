"""Models of lm-eval as arms: seeds and batches, faults, and what is left alone."""

from __future__ import annotations

import random
from typing import Any, NamedTuple

import pytest

from harness.engines import Request
from harness.engines.lm_eval import LmEvalEngine, Manner
from harness.errors import EngineError
from harness.records import Sampling
from tests.unit.lmeval.tiny import TemplateAPI, Tiny, request, said


@pytest.mark.parametrize("size", [1, 3, 8])
def test_draws_depend_on_nothing_else_that_is_asked(size: int) -> None:
    """The same draws come alone, in company, in any order and in parts; other keys draw others."""
    manner = Manner(batch_size=size)
    one, two = request(count=12), request("Q: 2+1", key=8, count=12)
    first, second = said(Tiny(), manner, one, two)
    assert said(Tiny(), manner, two, one) == [second, first]
    assert said(Tiny(), manner, request(start=5, count=4)) == [first[5:9]]
    assert said(Tiny(), manner, request(key=9, count=12)) != [first]
    assert len({*first}) == 2


def test_a_batch_holds_draws_of_one_prompt() -> None:
    """Blocks begin at multiples of the batch size; at temperature 0 prompts go together."""
    model = Tiny()
    said(model, Manner(batch_size=4), request(start=2, count=4), request("Q: 2+1"))
    assert [[prompt for prompt, _ in batch] for batch in model.asked] == [
        ["Q: 1+1"] * 4, ["Q: 1+1"] * 4, ["Q: 2+1"] * 4,
    ]  # fmt: skip
    model = Tiny()
    said(model, Manner(batch_size=4), request(count=1), request("Q: 2+1", count=1), temperature=0)
    assert [[prompt for prompt, _ in batch] for batch in model.asked] == [["Q: 1+1", "Q: 2+1"]]


def test_the_harness_says_how_to_sample() -> None:
    """Temperature, top_p and length are the sampling's; stop strings the arm's."""
    model = Tiny()
    said(model, Manner(until=("\n",)), request(count=1))
    assert model.asked[0][0][1] == {
        "until": ["\n"], "max_gen_toks": 256, "temperature": 1.0, "do_sample": True, "top_p": 1.0,
    }  # fmt: skip
    said(model, Manner(), request(count=1), temperature=0)
    assert model.asked[1][0][1] == {
        "until": [], "max_gen_toks": 256, "temperature": 0, "do_sample": False,
    }  # fmt: skip


def test_a_task_ends_completions_early() -> None:
    """What ends a completion by the task goes to the model, beside the arm's own strings."""
    model = Tiny()
    asked = Request(prompt="Q: 1+1", key=7, start=0, count=1, until=("\n", ";"))
    said(model, Manner(until=("\n", ".")), asked)
    assert model.asked[0][0][1]["until"] == ["\n", ".", ";"]


class Response(NamedTuple):
    """What is left of an answer in an error of the package `requests`."""

    status_code: int


class HTTPError(OSError):
    """As that package raises it."""

    def __init__(self, status: int) -> None:
        super().__init__(f"{status} for this request")
        self.response = Response(status)


class Failing(TemplateAPI):
    """A server that fails on one sum, or on all."""

    def __init__(self, error: Exception, *, always: bool = False) -> None:
        super().__init__()
        self.error, self.always = error, always

    def answer(self, prompt: str, options: dict[str, Any]) -> str:
        """Fail, or answer."""
        if self.always or prompt == "Q: 2+1":
            raise self.error
        return super().answer(prompt, options)


class Timeout(OSError):  # noqa: N818  the name in that package
    """As that package raises it."""


FAULTS = {
    "HTTP 500": HTTPError(500), "HTTP 400": HTTPError(400), "timed out": Timeout(),
    "no connection": ConnectionError(),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_failed_request_is_a_fault_of_its_draw(fault: str) -> None:
    """The rest of a server's draws is kept, and the fault has a name."""
    engine = LmEvalEngine(
        "served", lambda: Failing(FAULTS[fault]), Manner(threads=2), "", pinned=False
    )
    requests = [request(f"Q: {n}+1", key=n, count=20) for n in (1, 2, 3)]
    found: list[list[str]] = [[], [], []]
    for arrival in engine.draw(requests, Sampling()):
        found[arrival.place] += [draw.fault for draw in arrival.draws]
    assert found == [[""] * 20, [fault] * 20, [""] * 20]


@pytest.mark.parametrize(
    ("error", "always", "message"),
    [
        (HTTPError(401), False, "HTTPError: 401 for"),
        (TypeError("no text"), False, "TypeError: no text"),
        (ConnectionError("refused"), True, "ConnectionError: refused"),
    ],
)
def test_a_server_that_is_of_no_use_is_an_error(
    error: Exception,
    always: bool,  # noqa: FBT001  a case
    message: str,
) -> None:
    """A wrong key, a bug, or no server at all: none of these is put down to single draws."""
    with pytest.raises(EngineError, match=rf"'tiny' can't answer: {message}"):
        said(Failing(error, always=always), Manner(), request(), request("Q: 2+1"))


def test_a_server_gets_a_seed_for_each_draw() -> None:
    """Repeats have seeds of their own, of 31 bits, whichever thread asks."""
    manner = Manner(threads=4)
    (found,) = said(TemplateAPI(), manner, request(count=100))
    seeds = [int(text.rpartition(" ")[2]) for text in found]
    assert len({*seeds}) == 100
    assert max(seeds) < 2**31
    assert said(TemplateAPI(), manner, request(start=40, count=2)) == [found[40:42]]
    other = said(TemplateAPI(), manner, request("Q: 2+1", key=8))
    assert not {int(text.rpartition(" ")[2]) for text in other[0]} & {*seeds}


def test_a_chat_model_gets_a_message() -> None:
    """The prompt is a user's message, in the model's own template."""
    (found,) = said(TemplateAPI(), Manner(chat=True), request(count=1))
    assert found[0].startswith('[{"role": "user", "content": "Q: 1+1"}]True ')


def test_generators_and_output_are_left_alone(capfd: pytest.CaptureFixture[str]) -> None:
    """Drawing moves no global generator, even between arrivals, and prints nothing."""
    state = random.getstate()
    engine = LmEvalEngine("tiny", Tiny, Manner(), "", pinned=False)
    for _ in engine.draw([request()], Sampling()):
        assert random.getstate() == state
    assert capfd.readouterr() == ("", "")
