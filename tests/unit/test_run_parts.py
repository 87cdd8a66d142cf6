"""Small parts of `run.json`: costs, warnings, provenance, and how it is laid out."""

from __future__ import annotations

import json
import math
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.records import Draw, Read, Roster, Ruling, Spent
from harness.report.costs import costs
from harness.report.layout import laid_out
from harness.report.provenance import commit, hashes, job, versions
from harness.report.warned import warnings


def _read(arm: str, stream: str, draws: int) -> Read:
    return Read(task="t", arm=arm, stream=stream, scorer="s/m", fingerprint="f", draws=(draws,))


def test_what_draws_took() -> None:
    """Sums are known where each draw's part is."""
    whole = Draw(text="a", prompt_tokens=3, tokens=5, seconds=0.5)
    assert Spent.of([whole, whole]) + Spent() == Spent(
        draws=2, prompt_tokens=6, tokens=10, seconds=1.0
    )
    assert (Spent.of([whole, Draw(text="b")]) + Spent.of([whole])).tokens is None


def test_costs_arm_by_arm() -> None:
    """What was there before is told from what was taken, and priced where there is a price."""
    spent = {
        ("rl", "one"): Spent(draws=4, prompt_tokens=1_000_000, tokens=500_000, seconds=2.0),
        ("base", "two"): Spent(draws=6, prompt_tokens=10, tokens=None, seconds=None),
        ("base", "fresh"): Spent(draws=9, prompt_tokens=1, tokens=1, seconds=1.0),
    }
    arms = {name: {"price": {"input": 1.0, "output": 4.0}} for name in ("rl", "base")}
    reads = [_read("rl", "one", 10), _read("base", "two", 6), _read("old", "three", 8)]
    base, old, rl = costs(reads, spent, arms)
    assert (rl["drawn"], rl["recalled"], rl["cost"]) == (4, 6, 3.0)
    assert (base["drawn"], base["recalled"], base["tokens"], base["cost"]) == (15, 0, None, None)
    assert (old["drawn"], old["recalled"], old["tokens"], old["cost"]) == (0, 8, 0, None)


def test_each_warning_once(ruling: Callable[..., Ruling]) -> None:
    """A warning stands once, with all claims that it belongs to; the run's belongs to none."""
    rulings = [ruling(warnings=("one", "two")), ruling(ordinal=2, warnings=("one",))]
    nodeid = rulings[0].nodeid
    assert warnings(rulings, ["all"]) == [
        {"text": "all", "claims": []},
        {"text": "one", "claims": [[nodeid, 1], [nodeid, 2]]},
        {"text": "two", "claims": [[nodeid, 1]]},
    ]


@pytest.mark.parametrize(
    ("environ", "url"),
    [
        ({}, None),
        ({"CI_JOB_URL": "https://ci.example.org/7"}, "https://ci.example.org/7"),
        ({"BUILD_URL": "javascript:alert(1)"}, None),
        ({"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "a/b",
          "GITHUB_RUN_ID": "7"}, "https://github.com/a/b/actions/runs/7"),
    ],
)  # fmt: skip
def test_the_ci_job(environ: dict[str, str], url: str | None) -> None:
    """The address of the job is what the environment says, if it is one."""
    assert job(environ) == url


def test_versions_of_what_is_used() -> None:
    """Packages of the engines in use are told, those that are not there left out."""
    assert "ctranslate2" in versions(["ctranslate2", "python"])
    assert "ctranslate2" not in versions(["python"])
    assert {"harness", "python", "numpy", "pytest"} <= versions([]).keys()


def test_hashes_change_with_the_files(tmp_path: Path) -> None:
    """The config, a task's file and its items each have a hash; what is no file has none."""
    config = tmp_path / "harness.yaml"
    config.write_text("schema: 1", encoding="utf-8")
    roster = Roster(ids=("a",), tags={}, clusters=(None,))
    first = hashes(config, {"sums": roster})
    config.write_text("schema: 2", encoding="utf-8")
    other = hashes(config, {"sums": Roster(ids=("b",), tags={}, clusters=(None,))})
    assert first["config"] != other["config"]
    assert first["tasks"] != other["tasks"]
    assert first["tasks"]["sums"]["file"] is None


def test_the_commit_and_its_base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a repository the base is what CI says; a base that is not there is told, not raised."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert commit(tmp_path, {}) is None
    for arguments in (
        ["init", "--initial-branch=main"],
        ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false",
         "commit", "--allow-empty", "-m", "one"],
        ["update-ref", "refs/remotes/origin/main", "HEAD"],
    ):  # fmt: skip
        command = ["git", "-C", str(tmp_path), *arguments]
        subprocess.run(command, check=True, capture_output=True)
    plain = commit(tmp_path, {})
    assert plain is not None
    assert (plain["branch"], plain["dirty"], plain["base"]) == ("main", False, None)
    on_github = commit(tmp_path, {"GITHUB_BASE_REF": "main"})
    assert on_github is not None
    assert on_github["base"] == {"ref": "origin/main", "sha": plain["sha"], "problem": None}
    on_gitlab = commit(tmp_path, {"CI_MERGE_REQUEST_DIFF_BASE_SHA": "0" * 40})
    assert on_gitlab is not None
    assert "there is no commit" in on_gitlab["base"]["problem"]  # type: ignore[index]


def test_the_layout_is_json() -> None:
    """What is flat stands on one line, the rest is indented; nothing is lost."""
    data = {"a": [1, 2.5, None], "b": {"c": [{"d": True}, {"d": "\n"}], "e": {}}, "f": []}
    text = laid_out(data)
    assert json.loads(text) == data
    assert text.splitlines()[1] == ' "a": [1, 2.5, null],'
    assert '   {"d": true},' in text.splitlines()
    with pytest.raises(ValueError, match="not JSON compliant"):
        laid_out([math.nan])
