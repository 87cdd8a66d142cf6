"""Files are written whole or not at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from harness.errors import FileError
from harness.files import remove, write_atomically


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
    with pytest.raises(FileError, match=r"run\.json: can't be written: Is a directory; see that"):
        write_atomically(path, "{}")
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_in_place_of_the_folder_is_named(tmp_path: Path) -> None:
    """Where the folder can't be made, the file that was to be written is named."""
    (tmp_path / "out").touch()
    with pytest.raises(FileError, match=r"out/run\.json: can't be written: .*; see that"):
        write_atomically(tmp_path / "out" / "run.json", "{}")


def test_a_full_disk_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no room the old file stays, and nothing else does."""
    path = tmp_path / "run.json"
    write_atomically(path, "old")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileError, match="No space left on device"):
        write_atomically(path, "new")
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_gone_need_not_be_removed(tmp_path: Path) -> None:
    """A file is removed if it is there; a folder in its place is named."""
    path = tmp_path / "run.json"
    remove(path)
    path.touch()
    remove(path)
    assert not path.exists()
    path.mkdir()
    with pytest.raises(FileError, match=r"run\.json: can't be written"):
        remove(path)
