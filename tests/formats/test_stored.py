"""One stored file of each version of each format: later code still reads what is out there."""

from __future__ import annotations

import dataclasses
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import jsonschema
import pytest

from harness.baseline import Origin, dump, parse
from harness.baseline.state import prompt_hash
from harness.config import load_config, read_yaml
from harness.engines import Known
from harness.errors import RunError
from harness.ledger import read_ledger
from harness.planning import dump_plan, read_plan
from harness.records import (
    Choice,
    Draw,
    Exact,
    Function,
    JsonField,
    Numeric,
    Policy,
    Price,
    Probe,
    Sampling,
    Spent,
    decision_of,
)
from harness.report.stored import read_run
from harness.schemas import load_schema
from harness.scoring import check_references
from harness.shards import dump_shard, read_shard
from harness.store import Database, DrawStore, ScoreStore, streams, verify
from harness.store.schema import SCHEMA
from harness.tasks import load_task

STORED = Path(__file__).parent / "stored"


def test_config_version_1() -> None:
    """Every key of the first config format means what it meant."""
    config = load_config(STORED / "config_v1.yaml")
    assert (config.draws, config.baseline_draws, config.seed) == (8, 32, 7)
    assert config.auto is False
    assert config.policy == Policy(
        alpha=0.05, power=0.9, effect=0.05, inconclusive="fail", items="these", method="anytime"
    )
    base, rl, toy = (config.arms[name] for name in ("base", "rl", "toy"))
    assert base.sampling == Sampling(temperature=0.8, top_p=0.95, max_tokens=32)
    assert base.options == {"model": str(STORED / "models" / "base")}
    assert (rl.stream, rl.sampling.temperature) == ("rl-2", 0.5)
    assert toy.options == {"function": "models.toy:answer", "revision": "3"}
    assert (rl.price, toy.price) == (None, Price(input=0.25, output=2))


def test_config_version_1_with_looks() -> None:
    """The first config format has planned looks up to a cap."""
    config = load_config(STORED / "auto_config_v1.yaml")
    assert (config.draws, config.auto, config.baseline_draws) == (32, True, 128)


def test_task_version_1() -> None:
    """The first task format: its items, their ids and tags, its metrics and its answer."""
    task = load_task(STORED, "task_v1")
    assert [(item.id, item.prompt, item.reference, item.tags) for item in task.items] == [
        ("33fb8d511719157e", "1+1=", "2", {"split": "id", "category": "add1"}),
        ("b88bb121a0f0976e", "17+25=", "42", {"split": "hard"}),
        ("37ac11a2057daa28", "2*3=", "6", {}),
    ]
    assert [item.cluster for item in task.items] == [None, "two digits", None]
    assert [(metric.name, metric.equals) for metric in task.metrics] == [
        ("correct", "reference"), ("lenient", "reference"), ("boxed", None),
    ]  # fmt: skip
    assert task.answer == "lenient"


def test_task_version_1_with_kinds() -> None:
    """The first task format has metrics of several kinds, each with its settings."""
    task = load_task(STORED, "kinds_task_v1")
    assert (task.answer, task.truncated) == ("close", "wrong")
    assert {metric.name: metric.rule for metric in task.metrics} == {
        "same": Exact(ignore=("case", "punctuation", "space")),
        "close": Numeric(tolerance=1e-6, relative=0.01),
        "field": JsonField(path="answer.value", compare=Exact(ignore=("case",))),
        "number": JsonField(path="answer.0", compare=Numeric()),
        "letter": Choice(choices=("2", "6", "42")),
        "style": Function(
            function="scores:style", revision="3", names=("short", "plain"), low=1, high=5,
            processes=True,
        ),
    }  # fmt: skip
    assert [metric.pattern for metric in task.metrics] == ["", "=(.*)", "", "", "", ""]
    assert [metric.equals for metric in task.metrics] == [*["reference"] * 5, None]
    check_references(task)


def test_task_version_1_of_reasoning_gym() -> None:
    """The first task format lets a data set make items, in splits of seeds."""
    data = read_yaml(STORED / "gym_task_v1.yaml", "task").data
    assert data["reasoning_gym"]["splits"]["heldout"] == {"seed": 1000, "size": 100}


def test_task_version_1_with_probes() -> None:
    """The first task format says what the form of an answer is, and what labels a draw."""
    task = load_task(STORED, "probes_task_v1")
    assert task.form == "boxed"
    assert task.probes == (
        Probe(name="scratch", pattern=">"), Probe(name="asks", function="asking:asks"),
    )  # fmt: skip


def test_diff_version_1() -> None:
    """The first format of a diff keeps to today's schema of it."""
    data = json.loads((STORED / "diff_v1.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(load_schema("diff")).validate(data)
    assert [diff["words"][2].partition(":")[0] for diff in data["diffs"]] == ["coverage narrowed"]


def test_contamination_version_1() -> None:
    """The first format of an overlap with training data keeps to today's schema of it."""
    data = json.loads((STORED / "contamination_v1.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(load_schema("contamination")).validate(data)
    assert {one["standing"] for one in data["items"]} == {
        "contaminated", "touched", "clean", "unknown",
    }  # fmt: skip
    assert data["run"]["gaps"][0]["low"] is not None


def test_study_version_1() -> None:
    """The first format of a study keeps to today's schema of it."""
    data = json.loads((STORED / "study_v1.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(load_schema("study")).validate(data)
    (study,) = data["studies"]
    assert study["words"][0].startswith("hot sharpens, and contracts coverage")
    assert study["groups"][0]["versus"] is not None


def test_baseline_version_1() -> None:
    """The first baseline format is read, fits its items, and is written in today's."""
    text = (STORED / "baseline_v1.json").read_text(encoding="utf-8")
    baseline = parse(text, "baseline_v1.json")
    assert (baseline.task, baseline.arm, baseline.epoch) == ("sums", "rl", 2)
    assert {origin.taken for origin in baseline.origins} == {"2026-01-02"}
    assert baseline.identity["prompting"] is None
    assert baseline.identity["sampling"]["max_tokens"] == 256
    tally = baseline.tally
    assert set(tally.ids) == {item.id for item in load_task(STORED, "task_v1").items}
    row = tally.ids.index("33fb8d511719157e")
    assert tally.metrics == ("correct", "closeness")
    assert tally.draws[row] == 8
    assert tally.sums[row].tolist() == [6, 6.5]
    assert tally.products[row].tolist() == [[6, 6], [6, 6.25]]
    assert tally.answers[row] == {"": 1, "0badf00d": 6, "c001d00d": 1}
    assert dump(parse(dump(baseline), "B")) == dump(baseline)


def test_baseline_version_2() -> None:
    """The second baseline format is read, fits its items, and is written as it was."""
    text = (STORED / "baseline_v2.jsonl").read_text(encoding="utf-8")
    baseline = parse(text, "baseline_v2.jsonl")
    assert (baseline.task, baseline.arm, baseline.epoch, baseline.seed) == ("sums", "rl", 3, 7)
    assert baseline.identity["prompting"] == {"system": "Add."}
    task = load_task(STORED, "task_v1")
    assert set(baseline.tally.ids) == {item.id for item in task.items}
    assert set(baseline.prompts) == {prompt_hash(item.prompt) for item in task.items}
    row = baseline.tally.ids.index("33fb8d511719157e")
    assert baseline.origins[row] == Origin(
        epoch=3, taken="2026-11-26", model="0123456789abcdef", how="record"
    )
    assert baseline.oldest == "2026-01-02"
    assert baseline.tally.products[row].tolist() == [[6, 6], [6, 6.25]]
    assert dump(baseline) == text


def test_run_version_1_is_refused() -> None:
    """The first format did not keep what commands need of a run: the next step is named."""
    with pytest.raises(RunError, match=r"schema 1 is of an earlier version.*run the evals again"):
        read_run(STORED / "run_v1.json")


def test_run_version_2() -> None:
    """The second format of a run is read, with claims of each kind and verdict."""
    data = read_run(STORED / "run_v2.json")
    assert {claim["kind"] for claim in data["claims"]} == {"claim", "alarm", "equivalence"}
    assert {claim["decision"]["verdict"] for claim in data["claims"]} == {
        "supported", "refuted", "inconclusive",
    }  # fmt: skip


def test_claims_of_run_version_1() -> None:
    """Each decision of the first format is one of today, with its look and its checks."""
    data = json.loads((STORED / "run_v1.json").read_text(encoding="utf-8"))
    decisions = [decision_of(claim["decision"]) for claim in data["claims"]]
    assert [dataclasses.asdict(decision) for decision in decisions] == [
        {**claim["decision"], "warnings": tuple(claim["decision"]["warnings"]),
         "checks": tuple(claim["decision"]["checks"])}
        for claim in data["claims"]
    ]  # fmt: skip
    assert decisions[0].checks[0].method == "McNemar exact"
    assert decisions[1].stage is not None
    assert (decisions[1].stage.number, decisions[1].level) == (3, 0.021)
    assert {claim["exploratory"] for claim in data["claims"]} == {"", "attempt 2 on fresh draws"}


def test_plan_version_1() -> None:
    """The first format of a plan is read, promises what it promised, and is written as it was."""
    path = STORED / "plan_v1.json"
    plan = read_plan(path)
    assert plan is not None
    assert plan.hash == "d9e9ad873da19917"
    assert [claim.key for claim in plan.claims] == [
        "1b91881390334d5d", "2f3205de568f11e7", "e36b0006c2780181",
    ]  # fmt: skip
    assert [claim.kind for claim in plan.claims] == ["claim", "equivalence", "alarm"]
    assert [claim.weight for claim in plan.claims] == [None, None, 0.75]
    assert dump_plan(plan, (0.8143, None)) == path.read_text(encoding="utf-8")


def test_ledger_version_1(tmp_path: Path) -> None:
    """The first format of a ledger is read, means what it meant, and loses nothing but its age."""
    path = STORED / "ledger_v1.json"
    ledger = read_ledger(path)
    plan = read_plan(STORED / "plan_v1.json")
    assert plan is not None
    assert ledger.sample == 2
    assert all(ledger.knew("0badf00d0badf00d", claim.key) for claim in plan.claims)
    assert not any(ledger.knew("c0ffeec0ffeec0ff", claim.key) for claim in plan.claims)
    (verdict,) = ledger.verdicts.values()
    assert decision_of(verdict["decision"]).verdict == "refuted"
    assert list(ledger.rounds.values()) == [8]
    assert ledger.attempts == {}
    ledger.write(tmp_path / "ledger.json")
    before, after = (
        json.loads(one.read_text(encoding="utf-8")) for one in (path, tmp_path / "ledger.json")
    )
    assert after == {**before, "schema": 2, "attempts": {}}


def test_ledger_version_2(tmp_path: Path) -> None:
    """The second format counts attempts, and is written as it was."""
    path = STORED / "ledger_v2.json"
    ledger = read_ledger(path)
    assert ledger.attempt("5eed5eed5eed5eed", "f00dfeedf00dfeed") == 2
    ledger.write(tmp_path / "ledger.json")
    assert (tmp_path / "ledger.json").read_bytes() == path.read_bytes()


def test_shard_version_1() -> None:
    """The first format tells what a shard drew, and is written as it was."""
    shard = read_shard(STORED / "shard_v1.json")
    assert (shard.index, shard.count, shard.run) == (2, 3, "5eed5eed5eed5eed")
    assert shard.arms == {"rl": Known(fingerprint="c001d00dc001d00d", pinned=False)}
    spent = Spent(draws=24, prompt_tokens=96, tokens=None, seconds=1.5)
    assert shard.spent == {("rl", "badc0ffeebadc0ffeebadc0ffeebadc0"): spent}
    assert dump_shard(shard) == (STORED / "shard_v1.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("version", range(1, SCHEMA + 1))
def test_draws_of_every_version(version: int, tmp_path: Path) -> None:
    """A store of any version opens, with all its draws and scores, and is then one of today's."""
    path, script = tmp_path / "draws.sqlite", STORED / f"draws_v{version}.sql"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script.read_text(encoding="utf-8"))
    with closing(Database(path)) as database:
        draws = DrawStore(database)
        assert draws.read(1, "1+1=", 9) == [
            Draw(text="2", seed=2**64 - 1, prompt_tokens=4, tokens=1, seconds=0.25),
            Draw(text="\ud800", finish="length", tokens=16),
        ]
        assert draws.read(2, "1+1=", 9) == [
            Draw(text="", scored=(("correct", 1.0),)), Draw(text="2", transcript='["thought"]'),
        ]  # fmt: skip
        metrics, answers = ScoreStore(database).read(1, 1, "33fb8d511719157e", 9)
        assert metrics.tolist() == [[1, 1, 0], [0, 0, 0]]
        assert answers == {"c001d00d": 1, "": 1}
        assert [(one.arm, one.draws, one.run) for one in streams(database)] == [
            ("agent", 2, "5eed5eed5eed5eed"), ("rl", 3, ""),
        ]  # fmt: skip
        assert {finding.kind for finding in verify(database)} <= {"note"}
        assert database.connection.execute("PRAGMA user_version").fetchone() == (SCHEMA,)


@pytest.mark.parametrize(
    "name",
    [
        "config",
        "task",
        "baseline",
        "run",
        "plan",
        "ledger",
        "diff",
        "shard",
        "contamination",
        "study",
    ],
)
def test_every_version_is_stored(name: str) -> None:
    """For each version up to today's there is an example."""
    today = load_schema(name)["properties"]["schema"]["const"]
    stored = {path.stem for path in STORED.glob(f"{name}_v*")}
    assert stored == {f"{name}_v{version}" for version in range(1, today + 1)}
