"""Text that anyone may have written: what would act unseen is written out."""

from __future__ import annotations

import unicodedata

#: Controls, formats (bidirectional ones among them), surrogates, and separators of lines.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def visible(text: str) -> str:
    """Return text whose unseen characters are marks, such as ⟨U+202E⟩; line feeds and tabs stay."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        f"⟨U+{ord(one):04X}⟩" if one not in "\n\t" and unicodedata.category(one) in _UNSEEN else one
        for one in text
    )
