"""The page of a run: whole, within its size, and without the store too."""

from __future__ import annotations

import base64
import functools
import gzip
import hashlib
import json
import re
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bench.made_run import made_run
from harness.cli import main
from harness.report import EvalResult, Run
from harness.report.html import Report, html_report
from harness.report.run_json import to_json
from harness.report.stored import read_run
from harness.store import Database

pytest.importorskip("vl_convert", reason="the extra `report` is not installed")


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a run of 60 items, 2 arms and 12 draws, of 2,000 characters each."""
    return made_run(
        tmp_path_factory.mktemp("run"),
        prompts=[f"question {at}" for at in range(60)],
        arms=["rl", "base"],
        draws=12,
        said=lambda arm, at, n: (_long(f"{arm} {at} {n}"), arm == "rl" or n == 0),
        tags={"split": ["id", "hard"] * 30},
    )


def _long(seed: str) -> str:
    """Return 2,000 characters that hardly compress."""
    return "".join(hashlib.sha256(f"{seed}{n}".encode()).hexdigest() for n in range(32))[:2_000]


@functools.cache
def made(path: Path, limit: int = 10_000_000, store: Path | None = None) -> Report:
    """Return the page of a stored run."""
    store = store or path.parent / "draws.sqlite"
    return html_report(read_run(path), store=store, root=path.parent, limit=limit)


def unpacked(page: str, name: str) -> Any:  # noqa: ANN401  any JSON
    """Return data that stand in the page; None if they are not there."""
    found = re.search(rf'id="{name}">([A-Za-z0-9+/=]*)</script>', page)
    assert found
    return json.loads(gzip.decompress(base64.b64decode(found[1]))) if found[1] else None


def test_all_is_in_the_page(stored: Path) -> None:
    """Verdict, reason, next step, charts and texts are there; the sample of draws is told."""
    report = made(stored)
    for text in (
        "NOT PROVEN: 1 refuted", "the interval lies on the wrong side", "about 40 more items",
        "pass@k of each arm", "▲ 60", 'data-pair="0"', "In tokens; medians: base 501, rl 501",
    ):  # fmt: skip
        assert text in report.text
    assert report.notes == (
        "This file holds at most 8 draws of each item and arm, of up to 12, by lot.",
    )
    (task,) = unpacked(report.text, "texts")
    assert task["prompts"][0] == "question 0"
    rows = task["arms"]["rl"][0]
    assert len(rows) == 8
    assert all(row[1] == _long(f"rl 0 {row[0]}") and row[5] == [1, row[0] == 6] for row in rows)


def test_the_same_run_makes_the_same_page(stored: Path) -> None:
    """Nothing in it depends on the hour or on chance."""
    assert made(stored) == made.__wrapped__(stored)


def test_draws_are_chosen_fairly(stored: Path) -> None:
    """Each of the 12 draws is chosen for about two thirds of items and arms: all alike."""
    (task,) = unpacked(made(stored).text, "texts")
    chosen = [row[0] for arm in task["arms"].values() for rows in arm for row in rows]
    counts = [chosen.count(n) for n in range(12)]
    # Binomial with 120 trials and chance 8/12: five standard deviations
    assert all(abs(count - 80) < 26 for count in counts), counts


@pytest.mark.parametrize(
    ("limit", "told"),
    [
        (900_000, "at most 4 draws of each item and arm, of up to 12"),
        (500_000, "at most 2 draws of each item and arm, of up to 12"),
        (240_000, "at most 600 characters of a text"),
        (110_000, "items: those that flipped, and others by lot"),
        (82_000, "would make this file too large"),
    ],
)
def test_the_page_keeps_to_its_size_in_stages(stored: Path, limit: int, told: str) -> None:
    """Fewer draws, shorter texts, fewer items, none: whatever is left out is said."""
    report = made(stored, limit)
    assert len(report.text.encode()) <= limit
    assert told in report.notes[0]
    assert told in report.text


def test_without_the_store_it_says_that_texts_are_missing(stored: Path, tmp_path: Path) -> None:
    """From the artifact alone all else is there."""
    report = made(stored, store=tmp_path / "none.sqlite")
    assert "Texts and lengths are not in this file: there is no draw store" in report.text
    assert "pass@k of each arm" in report.text
    assert 'id="lengths"' not in report.text
    assert unpacked(report.text, "texts") is None
    assert unpacked(report.text, "overview")["tasks"][0]["ids"][0] == f"{0:016x}"


def test_another_store_is_none(stored: Path, tmp_path: Path) -> None:
    """A store of another run is named, with the next step."""
    with closing(Database(tmp_path / "draws.sqlite")):
        pass
    (note,) = made(stored, store=tmp_path / "draws.sqlite").notes
    assert "the draw store lacks stream 00000000000000000000000000000001" in note
    assert "was it pruned, or is this another store?" in note


def test_what_is_no_store_is_told(stored: Path, tmp_path: Path) -> None:
    """A broken file costs the texts, not the page."""
    path = tmp_path / "draws.sqlite"
    path.write_bytes(b"no database" * 99)
    (note,) = made(stored, store=path).notes
    assert "the draw store can't be used: file is not a database" in note


def test_the_policy_names_script_and_style_by_their_hashes(stored: Path) -> None:
    """The page's own script and style match the hashes, and nothing else is let in."""
    text = made(stored).text
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', text)
    for opening, kind in (('<script type="module">', "script"), ("<style>", "style")):
        inside = text.partition(opening)[2].partition(f"</{kind}>")[0]
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{kind}-src &#39;sha256-{digest}&#39;" in policy
    assert policy.startswith("default-src &#39;none&#39;;")
    assert "unsafe" not in policy
    assert not re.search(r"""(?:src|href)=["'](?!#)""", text)


def test_a_run_without_anything_has_a_page(tmp_path: Path) -> None:
    """Evals that could not be set up decided nothing: the page says so, and has no script."""
    result = EvalResult(nodeid="e.py::<b>", outcome="error", rulings=(), unasserted=("a > b",))
    run = Run(evals=(result,), missing=("e.py::lost",), deselected=0, baselines=(), settings={},
              provenance={})  # fmt: skip
    (tmp_path / "run.json").write_text(to_json(run), encoding="utf-8")
    report = made(tmp_path / "run.json")
    for text in (
        "NOT PROVEN", "<strong>e.py::&lt;b&gt;</strong> went wrong", "never reported: e.py::lost",
        "never asserted, so not decided: a &gt; b",
    ):  # fmt: skip
        assert text in report.text
    assert "<script" not in report.text


def test_the_command_writes_the_page(
    stored: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`harness html` writes where it is told, and says how large it is and what is left out."""
    out = tmp_path / "page.html"
    assert main(["html", str(stored), "-o", str(out), "--size", "0.5"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith(f"{out}: 0.")
    assert "at most 2 draws of each item" in said[1]
    assert out.stat().st_size <= 500_000


def test_what_can_not_be_left_out_is_told(stored: Path) -> None:
    """A page that is too large without any text is written, and says so."""
    *_, note = made(stored, 10_000).notes
    assert re.fullmatch(r"The page takes [\d,]+ bytes without any text, more than 10,000.", note)


def test_a_missing_run_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is not there is named, with the command that makes it."""
    assert main(["html", str(tmp_path / "run.json")]) == 1
    assert "there is no such run; run the evals first: pytest evals/" in capsys.readouterr().err


@pytest.mark.parametrize("size", ["0", "-1", "inf", "x"])
def test_a_size_must_be_one(size: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A size that no page can have is a usage error."""
    with pytest.raises(SystemExit) as exit_:
        main(["html", "--size", size])
    assert exit_.value.code == 2
    assert "--size" in capsys.readouterr().err


def test_what_nobody_has_and_transcripts_are_told(tmp_path: Path) -> None:
    """A draw of a record of scores has no text; an agent's has what it did on the way."""
    path = made_run(
        tmp_path, prompts=["a", "b"], arms=["rl", "base"], draws=1,
        said=lambda *_: ("\ud800 said", True), tags={},
    )  # fmt: skip
    with closing(Database(tmp_path / "draws.sqlite")) as database, database.writing() as connection:
        connection.execute(
            "UPDATE draws SET transcript = CAST('looked it up' AS BLOB) WHERE prompt = 1"
        )
        connection.execute("UPDATE draws SET scored = 'rl' WHERE prompt = 2")
    report = made(path)
    (task,) = unpacked(report.text, "texts")
    assert task["arms"]["rl"] == [
        [[0, "\ud800 said", "stop", 2, "0badf00d", [1, 0], "looked it up"]],
        [[0, None, "stop", 2, "0badf00d", [1, 0]]],
    ]
    assert report.notes == ()
    assert "All draws that were read." in report.text
