"""The draw store: each draw once, whole or not at all, and what is missing told exactly."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import StoreError
from harness.records import Draw, Item, Score
from harness.store import Database, DrawStore, Missing, ScoreStore, only_one
from harness.store.schema import SCHEMA

TEXTS = st.text(st.characters(exclude_categories=()), max_size=8)


class Length:
    """Scores a draw by its length."""

    metrics = ("long", "short")
    hash = "length"
    heavy = False
    told = ""

    def score(self, item: Item, draw: Draw) -> Score:
        """Score one draw."""
        del item
        long = float(len(draw.text) > 3)
        return Score(metrics=(long, 1 - long), answer=draw.text[:1])

    def right(self, item: Item) -> str:
        """Know no right answer."""
        del item
        return ""


def said(*texts: str) -> list[Draw]:
    """Make draws of texts."""
    return [Draw(text=text, seed=2**64 - 1, tokens=len(text)) for text in texts]


def keep(store: DrawStore, prompt: str, start: int, draws: Sequence[Draw]) -> None:
    """Keep draws of stream 1 in a transaction."""
    store.enter([prompt])
    with store.database.writing():
        store.add(1, prompt, start, draws)


@given(TEXTS, st.lists(TEXTS, min_size=1, max_size=4), TEXTS)
def test_any_text_comes_back_as_it_was(prompt: str, texts: list[str], transcript: str) -> None:
    """Whatever a model says, in whatever encoding, and all that is known of it."""
    store = DrawStore(Database(None))
    draws = [
        Draw(
            text=text,
            finish="length",
            seed=place * 2**63,
            prompt_tokens=3,
            tokens=None,
            seconds=0.25,
            transcript=transcript,
        )
        for place, text in enumerate(texts)
    ]
    keep(store, prompt, 0, draws)
    assert store.read(1, prompt, 10) == draws
    assert store.read(1, prompt, 1) == draws[:1]
    assert store.read(2, prompt, 10) == []


@given(st.sets(st.integers(0, 11)), st.integers(1, 12))
def test_what_is_missing_is_told_exactly(taken: set[int], draws: int) -> None:
    """Draws that arrived in any order leave gaps, each a stretch of its own."""
    store = DrawStore(Database(None))
    for n in sorted(taken, key=lambda n: (n * 7) % 12):
        keep(store, "a", n, said(str(n)))
    found = store.missing(1, ["a", "b"], draws)
    gaps = [
        n for gap in found if gap.prompt == "a" for n in range(gap.start, gap.start + gap.count)
    ]
    assert gaps == [n for n in range(draws) if n not in taken]
    assert found[-1] == Missing(prompt="b", start=0, count=draws)
    ends = [(gap.start, gap.start + gap.count) for gap in found if gap.prompt == "a"]
    assert all(end < start for (_, end), (start, _) in pairwise(ends))


def test_a_draw_is_never_replaced() -> None:
    """The first draw of its index stays, whatever comes later."""
    store = DrawStore(Database(None))
    keep(store, "a", 0, said("first"))
    keep(store, "a", 0, said("second", "third"))
    assert [draw.text for draw in store.read(1, "a", 5)] == ["first", "third"]


def test_streams_are_what_they_are_made_of(tmp_path: Path) -> None:
    """The same identity is the same stream, in any order and process; another run is not."""
    path = tmp_path / "draws.sqlite"
    first, second = (DrawStore(Database(path)) for _ in range(2))
    one = first.stream({"a": 1, "b": 2}, arm="rl")
    assert second.stream({"b": 2, "a": 1}, arm="other") == one
    assert second.stream({"b": 2, "a": 1}, arm="rl", run="7") != one
    assert first.stream({"a": 1, "b": 3}, arm="rl") != one


def test_a_new_store_is_opened_by_several_at_once(tmp_path: Path) -> None:
    """Of those who make one file at the same moment, none is turned away."""
    together = threading.Barrier(4)

    def open_it(path: Path) -> int:
        together.wait()
        with closing(Database(path)) as database, database.reading() as connection:
            return int(connection.execute("PRAGMA user_version").fetchone()[0])

    with ThreadPoolExecutor(4) as pool:
        for n in range(40):
            versions = list(pool.map(open_it, [tmp_path / f"{n}.sqlite"] * 4))
            assert versions == [SCHEMA] * 4


def test_scores_are_kept_by_scorer() -> None:
    """Metrics and answers come back in the order of the draws; another scorer has none yet."""
    database = Database(None)
    scores, scorer = ScoreStore(database), Length()
    number = scores.scorer(scorer)
    item = Item(id="i", prompt="a", reference="")
    with database.writing():
        for n, text in ((1, "b"), (0, "abcd")):
            scores.add(number, 1, "i", n, [scorer.score(item, Draw(text=text))])
    metrics, answers = scores.read(number, 1, "i", 2)
    assert np.array_equal(metrics, [[1, 0], [0, 1]])
    assert answers == {"a": 1, "b": 1}
    assert scores.unscored(number, 1, ["i", "j"], 2) == ["j"]
    assert scores.unscored(number + 1, 1, ["i"], 2) == ["i"]


def test_half_a_transaction_is_none(tmp_path: Path) -> None:
    """What goes wrong within a transaction takes all of it back."""
    store = DrawStore(Database(tmp_path / "draws.sqlite"))
    store.enter(["a"])

    def go_wrong() -> None:
        with store.database.writing():
            store.add(1, "a", 0, said("x"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        go_wrong()
    assert store.read(1, "a", 1) == []


def _write_for_ever(path: Path) -> None:
    database = Database(path)
    store = DrawStore(database)
    store.enter(["a"])
    for n in range(10**6):
        with database.writing():
            store.add(1, "a", n, said(str(n)))


def test_what_was_committed_outlives_the_process(tmp_path: Path) -> None:
    """A writer that is killed leaves a whole store: every draw up to some index, and no half."""
    path = tmp_path / "draws.sqlite"
    process = multiprocessing.get_context("spawn").Process(target=_write_for_ever, args=(path,))
    process.start()
    store, deadline = None, time.monotonic() + 30
    while time.monotonic() < deadline:
        time.sleep(0.02)
        store = DrawStore(Database(path))
        if len(store.read(1, "a", 10**6)) > 50:
            break
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    assert store is not None
    texts = [draw.text for draw in store.read(1, "a", 10**6)]
    assert len(texts) > 50
    assert texts == [str(n) for n in range(len(texts))]


@pytest.mark.parametrize("content", [b"no database at all, but some text " * 100, None])
def test_what_is_no_store_is_refused(tmp_path: Path, content: bytes | None) -> None:
    """Another file, and another program's database, end in one line."""
    path = tmp_path / "draws.sqlite"
    if content is None:
        with sqlite3.connect(path) as connection:
            connection.execute("CREATE TABLE something (else_ TEXT)")
        connection.close()
    else:
        path.write_bytes(content)
    with pytest.raises(StoreError, match="the draw store ") as caught:
        Database(path)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_a_store_of_a_later_version_is_refused(tmp_path: Path) -> None:
    """A version from the future is refused by its number."""
    path = tmp_path / "draws.sqlite"
    database = Database(path)
    database.connection.execute("PRAGMA user_version = 7")
    database.close()
    with pytest.raises(StoreError, match=r"schema 7 is from a later version; .* update"):
        Database(path)


def test_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    """A path that can't be a file is told."""
    with pytest.raises(StoreError, match="can't be used"):
        Database(tmp_path)


def test_a_file_in_place_of_the_locks_is_refused(tmp_path: Path) -> None:
    """A lock that can't be made is told."""
    (tmp_path / "locks").write_text("")
    with pytest.raises(StoreError, match="can't be locked"), only_one(tmp_path, "a"):
        pass
