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
