"""Tallies and surveys of stored draws, in one pass, agree with item by item reading."""

from __future__ import annotations

import math
import random
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import DiffError, StoreError
from harness.records import Draw, Item, MetricSpec, Score, Task
from harness.scoring import open_scorer
from harness.store import (
    Database,
    DrawScores,
    DrawStore,
    ScoreStore,
    Texts,
    find_scored,
    read_scored,
    read_tally,
)
from harness.store import drawn as drawn_module
from harness.store import scored as scored_module

ITEMS = tuple(Item(id=f"{n:016x}", prompt=f"{n}+1=", reference=str(n + 1)) for n in range(9))
TASK = Task(
    name="sums", items=ITEMS, answer="correct",
    metrics=(MetricSpec(name="correct", pattern=r"(\d+)", equals="reference"),),
)  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> tuple[Path, str, str]:
    """Return a store with 1 to 9 draws of nine items, the stream's hash and the scorer's key."""
    scorer, rng = open_scorer(TASK), random.Random(1)
    with closing(Database(tmp_path / "draws.sqlite")) as database:
        draws, scores = DrawStore(database), ScoreStore(database)
        stream, number = draws.stream({"stream": "rl"}, arm="rl"), scores.scorer(scorer)
        draws.enter([item.prompt for item in ITEMS])
        for count, item in enumerate(ITEMS, start=1):
            said = [Draw(text=f"a {rng.randint(1, 9)}", tokens=count) for _ in range(count)]
            with database.writing():
                draws.add(stream, item.prompt, 0, said)
                scores.add(number, stream, item.id, 0, [scorer.score(item, d) for d in said])
        (key,) = database.connection.execute("SELECT hash FROM streams").fetchone()
    return tmp_path / "draws.sqlite", key, f"{scorer.hash}/{','.join(scorer.metrics)}"


@pytest.mark.parametrize("rows", [1, 2, 7, 1000])
def test_a_tally_is_that_of_each_item(
    store: tuple[Path, str, str], rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In batches of any size, items keep their first draws, sums, products and answers."""
    monkeypatch.setattr(scored_module, "_ROWS", rows)
    path, key, scorer = store
    with closing(Database(path)) as database:
        scored = find_scored(database, key, scorer)
        tally = read_scored(database, scored, 5)
        assert tally.ids == tuple(item.id for item in ITEMS)
        assert tally.draws.tolist() == [1, 2, 3, 4, 5, 5, 5, 5, 5]
        for row, item in enumerate(ITEMS):
            found = ScoreStore(database).read(scored.scorer, scored.stream, item.id, 5)
            metrics, answers = found
            assert tally.sums[row].tolist() == metrics.sum(axis=0).tolist()
            assert tally.products[row].tolist() == (metrics.T @ metrics).tolist()
            assert tally.answers[row] == answers


METRIC = st.floats(0, 1)
ANSWER = st.text("ab\0\"',[]\u2028\N{PILE OF POO}")


@given(st.lists(st.tuples(METRIC, METRIC | st.just(math.nan), ANSWER), min_size=1, max_size=9))
def test_any_scores_come_back_bit_by_bit(rows: list[tuple[float, float, str]]) -> None:
    """Zero bytes in numbers, and whatever stands in answers, survive being put together."""
    with closing(Database(None)) as database:
        scores = ScoreStore(database)
        with database.writing() as connection:
            connection.execute("INSERT INTO scorers VALUES (1, 'key', '[\"a\", \"b\"]')")
            connection.execute("INSERT INTO streams VALUES (1, 'hash', 'rl', '{}', '', '')")
            told = [Score(metrics=(first, second), answer=said) for first, second, said in rows]
            scores.add(1, 1, "item", 0, told)
        tally = read_scored(database, find_scored(database, "hash", "key"), len(rows))
        metrics, answers = scores.read(1, 1, "item", len(rows))
    assert tally.sums.tobytes() == np.add.reduceat(metrics, [0]).tobytes()
    assert tally.answers == (answers,)


def test_each_item_has_its_own_limit(store: tuple[Path, str, str]) -> None:
    """Of items in any order their first draws, of others nothing, and gaps are told."""
    path, key, scorer = store
    asked = {ITEMS[7].id: 2, ITEMS[3].id: 4, ITEMS[5].id: 0, ITEMS[8].id: 9}
    with closing(Database(path)) as database:
        scored = find_scored(database, key, scorer)
        tally = read_tally(database, scored, asked)
        assert tally.ids == (ITEMS[7].id, ITEMS[3].id, ITEMS[8].id)
        assert tally.draws.tolist() == [2, 4, 9]
        for row, (item, draws) in enumerate(zip(tally.ids, (2, 4, 9), strict=True)):
            metrics, answers = ScoreStore(database).read(scored.scorer, scored.stream, item, draws)
            assert tally.sums[row].tolist() == metrics.sum(axis=0).tolist()
            assert tally.answers[row] == answers
        with database.writing() as connection:
            connection.execute("DELETE FROM scores WHERE item = ? AND n = 1", (ITEMS[8].id,))
        with pytest.raises(StoreError, match="lacks 1 of 15 scores"):
            read_tally(database, scored, asked)


def test_a_survey_is_that_of_each_text(store: tuple[Path, str, str]) -> None:
    """Lengths are means over an item's draws; labels are counted; unknown prompts have none."""
    path, key, scorer = store
    with closing(Database(path)) as database:
        scored = find_scored(database, key, scorer)
        texts = Texts(database, scored)
        prompts, most = [*(item.prompt for item in ITEMS), "never asked"], np.full(10, 5)
        found = texts.survey(prompts, most, [lambda text: "5" in text, bool])
        assert found.texts.tolist() == [1, 2, 3, 4, 5, 5, 5, 5, 5, 0]
        assert found.hits[1].tolist() == found.texts.tolist()
        assert found.size[:9].tolist() == [3.0] * 9
        assert found.tokens[:9].tolist() == list(range(1, 10))
        assert np.isnan(found.tokens[9])
        draws, metrics = texts.of_item(ITEMS[3].id, ITEMS[3].prompt, 5)
        fives = sum("5" in draw.text for draw in draws)
        assert found.hits[0][3] == fives
        assert metrics.shape == (4, 3)


def test_texts_and_scores_have_the_limits_of_a_tally(store: tuple[Path, str, str]) -> None:
    """Of each item as many draws are surveyed, shown and scored singly as are asked for."""
    path, key, scorer = store
    asked = {ITEMS[3].id: 2, ITEMS[7].id: 8, ITEMS[8].id: 5}
    prompts = [item.prompt for item in ITEMS if item.id in asked]
    counts = np.array(list(asked.values()))
    with closing(Database(path)) as database:
        scored = find_scored(database, key, scorer)
        tally, texts = read_tally(database, scored, asked), Texts(database, scored)
        found = texts.survey(prompts, counts, [lambda text: text == f"a {prompts[0][0]}"])
        assert found.texts.tolist() == tally.draws.tolist() == [2, 8, 5]
        said = [draw.text for draw in texts.of_item(ITEMS[3].id, prompts[0], 2)[0]]
        assert len(said) == 2
        assert found.hits[0][0] == said.count("a 3")
        assert texts.survey(prompts, counts - 1, [bool]).hits.tolist() == [[1, 7, 4]]
        items, values = DrawScores(database, scored).columns(tally.ids, counts, ("correct",))
        assert np.bincount(items).tolist() == [2, 8, 5]
        sums = np.bincount(items, values[:, 0])
        assert sums.tolist() == tally.sums[:, tally.metrics.index("correct")].tolist()


def test_what_has_no_text_is_not_labelled(store: tuple[Path, str, str]) -> None:
    """A draw that a record scored is counted, with its tokens, and no label is asked about it."""
    path, key, scorer = store
    asked: list[str] = []
    with closing(Database(path)) as database:
        scored = find_scored(database, key, scorer)
        judged = Draw(text="", tokens=10, scored=(("correct", 1.0),))
        draws = DrawStore(database)
        draws.enter([ITEMS[1].prompt])
        with database.writing():
            draws.add(scored.stream, ITEMS[1].prompt, 2, [judged])
        found = Texts(database, scored).survey([ITEMS[1].prompt], np.array([5]), [asked.append])
        assert (found.texts.tolist(), found.hits.tolist()) == ([2], [[0]])
        assert found.tokens.tolist() == [14 / 3]
        assert np.isnan(found.size[0])
    assert all(text.startswith("a ") for text in asked)


@pytest.mark.parametrize("error", [DiffError("no"), KeyboardInterrupt(), ValueError("ill")])
def test_what_a_label_raises_is_raised(store: tuple[Path, str, str], error: BaseException) -> None:
    """It is no fault of the store; which can be surveyed again."""
    path, key, scorer = store

    def raises(_: str) -> bool:
        raise error

    with closing(Database(path)) as database:
        texts, five = Texts(database, find_scored(database, key, scorer)), np.array([5])
        with pytest.raises(type(error)) as caught:
            texts.survey([ITEMS[4].prompt], five, [bool, raises])
        assert caught.value is error
        assert texts.survey([ITEMS[4].prompt], five, [bool]).hits.tolist() == [[5]]


def test_what_is_not_there_is_told(store: tuple[Path, str, str]) -> None:
    """A stream or a scorer that the store lacks is an error with the next step."""
    path, key, scorer = store
    with closing(Database(path)) as database:
        with pytest.raises(StoreError, match="no stream 0badf00d; were draws pruned"):
            find_scored(database, "0badf00d", scorer)
        with pytest.raises(StoreError, match="no scorer c0ffee"):
            find_scored(database, key, "c0ffee")
        nothing = read_scored(database, find_scored(database, key, scorer), 0)
        assert (nothing.ids, nothing.sums.shape) == ((), (0, 3))


@pytest.mark.parametrize("rows", [2, 1000])
def test_scores_are_those_of_each_draw(
    store: tuple[Path, str, str], rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the items and metrics that are asked for, in their order, up to the most draws."""
    monkeypatch.setattr(drawn_module, "_ROWS", rows)
    path, key, scorer = store
    with closing(Database(path)) as database:
        scored = find_scored(database, key, scorer)
        asked = [ITEMS[8].id, ITEMS[2].id]
        names = ("formatted", "correct")
        items, values = DrawScores(database, scored).columns(asked, np.array([5, 5]), names)
        assert np.bincount(items).tolist() == [5, 3]
        places = [scored.metrics.index(name) for name in names]
        for row, item in enumerate(asked):
            wanted, _ = ScoreStore(database).read(scored.scorer, scored.stream, item, 5)
            assert sorted(values[items == row].tolist()) == sorted(wanted[:, places].tolist())
        items, values = DrawScores(database, scored).columns(["none"], np.array([5]), names)
        assert (len(items), values.shape) == (0, (0, 2))
