"""Where baselines are kept: found, missed, moved and written."""

from __future__ import annotations

import dataclasses
import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.baseline import Baseline, BaselineStore, dump
from harness.errors import BaselineError, FileError
from harness.records import Tally


@pytest.fixture
def baseline(tally: Callable[..., Tally]) -> Baseline:
    """Return a baseline of two items."""
    made = dataclasses.replace(tally([[1, 0], [1, 1]]), ids=("a" * 16, "b" * 16))
    return Baseline(
        task="sums", arm="rl", epoch=1, identity={"scorer": "0", "sampling": {}},
        provenance={"fingerprint": "", "seed": 0, "version": "", "created": ""}, tally=made,
    )  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> BaselineStore:
    """Return an empty store."""
    return BaselineStore(tmp_path / "evals" / "baselines")


def test_what_is_saved_is_loaded(store: BaselineStore, baseline: Baseline) -> None:
    """A baseline is kept under its task and arm."""
    path = store.save(baseline)
    assert path == store.folder / "sums" / "rl.json"
    assert dump(store.load("sums", "rl")) == dump(baseline) == path.read_text(encoding="utf-8")


def test_epochs_count_up(store: BaselineStore, baseline: Baseline) -> None:
    """The first baseline is number 1, each later one the next."""
    assert store.next_epoch("sums", "rl") == 1
    store.save(dataclasses.replace(baseline, epoch=3))
    assert store.next_epoch("sums", "rl") == 4


def test_a_missing_baseline_says_the_command(store: BaselineStore) -> None:
    """No baseline: the path, and what makes it."""
    with pytest.raises(BaselineError) as caught:
        store.load("sums", "rl")
    folder = store.folder.parent
    assert str(caught.value) == (
        f"{store.folder / 'sums' / 'rl.json'}: there is no baseline of arm 'rl' on task 'sums'; "
        f"make it with: pytest {folder} --harness-update-baseline"
    )


def test_a_moved_file_is_refused(store: BaselineStore, baseline: Baseline) -> None:
    """A baseline that was copied under another name is not that arm's."""
    store.save(baseline).rename(store.folder / "sums" / "base.json")
    with pytest.raises(BaselineError, match="is the baseline of 'rl' on 'sums'; was it moved"):
        store.load("sums", "base")


def test_a_binary_file_is_refused(store: BaselineStore, baseline: Baseline) -> None:
    """Bytes that are no text are one clear error."""
    store.save(baseline).write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(BaselineError, match=r"rl\.json:1: this baseline is no JSON"):
        store.load("sums", "rl")


def test_saving_leaves_nothing_else(store: BaselineStore, baseline: Baseline) -> None:
    """No temporary files stay behind, however often a baseline is saved."""
    store.save(baseline)
    path = store.save(dataclasses.replace(baseline, epoch=2))
    assert list(path.parent.iterdir()) == [path]
    assert path.stat().st_mode & 0o777 == 0o644


def test_a_full_disk_leaves_the_old_file(
    store: BaselineStore, baseline: Baseline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A write that fails keeps the old baseline whole."""

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), descriptor)

    path = store.save(baseline)
    before = path.read_bytes()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileError, match="No space left"):
        store.save(dataclasses.replace(baseline, epoch=2))
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]
