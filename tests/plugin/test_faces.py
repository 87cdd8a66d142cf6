"""What a run looks like: verbosity, colors, encodings; and that nothing in it acts."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from harness.cli import main

from .conftest import Project

CLAIM = "arms['rl'].pass_at(1) > arms['base'].pass_at(1)"
MANY = f"""
@pytest.mark.parametrize("n", range(31))
def test_many(arms, n):
    assert {CLAIM}

def test_red(arms):
    assert {CLAIM} + 0.7
"""
ACTS = re.compile(r"^\s*::|##\w*\[|[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", re.MULTILINE)
HOSTILE = r"\n::error::x\n  ::set-env name=PATH::y ##[command]z ##vso[task.complete] \x1b[2J\u202e"


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let neither the terminal nor the environment of the tests choose colors."""
    for name in ("NO_COLOR", "FORCE_COLOR", "PY_COLORS"):
        monkeypatch.delenv(name, raising=False)


def test_what_is_shown(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """Many supported claims are summed up, -v shows them, -q the verdict; the report says it again.

    A failed assert, which pytest has told of, is not told of twice.
    """
    project.evals(MANY)
    result = project.run()
    text = result.stdout.str()
    assert text.count("wanted: above +0.7") == 1
    result.stdout.fnmatch_lines(
        ["NOT PROVEN: 1 refuted, of 32 claims in 32 evals", "", "verdict*claim*interval*draws",
         "test_red", " REFUTED *│*60 x 8", "supported: 31 claims, not shown; -v shows all",
         "  evals/test_evals.py: 31 claims in 31 evals", "next: 1 claim refuted: *"],
        consecutive=False,
    )  # fmt: skip
    assert " supported  " not in text
    capsys.readouterr()
    out = project.path / "comment.md"
    assert (
        main(["report", str(project.path / ".harness/run.json"), "--markdown", "-o", str(out)]) == 0
    )
    assert out.read_text(encoding="utf-8").startswith("### NOT PROVEN: 1 refuted, of 32 claims")
    assert main(["report", str(project.path / ".harness/run.json"), "-v"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("NOT PROVEN: 1 refuted, of 32 claims in 32 evals\n")
    assert "wanted: above +0.7" in shown
    assert shown.count("\n supported ") == 31


def test_verbosity_and_colors(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """-v shows each claim, its verdict in color where pytest has it; -q is the verdict's line."""
    project.evals(MANY.replace("31", "30"))
    shown = project.run("-v", "--color=yes").stdout.str()
    assert shown.count("\x1b[32msupported\x1b[0m") == 30
    assert shown.count("\x1b[31mREFUTED\x1b[0m") == 1
    monkeypatch.setenv("NO_COLOR", "1")
    quiet = project.run("-q").stdout.str()
    assert "\x1b" not in quiet
    assert "verdict  " not in quiet
    assert quiet.splitlines().count("NOT PROVEN: 1 refuted, of 31 claims in 31 evals") == 1


def test_an_encoding_without_the_signs(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the encoding lacks them, intervals are drawn in ASCII."""
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    project.evals(f"def test_it(arms):\n    assert {CLAIM}\n")
    result = project.run_apart()
    assert result.ret == 0
    result.stdout.fnmatch_lines([" supported *|*o* 60 x 8", "*against their margin |; wanted*"])
    again = "from harness.cli import main; main(['report', '--markdown'])"
    told = project.pytester.run(sys.executable, "-c", again)
    told.stdout.fnmatch_lines(["### SUPPORTED: all of 1 claim in 1 eval", "*| `*u2502*"])


@pytest.mark.parametrize("extra", [(), ("-n", "1"), ("-p", "no:terminal"), ("--harness-plan",)])
def test_nothing_acts(project: Project, extra: tuple[str, ...]) -> None:
    """Messages with what a model said, names of evals, tags and metrics: none acts in a log."""
    models = project.path / "models.py"
    text = models.read_text(encoding="utf-8").replace('"out of memory"', f'"out{HOSTILE}"')
    models.write_text(text, encoding="utf-8")
    tag = f'"odd{HOSTILE}"'
    items = project.path / "evals/tasks/sums.jsonl"
    rows = items.read_text(encoding="utf-8")
    json_tag = tag.replace("\\x1b", "\\u001b")
    items.write_text(rows.replace('"odd"', json_tag), encoding="utf-8")
    project.evals(
        "def test_broken(arms):\n    assert arms['broken'].pass_at(1) > 0.5\n"
        f"@pytest.mark.harness(where={{'split': {tag}}})\n"
        f"@pytest.mark.parametrize('x', [{tag}, '::error::x'], ids=str)\n"
        f"def test_open(arms, x):\n    assert {CLAIM} + 0.37\n"
        f"def test_unknown(arms):\n    arms[{tag}]\n"
        f"def test_no_tag(arms):\n    assert arms['rl'].where(split={tag} + '!').pass_at(1) > 0\n"
    )
    result = project.run_apart(*extra) if extra else project.run()
    assert result.ret == 1
    told = f"{result.stdout.str()}\n{result.stderr.str()}"
    assert "error" in told
    assert not _acting(told)


def _acting(told: str) -> list[str]:
    """Return what acts, but in the source of the evals, which pytest quotes."""
    lines = [line for line in told.splitlines() if "test_no_tag" not in line]
    return [line for line in lines if ACTS.search(line)]


def test_the_report_of_no_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A run that is not there is named, with the next step."""
    assert main(["report", str(tmp_path / "run.json")]) == 1
    assert "there is no such run; run the evals first: pytest evals/" in capsys.readouterr().err
