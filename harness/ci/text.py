"""Text of others made harmless where a runner reads it, and cut to what a service takes."""

from __future__ import annotations

import unicodedata

_LONGEST = 500
_ODD = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def plain(text: str, longest: int = _LONGEST) -> str:
    """Return text in one line that no terminal and no runner takes for a command.

    GitHub's runner obeys ``::name::`` where a line begins, and ``##[name]`` anywhere in it.
    """
    line = "".join(" " if unicodedata.category(mark) in _ODD else mark for mark in text)
    line = " ".join(line.split())
    while "##[" in line:
        line = line.replace("##[", "# #[")
    if line.startswith("::"):
        line = f": {line[1:]}"
    return line if len(line) <= longest else f"{line[: longest - 3]}..."


def cut(text: str, limit: int, note: str) -> str:
    """Return text of at most `limit` characters, whole lines of it, with a note if it is cut."""
    if len(text) <= limit:
        return text
    room = limit - len(note) - 2
    kept = text[: max(room, 0)]
    whole = kept.rpartition("\n")[0] or kept
    return f"{whole}\n\n{note}"[:limit]


def cut_bytes(text: str, limit: int, note: str) -> str:
    """Return text of at most `limit` bytes in UTF-8, as `cut` does; empty if there is no room."""
    if len(text.encode()) <= limit:
        return text
    room = limit - len(note.encode()) - 2
    if room <= 0:
        return ""
    kept = text.encode()[:room].decode(errors="ignore")
    whole = kept.rpartition("\n")[0] or kept
    return f"{whole}\n\n{note}"
