"""Telling how far the drawing is: what the line says, and when there is one."""

from __future__ import annotations

import threading
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from harness.pytest_plugin.progress.controller import Controller
from harness.pytest_plugin.progress.line import duration, line
from harness.pytest_plugin.progress.notes import Note, note_path, read_notes
from harness.pytest_plugin.progress.pace import Pace, Speed
from harness.pytest_plugin.progress.screen import Screen
from harness.pytest_plugin.progress.standing import Count, Standing, overview
from harness.pytest_plugin.progress.teller import Teller

RL = Standing(arm="rl", got=1240, needed=3200, all_got=1240, all_needed=3200)
LATER = Standing(arm="rl", got=1240, needed=3200, all_got=5240, all_needed=7200)
BASE = Standing(arm="base", got=5, needed=10, all_got=5, all_needed=10)
WAITING = Standing(arm="again", waits=True)


class Clock:
    """A clock that goes when it is told to."""

    now = 100.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


class Board:
    """A screen that keeps what it is to show."""

    width = 79

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.shown: list[str] = []

    def due(self, now: float, since: float) -> bool:
        """Say yes after a second."""
        return now - since >= 1

    def show(self, text: str) -> None:
        """Keep a line."""
        self.shown.append(text)

    def clear(self) -> None:
        """Note that it is cleared."""
        self.shown.append("")


@pytest.mark.parametrize(
    ("standings", "rate", "text"),
    [
        ([RL], 310.2, "rl 1,240 of 3,200 draws, 310/s, 7 s left"),
        ([RL], 0.0, "rl 1,240 of 3,200 draws after 42 s"),
        ([RL], 2.5, "rl 1,240 of 3,200 draws, 2.5/s, 14 min left"),
        ([RL], 0.02, "rl 1,240 of 3,200 draws, 1.2/min, 27 h 14 min left"),
        ([LATER], 1310, "rl 1,240 of 3,200 draws, 1,310/s, 2 s left; in all 5,240 of 7,200"),
        ([RL, BASE], 310.2, "rl and base 1,245 of 3,210 draws, 310/s, 7 s left"),
        ([RL, WAITING], 310.2, "rl 1,240 of 3,200 draws, 310/s, 7 s left; waiting: again"),
        ([WAITING], 0.0, "waiting for another process that draws from again"),
        ([Standing(arm="a" * 40, needed=1)], 0, f"{'a' * 21}... 0 of 1 draws after 42 s"),
    ],
)
def test_the_line(standings: list[Standing], rate: float, text: str) -> None:
    """It says how many draws there are, how fast they come, and how long it takes yet."""
    assert line(overview(standings), rate, 42.0, 79) == text


def test_many_arms_are_counted() -> None:
    """More than two arms are not named."""
    three = [Standing(arm=name, needed=1) for name in ("a", "b", "c", "c")]
    assert line(overview(three), 0, 0.2, 79) == "3 arms 0 of 4 draws after 1 s"


def test_what_does_not_fit_is_left_out() -> None:
    """The sum goes first, then who waits, then the end; no line is wider than the terminal."""
    whole = overview([LATER, WAITING])
    parts = "rl 1,240 of 3,200 draws, 310/s, 7 s left", "waiting: again", "in all 5,240 of 7,200"
    assert line(whole, 310, 0, 80) == "; ".join(parts)
    assert line(whole, 310, 0, 70) == "; ".join(parts[:2])
    assert line(whole, 310, 0, 50) == parts[0]
    assert line(whole, 310, 0, 20) == parts[0][:20]


def test_durations() -> None:
    """Times are rounded up, never to nothing, with the unit that fits."""
    times = [0.2, 119, 121, 7200, 7260.5]
    assert [duration(time) for time in times] == ["1 s", "119 s", "3 min", "2 h 0 min", "2 h 2 min"]


def test_the_speed_is_that_of_late() -> None:
    """Ten seconds count; without time or draws it is 0, and a lull slows it down."""
    speed = Speed(0.0, 7)
    assert speed.rate(0.0) == speed.rate(5.0) == 0
    speed.note(0.0, 9)
    assert speed.rate(0.0) == 0
    for second in range(1, 31):
        speed.note(float(second), 7 + (100 if second > 15 else 1) * second)
    assert speed.rate(30.5) == pytest.approx(100)
    assert speed.rate(60.0) < 30


def test_lumps_have_a_speed() -> None:
    """A lump of draws every minute makes a speed, though the window is shorter."""
    speed = Speed(0.0, 0)
    for minute in range(4):
        speed.note(60.0 * minute, 60 * minute)
        speed.note(60.0 * minute + 30, 60 * minute)
    assert speed.rate(180.5) == pytest.approx(1)


def test_a_log_gets_fewer_and_fewer_lines() -> None:
    """A line after two seconds, then every ten, after a minute every thirty."""
    pace = Pace()
    told = [second for second in range(200) if pace.due(float(second), 0.0)]
    assert told == [2, 12, 22, 32, 42, 52, 62, 92, 122, 152, 182]


def test_a_log_has_no_line_on_short_drawings() -> None:
    """Drawings of a second are not told, nor is each of many that are longer."""
    pace = Pace()
    assert not any(pace.due(start + 1.0, start) for start in range(100))
    assert sum(pace.due(start + 3.0, start) for start in range(0, 40, 4)) == 4


def test_what_is_shown_goes_with_the_drawing() -> None:
    """Nothing is shown before it is due; a new arm has a speed of its own; the end clears."""
    clock, board = Clock(), Board()
    count = Count(lambda _standing, _urgent: None)
    teller = Teller(cast("Screen", board), lambda: [count.standing], clock)
    count.begin("rl", 300)
    teller.tick()
    assert not board.shown
    clock.now += 2
    count.advance(100)
    teller.tick()
    count.begin("base", 9)
    teller.tick()
    clock.now += 1
    teller.tick()
    count.end()
    teller.tick()
    assert board.shown == [
        "rl 100 of 300 draws, 50/s, 4 s left",
        "base 0 of 9 draws after 0 s; in all 100 of 309",
        "base 0 of 9 draws after 1 s; in all 100 of 309",
        "",
    ]


def test_notes_are_written_now_and_then(tmp_path: Path) -> None:
    """A thousand draws in a second make four notes; beginning and end are noted at once."""
    clock, path = Clock(), note_path(tmp_path, "gw0")
    count = Count(Note(path, clock).write)
    count.begin("rl", 1000)
    seen = []
    for _ in range(1000):
        clock.now += 0.001
        count.advance(1)
        seen += [one.got for one in read_notes(tmp_path)]
    assert 3 <= len(set(seen)) - 1 <= 4
    count.end()
    assert list(read_notes(tmp_path)) == [Standing(all_got=1000, all_needed=1000)]
    assert list(tmp_path.iterdir()) == [path]


def test_a_note_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    """A worker elsewhere, without the controller's folder, draws all the same."""
    count = Count(Note(note_path(tmp_path / "gone", "gw0")).write)
    count.wait("rl")
    count.end()


def test_a_killed_worker_is_forgotten(pytestconfig: pytest.Config, tmp_path: Path) -> None:
    """The note of a worker that died is removed; one that ended well still counts in the sum."""
    controller = Controller(pytestconfig)
    controller._folder = tmp_path
    for name in ("gw0", "gw1"):
        Count(Note(note_path(tmp_path, name)).write).begin(name, 5)
    for name, error in (("gw0", "killed"), ("gw1", None)):
        controller.pytest_testnodedown(SimpleNamespace(gateway=SimpleNamespace(id=name)), error)
    assert [one.arm for one in read_notes(tmp_path)] == ["gw1"]
