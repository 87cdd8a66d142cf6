"""lm-eval's logged samples as a record: all repeats, whatever its filters made of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.engines import Engine
from harness.errors import EngineError
from harness.records import Draw

Open = Callable[..., Engine]
Ask = Callable[..., list[list[Draw]]]
Write = Callable[..., Path]
NAME = "toy/samples_sums_2026-11-25T10-00-00.000000.jsonl"


def line(doc: int, *said: str, **changes: Any) -> dict[str, Any]:  # noqa: ANN401  any field
    """Return a line as lm-eval 0.4.13 writes it."""
    context = f"Q: {doc}+1="
    return {
        "doc_id": doc,
        "doc": {"question": f"{doc}+1="},
        "target": str(doc + 1),
        "arguments": {"gen_args_0": {"arg_0": context, "arg_1": {"until": ["\n"]}}},
        "resps": [list(said)],
        "filtered_resps": [said[0]],
        "filter": "strict",
        "metrics": ["exact_match"],
        "prompt_hash": hashlib.sha256(context.encode()).hexdigest(),
        "exact_match": 0.0,
        **changes,
    }


def texts(found: list[list[Draw]]) -> list[list[str]]:
    """Return what was said."""
    return [[draw.text for draw in draws] for draws in found]


def test_repeats_are_draws(record: Write, opened: Open, drawn: Ask) -> None:
    """Items are found by the context of the request; each document counts once, not per filter."""
    lines = [line(0, " 1", " 2", "3"), line(1, "4", "5", "6")]
    lines += [{**one, "filter": "flexible"} for one in lines]
    folder = record(lines, NAME).parents[1]
    for path in (folder, folder / NAME):
        engine = opened(path)
        assert texts(drawn(engine, ["Q: 1+1=", "Q: 0+1="], 2)) == [["4", "5"], [" 1", " 2"]]
        assert texts(drawn(engine, ["Q: 0+1="], 2, start=1)) == [[" 2", "3"]]
    with pytest.raises(EngineError, match="has 3 draws of this prompt, 4 are asked for"):
        drawn(engine, ["Q: 0+1="], 4)


def test_a_field_of_the_document_is_the_prompt(record: Write, opened: Open, drawn: Ask) -> None:
    """Where the model was given more than the item's prompt, a field of the document is matched."""
    engine = opened(record([line(0, "a")], NAME), columns={"prompt": "question"})
    assert texts(drawn(engine, ["0+1="])) == [["a"]]
    with pytest.raises(EngineError, match=r":1: its doc has no text 'prompt'; it has 'question'"):
        opened(record([line(0, "a")], NAME), columns={"prompt": "prompt"})


@pytest.mark.parametrize(
    "arguments",
    [
        [["Q: 0+1=", {"until": []}]],
        {"gen_args_0": {"arg_0": [json.dumps([
            {"role": "system", "content": "be brief"}, {"role": "user", "content": "Q: 0+1="},
        ])]}},
        {},
        None,
        {"gen_args_0": {"arg_0": ["no chat"]}},
    ],
    ids=["API", "chat", "none", "null", "odd"],
)  # fmt: skip
def test_ways_to_know_the_prompt(
    record: Write, opened: Open, drawn: Ask, arguments: object
) -> None:
    """The API's arguments, a chat's last question, and the hash of the prompt serve as well."""
    engine = opened(record([line(0, "a", arguments=arguments)], NAME))
    assert texts(drawn(engine, ["Q: 0+1="])) == [["a"]]


def test_two_logs_of_one_task_are_refused(record: Write, opened: Open, drawn: Ask) -> None:
    """A folder with two runs of one task does not add them up: which one is meant?"""
    record([line(0, "a")], "samples_sums_1.jsonl")
    engine = opened(record([line(0, "a")], "samples_sums_2.jsonl").parent)
    with pytest.raises(EngineError, match=r"draw 0 of this prompt stands twice.*name one file"):
        drawn(engine, ["Q: 0+1="])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"resps": [[["-1.0", "False"]], [["-2.0", "True"]]]}, "likelihoods .*generate_until"),
        ({"resps": [[["-1.0", "False"]]]}, "likelihoods"),
        ({"resps": "a"}, "needs 'resps'.*--log_samples"),
        ({"resps": []}, "needs 'resps'"),
        ({"arguments": {}, "prompt_hash": None}, "neither the context .* nor a prompt_hash"),
    ],
)
def test_other_lines_are_refused(
    record: Write, opened: Open, changes: dict[str, Any], message: str
) -> None:
    """Likelihoods are no texts, and other files no samples."""
    with pytest.raises(EngineError, match=rf"jsonl:1: .*{message}"):
        opened(record([line(0, "a", **changes)], NAME))
