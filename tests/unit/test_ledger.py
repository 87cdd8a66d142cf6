"""The ledger: what was looked at, under which plan, and what was decided, from run to run."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import LedgerError
from harness.ledger import Ledger, read_ledger

Write = Callable[[str, str | bytes], Path]
VERDICT = {"decision": {"verdict": "supported"}, "figures": []}


def test_a_missing_ledger_is_empty(tmp_path: Path) -> None:
    """Before the first run nothing was looked at, and the first sample of draws is in use."""
    ledger = read_ledger(tmp_path / "ledger.json")
    assert ledger == Ledger()
    assert ledger.sample == 1


names = st.text(min_size=0, max_size=8)


@given(
    st.builds(
        Ledger,
        sample=st.integers(1, 99),
        plans=st.dictionaries(names, st.lists(names, max_size=3), max_size=3),
        opened=st.dictionaries(names, names, max_size=3),
        verdicts=st.dictionaries(names, st.just(VERDICT), max_size=2),
        rounds=st.dictionaries(names, st.integers(1, 64), max_size=2),
        attempts=st.dictionaries(
            names, st.lists(names, min_size=1, max_size=3, unique=True), max_size=2
        ),
    )
)
def test_it_is_read_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, ledger: Ledger
) -> None:
    """Whatever it holds survives the file."""
    path = tmp_path_factory.mktemp("ledger") / "deep" / "ledger.json"
    ledger.write(path)
    assert read_ledger(path) == ledger


def test_draws_remember_their_first_plan() -> None:
    """Draws that were opened under one plan, or none, are not opened anew under another."""
    ledger = Ledger()
    ledger.update({"opened": {"a": "plan1", "b": ""}, "plans": {"plan1": ["x"]}})
    ledger.update({"opened": {"a": "plan2", "b": "plan2", "c": "plan2"}, "plans": {"plan2": ["y"]}})
    assert ledger.opened == {"a": "plan1", "b": "", "c": "plan2"}
    assert ledger.plans == {"plan1": ["x"], "plan2": ["y"]}


def test_a_claim_is_known_to_the_plan_of_its_draws() -> None:
    """A claim was planned before its draws only if it stood in the plan in force then."""
    ledger = Ledger(plans={"plan1": ["x"], "plan2": ["x", "y"]}, opened={"a": "plan1", "b": ""})
    assert ledger.knew("a", "x")
    assert not ledger.knew("a", "y")
    assert not ledger.knew("b", "x")
    assert not ledger.knew("never opened", "x")


def test_news_of_nothing_change_nothing() -> None:
    """An eval that decided nothing new leaves the ledger as it was."""
    ledger = Ledger(sample=3, opened={"a": ""}, rounds={"k": 4}, verdicts={"v": VERDICT})
    ledger.update({})
    assert ledger == Ledger(sample=3, opened={"a": ""}, rounds={"k": 4}, verdicts={"v": VERDICT})


def test_verdicts_and_rounds_are_taken_in() -> None:
    """New verdicts stand beside the old ones; a bet's rounds move on."""
    ledger = Ledger(verdicts={"v": VERDICT}, rounds={"k": 4})
    ledger.update({"verdicts": {"w": VERDICT}, "rounds": {"k": 8}})
    assert (set(ledger.verdicts), ledger.rounds) == ({"v", "w"}, {"k": 8})


def test_attempts_are_numbered_in_order() -> None:
    """Draws keep their place among those of an effect; unknown ones come after them."""
    ledger = Ledger()
    for draws in ("a", "b", "a"):
        ledger.update({"attempts": {"gain": [draws]}})
    assert ledger.attempts == {"gain": ["a", "b"]}
    numbers = [ledger.attempt("gain", draws) for draws in "abc"]
    assert numbers == [1, 2, 3]
    assert ledger.attempt("loss", "c") == 1


def test_the_oldest_verdicts_are_forgotten() -> None:
    """A ledger does not grow without end: of many verdicts the latest are kept."""
    ledger = Ledger(verdicts={f"old {number}": VERDICT for number in range(5_000)})
    ledger.update({"verdicts": {"new": VERDICT}})
    assert "new" in ledger.verdicts
    assert "old 4999" in ledger.verdicts
    assert "old 0" not in ledger.verdicts


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "ledger.json:1: this ledger is no JSON: .*; restore it, or delete it"),
        ("[]", "is not of type 'object'"),
        ('{"schema": 3}', "schema 3 is from a later version; this one reads up to 2; update"),
        ('{"schema": 1}', "needs 'sample', 'plans', 'opened', 'verdicts', 'rounds'"),
        ('{"sample": NaN}', "NaN is no number"),
    ],
    ids=["cut off", "list", "future", "empty", "no number"],
)
def test_a_broken_ledger_is_named(write: Write, content: str, message: str) -> None:
    """A ledger that can't be read is an error of one line, never an empty one."""
    path = write("ledger.json", content)
    with pytest.raises(LedgerError, match=message) as caught:
        read_ledger(path)
    assert str(caught.value).startswith(str(path))


@pytest.mark.parametrize("folder", [True, False], ids=["a folder", "in a file"])
def test_a_ledger_that_cant_be_read_is_named(tmp_path: Path, *, folder: bool) -> None:
    """A folder in the ledger's place, or a file in its folder's, is no empty ledger."""
    path = tmp_path / ".harness" / "ledger.json"
    if folder:
        path.mkdir(parents=True)
    else:
        path.parent.touch()
    with pytest.raises(LedgerError, match=r"ledger\.json: can't be read: .*see that \.harness/ is"):
        read_ledger(path)


@pytest.mark.parametrize(
    ("key", "value"),
    [("sample", 0), ("sample", 1.5), ("plans", {"p": "x"}), ("opened", {"a": None}),
     ("verdicts", {"v": {}}), ("rounds", {"k": 0}), ("attempts", {"e": []}),
     ("attempts", {"e": ["a", "a"]}), ("extra", 1)],
)  # fmt: skip
def test_an_impossible_ledger_is_named(tmp_path: Path, key: str, value: object) -> None:
    """Each part is held against the schema, and named."""
    path = tmp_path / "ledger.json"
    Ledger().write(path)
    data = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**data, key: value}), encoding="utf-8")
    with pytest.raises(LedgerError, match=key):
        read_ledger(path)
