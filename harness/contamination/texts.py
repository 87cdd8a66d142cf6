"""Plain text in blocks that end between words."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from harness.contamination.block import BLOCK, Block, Reading
from harness.contamination.words import SEPARATOR

_SEPARATOR = SEPARATOR.encode()


def texts(
    name: str, read: Callable[[int], bytes], reading: Reading, *, line: int = 1
) -> Iterator[Block]:
    """Yield text as one document, in blocks; no more than three of them are held.

    Parameters
    ----------
    read
        Reads up to so many bytes; none at the end.
    line
        The line it begins on.
    """
    rest, continues = b"", False
    while True:
        chunk = read(BLOCK)
        text = rest + chunk
        if not text:
            return
        at = _cut(text) if chunk else len(text)
        piece, rest = text[:at], text[at:]
        reading.text += len(piece)
        plain = piece.replace(_SEPARATOR, b" ")
        yield Block(name=name, text=plain, line=line, continues=continues)
        line += piece.count(b"\n")
        continues = True


def _cut(text: bytes) -> int:
    """Return where to end a block: after a space, or if there is none, after a character.

    A word that is longer than a block is parted: no item has one.
    """
    at = max(text.rfind(b"\n"), text.rfind(b" ")) + 1
    if at or len(text) < BLOCK:
        return at
    for back in range(1, 4):  # from the end to the first byte of the last character of UTF-8
        if text[-back] & 0xC0 != 0x80:  # noqa: PLR2004  a byte that goes on with a character
            return len(text) - back if text[-back] >= 0xC0 else len(text)  # noqa: PLR2004  as above
    return len(text)
