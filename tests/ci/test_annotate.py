"""`harness ci annotate`: what is not supported, beside its assert; nothing of it is a command."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.ci.conftest import Run, sealed

Read = tuple[str, dict[str, str], str]
_CODES = {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}


def unescaped(text: str) -> str:
    """Undo escapes, as the runner does."""
    for code, mark in _CODES.items():
        text = text.replace(code, mark)
    return text


def read(line: str) -> Read:
    """Read a command as the runner does: up to the second pair of colons, then the text."""
    assert line.startswith("::")
    head, _, text = line[2:].partition("::")
    kind, _, pairs = head.partition(" ")
    split = (pair.partition("=") for pair in pairs.split(","))
    return kind, {key: unescaped(value) for key, _, value in split}, unescaped(text)


@pytest.fixture
def annotated(harness: Run, stored: dict[str, Any]) -> Callable[..., list[Read]]:
    """Return what annotates a run that was changed."""

    def run(**changes: object) -> list[Read]:
        Path("run.json").write_text(json.dumps(sealed({**stored, **changes})), encoding="utf-8")
        return [read(line) for line in harness("annotate", "--run", "run.json").splitlines()]

    return run


def claims(stored: dict[str, Any], count: int, **changes: object) -> list[dict[str, Any]]:
    """Return refuted claims of an eval that failed."""
    claim = next(one for one in stored["claims"] if one["decision"]["verdict"] == "refuted")
    rows = [{**copy.deepcopy(claim), **changes} for _ in range(count)]
    return [{**row, "text": f"{row['text']}{number}"} for number, row in enumerate(rows)]


def test_each_claim_is_beside_its_assert(annotated: Callable[..., list[Read]]) -> None:
    """What is not supported has file, line, verdict and evidence; a lost eval is told, too."""
    found = annotated()
    assert [(kind, where.get("file"), where.get("line"), where["title"]) for kind, where, _ in found
            ] == [
        ("error", "evals/test_rl.py", "9", "refuted: -0.1 < rl.pass@1 - base.pass@1 < 0.1"),
        ("error", "evals/test_rl.py", "9", "inconclusive: no_evidence(rl.pass@1 < base.pass@1)"),
        ("error", None, None, "eval missing"),
    ]  # fmt: skip
    assert found[0][2].startswith("rl.pass@1 - base.pass@1 = +0.120, interval [+0.110, +0.160]: ")


def test_a_green_run_has_none(annotated: Callable[..., list[Read]], stored: dict[str, Any]) -> None:
    """Supported claims are not annotated."""
    good = [one for one in stored["claims"] if one["decision"]["verdict"] == "supported"]
    evals = [{**row, "outcome": "passed"} for row in stored["evals"]]
    assert annotated(claims=good, evals=evals, missing=[]) == []


@pytest.mark.parametrize(("outcome", "kind"), [("not proven", "warning"), ("failed", "error")])
def test_what_policy_lets_pass_is_a_warning(
    annotated: Callable[..., list[Read]], stored: dict[str, Any], outcome: str, kind: str
) -> None:
    """An error is what fails the build."""
    evals = [{**row, "outcome": outcome} for row in stored["evals"]]
    assert {found for found, _, _ in annotated(evals=evals, missing=[])} == {kind}


def test_an_eval_that_went_wrong_otherwise_is_told(
    annotated: Callable[..., list[Read]], stored: dict[str, Any]
) -> None:
    """An eval that failed without a claim, such as by an exception, has a line of its own."""
    evals = [{"nodeid": "evals/test_x.py::test_x", "outcome": "error", "unasserted": []}]
    ((kind, where, text),) = annotated(evals=evals, missing=[], claims=[])
    assert (kind, where) == ("error", {"title": "eval error"})
    assert text == "evals/test_x.py::test_x: see the log for what went wrong"
    assert stored


@pytest.mark.parametrize(("count", "shown"), [(10, 10), (11, 10), (40, 10)])
def test_ten_of_a_kind_are_shown(
    annotated: Callable[..., list[Read]], stored: dict[str, Any], count: int, shown: int
) -> None:
    """The runner drops what is beyond ten: the last one sums up the rest."""
    found = annotated(claims=claims(stored, count), missing=[], evals=[])
    assert len(found) == shown
    _, where, text = found[-1]
    if count > 10:
        assert where == {"title": f"{count - 9} more annotations of this kind"}
        assert text.count("refuted: ") == count - 9 or text.endswith("...")


@pytest.mark.parametrize("mark", ["x", "%", "é"])
def test_a_long_text_is_cut(
    annotated: Callable[..., list[Read]], stored: dict[str, Any], harness: Run, mark: str
) -> None:
    """An annotation has 4,096 characters, escapes and all."""
    (claim,) = claims(stored, 1)
    claim["decision"]["needs"] = mark * 9000
    annotated(claims=[claim], missing=[], evals=[])
    text = harness("annotate", "--run", "run.json").rstrip("\n").partition("::")[2].partition("::")
    assert 4000 < len(text[2]) <= 4096
    assert text[2].endswith("...")


@pytest.mark.parametrize(
    "hostile",
    [
        "a\n::add-mask::x", "a\r\n::stop-commands::x", "\u2028::set-env name=A::b", "::error::x",
        "##[add-mask]x", "###[[error]x", "a%0A::error::x", "a,line=1::x", "\x1b]0;x\x07",
        "a\u202eb",
    ],
)  # fmt: skip
def test_nothing_of_a_run_is_a_command(
    annotated: Callable[..., list[Read]], stored: dict[str, Any], harness: Run, hostile: str
) -> None:
    """Whatever a claim, a place or an eval is called, there is one command in one line."""
    (claim,) = claims(stored, 1, effect_text=hostile, place=f"{hostile}:3", nodeid=hostile)
    claim = {**claim, "text": hostile}
    ((kind, where, text),) = annotated(claims=[claim], missing=[], evals=[])
    assert kind == "error"
    assert set(where) <= {"file", "line", "title"}
    assert not set(text + "".join(where.values())) & set("\r\n\x1b\u2028\u202e")
    raw = harness("annotate", "--run", "run.json")
    assert raw.count("\n") <= 1
    assert "##[" not in raw


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        ("evals/test_rl.py:9", {"file": "evals/test_rl.py", "line": "9"}),
        ("evals\\test_rl.py:9", {"file": "evals/test_rl.py", "line": "9"}),
        ("/etc/passwd:1", {}), ("../../x.py:1", {}), ("evals/../../x.py:1", {}), ("x.py", {}),
        ("x.py:0", {}), ("a:b:3", {}), ("", {}),
    ],
)  # fmt: skip
def test_a_place_is_within_the_repository(
    annotated: Callable[..., list[Read]], stored: dict[str, Any], place: str, shown: dict[str, str]
) -> None:
    """A place that is none is left out."""
    ((_, where, _),) = annotated(claims=claims(stored, 1, place=place), missing=[], evals=[])
    where.pop("title")
    assert where == shown
