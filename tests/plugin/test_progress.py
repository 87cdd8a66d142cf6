"""Progress end to end: on a terminal, in a log, and where there is to be none."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys

import pytest

from harness.pytest_plugin.progress.pace import Pace
from harness.pytest_plugin.progress.screen import Lines

from .conftest import Project

SLOW = """
import time

def slow(prompt, seed):
    print("drawing")
    time.sleep(0.008)
    return f"[{eval(prompt.rstrip('='))}]"
"""
EVALS = """
@pytest.mark.harness(draws=2)
def test_slow(arms):
    print("told by the test")
    assert arms["slow"].pass_at(1) > 0.2

@pytest.mark.harness(draws=2)
def test_again(arms):
    assert arms["slow"].pass_at(1) > 0.3
"""
LIVE = re.compile(r"\x1bD\x1b\[A\x1b7\r\n(.*?)\r\x1b\[K\x1b8", re.DOTALL)


@pytest.fixture
def slow(project: Project) -> Project:
    """Return a project with an arm whose draws take a second."""
    project.write("slow.py", SLOW)
    path = project.path / "evals" / "harness.yaml"
    path.write_text(path.read_text() + '  slow: {engine: python, function: "slow:slow"}\n')
    project.evals(EVALS)
    return project


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a log have lines at once, and often."""
    monkeypatch.setattr(Pace, "delay", 0.2)
    monkeypatch.setattr(Pace, "gaps", (0.2,))
    monkeypatch.setattr(Lines, "every", 0.02)


def on_a_terminal(project: Project, *args: str) -> str:
    """Run the evals in a terminal, and return all that it was sent."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "pytest", "evals", "-p", "no:cacheprovider", *args]
    environment = {**os.environ, "TERM": "xterm", "PY_COLORS": "0"}
    process = subprocess.Popen(
        command, cwd=project.path, env=environment, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    sent = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # the other side has ended
            break
        if not part:
            break
        sent += part
    os.close(ours)
    assert process.wait() == 0
    return sent.decode()


def test_a_terminal_has_a_live_line(slow: Project) -> None:
    """One line is rewritten below the dots and erased: what is left is as if it had not been."""
    sent = on_a_terminal(slow)
    shown = [text for part in LIVE.findall(sent) for text in part.split("\r\x1b[K")]
    assert len(shown) > 3
    assert all(re.match(r"slow \d+ of 120 draws(,| after) ", text) for text in shown)
    left = LIVE.sub("", sent)
    assert "\x1b" not in left
    assert re.search(r"^evals/test_evals\.py \.\. +\[100%\]\r$", left, re.MULTILINE)
    assert "SUPPORTED: all of 2 claims in 2 evals" in left
    assert "drawing" not in left


def test_a_terminal_has_one_for_all_workers(slow: Project) -> None:
    """Under xdist the controller shows what its workers draw, and what they wait for."""
    sent = on_a_terminal(slow, "-n", "2", "-v")
    shown = [text for part in LIVE.findall(sent) for text in part.split("\r\x1b[K")]
    assert any(re.fullmatch(r"slow \d+ of 120 .*; waiting: slow", text) for text in shown)
    left = LIVE.sub("", sent)
    assert "\x1b" not in left
    assert len(re.findall(r"^\[gw\d\] \[.*%\] PASSED evals/test_evals", left, re.MULTILINE)) == 2


@pytest.mark.usefixtures("hasty")
def test_a_log_has_lines(slow: Project, workers: tuple[str, ...]) -> None:
    """Without a terminal there are whole lines now and then, and the results between them."""
    result = slow.run("-rP", *workers)
    assert result.ret == 0
    lines = [one for one in result.outlines if "of 120 draws" in one]
    assert len(lines) >= 2
    assert all(re.match(r"slow \d+ of 120 draws", one) for one in lines)
    assert sum(re.sub(r"\[100%\]|evals/test_evals.py", "", one).strip() in {".", ".."}
               for one in result.outlines) in {1, 2}  # fmt: skip
    result.stdout.fnmatch_lines(["*Captured stdout*", "told by the test"])
    assert result.outlines.count("drawing") == 120  # captured with the test that drew


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("option", ["-q", "-qq", "-p no:terminal"])
def test_no_progress_where_it_is_to_be_quiet(slow: Project, option: str) -> None:
    """Quiet runs have none, nor have those without a terminal reporter."""
    result = slow.run(*option.split())
    assert result.ret == 0
    result.stdout.no_fnmatch_line("* of 120 *")
    result.stderr.no_fnmatch_line("* of 120 *")


def test_uncaptured_output_stays_whole(slow: Project) -> None:
    """With -s tests write when they like: lines of their own, none that is rewritten."""
    sent = on_a_terminal(slow, "-s")
    assert "\x1b" not in sent
    assert sent.count("drawing\r\n") == 120
