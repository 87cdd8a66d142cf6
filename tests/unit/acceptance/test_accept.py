"""`harness baseline accept`: fresh draws, of all items or some, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Evals, Git, commit


def test_a_first_baseline_needs_no_run(evals: Evals) -> None:
    """Where nothing was accepted there is no bar to lower: the hint of a missing one works."""
    said = evals("accept", "--task", "sums", "--arm", "rl")
    path = Path("evals/baselines/sums/rl.jsonl")
    assert said.startswith(f"{path}: epoch 1: 8 fresh draws of each of 12 items\n  correct 0.")
    assert said.endswith("with none before\n")
    assert evals.stored().epoch == 1
    assert evals.taken() == 12 * 8


def test_each_acceptance_takes_other_draws(evals: Evals) -> None:
    """The next epoch is another stream; old and new are compared, with an interval."""
    evals.accept("--arm", "rl")
    first = evals.stored().tally.sums
    said = evals.accept("--arm", "rl")
    assert "epoch 2: 8 fresh draws" in said
    assert "(90%, 12 items)" in said
    assert evals.stored().epoch == 2
    assert (evals.stored().tally.sums != first).any()


def test_draws_are_fresh_though_the_baseline_is_gone(evals: Evals, git: Git) -> None:
    """The last commit tells the epoch of one that was deleted; and no draw can be picked."""
    evals.accept("--arm", "rl")
    commit(git)
    first = evals.stored().tally.sums
    evals.file().unlink()
    found = []
    for _ in range(2):
        assert "epoch 2: 8 fresh draws" in evals.accept("--arm", "rl")
        found.append(evals.stored().tally.sums.tolist())
        git("checkout", "--", "evals")
    assert found[0] == found[1] != first.tolist()


def test_what_was_drawn_and_not_accepted_is_not_drawn_again(
    evals: Evals, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An acceptance that failed at one arm has the draws of the others."""

    def fails(prompt: str, seed: int) -> str:
        raise OSError(prompt, seed)

    with monkeypatch.context() as broken:
        broken.setattr("models_of_this_test.rl", fails)
        evals.accept("--arm", "rl", "--arm", "base", code=1)
    assert evals.taken() == 12 * 8
    assert not evals.file("base").exists()
    evals.accept("--arm", "rl", "--arm", "base")
    assert evals.taken() == 12 * 8
    assert evals.stored("base").epoch == 1


def test_some_items_alone(evals: Evals) -> None:
    """The others stay, line by line, and so does the header."""
    evals.accept("--arm", "rl")
    before = evals.file().read_text(encoding="utf-8").split("\n\n")
    said = evals.accept("--arm", "rl", "--where", "split=odd", "--draws", "16")
    assert "epoch 2: 16 fresh draws of each of 6 of its 12 items" in said
    after = evals.file().read_text(encoding="utf-8").split("\n\n")
    assert after[0] == before[0]
    assert sum(one != other for one, other in zip(before, after, strict=True)) == 6
    assert sorted(set(evals.stored().tally.draws.tolist())) == [8, 16]


def test_some_items_beside_others_that_were_scored_otherwise(evals: Evals) -> None:
    """One baseline has one scorer: the whole must be accepted."""
    evals.accept("--arm", "rl")
    evals.edit("evals/tasks/sums.yaml", "correct: {", "right: {regex: '7'}, correct: {")
    said = evals.accept("--arm", "rl", "--where", "split=odd", code=1)
    assert "changed: how the task is scored is other than when" in said
    assert "accept the whole of it: harness baseline accept, without --where" in said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--arm", "rll"], "there is no arm 'rll' in evals/harness.yaml; did you mean 'rl'?"),
        (["--arm", "rl", "--where", "split=od"], "has split 'od'; did you mean 'odd'?"),
        (["--arm", "rl", "--record", "no.jsonl"], "no.jsonl"),
        (
            ["--arm", "rl", "--draws", "100001"],
            "sums/rl: 100001 draws of each item are too many, a baseline has 100000 at most; take",
        ),
    ],
    ids=["arm", "value", "record", "draws"],
)
def test_what_is_misspelt(evals: Evals, arguments: list[str], message: str) -> None:
    """One line, and nothing is written."""
    said = evals.accept(*arguments, code=1)
    assert message in said
    assert said.count("\n") == 1
    assert not evals.file().exists()


def test_a_first_one_takes_both_names(evals: Evals) -> None:
    """An arm alone does not say on which task."""
    evals.accept("--arm", "rl")
    said = evals("accept", "--arm", "base", "--anyway", code=1)
    assert "no baseline of arm 'base'; known: rl; for a first one name both: --task TASK" in said


def test_all_or_none(evals: Evals) -> None:
    """Where one arm can't be drawn from, no other is accepted either."""
    evals.edit("evals/harness.yaml", "models_of_this_test:base", "models_of_this_test:bass")
    assert "no function 'bass'" in evals.accept("--arm", "rl", "--arm", "base", code=1)
    assert not evals.file("rl").exists()


def test_a_broken_baseline_is_replaced(evals: Evals) -> None:
    """Its epoch is read off its ruins, so that its stream is not taken again."""
    for _ in range(3):
        evals.accept("--arm", "rl")
    path = evals.file()
    path.write_text(path.read_text(encoding="utf-8")[:-60], encoding="utf-8")
    assert "broken" in evals("verify", code=1)
    assert "epoch 4: " in evals.accept("--arm", "rl")


def test_some_items_of_a_broken_baseline(evals: Evals) -> None:
    """What stands beside them must be known: the line is named."""
    evals.accept("--arm", "rl")
    evals.file().write_text(evals.file().read_text(encoding="utf-8")[:-60], encoding="utf-8")
    said = evals.accept("--arm", "rl", "--where", "split=odd", code=1)
    assert "rl.jsonl:25: this baseline is no JSON" in said
