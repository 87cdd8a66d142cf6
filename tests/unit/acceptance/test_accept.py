"""`harness baseline accept`: on the word of a green run, from draws that were never judged."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.acceptance import Project, check_run, read_judged
from harness.baseline import digest
from harness.cli import main
from harness.errors import BaselineError

from .conftest import LINES, Evals, Git, commit

RunOf = Callable[..., Path]


def record(evals: Evals, name: str = "own.jsonl", draws: int = 5) -> Path:
    """Write a record of right answers."""
    rows = [{"prompt": one["prompt"], "completion": one["reference"]} for one in LINES]
    text = "".join(json.dumps(row) + "\n" for row in rows for _ in range(draws))
    return evals.write(name, text)


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


def test_a_green_run_says_what_is_accepted(evals: Evals, run_of: RunOf) -> None:
    """Without names, it is what the run's claims compared, with as many draws as they read."""
    for arm in ("rl", "base"):
        evals.accept("--arm", arm)
    path = run_of()
    (task,) = {claim["task"] for claim in json.loads(path.read_text())["claims"]}
    assert task == "sums"
    said = evals("accept")
    assert "epoch 2: 10 fresh draws of each of 12 items" in said
    assert (evals.stored("rl").epoch, evals.stored("base").epoch) == (2, 1)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"verdict": "red"}, "run.json: the run is red; run the evals until it is green, or"),
        ({"deselected": 2}, "run.json: the run is of a part of the evals: 2 were deselected; run"),
    ],
    ids=["red", "a part"],
)
def test_no_green_run_no_acceptance(
    evals: Evals, run_of: RunOf, changes: dict[str, object], message: str
) -> None:
    """A run that is red, or of a part, is refused; --anyway takes it, and says so."""
    evals.accept("--arm", "rl")
    run_of(**changes)
    before = evals.file().read_bytes()
    assert message in evals("accept", code=1)
    assert evals.file().read_bytes() == before
    said = evals("accept", "--anyway")
    assert said.startswith("accepted all the same: .harness/run.json: the run is")
    assert evals.stored().epoch == 2


def test_a_run_that_is_missing_or_cut_off(evals: Evals) -> None:
    """Neither stands for a green one."""
    evals.accept("--arm", "rl")
    assert "run.json: there is no run; run the evals" in evals("accept", code=1)
    assert "no.json: this run can't be read" in evals("accept", "no.json", "--anyway", code=1)
    evals.write(".harness/run.json", '{"schema": 1, "verdict": "green"')
    assert "run.json" in evals("accept", code=1)
    assert evals("accept", "--anyway").startswith("accepted all the same: .harness/run.json")


def test_a_green_run_vouches_for_what_it_compared(evals: Evals, run_of: RunOf) -> None:
    """Another baseline is no better known than without a run: --anyway takes it, and says so."""
    for arm in ("rl", "base"):
        evals.accept("--arm", arm)
    run_of()
    said = evals("accept", "--task", "sums", "--arm", "base", code=1)
    assert "run.json: no claim of this run is on the baseline of 'base' on 'sums'; claim on" in said
    assert evals.stored("base").epoch == 1
    said = evals("accept", "--task", "sums", "--arm", "base", "--anyway")
    assert said.startswith("accepted all the same: .harness/run.json: no claim of this run is")
    assert evals.stored("base").epoch == 2


def held(evals: Evals, run_of: RunOf, **changes: object) -> None:
    """Write a green run that was held against the baseline that is there."""
    stored = evals.stored()
    one = {
        "task": "sums", "arm": "rl", "name": "baseline", "place": "x", "taken": "2026-11-26",
        "epoch": stored.epoch, "digest": digest(stored), "change": "", **changes,
    }  # fmt: skip
    run_of(references=[one])


def test_one_run_lets_a_baseline_be_accepted_once(evals: Evals, run_of: RunOf) -> None:
    """By then the run was held against another epoch."""
    evals.accept("--arm", "rl")
    held(evals, run_of)
    evals("accept")
    said = evals("accept", code=1)
    assert "this run was held against epoch 1 of 'rl' on 'sums', and epoch 2 is there" in said
    assert "by now; run the evals again, or accept all the same with --anyway" in said
    assert evals.stored().epoch == 2


def test_a_run_was_held_against_what_is_there(evals: Evals, run_of: RunOf) -> None:
    """A baseline of the same epoch in another set, or edited by hand, is another one."""
    evals.accept("--arm", "rl")
    held(evals, run_of, digest="0badf00d" * 2)
    said = evals("accept", code=1)
    assert "held against another baseline of 'rl' on 'sums' than is there; run the" in said
    assert evals.stored().epoch == 1


def test_what_was_decided_again_is_no_green_run(evals: Evals, run_of: RunOf) -> None:
    """Its margins may have been chosen after its draws were seen."""
    evals.accept("--arm", "rl")
    path = run_of()
    data = json.loads(path.read_text())
    data["provenance"]["decided"] = {"path": "run.json", "content": "0" * 32, "changed": []}
    path.write_text(json.dumps(data))
    assert "run.json: it decides an earlier run again; run the evals" in evals("accept", code=1)


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


def test_another_model_can_be_accepted_all_the_same(evals: Evals, run_of: RunOf) -> None:
    """As without a run; it is said once all is written."""
    evals.accept("--arm", "rl")
    path = run_of(verdict="red")
    data = json.loads(path.read_text())
    data["samples"] = [
        {
            "task": "sums", "arm": "rl", "stream": "1", "scorer": "1/correct", "draws": 4,
            "items": 12, "fingerprint": "0badf00d" * 4,
        }
    ]  # fmt: skip
    path.write_text(json.dumps(data))
    assert "the run is red" in evals("accept", code=1)
    said = evals("accept", "--anyway")
    assert said.startswith("accepted all the same: .harness/run.json: the run is red")
    assert evals.stored().epoch == 2


@pytest.mark.parametrize("anyway", [[], ["--anyway"]])
def test_a_run_that_compared_nothing_names_nothing(
    evals: Evals, run_of: RunOf, anyway: list[str]
) -> None:
    """What is accepted is then named by hand, and not all that there is."""
    evals.accept("--arm", "rl")
    path = run_of()
    data = json.loads(path.read_text())
    del data["claims"][0]["terms"][1]
    path.write_text(json.dumps(data))
    said = evals("accept", *anyway, code=1)
    assert "run.json: no claim of this run compares an arm with its baseline; name what" in said
    assert evals.stored("rl").epoch == 1


def test_another_model_than_was_judged_is_refused(run_of: RunOf) -> None:
    """The arm was changed after the run: what it is now, no claim was decided on."""
    project = Project(Path("evals/harness.yaml"))
    judged = dataclasses.replace(
        read_judged(run_of()), fingerprints={("sums", "rl"): "0badf00d" * 4}
    )
    with pytest.raises(BaselineError) as caught:
        check_run(project, [("sums", "rl")], judged)
    assert "'rl' runs on " in str(caught.value)
    assert "run.json judged it on 0badf00d; run the evals again, then" in str(caught.value)


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


def test_a_record_in_the_place_of_fresh_draws(evals: Evals) -> None:
    """All the draws that it has of each item; refresh then has nothing to take from."""
    path = record(evals)
    said = evals.accept("--arm", "rl", "--record", str(path))
    assert f"the draws of {path}, which no claim was decided on: 5 of each of 12 items" in said
    assert evals.taken() == 0
    assert {origin.how for origin in evals.stored().origins} == {"record"}
    assert "nothing is the matter" in evals("verify")
    assert "draws of a record, which are not to be had again; accept" in evals("refresh", code=1)


def test_counts_are_a_record_too(evals: Evals) -> None:
    """What a record of counts does not tell is no part of the baseline."""
    rows = [{"prompt": one["prompt"], "n": 20, "c": 11} for one in LINES]
    path = evals.write("counts.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    said = evals.accept("--arm", "rl", "--record", str(path), "--format", "counts")
    assert "20 of each of 12 items" in said
    assert evals.stored().tally.metrics == ("correct",)
    evals.taken()
    said = evals.accept("--arm", "rl", "--where", "split=odd", code=1)
    assert evals.taken() == 0
    assert "rl.jsonl: it tells correct, and what would be put beside that tells correct, f" in said


@pytest.mark.parametrize("copied", [False, True], ids=["itself", "a copy"])
def test_a_record_that_is_judged_is_refused(evals: Evals, *, copied: bool) -> None:
    """The record of an arm holds judged draws, whatever its name."""
    record(evals, "log.jsonl")
    path = record(evals, "copy.jsonl") if copied else Path("log.jsonl")
    said = evals.accept("--arm", "rl", "--record", str(path), code=1)
    assert f"{path}: arm 'log' replays it: those draws are judged; name a record of" in said
    assert not evals.file().exists()


def test_a_record_like_that_of_the_arm(evals: Evals) -> None:
    """An arm that replays a record says how columns are called; an item that is lacking, too."""
    rows = [{"prompt": one["prompt"], "said": one["reference"]} for one in LINES]
    path = evals.write("own.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    said = evals.accept("--arm", "rl", "--record", str(path), code=1)
    assert "own.jsonl" in said
    evals.edit("evals/harness.yaml", "../log.jsonl", "../log.jsonl, columns: {completion: said}")
    assert "1 of each of 12 items" in evals.accept("--arm", "log", "--record", str(path))
    evals.items([*LINES, {"prompt": "70+1=", "reference": "71"}])
    said = evals.accept("--arm", "log", "--record", str(path), code=1)
    assert "prompts that are asked for, the first of them '70+1='" in said


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_an_export_of_judged_draws_is_refused(evals: Evals, suffix: str) -> None:
    """What the store has of an arm's own stream was judged; a baseline's stream never is."""
    evals.accept("--arm", "rl")
    project = Project(Path("evals/harness.yaml"), Path(".harness"))
    task = project.task("sums")
    project.sampler(0).tally(project.arm("rl"), task, task.items, 4)
    for number, name in enumerate((f"fresh.{suffix}", f"judged.{suffix}"), start=1):
        assert main(["draws", "export", name, "--stream", str(number)]) == 0
    said = evals.accept("--arm", "rl", "--record", f"judged.{suffix}", code=1)
    assert f"judged.{suffix}: it was exported from the stream 'rl', whose draws runs judge" in said
    evals.accept("--arm", "rl", "--record", f"fresh.{suffix}")
    assert evals.stored().tally.draws.tolist() == [8] * 12


def test_an_arm_that_replays_has_no_fresh_draws(evals: Evals) -> None:
    """It takes another record."""
    record(evals, "log.jsonl", draws=4)
    said = evals.accept("--arm", "log", code=1)
    assert "'log' replays a record, which can't be sampled afresh for a baseline" in said
    evals.accept("--arm", "log", "--record", str(record(evals)))
    assert evals.stored("log").tally.draws.tolist() == [5] * 12


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ([10**12], "counts.jsonl:1: counts 1000000000000 draws of a prompt, and 100000 are the"),
        ([60_000, 60_000], "sums/rl: 120000 draws of each item are too many, a baseline has"),
    ],
    ids=["of a line", "of several lines"],
)
def test_too_many_counts_are_refused(evals: Evals, counts: list[int], message: str) -> None:
    """One line, before any of them is dealt."""
    rows = [{"prompt": one["prompt"], "n": n, "c": n} for n in counts for one in LINES]
    path = evals.write("counts.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    said = evals.accept("--arm", "rl", "--record", str(path), "--format", "counts", code=1)
    assert message in said
    assert said.count("\n") == 1


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


def test_a_recipe_is_accepted_seed_by_seed(evals: Evals, run_of: RunOf) -> None:
    """A recipe stands for its seeds: where it is named, and where a run compared with it."""
    evals.edit("evals/harness.yaml", "  log:", "  both: {seeds: [rl, base]}\n  log:")
    evals.accept("--task", "sums", "--arm", "both")
    assert (evals.stored("rl").epoch, evals.stored("base").epoch) == (1, 1)
    path = run_of()
    data = json.loads(path.read_text())
    data["settings"]["recipes"] = {"both": {"seeds": ["rl", "base"]}}
    for claim in data["claims"]:
        for figure in claim["figures"]:
            figure["name"] = figure["name"].replace("[rl]", "[both]")
        claim["terms"] = [
            {**term, "arm": arm, "recipe": "both"}
            for term in claim["terms"]
            for arm in ("rl", "base")
        ]
    path.write_text(json.dumps(data))
    judged = read_judged(path)
    assert judged.pairs == {("sums", "rl"), ("sums", "base")}
