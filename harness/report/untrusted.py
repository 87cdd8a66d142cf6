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

    Its fence is longer than any run of backticks inside.
    """
    shown = visible(shortened(text, most), lines=True)
    fence = "`" * max(3, _longest_run(shown) + 1)
    return f"{fence}text\n{shown}\n{fence}"


def code(text: str, most: int) -> str:
    """Return a span of code in Markdown, in one line, also fit for the cell of a table."""
    shown = visible(shortened(text, most))
    if not shown.strip():
        return f"({len(shown)} spaces)" if shown else "(nothing)"
    fence = "`" * (_longest_run(shown) + 1)
    pad = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{fence}{pad}{shown}{pad}{fence}".replace("|", "\\|")


def escaped(text: str) -> str:
    """Return text for Markdown's prose that is taken for nothing else: no markup, no mention."""
    return _MARKUP.sub(lambda one: _ENTITIES.get(one[0], f"\\{one[0]}"), visible(text))


def in_html(text: str) -> str:
    """Return text for HTML inside of Markdown, such as a summary: no tag, no mention."""
    return _HTML.sub(lambda one: _ENTITIES[one[0]], visible(text))


_GAP = "&#8203;"  # of no width: what follows a sign is no longer a name or a number of an issue
_ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;", "@": f"@{_GAP}", "#": f"#{_GAP}"}
_HTML = re.compile(f"[{''.join(_ENTITIES)}]")
_MARKUP = re.compile(r"[\\`*_{}\[\]<>#!|~@&$]")


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


def _code(point: int) -> str:
    if point <= 0xFF:  # noqa: PLR2004  two digits
        return f"\\x{point:02x}"
    return f"\\u{point:04x}" if point <= 0xFFFF else f"\\U{point:08x}"  # noqa: PLR2004  four digits
