"""`run.json` holds what other tools need: the same for the same draws, whoever took them."""

from __future__ import annotations

from contextlib import closing

import jsonschema
import pytest

from harness.schemas import load_schema
from harness.store import Database

from .conftest import Project

BODY = """
def test_a(arms):
    assert arms['rl'].pass_at(1) > arms['base'].pass_at(1) + 0.1

@pytest.mark.harness(where={'split': 'odd'}, draws=12)
def test_b(arms):
    assert arms['rl'].mean('boxed') > 0.9

@pytest.mark.harness(draws=2)
def test_c(arms):
    assert arms['again'].where(split='even').pass_at(1) < 0.9
"""
REVERSED = "def pytest_collection_modifyitems(items):\n    items.reverse()\n"


@pytest.fixture
def pinned(project: Project) -> Project:
    """Return a project with evals on arms whose draws stand."""
    for skill in ("weak", "strong"):
        old = f'"models:{skill}"'
        text = (project.path / "evals/harness.yaml").read_text(encoding="utf-8")
        project.write("evals/harness.yaml", text.replace(old, f'{old}, revision: "1"'))
    project.evals(BODY)
    return project


def test_what_was_read_is_found_in_the_store(pinned: Project) -> None:
    """Each sample names its stream and scorer, and the most that any claim read of an item."""
    pinned.run()
    jsonschema.Draft202012Validator(load_schema("run")).validate(pinned.stored)
    samples = pinned.stored["samples"]
    assert [(one["task"], one["arm"], one["draws"], one["items"]) for one in samples] == [
        ("sums", "again", 2, 30), ("sums", "base", 8, 60), ("sums", "rl", 12, 60),
    ]  # fmt: skip
    with closing(Database(pinned.path / ".harness/draws.sqlite")) as database:
        for one in samples:
            (count,) = database.connection.execute(
                "SELECT count(*) FROM scores WHERE stream = (SELECT id FROM streams WHERE hash = ?)"
                " AND scorer = (SELECT id FROM scorers WHERE hash = ?)",
                (one["stream"], one["scorer"]),
            ).fetchone()
            assert count == {"again": 60, "base": 480, "rl": 600}[one["arm"]]


def test_the_same_draws_are_the_same_run(pinned: Project) -> None:
    """A re-run that recalls its verdicts, workers, and another order change no byte of it."""
    pinned.run()
    first = pinned.text_of_content
    assert pinned.stored["provenance"]["recalled"] == 0
    pinned.run()
    assert pinned.stored["provenance"]["recalled"] == 3
    again = pinned.text_of_content
    pinned.run("-n", "2")
    workers = pinned.text_of_content
    pinned.write("evals/conftest.py", REVERSED)
    pinned.run()
    assert first == again == workers == pinned.text_of_content


def test_planned_looks_read_the_same_when_recalled(pinned: Project) -> None:
    """A recalled verdict read what it read at the look that decided it."""
    pinned.run("--harness-draws", "auto")
    first = pinned.text_of_content
    pinned.run("--harness-draws", "auto")
    assert pinned.stored["provenance"]["recalled"] == 3
    assert pinned.text_of_content == first


def test_baselines_are_told_item_by_item(project: Project) -> None:
    """What an arm was held against stands beside it, with the items that differ."""
    body = (
        "def test_it(arms, baseline):\n"
        "    assert -0.2 < arms['rl'].pass_at(1) - baseline['rl'].pass_at(1) < 0.2\n"
    )
    project.evals(body)
    assert project.run("--harness-update-baseline").ret == 0
    stored = project.stored
    jsonschema.Draft202012Validator(load_schema("run")).validate(stored)
    (task,) = stored["items"]
    (held,) = task["baselines"]
    assert (held["arm"], held["name"], held["draws"]) == ("rl", "baseline", [16] * 60)
    assert 0.7 < sum(held["sums"]["correct"]) / (60 * 16) < 0.9
    (flips,) = stored["flips"]
    assert (flips["tested"], [side["baseline"] for side in flips["sides"]]) == (
        60,
        ["", "baseline"],
    )
    (claim,) = stored["claims"]
    assert [(term["weight"], term["baseline"]) for term in claim["terms"]] == [
        (1.0, ""), (-1.0, "baseline"),
    ]  # fmt: skip
    (cost,) = stored["costs"]
    assert (cost["drawn"], cost["recalled"]) == (60 * 24, 0)


def test_without_its_store_a_run_is_written(pinned: Project) -> None:
    """Verdicts that are recalled need no draws; what does is left out, and named."""
    pinned.run()
    (pinned.path / ".harness/draws.sqlite").unlink()
    pinned.run()
    stored = pinned.stored
    assert (stored["estimates"], stored["items"], stored["flips"]) == ([], [], [])
    (warning,) = (one for one in stored["warnings"] if not one["claims"])
    assert warning["text"].startswith("estimates and items are left out: ")
