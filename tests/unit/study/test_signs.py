"""What intervals show, and the words that they come to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.study.answer import Figure, Name
from harness.study.signs import overall, sign_of, told

WORDS = {"up": "yes", "down": "worse", "same": "no change", "open": "not shown"}
ends = st.floats(-1, 1)
signs = st.lists(st.sampled_from(list(WORDS)), min_size=1, max_size=5)


@given(st.tuples(ends, ends).map(sorted), st.none() | st.floats(0.001, 1))
def test_a_sign_is_never_surer_than_its_interval(
    interval: list[float], within: float | None
) -> None:
    """Up and down leave zero out; the same lies inside of the effect of interest; else nothing."""
    low, high = interval
    sign = sign_of(low, high, within)
    assert (sign == "up") == (low > 0)
    assert (sign == "down") == (high < 0)
    inside = within is not None and -within < low and high < within
    assert (sign == "same") == (inside and low <= 0 <= high)


@pytest.mark.parametrize(("low", "high"), [(None, 0.2), (-0.1, None), (None, None)])
def test_without_an_interval_nothing_is_shown(low: float | None, high: float | None) -> None:
    """Too few items have no interval."""
    assert sign_of(low, high, 0.5) == "open"


@pytest.mark.parametrize(
    ("found", "word"),
    [
        (["up", "up"], "yes"),
        (["up", "open"], "yes, in part"),
        (["up", "same"], "yes, in part"),
        (["up", "down", "open"], "mixed"),
        (["down", "same"], "worse, in part"),
        (["same", "open"], "no change, in part"),
        (["open"], "not shown"),
    ],
)
def test_the_word_over_sets_of_items(found: list[str], word: str) -> None:
    """One word where all agree; else what part of them shows."""
    assert overall(found, WORDS) == word


@pytest.mark.parametrize(
    ("found", "word"),
    [(["down", "same"], "no"), (["up", "same"], "mixed"), (["same", "open"], "no, in part")],
)
def test_signs_of_one_word_agree(found: list[str], word: str) -> None:
    """Where two signs answer a question alike, it is the answers that agree or differ."""
    words = {"up": "yes", "down": "no", "same": "no", "open": "not shown"}
    assert overall(found, words) == word


@given(signs)
def test_a_word_says_no_more_than_its_parts(found: list[str]) -> None:
    """A word without "in part" holds on all sets, and the order of sets does not matter."""
    word = overall(found, WORDS)
    assert word == overall(found[::-1], WORDS)
    if word in WORDS.values():
        assert {WORDS[one] for one in found} == {word}
    elif word == "mixed":
        assert {"up", "down"} <= set(found)
    else:
        assert word.endswith(", in part")
        assert word.removesuffix(", in part") in {WORDS[one] for one in found}


def test_a_sentence_goes_by_signs() -> None:
    """Each phrase has its items and figures, and what is not there has no phrase."""
    figures = [
        Figure(what="pass@1", unit="change", value=value, where=where)
        for value, where in ((0.1, "a"), (0.0, "b"), (0.2, "c"))
    ]
    said = told(list(zip(["up", "open", "up"], figures, strict=True)), WORDS)
    assert said == (
        "yes", " ", "on ", Name(text="a"), " ", figures[0], ", ", "on ", Name(text="c"), " ",
        figures[2], "; ", "not shown", " ", "on ", Name(text="b"), " ", figures[1],
    )  # fmt: skip
