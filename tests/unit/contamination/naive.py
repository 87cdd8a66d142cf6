"""The overlap as its definition says it, word by word: what the fast one is held against."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from harness.records import Item

UNSPACED = "\u3040\u30ff\u3400\u4dbf\u4e00\u9fff\U00020000\U0003ffff"


def words(text: str) -> list[str]:
    """Split a text into runs of letters and digits; kana and Han stand alone."""
    found = [""]
    for character in unicodedata.normalize("NFKC", text).casefold():
        kinds = zip(UNSPACED[::2], UNSPACED[1::2], strict=True)
        alone = character.isalnum() and any(low <= character <= high for low, high in kinds)
        if not character.isalnum() or alone:
            found.append("")
        if alone:
            found += [character, ""]
        elif character.isalnum():
            found[-1] += character
    return [word for word in found if word]


def grams(found: Sequence[str], n: int) -> list[tuple[str, ...]]:
    """Return the n-grams of words, or all of fewer words as one."""
    length = min(n, len(found))
    return (
        [tuple(found[at : at + length]) for at in range(len(found) - length + 1)] if length else []
    )


def overlap(
    item: Item, documents: Sequence[str], n: int, window: int
) -> tuple[int, int, float | None, int, bool]:
    """Return found n-grams, all n-grams, the share with the reference, the run, and a leak."""
    texts = [words(text) for text in documents]
    prompt, reference = words(item.prompt), words(item.reference)
    there = [any(_stands(gram, text) for text in texts) for gram in grams(prompt, n)]
    whole = grams(words(f"{item.prompt}\n{item.reference}"), n)
    both = [any(_stands(gram, text) for text in texts) for gram in whole]
    run = longest = 0
    for one in there:
        run = run + 1 if one else 0
        longest = max(longest, run)
    leaked = bool(there) and any(_leaks(prompt, reference, text, n, window) for text in texts)
    share = sum(both) / len(both) if both else None
    stretch = longest + min(n, len(prompt)) - 1 if longest else 0
    return sum(there), len(there), share, stretch, leaked


def _stands(gram: Sequence[str], text: Sequence[str]) -> bool:
    return any(
        tuple(text[at : at + len(gram)]) == tuple(gram) for at in range(len(text) - len(gram) + 1)
    )


def _leaks(
    prompt: Sequence[str], reference: Sequence[str], text: Sequence[str], n: int, window: int
) -> bool:
    last = list(prompt[-n:])
    return bool(reference) and any(
        list(text[at : at + len(last)]) == last
        and list(text[start : start + len(reference)]) == list(reference)
        for at in range(len(text) - len(last) + 1)
        for start in range(at + len(last), at + len(last) + window)
    )
