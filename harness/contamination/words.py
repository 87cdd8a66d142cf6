"""Text as words: normalised, and hashed many at a time."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from harness.records.data import IntArray

    Hashes = npt.NDArray[np.uint64]
    Codes = npt.NDArray[np.uint8] | npt.NDArray[np.uint32]

SEPARATOR = "\x1e"  # between documents; inside of one it is a space
_POINTS = 0x110000
_CHARACTERS, _GRAMS = 0x9E3779B97F4A7C15, 0xD1342543DE82EF95  # odd: they have inverses
#: Kana and Han, which are written without spaces: each character is a word.
_UNSPACED = ((0x3040, 0x30FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0x20000, 0x3FFFF))


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The T words of a text.

    Attributes
    ----------
    codes
        The normalised text, a code point each.
    starts
        Where each word begins in `codes`, shape [T].
    hashes
        A hash of each word, shape [T]; that of a word is always the same.
    documents
        How many separators stand before each word, shape [T].
    """

    codes: Codes
    starts: IntArray
    hashes: Hashes
    documents: IntArray


def words(text: str | bytes) -> Words:
    """Split a text into words: runs of letters and digits, in NFKC and without case.

    Bytes are UTF-8; what is none stands between words. The hash of a word c_0 ... c_m is
    sum v(c_i) B^i modulo 2^64, mixed; all sums are differences of one running sum
    (Karp and Rabin 1987).
    """
    codes = _codes(text)
    values, unspaced = _tables()
    numbers = values[codes]
    alone = unspaced[codes] if codes.itemsize > 1 else np.zeros(len(codes), dtype=np.bool_)
    joined = (numbers != 0) & ~alone
    before = np.concatenate(([False], joined[:-1]))
    after = np.concatenate((joined[1:], [False])) if len(joined) else joined
    starts = np.flatnonzero(alone | (joined & ~before))
    ends = np.flatnonzero(alone | (joined & ~after)) + 1
    sums = _sums(numbers, _CHARACTERS)
    separators = np.flatnonzero(codes == ord(SEPARATOR))
    return Words(
        codes=codes,
        starts=starts,
        hashes=_mixed(
            (sums[ends] - sums[starts]) * _powers(_inverse(_CHARACTERS), len(sums))[starts]
        ),
        documents=np.searchsorted(separators, starts)
        if len(separators)
        else np.zeros(len(starts), dtype=np.int64),
    )


def hashed(texts: Iterable[str], most: int = 1 << 20) -> Iterator[Hashes]:
    """Yield the hashes of the words of each text, hashing about `most` characters at a time."""
    held: list[str] = []
    size = 0
    for text in texts:
        held.append(text.replace(SEPARATOR, " "))
        size += len(text)
        if size >= most:
            yield from _apart(held)
            held, size = [], 0
    if held:
        yield from _apart(held)


def _apart(texts: Sequence[str]) -> list[Hashes]:
    found = words(SEPARATOR.join(texts))
    return np.split(found.hashes, np.searchsorted(found.documents, np.arange(1, len(texts))))


def shown(codes: Codes) -> str:
    """Return normalised text as a string."""
    encoding = "latin-1" if codes.itemsize == 1 else "utf-32-le"
    return codes.tobytes().decode(encoding, "replace")


class Grams:
    """The hashes of all runs of words of a text, of any length."""

    def __init__(self, hashes: Hashes) -> None:
        self._sums = _sums(hashes, _GRAMS)
        self._back = _powers(_inverse(_GRAMS), len(self._sums))

    def every(self, length: int) -> Hashes:
        """Return the hash of each run of a length, shape [T - length + 1], or [0]."""
        count = max(len(self._sums) - length, 0)
        hashes: Hashes = (self._sums[length:] - self._sums[:count]) * self._back[:count]
        return hashes

    def at(self, starts: IntArray, lengths: IntArray) -> Hashes:
        """Return the hash of the runs at some places; each must end within the text."""
        hashes: Hashes = (self._sums[starts + lengths] - self._sums[starts]) * self._back[starts]
        return hashes


def _codes(text: str | bytes) -> Codes:
    if text.isascii():
        plain = text if isinstance(text, bytes) else text.encode()
        return np.frombuffer(plain.lower(), dtype=np.uint8)
    whole = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    folded = unicodedata.normalize("NFKC", whole).casefold()
    return np.frombuffer(folded.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def _sums(values: Hashes, base: int) -> Hashes:
    """Return the running sums of values times powers of a base, from 0; modulo 2^64."""
    sums = np.zeros(len(values) + 1, dtype=np.uint64)
    np.cumsum(values * _powers(base, len(values)), out=sums[1:])
    return sums


def _powers(base: int, count: int) -> Hashes:
    return _all_powers(base, max(count, 2).bit_length())[:count]


@functools.lru_cache(maxsize=64)
def _all_powers(base: int, bits: int) -> Hashes:
    powers = np.full(1 << bits, base, dtype=np.uint64)
    powers[0] = 1
    return np.multiply.accumulate(powers)


@functools.cache
def _inverse(base: int) -> int:
    return pow(base, -1, 1 << 64)


def _mixed(hashes: Hashes) -> Hashes:
    """Mix all bits (the finaliser of SplitMix64; Steele, Lea and Flood 2014)."""
    found = (hashes ^ (hashes >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    found = (found ^ (found >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: Hashes = found ^ (found >> np.uint64(31))
    return mixed


@functools.cache
def _tables() -> tuple[Hashes, npt.NDArray[np.bool_]]:
    """Return a random value for each code point, 0 outside of words; and which are words alone."""
    values = _mixed(np.arange(1, _POINTS + 1, dtype=np.uint64) * np.uint64(_CHARACTERS))
    lettered = np.array(bytearray(map(str.isalnum, map(chr, range(_POINTS)))), dtype=np.bool_)
    values[~lettered] = 0
    unspaced = np.zeros(_POINTS, dtype=np.bool_)
    for first, last in _UNSPACED:
        unspaced[first : last + 1] = lettered[first : last + 1]
    return values, unspaced
