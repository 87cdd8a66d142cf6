"""Text that a model wrote, made harmless to show: it may hold anything."""

from __future__ import annotations

import re
import unicodedata

#: Controls, formats (among them bidirectional ones), surrogates, private and unassigned characters,
#: line and paragraph separators.
_ACTIVE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_NAMED = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}
_MOST_MARKS = 2  # combining marks on one character; more of them paint over other lines
_MARKS = {"Mn", "Me"}
#: What the logs of CI systems take for commands: at the start of a line, or anywhere.
_AT_START = re.compile(r"^[^\S\n]*(?=::)", re.MULTILINE)
_ANYWHERE = re.compile(r"(?<=##)(\w*)(?=\[)")
_COMMENT = re.compile(r"<(?=!-*)")


def visible(text: str, *, lines: bool = False) -> str:
    r"""Write out what is not plainly visible, as ``\n``, ``\x1b`` or ``\u202e``.

    Escape sequences, control and bidirectional characters lose their effect; what is left is safe
    on a terminal and in a file.

    Parameters
    ----------
    text
        Any text.
    lines
        Whether line feeds stay as they are.
    """
    if text.isascii() and text.isprintable():
        return text
    found: list[str] = []
    marks = 0
    for character in text:
        kind = unicodedata.category(character)
        marks = marks + 1 if kind in _MARKS else 0
        if character == "\n" and lines:
            found.append(character)
        elif kind in _ACTIVE or marks > _MOST_MARKS:
            found.append(_NAMED.get(character) or _code(ord(character)))
        else:
            found.append(character)
    return "".join(found)


def printable(text: str, *, lines: bool = True) -> str:
    r"""Return text for a terminal, or for the log of a CI job: nothing in them acts there.

    Beside what :func:`visible` writes out, commands of workflows are broken by a backslash:
    ``\::error::`` and ``##\[error]``.
    """
    return _ANYWHERE.sub(r"\1\\", _AT_START.sub(r"\g<0>\\", visible(text, lines=lines)))


def shortened(text: str, most: int) -> str:
    """Cut a text in its middle, and say how much is left out; answers stand at the end."""
    if len(text) <= most:
        return text
    mark = f" [{len(text):,} characters] "
    kept = max(most - len(mark), 2)
    head = kept // 2
    return f"{text[:head]}{mark}{text[len(text) - (kept - head) :]}"


def fenced(text: str, most: int) -> str:
    """Return a block of code in Markdown: nothing in it is a link, a mention or HTML.

    Its fence is longer than any run of backticks inside, and nothing passes for a comment.
    """
    shown = _COMMENT.sub(r"<\\", printable(shortened(text, most)))
    fence = "`" * max(3, _longest_run(shown) + 1)
    return f"{fence}text\n{shown}\n{fence}"


def code(text: str, most: int, *, cell: bool = True) -> str:
    """Return a span of code in Markdown, in one line; `cell` if it is to stand in a table."""
    shown = _COMMENT.sub(r"<\\", printable(shortened(text, most), lines=False))
    if not shown.strip():
        return f"({len(shown)} spaces)" if shown else "(nothing)"
    fence = "`" * (_longest_run(shown) + 1)
    pad = " " if shown[0] in "` " or shown[-1] in "` " else ""
    span = f"{fence}{pad}{shown}{pad}{fence}"
    return span.replace("|", "\\|") if cell else span


def escaped(text: str) -> str:
    """Return text for Markdown's prose that is taken for nothing else.

    No markup, link, mention, number of an issue or commit, emoji, list or heading.
    """
    shown = _MARKUP.sub(lambda one: _ENTITIES.get(one[0], f"\\{one[0]}"), _parted(visible(text)))
    return _BLOCK.sub(r"\1\\\2", shown.replace(_NOTHING, _GAP).strip())


def in_html(text: str) -> str:
    """Return text for HTML inside of Markdown, such as a summary: no tag, no link, no mention."""
    shown = _HTML.sub(lambda one: _ENTITIES[one[0]], _parted(visible(text)))
    return shown.replace(_NOTHING, _GAP)


_GAP = "&#8203;"  # of no width: what it parts is no longer a name, a number or an address
_NOTHING = "\u200b"  # the same, which `visible` leaves in no text
_ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
_HTML = re.compile(f"[{''.join(_ENTITIES)}]")
_MARKUP = re.compile(r"[\\`*_{}\[\]<>!|~&]")
#: Between these GitHub sees a mention, an issue, an address, an emoji, or the hash of a commit.
_LINKS = re.compile(
    r"(?<=[@#:])(?=\S)|(?<=www)(?=\.)|(?<=[A-Za-z]-)(?=\d)"
    r"|(?<=[0-9A-Fa-f]{6})(?=[0-9A-Fa-f])", re.IGNORECASE
)  # fmt: skip
_BLOCK = re.compile(r"^(\d*)([-+=#.):])")  # at a line's start: a list, a heading, a command


def _parted(text: str) -> str:
    """Part what GitHub would link by itself; a dollar can't be kept from formulas otherwise."""
    return _LINKS.sub(_NOTHING, text).replace("$", "\N{FULLWIDTH DOLLAR SIGN}")


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


def _code(point: int) -> str:
    if point <= 0xFF:  # noqa: PLR2004  two digits
        return f"\\x{point:02x}"
    return f"\\u{point:04x}" if point <= 0xFFFF else f"\\U{point:08x}"  # noqa: PLR2004  four digits
