"""Python functions as arms, and the mistakes in them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from harness.engines import Request, open_engine
from harness.engines.python import FunctionEngine, open_function
from harness.errors import EngineError
from harness.records import ArmSpec, Sampling

Write = Callable[[str, str | bytes], Path]


def run(function: Callable[[str, int], object], *requests: Request) -> list[list[str]]:
    """Complete requests by a function."""
    said: list[list[str]] = [[""] * request.count for request in requests]
    for arrival in FunctionEngine(function, "").draw(requests, Sampling()):
        place, first = arrival.place, arrival.start - requests[arrival.place].start
        said[place][first : first + len(arrival.draws)] = [draw.text for draw in arrival.draws]
    return said


def request(prompt: str = "1+1=", key: int = 7, start: int = 0, count: int = 4) -> Request:
    """Ask for draws."""
    return Request(prompt=prompt, key=key, start=start, count=count)


def say_seed(_: str, seed: int) -> str:
    """Answer with the seed."""
    return str(seed)


def test_each_draw_has_a_seed_of_its_own() -> None:
    """Seeds follow from key and draw; later draws continue the sequence."""
    ((*all_four,),) = run(say_seed, request())
    assert len(set(all_four)) == 4
    assert run(say_seed, request(start=2, count=2)) == [all_four[2:]]
    ((*others,),) = run(say_seed, request(key=8))
    assert not set(all_four) & set(others)


def test_requests_are_answered_in_order() -> None:
    """Each request gets its own texts, as many as it asked for."""
    found = run(lambda prompt, _: prompt, request("a", count=1), request("b", count=2))
    assert found == [["a"], ["b", "b"]]


def test_a_function_that_raises_is_named() -> None:
    """The error says what was raised and for which prompt, in one line."""

    def broken(prompt: str, seed: int) -> str:
        msg = f"out of memory\nat {seed - seed}"
        raise ValueError(msg, prompt)

    with pytest.raises(EngineError, match=r"raised ValueError: .*out of memory.*'1\+1='") as caught:
        run(broken, request())
    assert "\n" not in str(caught.value)


def test_a_function_that_raises_two_lines_is_named_in_one() -> None:
    """An exception whose text has several lines is reported in one."""

    def broken(prompt: str, seed: int) -> str:
        msg = f"out of memory\n\x1b[31mat {prompt}{seed - seed}"
        raise ValueError(msg)

    with pytest.raises(EngineError, match="out of memory") as caught:
        run(broken, request())
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("awaited", [False, True])
def test_a_function_that_exits_is_named(*, awaited: bool) -> None:
    """It ends no run, and no command in silence."""

    def exits(prompt: str, seed: int) -> str:
        raise SystemExit(f"{prompt} {seed - seed}")

    async def later(prompt: str, seed: int) -> str:
        return exits(prompt, seed)

    with pytest.raises(EngineError, match=r"raised SystemExit: 1\+1= 0"):
        run(later if awaited else exits, request())


def test_an_endless_prompt_is_shortened() -> None:
    """A long prompt doesn't drown the error."""

    def broken(prompt: str, seed: int) -> str:
        raise KeyError(seed - seed + len(prompt))

    with pytest.raises(EngineError, match="raised KeyError") as caught:
        run(broken, request("a" * 100_000))
    assert len(str(caught.value)) < 1000


@pytest.mark.parametrize("value", [None, b"2", 2.5])
def test_an_answer_is_text(value: object) -> None:
    """Anything but a str is refused with its type."""
    with pytest.raises(EngineError, match=f"returned {type(value).__name__}, not str"):
        run(lambda *_: value, request())


def test_a_function_of_other_arguments_is_named() -> None:
    """A function that can't be called with prompt and seed says so."""
    with pytest.raises(EngineError, match="raised TypeError"):
        run(lambda prompt: prompt, request())  # type: ignore[misc,arg-type]


@pytest.fixture
def module(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """Return a writer of modules with names of their own."""
    monkeypatch.syspath_prepend(tmp_path)
    count = 0

    def make(source: str) -> str:
        nonlocal count
        count += 1
        return write(f"{tmp_path.name}_{count}.py", source).stem

    return make


GOOD = "def answer(prompt, seed):\n    return prompt\n"


def test_source_and_revision_are_the_identity(module: Callable[[str], str]) -> None:
    """The same function has the same fingerprint; another revision or source, another one."""
    name = module(GOOD)
    before = open_function(f"{name}:answer", "").fingerprint
    assert open_function(f"{name}:answer", "").fingerprint == before
    assert open_function(f"{name}:answer", "2").fingerprint != before
    assert open_function(f"{module(GOOD + '# new')}:answer", "").fingerprint != before


def test_a_declared_revision_pins(module: Callable[[str], str]) -> None:
    """What a function calls can change behind its back, unless a revision says that it does not."""
    name = module(GOOD)
    assert not open_function(f"{name}:answer", "").pinned
    assert open_function(f"{name}:answer", "1").pinned


def test_a_missing_module_is_named() -> None:
    """A module that is not there: its name, and where pytest looks for it."""
    with pytest.raises(EngineError, match=r"can't import 'no_such_models'.*pythonpath"):
        open_function("no_such_models:answer", "")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("def answer(:\n", "SyntaxError|invalid syntax"),
        ("raise RuntimeError('no GPU')\n", "no GPU"),
        ("import sys\nsys.exit(3)\n", "SystemExit: 3"),
        ("import no_such_package\n", "no_such_package"),
        ("1 / 0\n", "division by zero"),
    ],
    ids=["syntax", "error", "exit", "import", "arithmetic"],
)
def test_a_module_that_fails_is_named(
    module: Callable[[str], str], source: str, message: str
) -> None:
    """Whatever goes wrong while the module is imported is one clear error."""
    name = module(source)
    with pytest.raises(EngineError, match=f"can't import '{name}'.*({message})") as caught:
        open_function(f"{name}:answer", "")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["anwser", "answers"])
def test_a_missing_function_suggests_one(module: Callable[[str], str], name: str) -> None:
    """A misspelt function is answered with the likeliest one."""
    with pytest.raises(EngineError, match=rf"no function '{name}'; did you mean 'answer'\?"):
        open_function(f"{module(GOOD)}:{name}", "")


def test_what_cant_be_called_is_no_function(module: Callable[[str], str]) -> None:
    """A module's constant is refused by name."""
    with pytest.raises(EngineError, match="has no function 'answer'"):
        open_function(f"{module('answer = 42')}:answer", "")


def test_an_engine_that_cant_be_opened_names_the_arm() -> None:
    """The place of the error is where the config names the arm."""
    arm = ArmSpec(
        name="rl", engine="python", options={"function": "no_such_models:f"}, sampling=Sampling(),
        stream="rl", where="evals/harness.yaml:9: arms.rl",
    )  # fmt: skip
    with pytest.raises(EngineError, match=r"^evals/harness\.yaml:9: arms\.rl: can't import"):
        open_engine(arm)
