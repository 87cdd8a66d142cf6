"""What git makes of baselines that two branches changed, and what is refused of that."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .conftest import LINES, Evals, Git, commit, union


def branches(git: Git, ours: Callable[[], object], theirs: Callable[[], object]) -> None:
    """Let two branches change something each, and merge them."""
    git("switch", "-c", "theirs")
    theirs()
    commit(git)
    git("switch", "main")
    ours()
    commit(git)
    git("merge", "theirs", "--message", "both")


def test_branches_that_accept_different_items_merge(evals: Evals, git: Git) -> None:
    """No conflict, without any attribute: each item has its line, and no two are neighbours."""
    evals.accept("--arm", "rl")
    commit(git)
    branches(
        git,
        lambda: evals.accept("--arm", "rl", "--where", "split=odd"),
        lambda: evals.accept("--arm", "rl", "--where", "split=even", "--draws", "16"),
    )
    assert evals("verify") == "1 baseline: nothing is the matter\n"
    assert sorted(set(evals.stored().tally.draws.tolist())) == [8, 16]
    assert evals.stored().epoch == 2
    assert min(origin.epoch for origin in evals.stored().origins) == 2


def test_branches_that_add_items_merge(evals: Evals, git: Git) -> None:
    """By the attribute, also where both add a line at the same place."""
    union(evals)
    evals.write("evals/.gitattributes", "baselines*/** merge=union\ntasks/*.jsonl merge=union\n")
    evals.items(LINES[:2])
    evals.accept("--arm", "rl")
    header = evals.file().read_text(encoding="utf-8").split("\n")[0]
    commit(git)

    def adding(rows: object) -> Callable[[], object]:
        def add() -> None:
            evals.items([*LINES[:2], *rows])  # type: ignore[misc]
            assert "added" in evals("rebase")

        return add

    branches(git, adding(LINES[2:7]), adding(LINES[7:]))
    assert evals("verify") == "1 baseline: nothing is the matter\n"
    assert len(evals.stored().tally.ids) == 12
    assert evals.file().read_text(encoding="utf-8").split("\n")[0] == header
    assert evals("rebase").startswith("evals/baselines/sums/rl.jsonl: as it is")


@pytest.mark.parametrize("whole", [False, True], ids=["an item", "the whole"])
def test_a_bad_union_is_refused(evals: Evals, git: Git, *, whole: bool) -> None:
    """Both branches took the same items, otherwise: which is right, no merge can know."""
    union(evals)
    evals.accept("--arm", "rl")
    commit(git)
    where = ["--where", "split=odd"]

    def reseeded() -> None:
        evals.edit("evals/harness.yaml", "draws: 4", "draws: 4\nsampling: {seed: 7}")
        evals.accept("--arm", "rl")

    branches(
        git,
        reseeded if whole else lambda: evals.accept("--arm", "rl", *where, "--draws", "12"),
        lambda: evals.accept("--arm", "rl", *where, "--draws", "16"),
    )
    said = evals("verify", code=1)
    assert "rl.jsonl:" in said
    assert "stands twice; two branches may have taken it: keep one of its lines" in said
    evals.accept("--arm", "rl")
    assert evals("verify").endswith("nothing is the matter\n")
    assert evals.stored().epoch == 3


def test_items_beside_another_header_are_refused(evals: Evals, git: Git) -> None:
    """One branch scores all anew, the other adds an item as it was before: git is content."""
    union(evals)
    evals.items(LINES[:4])
    evals.accept("--arm", "rl")
    commit(git)

    def added() -> None:
        evals.items(LINES[:5])
        evals("rebase")

    def rescored() -> None:
        evals.edit("evals/tasks/sums.yaml", "\\d+", "\\d+$")
        evals("rebase")

    branches(git, rescored, added)
    said = evals("verify", code=1)
    assert "was scored, sampled or prompted otherwise than the header says; two branches" in said
    git("checkout", "HEAD^1", "--", "evals/baselines/sums/rl.jsonl")
    assert "1 added" in evals("rebase")
    assert evals("verify") == "1 baseline: nothing is the matter\n"
    assert len(evals.stored().tally.ids) == 5


def test_a_merge_by_hand_that_was_forgotten(evals: Evals, git: Git) -> None:
    """Without the attribute git asks; its marks in the file are refused."""
    evals.accept("--arm", "rl")
    commit(git)
    git("switch", "-c", "theirs")
    evals.accept("--arm", "rl", "--where", "split=odd", "--draws", "12")
    commit(git)
    git("switch", "main")
    evals.accept("--arm", "rl", "--where", "split=odd", "--draws", "16")
    commit(git)
    git("merge", "theirs", code=1)
    said = evals("verify", code=1)
    assert "rl.jsonl:3: broken: this baseline is no JSON, it holds a merge conflict; merge" in said
    assert "`baselines*/** merge=union` in evals/.gitattributes" in said
