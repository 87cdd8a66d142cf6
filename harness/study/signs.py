"""What intervals show, and the word that they come to over several sets of items."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from harness.study.answer import Figure, Name, Sentence

#: An interval lies above zero, below it, within the smallest effect of interest, or shows nothing.
Sign = Literal["up", "down", "same", "open"]


def sign_of(low: float | None, high: float | None, within: float | None = None) -> Sign:
    """Say what an interval shows.

    Parameters
    ----------
    low, high
        The interval; None if there is none.
    within
        The smallest effect of interest: an interval inside of it, on both sides, shows that there
        is no such effect. None if undeclared; then nothing is shown to be the same.
    """
    if low is None or high is None:
        return "open"
    if low > 0:
        return "up"
    if high < 0:
        return "down"
    return "same" if within is not None and -within < low and high < within else "open"


def overall(signs: Iterable[str], words: Mapping[str, str]) -> str:
    """Return the word for several sets of items, each of which has a sign.

    The word that all have. "mixed" where some have the word of the first sign of `words`, and
    some that of the second. Else the word of the first sign that some have, "in part"; the last
    sign, that of nothing shown, takes part in no such word.

    Parameters
    ----------
    signs
        At least one, each a key of `words`.
    words
        By sign: first that of a gain, then that of a loss, last that of nothing shown.
    """
    found, (up, down, *_) = {words[sign] for sign in signs}, words.values()
    if {up, down} <= found:
        return "mixed"
    first = next(word for word in words.values() if word in found)
    return first if len(found) == 1 else f"{first}, in part"


def told(
    found: Sequence[tuple[str, Figure]], phrases: Mapping[str, str], *, named: bool = False
) -> Sentence:
    """Say what is shown on which items: a phrase for each sign, its items and their figures.

    Parameters
    ----------
    found
        Signs with their figures.
    phrases
        By sign, in the order of the sentence; a sign that is not there has no figures.
    named
        Whether each figure is told with its name.
    """
    said: list[str | Name | Figure] = []
    for sign, phrase in phrases.items():
        figures = [figure for one, figure in found if one == sign]
        if figures:
            said += ["; "] if said else []
            said += [phrase, *placed(figures, named=named)]
    return tuple(said)


def placed(figures: Sequence[Figure], *, named: bool = False) -> Sentence:
    """List figures, each with its items, and its name if `named`."""
    said: list[str | Name | Figure] = []
    for place, figure in enumerate(figures):
        said.append(", " if place else " ")
        if figure.where:
            said += ["on ", Name(text=figure.where), " "]
        said += [f"{figure.what} ", figure] if named else [figure]
    return tuple(said)
