"""Shards: how items are dealt, and how their draws come together in one store."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.engines import Known, opener_of
from harness.errors import EngineError, StoreError
from harness.judge import Share
from harness.records import ArmSpec, Draw, Item, Sampling, Score
from harness.store import Database, DrawStore, ScoreStore, merge, streams

ARMS = ("rl", "base")


class Length:
    """Scores a draw by its length."""

    metrics = ("long",)
    hash = "length"
    heavy = False
    told = ""

    def score(self, item: Item, draw: Draw) -> Score:
        """Score one draw."""
        del item
        return Score(metrics=(float(len(draw.text)),), answer=draw.text)

    def right(self, item: Item) -> str:
        """Know no right answer."""
        del item
        return ""


@given(st.lists(st.text(max_size=5), unique=True, max_size=30), st.integers(1, 5))
def test_each_item_is_in_one_share(prompts: list[str], count: int) -> None:
    """Shares are disjoint and together all; items that ask one prompt are in the same one."""
    items = [_item(prompt, task) for prompt in prompts for task in "ab"]
    shares = [Share(index=index, count=count).of(items) for index in range(1, count + 1)]
    assert sorted(item.id for share in shares for item in share) == sorted(i.id for i in items)
    prompts_of = [{item.prompt for item in share} for share in shares]
    assert sum(map(len, prompts_of)) == len(prompts)


def test_shares_are_about_equal() -> None:
    """A thousand items are dealt evenly, and the same way wherever it is done."""
    items = [_item(str(number), "a") for number in range(1000)]
    sizes = [len(Share(index=index, count=3).of(items)) for index in (1, 2, 3)]
    assert sizes == [323, 334, 343]


def _item(prompt: str, task: str) -> Item:
    return Item(id=f"{prompt}/{task}", prompt=prompt, reference="", tags={})


def _store(path: Path, said: Mapping[str, str], arms: tuple[str, ...] = ARMS) -> Path:
    """Write a store in which each arm says something to each prompt, and is scored."""
    with closing(Database(path)) as database:
        draws, scores = DrawStore(database), ScoreStore(database)
        draws.enter(list(said))
        for arm in arms:
            stream = draws.stream({"arm": arm}, arm=arm)
            scorer = scores.scorer(Length())
            scores.place({f"id of {prompt}": prompt for prompt in said})
            with database.writing():
                for prompt, text in said.items():
                    draws.add(stream, prompt, 0, [Draw(text=text, seconds=time.monotonic())])
                    score = Length().score(_item(prompt, ""), Draw(text=text))
                    scores.add(scorer, stream, f"id of {prompt}", 0, [score])
    return path


def _told(path: Path) -> dict[tuple[str, str], tuple[str, bytes]]:
    """Return text and score by arm and prompt."""
    rows = """
        SELECT arm, prompts.text, draws.text, metrics FROM draws
        JOIN streams ON streams.id = draws.stream JOIN prompts ON prompts.id = draws.prompt
        JOIN items ON items.prompt = draws.prompt
        JOIN scores ON (scores.stream, item, scores.n) = (draws.stream, items.id, draws.n)
    """
    with closing(Database(path)) as database:
        return {
            (arm, prompt.decode()): (text.decode(), metrics)
            for arm, prompt, text, metrics in database.connection.execute(rows)
        }


def test_stores_come_together(tmp_path: Path) -> None:
    """A dozen stores, whose numbers of arms and prompts differ, lose no draw and mix up none."""
    sources = [
        _store(tmp_path / f"{n}.sqlite", {f"{n}+{m}=": f"[{n + m}]" for m in range(n % 3 + 1)},
               ARMS if n % 2 else ARMS[::-1])
        for n in range(12)
    ]  # fmt: skip
    target = _store(tmp_path / "here/draws.sqlite", {"before": "?"}, ("base",))
    wanted = {key: one for path in [*sources, target] for key, one in _told(path).items()}
    merge(sources, target)
    assert _told(target) == wanted
    assert len(wanted) == 2 * (4 * 1 + 4 * 2 + 4 * 3) + 1
    merge(sources, target)  # those that are there are the same
    assert _told(target) == wanted
    with closing(Database(target)) as database:
        assert [(one.arm, one.draws) for one in streams(database)] == [("base", 25), ("rl", 24)]
    assert [path.name for path in target.parent.iterdir()] == ["draws.sqlite"]


@pytest.mark.parametrize("change", ["draws SET text = 'x'", "scores SET answer = 'x'"])
def test_another_draw_is_refused(tmp_path: Path, change: str) -> None:
    """A draw or score that two stores have differently is named, and the target stays as it was."""
    target = _store(tmp_path / "draws.sqlite", {"1+1=": "2"})
    before = _told(target)
    first = _store(tmp_path / "1.sqlite", {"1+2=": "3"})
    second = _store(tmp_path / "2.sqlite", {"1+2=": "3"})
    with closing(Database(second)) as database, database.writing() as connection:
        connection.execute(f"UPDATE {change}")
    with pytest.raises(StoreError, match=r"2\.sqlite: .*draw 0 of a prompt of arm '.*' is other"):
        merge([first, second], target)
    assert _told(target) == before


def test_what_is_known_of_an_arm_draws_nothing() -> None:
    """An engine that is known only by name is what it was, and refuses to draw; others are told."""
    known = Known(fingerprint="c0de", pinned=True)
    opened = opener_of({"rl": known})
    assert opened(_arm("rl")) == known
    with pytest.raises(EngineError, match="draws are decided on here, and none is taken"):
        known.draw([], Sampling())
    with pytest.raises(EngineError, match="h: arm 'base' was asked for by no claim when"):
        opened(_arm("base"))


def _arm(name: str) -> ArmSpec:
    return ArmSpec(
        name=name, engine="python", where="h", options={}, stream=name, sampling=Sampling()
    )
