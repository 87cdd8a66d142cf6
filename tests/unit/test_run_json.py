"""`run.json`: valid, complete, and the same for the same run."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Callable
from pathlib import Path

import jsonschema
import numpy as np
import pytest

from harness.records import Check, Held, Read, Roster, Ruling, Spent, Stage, Tally
from harness.report import EvalResult, Page, PlanState, Run, summary
from harness.report.measured import Measured
from harness.report.restored import run_of
from harness.report.run_json import to_json
from harness.report.stored import CONTENT
from harness.schemas import load_schema

SETTINGS = {
    "policy": {"alpha": 0.05, "power": 0.9, "effect": None, "inconclusive": "fail",
               "items": "population", "method": "auto",
               "anchor": None},
    "draws": 16,
    "auto": True,
    "plan": "c0ffee",
    "sample": 2,
    "seed": 0,
    "arms": {"rl": {"engine": "python", "function": "m:f", "temperature": 1.0, "top_p": 1.0,
                    "max_tokens": 256}},
    "unpinned": ["rl"],
}  # fmt: skip
READ = Read(
    task="sums", arm="rl", stream="0badf00d", scorer="c0ffee/correct", fingerprint="f00d",
    draws=(4, 0, 4),
)  # fmt: skip
MEASURED = Measured(
    rosters={
        "sums": Roster(
            ids=("a", "b", "c"), tags={"split": ("id", "hard", None)}, clusters=(None,) * 3
        )
    },
    tallies={
        ("sums", arm): Tally(
            ids=("a", "c"), draws=np.array([4, 4]), metrics=("correct",),
            sums=np.array([[4.0], [1.0]]), products=np.array([[[4.0]], [[1.0]]]),
            answers=({"2": 4}, {"2": 1, "": 3}),
        )
        for arm in ("rl", "base")
    },
    held=(
        Held(task="sums", arm="rl", name="baseline",
        place="evals/baselines/sums/rl.jsonl", digest="0badf00d", epoch=1,
        taken="2026-01-02", change="", draws=(8, 0, 8),
             sums={"correct": (1.0, 0.0, 2.0)}),
    ),
    left_out=("the store of another run is gone",),
)  # fmt: skip


@pytest.fixture
def run(ruling: Callable[..., Ruling]) -> Run:
    """Return a run with an eval of each kind."""
    stage = Stage(number=2, most=9, fraction=0.85, level=0.02, futility=-0.3, detectable=0.05)
    first = ruling(warnings=("only 3 of 200 items differ",), stage=stage, exploratory="attempt 2",
                   checks=(Check(method="McNemar exact", p=0.03),))  # fmt: skip
    second = ruling(ordinal=2, kind="alarm", verdict="inconclusive", low_margin=None,
                    high_margin=0.0, detectable=None)  # fmt: skip
    evals = (
        EvalResult(
            nodeid="e.py::a", outcome="inconclusive", rulings=(first, second), unasserted=()
        ),
        EvalResult(nodeid="e.py::b", outcome="skipped", rulings=(), unasserted=("a > b",)),
    )
    return Run(evals=evals, missing=("e.py::c",), deselected=1, baselines=("b.json",),
               settings=SETTINGS, provenance={"run": "5eed", "seconds": 1.5},
               reads=(READ,), measured=MEASURED, spent={("rl", "0badf00d"): Spent(draws=3)},
               plan=PlanState(missing=False, hash="c0ffee", not_reached=(("e.py::a", "c > d"),),
                              holm=("no_evidence(a < b)",)))  # fmt: skip


def test_it_keeps_to_its_schema(run: Run) -> None:
    """What is written is valid, whatever a run holds."""
    validator = jsonschema.Draft202012Validator(load_schema("run"))
    validator.validate(json.loads(to_json(run)))
    empty = Run(evals=(), missing=(), deselected=0, baselines=(), settings={}, provenance={})
    validator.validate(json.loads(to_json(empty)))


@pytest.mark.parametrize("change", [{"note": 1}, {"complete": False}, {"schema": 3}])
def test_the_schema_is_strict(run: Run, change: dict[str, object]) -> None:
    """The schema takes no unknown key, no incomplete file and no other version."""
    data = {**json.loads(to_json(run)), **change}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, load_schema("run"))


@pytest.mark.parametrize("key", ["claims", "complete", "missing", "verdict", "plan", "exploratory"])
def test_the_schema_misses_nothing(run: Run, key: str) -> None:
    """The schema requires each part."""
    data = json.loads(to_json(run))
    del data[key]
    with pytest.raises(jsonschema.ValidationError, match=f"'{key}' is a required property"):
        jsonschema.validate(data, load_schema("run"))


def test_the_schema_knows_every_field(run: Run) -> None:
    """A claim or decision with a field more or less is not valid."""
    validator = jsonschema.Draft202012Validator(load_schema("run"))
    for path in (
        ("claims", 0), ("claims", 0, "decision"), ("claims", 0, "decision", "stage"),
        ("claims", 0, "decision", "checks", 0), ("evals", 0), ("figures", 0), ("plan",),
        ("claims", 0, "terms", 0), ("claims", 0, "policy"), ("claims", 0, "looks", 0),
        ("warnings", 0), ("samples", 0), ("estimates", 0), ("flips", 0), ("items", 0),
        ("items", 0, "arms", 0), ("items", 0, "baselines", 0), ("costs", 0),
    ):  # fmt: skip
        data = json.loads(to_json(run))
        part = data
        for key in path:
            part = part[key]
        part["extra"] = 1
        assert not validator.is_valid(data)
        del part["extra"]
        part.pop(next(iter(part)))
        assert not validator.is_valid(data)


def test_the_reference_names_every_key(repository: Path) -> None:
    """The page on the file has a row for each part, with the schema's words, and all its keys."""
    page = (repository / "docs/run_json.md").read_text(encoding="utf-8")
    schema = load_schema("run")
    for key, part in schema["properties"].items():
        (row,) = (line for line in page.splitlines() if line.startswith(f"| `{key}`"))
        name = part.get("$ref", part.get("items", {}).get("$ref", "")).rpartition("/")[2]
        inner = schema["$defs"].get(name, part)
        assert part.get("description", inner.get("description")) in row
        assert all(f"`{one}`" in row for one in inner.get("properties", {}))
        assert ("` *" in row) == (key in CONTENT)


def test_complete_stands_last(run: Run) -> None:
    """A file that was cut off lacks its last key."""
    text = to_json(run)
    assert list(json.loads(text))[-1] == "complete"
    assert text.endswith(' "complete": true\n}\n')


def test_the_same_run_is_the_same_text(run: Run) -> None:
    """Nothing but the run decides what is written."""
    other = dataclasses.replace(run, provenance={"run": "c0de"}, spent={})
    one, two = json.loads(to_json(run)), json.loads(to_json(other))
    assert to_json(run) == to_json(dataclasses.replace(run))
    assert one.pop("provenance") != two.pop("provenance")
    assert one.pop("costs") != two.pop("costs")
    assert one == two


def test_verdict_and_claims(run: Run) -> None:
    """The file says red or green as the run does, and holds each claim with its decision."""
    data = json.loads(to_json(run))
    assert data["verdict"] == "red"
    assert [claim["ordinal"] for claim in data["claims"]] == [1, 2]
    assert data["claims"][0]["decision"]["warnings"] == ["only 3 of 200 items differ"]
    assert data["evals"][1] == {"nodeid": "e.py::b", "outcome": "skipped", "unasserted": ["a > b"]}
    green = dataclasses.replace(
        run, missing=(), evals=(dataclasses.replace(run.evals[0], outcome="passed",
                                                    rulings=run.evals[0].rulings[:1]),)
    )  # fmt: skip
    assert json.loads(to_json(green))["verdict"] == "green"


def test_the_look_that_decided_is_written(run: Run) -> None:
    """A decision at a planned look carries its stage, and one without looks has none."""
    first, second = json.loads(to_json(run))["claims"]
    assert first["decision"]["stage"] == {
        "number": 2, "most": 9, "fraction": 0.85, "level": 0.02, "futility": -0.3,
        "detectable": 0.05,
    }  # fmt: skip
    assert first["decision"]["checks"] == [{"method": "McNemar exact", "p": 0.03}]
    assert second["decision"]["stage"] is None


def test_what_became_of_the_plan(run: Run) -> None:
    """What was planned and not reached, what Holm names, and each reason to doubt, once."""
    data = json.loads(to_json(run))
    assert data["plan"] == {
        "missing": False, "hash": "c0ffee", "not_reached": [["e.py::a", "c > d"]],
        "holm": ["no_evidence(a < b)"],
    }  # fmt: skip
    assert data["exploratory"] == ["attempt 2"]
    twice = dataclasses.replace(run, evals=run.evals * 2)
    assert json.loads(to_json(twice))["exploratory"] == ["attempt 2"]


def test_each_estimate_is_listed_once(run: Run) -> None:
    """A figure that several claims rest on is one estimate, in sorted order."""
    found = [(row["figure"], row["draws"], row["value"]) for row in _estimates(run)]
    assert found == [("base.pass@1", 16, 0.5), ("rl.pass@1", 16, 0.62)]


def test_estimates_of_two_selections_are_told_apart(
    ruling: Callable[..., Ruling], run: Run
) -> None:
    """A figure on other items is another estimate."""
    rulings = (ruling(selection="split=hard"), ruling(selection="split=id"))
    both = EvalResult(nodeid="x", outcome="passed", rulings=rulings, unasserted=())
    found = _estimates(dataclasses.replace(run, evals=(both,)))
    assert [row["selection"] for row in found] == ["split=hard"] * 2 + ["split=id"] * 2


def _estimates(run: Run) -> list[dict[str, object]]:
    estimates: list[dict[str, object]] = json.loads(to_json(run))["figures"]
    return estimates


def test_no_number_is_written_that_is_none(ruling: Callable[..., Ruling], run: Run) -> None:
    """NaN is no JSON: better no file than a broken one."""
    broken = EvalResult(nodeid="x", outcome="passed", rulings=(ruling(p=math.nan),), unasserted=())
    with pytest.raises(ValueError, match="not JSON compliant"):
        to_json(dataclasses.replace(run, evals=(broken,)))


def test_a_stored_run_is_a_run_again(run: Run) -> None:
    """Evals, claims and all that is said beside them come back; draws are not in the file."""
    first, *rest = run.evals
    named = dataclasses.replace(first, nodeid=first.rulings[0].nodeid)
    run = dataclasses.replace(run, evals=(named, *rest))
    again = run_of(json.loads(to_json(run)))
    assert again.rulings == run.rulings
    assert summary_of(again) == summary_of(run)
    assert (again.green, again.exploratory) == (run.green, run.exploratory)
    assert again.measured.tallies == {}


def summary_of(run: Run) -> list[str]:
    """Return what a terminal shows of a run."""
    return list(summary(run, Page(width=100)))
