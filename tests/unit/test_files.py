"""Files are written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.files import write_atomically


def test_folders_are_made(tmp_path: Path) -> None:
    """Missing folders on the way are created."""
    path = tmp_path / "a" / "b" / "run.json"
    write_atomically(path, "{}\N{SNOWMAN}\n")
    assert path.read_text(encoding="utf-8") == "{}\N{SNOWMAN}\n"


def test_text_that_cant_be_encoded_leaves_the_old_file(tmp_path: Path) -> None:
    """A lone surrogate fails before anything is replaced, and nothing stays behind."""
    path = tmp_path / "run.json"
    write_atomically(path, "old")
    with pytest.raises(UnicodeEncodeError):
        write_atomically(path, "new \ud800")
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_in_the_way_leaves_nothing_behind(tmp_path: Path) -> None:
    """Where the file can't be put in its place, its temporary copy goes."""
    path = tmp_path / "run.json"
    path.mkdir()
    with pytest.raises(OSError, match=r"run\.json"):
        write_atomically(path, "{}")
    assert list(tmp_path.iterdir()) == [path]
