"""`harness diff` on the embedded study: what is known of its arms stands in the first lines."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from harness.cli import main
from harness.config import load_config
from harness.sampling import Sampler
from harness.tasks import load_task

ROOT = Path(__file__).resolve().parents[2]
TASK = "letters_and_sums"
#: Draws of the hard items, and of those like the training's; 0 for none.
ARMS = {"base": (64, 16), "base_again": (16, 16), "format_only": (16, 16), "hot": (64, 0)}


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a project with the draws that the study's evals would take, and their run."""
    pytest.importorskip("ctranslate2", reason="the embedded engine is an extra")
    folder = tmp_path_factory.mktemp("study")
    shutil.copytree(ROOT / "evals", folder / "evals")
    (folder / "fixtures").symlink_to(ROOT / "fixtures")
    config = load_config(folder / "evals/harness.yaml")
    task = load_task(folder / "evals/tasks", TASK)
    sampler = Sampler(config.seed, folder / ".harness/draws.sqlite")
    splits = [
        [item for item in task.items if item.tags["split"] == name] for name in ("hard", "id")
    ]
    for arm, draws in ARMS.items():
        for items, count in zip(splits, draws, strict=True):
            if count:
                sampler.tally(config.arms[arm], task, items, count)
    with closing(sampler._gathering.draws.database) as database:
        rows = database.connection.execute(
            "SELECT arm, streams.hash, scorers.hash, max(n) + 1, count(DISTINCT item) FROM scores "
            "JOIN streams ON streams.id = stream JOIN scorers ON scorers.id = scorer GROUP BY arm"
        ).fetchall()
    names = ("arm", "stream", "scorer", "draws", "items")
    samples = [
        {"task": TASK, "fingerprint": "", **dict(zip(names, row, strict=True))} for row in rows
    ]
    run = {"schema": 2, "verdict": "green", "samples": samples, "provenance": {}}
    (folder / ".harness/run.json").write_text(json.dumps(run), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("COLUMNS", "100")
        yield folder


def diff(capsys: pytest.CaptureFixture[str], *sides: str) -> list[str]:
    """Run `harness diff` and return its lines."""
    assert main(["diff", *sides]) == 0
    return capsys.readouterr().out.splitlines()


@pytest.mark.usefixtures("study")
def test_a_reward_for_format_brought_format(capsys: pytest.CaptureFixture[str]) -> None:
    """`format_only` gains by its boxes alone, and its answers got worse: both intervals say so."""
    first, second, *rest = diff(capsys, "base", "format_only")[1:6]
    assert first.startswith("  format_only is better than base: pass@1 +0.12")
    assert second.startswith("  the gain is format, and substance fell: format +0.2")
    assert "substance -0.0" in second
    assert "(lenient -0.15" in rest[0]


@pytest.mark.usefixtures("study")
def test_hot_rl_narrowed_coverage(capsys: pytest.CaptureFixture[str]) -> None:
    """`hot` solves more at once and fewer at all: the figures are those of its evals."""
    lines = diff(capsys, "base", "hot")
    assert "  hot is better than base: pass@1 +0.123 [+0.089, +0.158]" in lines[:6]
    wanted = "  coverage narrowed: pass@64 -0.170 [-0.219, -0.125] while pass@1 +0.123 "
    assert any(line.startswith(wanted) for line in lines[:6])
    assert any(line.endswith("the sign changes at k = 5") for line in lines)
    assert any(line.startswith(" scratch ") and " -0.214 " in line for line in lines)
    assert max(map(len, lines)) <= 100


@pytest.mark.usefixtures("study")
def test_a_no_op_changed_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """`base_again` is the base: nothing is said to have changed, and no item stands out."""
    lines = diff(capsys, "base", "base_again")
    assert lines[1].startswith("  nothing changed beyond noise: pass@1 -0.00")
    assert lines[1].endswith("; no item differs at FDR 5%")


@pytest.mark.usefixtures("study")
def test_a_baseline_is_a_side(capsys: pytest.CaptureFixture[str]) -> None:
    """The committed baseline of the base differs in nothing, and has no texts to show."""
    lines = diff(capsys, "baseline:base", "base")
    assert lines[1].startswith("  nothing changed beyond noise")
    assert any("texts are not kept" in line for line in lines)


@pytest.mark.usefixtures("study")
def test_a_study_tells_where_hot_rl_falls_behind(capsys: pytest.CaptureFixture[str]) -> None:
    """Coverage contracts on `hard`, the curves cross early, and a no-op takes off no gain."""
    assert main(["study", "base", "hot", "--control", "base_again"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].startswith(
        "  hot sharpens, and contracts coverage (split=hard, category=add33): "
    )
    assert any(
        "the curves cross at k = 5 [4, 7]; base reaches hot's pass@1 at" in line for line in lines
    )
    assert any(line.startswith("  net of base_again: pass@1 +0.1") for line in lines)
    assert max(map(len, lines)) <= 100


@pytest.mark.usefixtures("study")
def test_a_study_of_a_no_op_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """`base_again` is the base: no change is shown at either end of the curves."""
    assert main(["study", "base", "base_again"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].startswith(
        "  base_again is inconclusive: the band shows no change at either end"
    )


@pytest.mark.usefixtures("study")
def test_a_page_tells_format_from_skill(capsys: pytest.CaptureFixture[str]) -> None:
    """`format_only` gains and gets worse beneath; `hot` contracts `hard`, crossing at k = 5."""
    arms = ("hot", "format_only", "base_again")
    assert main(["study", "--json", "--where", "split=hard", "--arms", *arms]) == 0
    page = json.loads(capsys.readouterr().out)
    assert [one["name"] for one in page["arms"]] == ["hot", "format_only", "base_again"]
    verdicts = [
        {key: one["verdict"] for key, one in arm["answers"].items()} for arm in page["arms"]
    ]
    assert [one["helped"] for one in verdicts] == ["yes", "yes", "no change"]
    assert [one["form"] for one in verdicts] == ["no", "no", "no gain"]
    assert [one["tries"] for one in verdicts[::2]] == ["contracts", "not shown"]
    assert verdicts[0]["kept"] == "loses"
    figures = page["arms"][0]["answers"]["tries"]["figures"]
    crossing = next(one for one in figures if one["what"] == "curves cross")
    assert (crossing["value"], crossing["low"], crossing["high"]) == (5, 4, 7)


def test_hot_rl_gives_fewer_answers_and_no_scratch_work(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Its answers agree more, its boxes are more, its scratch work is gone: each has a size."""
    assert main(["study", "base", "hot"]) == 0
    out = capsys.readouterr().out
    assert "behaviour: 5 of 9 figures shifted at FDR 5%: different answers (g -2.48)" in out
    assert any(
        line.startswith(" scratch ") and line.endswith("h -0.75  <0.001")
        for line in out.splitlines()
    )


@pytest.mark.usefixtures("study")
def test_examples_of_what_hot_rl_lost(capsys: pytest.CaptureFixture[str]) -> None:
    """They are of the items that a diff counts as lost, with a draw of both sides each."""
    assert main(["examples", "base", "hot", "--only", "lost", "-n", "3"]) == 0
    out = capsys.readouterr().out
    (lost,) = [line for line in diff(capsys, "base", "hot") if " gained and " in line]
    count = lost.split(" gained and ")[1].split()[0]
    assert out.startswith(f"base and hot on letters_and_sums: 3 of {count} items, drawn with seed")
    assert out.count("\n base: ") == out.count("\n hot: ") == 3
