"""`harness baseline rebase`: after a change of the task, what is still right stays."""

from __future__ import annotations

import dataclasses

import pytest

from harness.baseline import BaselineStore

from .conftest import LINES, Evals

NEW = {"prompt": "70+1=", "reference": "71"}


def lines(evals: Evals) -> list[str]:
    """Return the header and the lines of items."""
    return evals.file().read_text(encoding="utf-8").split("\n\n")[:-1]


def test_added_changed_and_removed_items(evals: Evals) -> None:
    """Three states, told apart; what stays keeps its line, and the header is as it was."""
    evals.accept("--arm", "rl")
    before = lines(evals)
    evals.taken()
    evals.items([*LINES[2:], {**LINES[1], "reference": "3"}, NEW])
    said = evals("rebase")
    assert said.startswith(
        "evals/baselines/sums/rl.jsonl: of its items 1 added, 1 changed, 1 removed\n"
    )
    after = lines(evals)
    assert after[0] == before[0]
    assert len(set(after) & set(before)) == 1 + 10
    assert len(after) == 1 + 12
    assert evals.stored().epoch == 1
    assert evals("verify").endswith("nothing is the matter\n")


def test_only_what_is_missing_is_drawn(evals: Evals) -> None:
    """A prompt with another reference has its draws: they are scored, not taken."""
    evals.accept("--arm", "rl", "--draws", "16")
    evals.taken()
    evals.items([*LINES[1:], {**LINES[0], "reference": "2"}])
    evals("rebase")
    assert evals.taken() == 0
    evals.items([*LINES, NEW])
    evals("rebase")
    assert evals.taken() == 16


def test_another_scorer(evals: Evals) -> None:
    """All is tallied anew from the same draws, each item in the epoch that it is of."""
    evals.accept("--arm", "rl")
    evals.accept("--arm", "rl", "--where", "split=odd", "--draws", "12")
    old = evals.stored()
    evals.taken()
    evals.edit("evals/tasks/sums.yaml", "correct: {", "long: {regex: '\\d\\d'}, correct: {")
    assert "; score its draws anew: harness baseline rebase" in evals("verify", code=1)
    said = evals("rebase")
    assert "rl.jsonl: all 12 scored anew, by today's scorer\n" in said
    assert evals.taken() == 0
    new = evals.stored().kept(old.tally.ids)
    assert new.tally.metrics[:2] == ("long", "correct")
    assert new.tally.sums[:, 1].tolist() == old.tally.sums[:, 0].tolist()
    assert [one.epoch for one in new.origins] == [one.epoch for one in old.origins]
    assert new.tally.draws.tolist() == old.tally.draws.tolist()
    assert evals("verify").endswith("nothing is the matter\n")


def test_nothing_to_do(evals: Evals) -> None:
    """What fits its task is left alone."""
    evals.accept("--arm", "rl")
    before = evals.file().stat().st_mtime_ns
    assert evals("rebase").startswith("evals/baselines/sums/rl.jsonl: as it is\n")
    assert evals.file().stat().st_mtime_ns == before


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("draws: 4", "draws: 4\nsampling: {temperature: 2}", "changed: sampling is other than"),
        (':rl", revision: "1"', ':rl", revision: "2"', "'rl' runs on "),
    ],
    ids=["sampling", "model"],
)
def test_what_rebase_does_not_mend(evals: Evals, old: str, new: str, message: str) -> None:
    """Sampled otherwise or another model: it is to be accepted, and nothing is written."""
    evals.accept("--arm", "rl")
    before = lines(evals)
    evals.edit("evals/harness.yaml", old, new)
    evals.items([*LINES, NEW])
    said = evals("rebase", code=1)
    assert message in said
    assert "harness baseline accept" in said
    assert lines(evals) == before


def test_all_items_are_others(evals: Evals) -> None:
    """A baseline of which nothing stays is that of the new items."""
    evals.accept("--arm", "rl")
    evals.items([NEW, {**NEW, "prompt": "71+1="}])
    assert "2 added, 12 removed" in evals("rebase")
    assert len(evals.stored().tally.ids) == 2


def test_the_anchor_comes_along(evals: Evals) -> None:
    """Old items keep their anchor; new ones begin to drift from what is accepted now."""
    evals.accept("--arm", "rl")
    evals("anchor")
    evals.accept("--arm", "rl")
    anchored = evals.stored(name="baselines-anchor")
    evals.items([*LINES[2:], {**LINES[1], "reference": "3"}, NEW])
    assert "lacks 1 of 12 items" in evals("verify", code=1)
    said = evals("rebase")
    assert "baselines-anchor/sums/rl.jsonl: items added as they are accepted now, or" in said
    assert evals("verify").endswith("nothing is the matter\n")
    now, accepted = evals.stored(name="baselines-anchor"), evals.stored()
    kept = [one for one in anchored.tally.ids if one in now.tally.ids]
    assert len(kept) == 10
    assert now.kept(kept).tally.sums.tolist() == anchored.kept(kept).tally.sums.tolist()
    assert {one.epoch for one in now.kept(kept).origins} == {1}
    new = [one for one in now.tally.ids if one not in kept]
    assert len(new) == 2
    assert now.kept(new).tally.sums.tolist() == accepted.kept(new).tally.sums.tolist()
    before = evals.file(name="baselines-anchor").read_bytes()
    assert "baselines-anchor" not in evals("rebase")
    assert evals.file(name="baselines-anchor").read_bytes() == before


def test_an_anchor_that_does_not_compare_stays(evals: Evals) -> None:
    """Another scorer is no reason to forget what was lost: a person sets the anchor anew."""
    evals.accept("--arm", "rl")
    evals("anchor")
    before = evals.file(name="baselines-anchor").read_bytes()
    evals.edit("evals/tasks/sums.yaml", "correct: {", "long: {regex: '\\d\\d'}, correct: {")
    evals.items([*LINES, NEW])
    evals("rebase")
    assert evals.file(name="baselines-anchor").read_bytes() == before
    assert "set it anew: harness baseline anchor" in evals("verify", code=1)


def test_items_beside_others_with_other_metrics(evals: Evals) -> None:
    """An added item can't be put beside those that tell less: the whole must be accepted."""
    evals.accept("--arm", "rl")
    store, stored = BaselineStore(evals.path / "evals" / "baselines"), evals.stored()
    tally = dataclasses.replace(
        stored.tally,
        metrics=stored.tally.metrics[:1],
        sums=stored.tally.sums[:, :1],
        products=stored.tally.products[:, :1, :1],
    )
    store.save(dataclasses.replace(stored, tally=tally))
    before = lines(evals)
    evals.items([*LINES, NEW])
    assert "rebase" in evals("verify", code=1)
    evals.taken()
    said = evals("rebase", code=1)
    assert "rl.jsonl: it tells correct, and what would be put beside that tells correct, f" in said
    assert "harness baseline accept" in said
    assert evals.taken() == 0
    assert lines(evals) == before
