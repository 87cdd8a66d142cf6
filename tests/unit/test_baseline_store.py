"""Where baselines are kept: found, missed, moved and written."""

from __future__ import annotations

import dataclasses
import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.baseline import Baseline, BaselineStore, Origin, dump
from harness.errors import BaselineError, FileError
from harness.records import Tally

STORED = Path(__file__).parent.parent / "formats" / "stored"


@pytest.fixture
def baseline(tally: Callable[..., Tally]) -> Baseline:
    """Return a baseline of two items."""
    made = dataclasses.replace(tally([[1, 0], [1, 1]]), ids=("a" * 16, "b" * 16),
                               answers=({"": 2}, {"": 2}))  # fmt: skip
    origin = Origin(epoch=1, taken="2026-01-02", model="")
    return Baseline(
        task="sums", arm="rl", identity={"scorer": "0", "sampling": {}, "prompting": {}}, seed=0,
        origins=(origin, origin), prompts=("", ""), tally=made,
    )  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> BaselineStore:
    """Return an empty store."""
    return BaselineStore(tmp_path / "evals" / "baselines")


def test_what_is_saved_is_loaded(store: BaselineStore, baseline: Baseline) -> None:
    """A baseline is kept under its task and arm."""
    path = store.save(baseline)
    assert path == store.folder / "sums" / "rl.jsonl"
    assert dump(store.load("sums", "rl")) == dump(baseline) == path.read_text(encoding="utf-8")


def test_a_missing_baseline_says_the_command(store: BaselineStore) -> None:
    """No baseline: the path, and what makes it."""
    with pytest.raises(BaselineError) as caught:
        store.load("sums", "rl")
    assert str(caught.value) == (
        f"{store.folder / 'sums' / 'rl.jsonl'}: missing: there is no baseline of arm 'rl' on task "
        "'sums'; take it with: harness baseline accept --task sums --arm rl"
    )
    assert store.find("sums", "rl") is None


def test_an_older_file_gives_way(store: BaselineStore, baseline: Baseline) -> None:
    """A baseline of version 1 is read under its old name, and is gone once a new one is written."""
    old = store.path("sums", "rl").with_suffix(".json")
    old.parent.mkdir(parents=True)
    old.write_bytes((STORED / "baseline_v1.json").read_bytes())
    assert store.load("sums", "rl").epoch == 2
    assert store.names() == [("sums", "rl")]
    store.save(baseline)
    assert not old.exists()
    assert store.load("sums", "rl").epoch == 1


def test_a_moved_file_is_refused(store: BaselineStore, baseline: Baseline) -> None:
    """A baseline that was copied under another name is not that arm's."""
    store.save(baseline).rename(store.folder / "sums" / "base.jsonl")
    with pytest.raises(BaselineError, match="is the baseline of 'rl' on 'sums'; was it moved"):
        store.load("sums", "base")


def test_a_binary_file_is_refused(store: BaselineStore, baseline: Baseline) -> None:
    """Bytes that are no text are one clear error."""
    store.save(baseline).write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(BaselineError, match=r"rl\.jsonl:1: this baseline is no JSON"):
        store.load("sums", "rl")


def test_saving_leaves_nothing_else(store: BaselineStore, baseline: Baseline) -> None:
    """No temporary files stay behind, however often a baseline is saved."""
    store.save(baseline)
    path = store.save(dataclasses.replace(baseline, seed=2))
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
        store.save(dataclasses.replace(baseline, seed=2))
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]
