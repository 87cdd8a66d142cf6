"""Text of others, where a runner reads it and where a service bounds it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from harness.ci.text import cut, cut_bytes, plain

HOSTILE = st.lists(
    st.sampled_from(["#", "##[", "[", "]", ":", "::", "\n", "\r", "\x1b", "\u2028", "\u200b", " "])
    | st.characters()
).map("".join)


@given(HOSTILE, st.integers(3, 60))
def test_no_text_is_a_command(text: str, longest: int) -> None:
    """Whatever it is, it is one line without marks that a runner or a terminal obeys."""
    found = plain(text, longest)
    assert len(found) <= longest
    assert "##[" not in found
    assert not found.lstrip().startswith("::")
    assert len(found.splitlines()) <= 1
    assert found.isprintable()


@given(st.text(), st.integers(10, 80))
def test_a_cut_text_fits(text: str, limit: int) -> None:
    """In characters or in bytes, and what fits is left as it is."""
    assert len(cut(text, limit, "...cut")) <= limit
    assert len(cut_bytes(text, limit, "...cut").encode()) <= limit
    if len(text.encode()) <= limit:
        assert cut(text, limit, "...cut") == cut_bytes(text, limit, "...cut") == text
