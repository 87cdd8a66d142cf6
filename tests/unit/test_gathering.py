"""What can't be had: kept apart from what models say, named, counted, and asked for again."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

import harness.sampling.sampler
from harness.engines import Arrival, Request
from harness.errors import EngineError
from harness.records import ArmSpec, Draw, Item, MetricSpec, Sampling, Score, Task
from harness.sampling import Sampler

ITEMS = tuple(Item(id=f"{n:016x}", prompt=f"{n}+1=", reference=str(n + 1)) for n in range(4))
TASK = Task(
    name="sums",
    items=ITEMS,
    metrics=(MetricSpec(name="correct", pattern=r"^(\d+)$", equals="reference"),),
    answer="correct",
)
ARM = ArmSpec(
    name="rl", engine="python", options={}, sampling=Sampling(), stream="rl",
    where="evals/harness.yaml:9: arms.rl",
)  # fmt: skip


class Server:
    """Answers each draw once it is well, and has faults by the draw's index before."""

    fingerprint, pinned = "feed", True

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = list(faults)
        self.asked: list[tuple[str, int]] = []

    def draw(self, requests: Sequence[Request], sampling: Sampling) -> Iterator[Arrival]:
        """Yield the draws of each request together, the last request first."""
        del sampling
        for place, request in reversed(list(enumerate(requests))):
            indices = range(request.start, request.start + request.count)
            self.asked += [(request.prompt, n) for n in indices]
            draws = tuple(
                Draw(text="" if self.fault(n) else f"{n}", fault=self.fault(n)) for n in indices
            )
            yield Arrival(place=place, start=request.start, draws=draws)

    def fault(self, n: int) -> str:
        """Say what is wrong with a draw."""
        return self.faults[n] if n < len(self.faults) else ""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    """Return the server that every arm runs on, with two faults at each prompt."""
    made = Server(["", "HTTP 500", "", "timed out"])
    monkeypatch.setattr(harness.sampling.sampler, "open_engine", lambda _: made)
    return made


def test_faults_are_named_and_counted(server: Server, tmp_path: Path) -> None:
    """A claim on draws that could not be had raises, with their kinds and numbers."""
    sampler = Sampler(0, tmp_path / "draws.sqlite")
    with pytest.raises(EngineError) as caught:
        sampler.tally(ARM, TASK, ITEMS, 6)
    text = str(caught.value)
    assert "8 draws of arm 'rl' could not be had: 4 x HTTP 500, 4 x timed out" in text
    assert text.startswith(ARM.where)
    assert "run again" in text
    assert len(server.asked) == 24


def test_a_session_does_not_ask_again(server: Server) -> None:
    """What failed once is not asked for by every claim of a session; fewer draws may be there."""
    sampler = Sampler(0)
    for _ in range(2):
        with pytest.raises(EngineError, match="could not be had"):
            sampler.tally(ARM, TASK, ITEMS, 6)
    assert len(server.asked) == 24
    assert sampler.tally(ARM, TASK, ITEMS, 1).draws.tolist() == [1] * 4


def test_a_later_run_asks_for_the_rest(server: Server, tmp_path: Path) -> None:
    """What has arrived is kept; once the server is well, just the faults are asked for."""
    path = tmp_path / "draws.sqlite"
    with pytest.raises(EngineError):
        Sampler(0, path).tally(ARM, TASK, ITEMS, 6)
    server.faults, server.asked = [], []
    tally = Sampler(0, path).tally(ARM, TASK, ITEMS, 6)
    assert sorted(server.asked) == [(item.prompt, n) for item in ITEMS for n in (1, 3)]
    assert tally.sums[:, 0].tolist() == [1.0] * 4  # draw n says n, and n + 1 is right


def test_what_arrived_before_an_engine_failed_is_kept(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An engine that is of no use any more ends the claim, and takes nothing with it."""
    server.faults = []
    whole = server.draw

    def broken(requests: Sequence[Request], sampling: Sampling) -> Iterator[Arrival]:
        yield next(whole(requests, sampling))
        msg = "the key is wrong"
        raise EngineError(msg)

    monkeypatch.setattr(server, "draw", broken)
    with pytest.raises(EngineError, match="the key is wrong"):
        Sampler(0, tmp_path / "draws.sqlite").tally(ARM, TASK, ITEMS, 6)
    monkeypatch.setattr(server, "draw", whole)
    server.asked = []
    Sampler(0, tmp_path / "draws.sqlite").tally(ARM, TASK, ITEMS, 6)
    assert {prompt for prompt, _ in server.asked} == {item.prompt for item in ITEMS[:3]}


def test_nothing_is_asked_for_offline(server: Server, tmp_path: Path) -> None:
    """Offline what is there is tallied, and what lacks is counted."""
    path = tmp_path / "draws.sqlite"
    server.faults = []
    Sampler(0, path).tally(ARM, TASK, ITEMS, 2)
    server.asked = []
    sampler = Sampler(0, path, offline=True)
    assert sampler.tally(ARM, TASK, ITEMS, 2).draws.tolist() == [2] * 4
    with pytest.raises(EngineError, match="arm 'rl' lacks 4 draws, and none is taken offline"):
        sampler.tally(ARM, TASK, ITEMS, 3)
    assert server.asked == []


def test_faults_of_one_item_are_no_other_items(server: Server, tmp_path: Path) -> None:
    """What could not be had is not asked for again in a session; all else is."""
    sampler = Sampler(0, tmp_path / "draws.sqlite")
    with pytest.raises(EngineError, match="2 draws of arm 'rl' could not be had"):
        sampler.tally(ARM, TASK, ITEMS[:1], 4)
    server.faults, server.asked = [], []
    with pytest.raises(EngineError, match="2 draws of arm 'rl' could not be had"):
        sampler.tally(ARM, TASK, ITEMS[:2], 4)
    assert server.asked == []
    assert sampler.tally(ARM, TASK, ITEMS[1:], 4).draws.tolist() == [4, 4, 4]


def test_a_scorer_scores_the_items_of_its_own_task(server: Server, tmp_path: Path) -> None:
    """Scorers of two tasks may have one hash, and each know the items of its task alone."""
    server.faults = []
    sampler = Sampler(0, tmp_path / "draws.sqlite")
    for name, items in (("first", ITEMS[:2]), ("second", ITEMS[2:])):
        scorer = OwnItems(frozenset(item.id for item in items))
        task = dataclasses.replace(TASK, name=name, items=items, scorer=scorer)
        assert sampler.tally(ARM, task, items, 2).sums[:, 0].tolist() == [2.0, 2.0]


class OwnItems:
    """Scores the items that it knows, and fails at others."""

    metrics, hash, told, heavy = ("correct",), "0badf00d", "", False

    def __init__(self, known: frozenset[str]) -> None:
        self.known = known

    def score(self, item: Item, draw: Draw) -> Score:
        """Score one draw."""
        assert item.id in self.known
        return Score(metrics=(1.0,), answer=draw.text)

    def right(self, item: Item) -> str:
        """Return what is right."""
        return item.reference
