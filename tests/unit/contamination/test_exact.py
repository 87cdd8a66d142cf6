"""Hashed, in blocks and many at a time, the overlap is that of its definition."""

from __future__ import annotations

import json
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.contamination import Terms, contamination, records, texts
from harness.contamination.overlap import Overlap
from harness.contamination.words import shown, words
from harness.records import Item, Task
from tests.unit.contamination import naive

WORDS = st.sampled_from(
    ["a", "B", "7", "é", "e\u0301", "ß", "\uff21\uff22", "漢字", "Σας", "\u1e9b", "x-y"]
)
SPACES = st.sampled_from([" ", "\n", "  ", ", ", "\t", "\x1e"])
TEXT = st.lists(st.tuples(WORDS, SPACES), max_size=30).map(
    lambda pairs: "".join(word + space for word, space in pairs)
)


def _task(pairs: list[tuple[str, str]]) -> Task:
    items = tuple(
        Item(id=str(at), prompt=prompt, reference=reference)
        for at, (prompt, reference) in enumerate(pairs)
    )
    return Task(name="sums", items=items, metrics=(), answer="correct")


def _figures(one: Overlap) -> tuple[int, int, float | None, int, bool]:
    return one.found, one.grams, one.with_reference, one.run, one.leaked


@given(st.text())
def test_words_are_those_of_the_definition(text: str) -> None:
    """Any text, of any script, is split as the definition says; equal words have equal hashes."""
    expected = naive.words(text)
    found = words(text)
    assert len(found.starts) == len(expected)
    for start, word in zip(found.starts.tolist(), expected, strict=True):
        assert shown(found.codes[start : start + len(word)]) == word
    assert len(set(found.hashes.tolist())) == len(set(expected))


@pytest.mark.parametrize("size", [7, 40, 1 << 20])
@given(
    pairs=st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=3),
    documents=st.lists(TEXT, min_size=1, max_size=4),
    terms=st.builds(Terms, n=st.integers(1, 5), window=st.integers(1, 6)),
)
def test_the_overlap_is_that_of_the_definition(
    tmp_path_factory: pytest.TempPathFactory,
    size: int, pairs: list[tuple[str, str]], documents: list[str], terms: Terms,
) -> None:  # fmt: skip
    """Files of text and lines of JSON come to the same as word by word, in blocks of any size."""
    folder = tmp_path_factory.mktemp("training")
    (folder / "0.txt").write_text("mark the end", encoding="utf-8")
    for at, text in enumerate(documents):
        (folder / f"{at + 1}.txt").write_bytes(text.encode())
    (folder / "all.jsonl").write_text(
        "".join(json.dumps({"text": text}) + "\n" for text in documents), encoding="utf-8"
    )
    task = _task(pairs)
    expected = [naive.overlap(item, documents, terms.n, terms.window) for item in task.items]
    with (
        mock.patch.object(texts, "BLOCK", size),
        mock.patch.object(records, "BLOCK", size),
    ):
        lined = contamination(task, [str(folder / "all.jsonl"), str(folder / "0.txt")], terms)
        assert [_figures(one) for one in lined.overlaps] == expected
        if size > 100:
            (folder / "all.jsonl").unlink()
            plain = contamination(task, [str(folder)], terms)
            assert [_figures(one) for one in plain.overlaps] == expected


@pytest.mark.parametrize("size", [64, 100, 333])
def test_blocks_end_between_words(tmp_path: Path, size: int) -> None:
    """An n-gram, and the answer behind it, are found wherever a block ends."""
    prompt = "the quick brown fox jumps over the lazy dog while seven wizards box"
    for shift in range(0, 2 * size, 7):
        text = "é " * (shift // 2) + "\n" + prompt.upper() + "\n\nand so: 42"
        (tmp_path / "t.txt").write_text(text, encoding="utf-8")
        with mock.patch.object(texts, "BLOCK", size):
            found = contamination(
                _task([(prompt, "42")]), [str(tmp_path / "t.txt")], Terms(n=13, window=3)
            )
        (one,) = found.overlaps
        assert (one.standing, one.leaked, one.run) == ("contaminated", True, 13)
        assert one.place is not None
        assert one.place.line == 2
