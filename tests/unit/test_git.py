"""What is asked of a repository, in a small one; outside of one, and in a shallow clone."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from harness.errors import GitError
from harness.git import default_branch, head, log, merge_base, resolve, show

_NOBODY = (
    "-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false",
)  # fmt: skip


def git(at: Path, *arguments: str) -> str:
    """Run git in a folder."""
    command = ["git", *_NOBODY, "-C", str(at), *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Return a repository whose file changed on main, and again on a branch."""
    root = tmp_path / "repository"
    root.mkdir()
    git(root, "init", "--initial-branch=main")
    for text in ("one", "two"):
        (root / "file.txt").write_text(text, encoding="utf-8")
        git(root, "add", ".")
        git(root, "commit", "-m", text)
    git(root, "switch", "-c", "topic")
    (root / "file.txt").write_text("three", encoding="utf-8")
    git(root, "commit", "-am", "three")
    return root


def test_the_head(repository: Path) -> None:
    """The commit, its branch, and whether tracked files differ from it."""
    found = head(repository)
    assert found is not None
    assert (found.sha, found.branch, found.dirty) == (git(repository, "rev-parse", "HEAD"),
                                                      "topic", False)  # fmt: skip
    (repository / "new.txt").touch()
    assert head(repository) == found
    (repository / "file.txt").write_text("four", encoding="utf-8")
    git(repository, "switch", "--detach")
    found = head(repository)
    assert found is not None
    assert (found.branch, found.dirty) == (None, True)


def test_a_file_at_a_commit(repository: Path) -> None:
    """A file as it was, seen from any folder; None where it was not."""
    assert show("main", Path("file.txt"), repository) == b"two"
    assert show("topic~2", Path("file.txt"), repository) == b"one"
    assert show("main", Path("other.txt"), repository) is None
    below = repository / "below"
    below.mkdir()
    assert show("main", Path("../file.txt"), below) == b"two"
    assert show("main", Path(), repository) is None


def test_the_merge_base_and_the_log(repository: Path) -> None:
    """What two have in common, and which commits changed a file."""
    assert merge_base("main", "topic", repository) == resolve("main", repository)
    changes = log(Path("file.txt"), at=repository)
    assert [sha for sha, _ in changes] == [resolve(f"topic~{n}", repository) for n in range(3)]
    assert changes[0][1][4] == "-"
    assert log(Path("other.txt"), at=repository) == []
    git(repository, "switch", "--orphan", "apart")
    git(repository, "commit", "--allow-empty", "-m", "apart")
    assert merge_base("apart", "main", repository) is None


def test_outside_of_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no head, and no error about it; what is asked for by name is one."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert head(tmp_path) is None
    assert default_branch(tmp_path) is None
    with pytest.raises(GitError, match="no git repository"):
        show("main", Path("file.txt"), tmp_path)
    monkeypatch.setenv("PATH", "")
    assert head(tmp_path) is None


def test_a_shallow_clone_names_the_next_step(repository: Path, tmp_path: Path) -> None:
    """What the clone lacks is told with what to fetch."""
    clone, url = tmp_path / "clone", f"file://{repository}"
    git(tmp_path, "clone", "--depth=1", "--no-single-branch", "--branch=topic", url, str(clone))
    assert default_branch(clone) is not None
    with pytest.raises(GitError, match=r"shallow.*fetch-depth: 0"):
        merge_base("origin/main", "HEAD", clone)
    with pytest.raises(GitError, match=r"no commit 'HEAD~2' here.*fetch-depth: 0"):
        show("HEAD~2", Path("file.txt"), clone)


@pytest.mark.parametrize("ref", ["", "--all", "main:file.txt", "nowhere"])
def test_what_names_no_commit(repository: Path, ref: str) -> None:
    """A reference is a commit's name, never an option."""
    with pytest.raises(GitError, match="no commit"):
        resolve(ref, repository)
