"""Logs of Inspect as a record: epochs are draws."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from harness.engines import Engine
from harness.errors import EngineError
from harness.records import Draw

Open = Callable[..., Engine]
Ask = Callable[..., list[list[Draw]]]
CHAT = [{"role": "system", "content": "s"}, {"role": "user", "content": [{"text": "b"}]}]


def sample(epoch: int, said: str, **changes: Any) -> SimpleNamespace:  # noqa: ANN401  any field
    """Return a sample with the fields that are read of it."""
    output = SimpleNamespace(
        completion=said, stop_reason="stop", usage=SimpleNamespace(output_tokens=3), choices=["x"]
    )
    fields = {"id": 1, "epoch": epoch, "input": "a", "error": None, "output": output}
    return SimpleNamespace(**{**fields, **changes})


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Return a writer of logs, which a reader in the place of Inspect's own understands."""
    held: list[Any] = []

    def read(path: str, *, all_samples_required: bool, resolve_attachments: bool) -> Iterator[Any]:
        assert path.endswith(".eval")
        assert (all_samples_required, resolve_attachments) == (False, True)
        for one in held:
            if isinstance(one, Exception):
                raise one
            yield one

    module = ModuleType("inspect_ai.log")
    vars(module)["read_eval_log_samples"] = read
    monkeypatch.setitem(sys.modules, "inspect_ai", ModuleType("inspect_ai"))
    monkeypatch.setitem(sys.modules, "inspect_ai.log", module)

    def write(*samples: object) -> Path:
        held.extend(samples)
        path = tmp_path / "run.eval"
        path.write_bytes(b"zip")
        return path

    return write


def test_epochs_are_draws(log: Callable[..., Path], opened: Open, drawn: Ask) -> None:
    """Draws come by epoch, with how they ended; the prompt is the input, or what the user said."""
    cut = sample(2, "x2")
    cut.output.stop_reason, cut.output.usage = "max_tokens", None
    engine = opened(log(cut, sample(1, "x1"), sample(1, "y1", input=CHAT)))
    assert drawn(engine, ["a"], 2) == [
        [Draw(text="x1", tokens=3), Draw(text="x2", finish="length")]
    ]
    assert drawn(engine, ["b"], 1)[0][0].text == "y1"
    with pytest.raises(EngineError, match="has 2 draws of this prompt, 3 are asked for"):
        drawn(engine, ["a"], 3)


def test_a_sample_that_failed_is_a_fault(
    log: Callable[..., Path], opened: Open, drawn: Ask
) -> None:
    """An error in the log is no answer of the model's."""
    engine = opened(log(sample(1, "x", error=SimpleNamespace(message="down"))))
    assert drawn(engine, ["a"]) == [[Draw(text="", fault="failed in the log")]]


def test_an_epoch_that_stands_twice(log: Callable[..., Path], opened: Open, drawn: Ask) -> None:
    """Two samples of one prompt and epoch are two logs or two samples in one, and refused."""
    engine = opened(log(sample(1, "x"), sample(1, "x")))
    with pytest.raises(EngineError, match="draw 1 of this prompt stands twice"):
        drawn(engine, ["a"])


def test_a_log_that_cant_be_read(log: Callable[..., Path], opened: Open) -> None:
    """Whatever Inspect raises is one line with the file; so is an input without a user."""
    with pytest.raises(EngineError, match=r"run\.eval: inspect_ai can't read .*ValueError: later"):
        opened(log(sample(1, "x"), ValueError("later version\nof Inspect")))


def test_an_input_without_a_user(log: Callable[..., Path], opened: Open) -> None:
    """A prompt that nobody said is refused by the sample's id."""
    with pytest.raises(EngineError, match=r"run\.eval: the input of sample 1 holds no text"):
        opened(log(sample(1, "x", input=CHAT[:1])))


def test_without_inspect(tmp_path: Path, opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """The package is named, and how to get it."""
    monkeypatch.setitem(sys.modules, "inspect_ai.log", None)
    (tmp_path / "run.eval").touch()
    with pytest.raises(EngineError, match=r"arms\.rl: .*'inspect_ai'; pip install inspect-ai"):
        opened(tmp_path / "run.eval")


@pytest.mark.filterwarnings("ignore")  # Inspect leaves streams open while it evaluates
def test_a_log_of_inspects_own(tmp_path: Path, opened: Open, drawn: Ask) -> None:
    """A log that Inspect wrote is read: long inputs, chats, epochs and errors."""
    inspect_ai = pytest.importorskip("inspect_ai")
    from inspect_ai.dataset import Sample  # noqa: PLC0415
    from inspect_ai.model import ChatMessageUser, ModelOutput  # noqa: PLC0415
    from inspect_ai.solver import solver  # noqa: PLC0415

    @solver  # type: ignore[untyped-decorator, unused-ignore]
    def said() -> Any:  # noqa: ANN401
        async def solve(state: Any, _: Any) -> Any:  # noqa: ANN401
            state.output = ModelOutput.from_content("mockllm/model", f"[{state.epoch}]" * 200)
            if state.input_text == "down":
                raise ValueError
            return state

        return solve

    inputs = ["9" * 500, [ChatMessageUser(content="2+2=")], "down"]
    task = inspect_ai.Task(dataset=[Sample(input=one) for one in inputs], solver=said())
    inspect_ai.eval(task, model="mockllm/model", epochs=2, log_dir=str(tmp_path), display="none",
                    fail_on_error=False)  # fmt: skip
    long, chat, down = drawn(opened(tmp_path), ["9" * 500, "2+2=", "down"], 2)
    assert [draw.text for draw in long] == ["[1]" * 200, "[2]" * 200]
    assert chat == long
    assert [draw.fault for draw in down] == ["failed in the log"] * 2
