"""`harness baseline accept RUN`: on the word of a green run, held against what is there."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.acceptance import Project, check_run, read_judged
from harness.baseline import digest
from harness.errors import BaselineError

from .conftest import Evals

RunOf = Callable[..., Path]


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
