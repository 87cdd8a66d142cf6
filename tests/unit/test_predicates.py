"""What a function of a text is known by."""

from __future__ import annotations

import functools
from collections.abc import Callable

import pytest

from harness.errors import ClaimError
from harness.judge.predicates import check_names, functions_of
from harness.records import Statistic, Terms

Predicate = Callable[[str], object]


def has(part: str) -> Predicate:
    """Return what looks for a part."""

    def told(text: str) -> bool:
        return part in text

    return told


@pytest.fixture
def terms(statistic: Callable[..., Statistic]) -> Callable[..., Terms]:
    """Return a maker of the terms of a rate."""

    def make(function: Predicate, name: str = "told") -> Terms:
        return ((1.0, statistic(kind="rate", metric=name, predicate=function)),)

    return make


def test_source_and_what_it_encloses_tell(terms: Callable[..., Terms]) -> None:
    """The same function made twice is one; with another part, or another body, it is another."""
    (first,), (again,) = (functions_of(terms(has("a"))) for _ in range(2))
    (other,) = functions_of(terms(has("b")))
    (unlike,) = functions_of(terms(lambda text: "a" in text))
    assert first == again
    parts = [functools.partial(str.startswith, prefix) for prefix in "ab"]
    part, rest = (next(functions_of(terms(one))) for one in parts)
    assert len({first, other, unlike, part, rest}) == 5


@pytest.mark.parametrize(
    "function",
    [
        str.isdigit,
        functools.partial(str.startswith, "a"),
        lambda text: (
            text
            .strip()
            ),
    ],
    ids=["built in", "partial", "lines"],
)  # fmt: skip
def test_any_function_is_known_by_something(
    terms: Callable[..., Terms], function: Predicate
) -> None:
    """What has no source of its own, or no whole one, has its name."""
    ((name, content),) = functions_of(terms(function))
    assert (name, len(content)) == ("told", 16)


def test_one_name_is_one_function(terms: Callable[..., Terms]) -> None:
    """Another one of that name is refused, and may have a name of its own."""
    known: dict[str, str] = {}
    check_names(terms(has("a")), known)
    check_names(terms(has("a")), known)
    check_names(terms(has("b"), "other"), known)
    with pytest.raises(ClaimError, match="two functions of this eval are called 'told'"):
        check_names(terms(has("b")), known)
