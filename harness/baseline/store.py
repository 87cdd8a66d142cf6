"""Where baselines are kept: `evals/baselines/<task>/<arm>.jsonl`, in the tree or in a commit."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable
from pathlib import Path

from harness import git
from harness.baseline.format import dump, parse
from harness.baseline.migrate import HINT
from harness.baseline.record import Baseline
from harness.errors import BaselineError, GitError
from harness.files import remove, replacing

_EPOCH = re.compile(r'"epoch": (\d{1,9})\b')
#: The folder of the anchors, beside that of the accepted ones.
ANCHORS = "baselines-anchor"
_LARGEST = 2**30  # bytes of a file: one more than a repository takes is no baseline


class BaselineStore:
    """Reads and writes the baselines of one folder.

    Parameters
    ----------
    folder
        The set of baselines.
    commit
        Read them as they are in this commit; empty for the working tree. Writing always goes to
        the tree.
    new
        Whether what the commit lacks, be it a whole one or items of it, is read from the tree:
        there is no bar that it lowers.
    """

    def __init__(self, folder: Path, *, commit: str = "", new: bool = False) -> None:
        self.folder = folder
        self.commit = commit
        self._new = new

    def path(self, task: str, arm: str) -> Path:
        """Return where the baseline of an arm on a task is written."""
        return self.folder / task / f"{arm}.jsonl"

    def load(self, task: str, arm: str) -> Baseline:
        """Read a baseline.

        Raises
        ------
        BaselineError
            If it is missing, with the command that makes it, or broken.
        """
        found = self.find(task, arm)
        if found is None:
            what = "anchor" if self._anchor else "baseline"
            msg = f"missing: there is no {what} of arm {arm!r} on task {task!r}"
            hint = self.step(self._command(task, arm), adds=True)
            raise BaselineError(msg, where=self.where(task, arm), hint=hint)
        return found

    def step(self, command: str, *, adds: bool = False) -> str:
        """Return the next step where that is a command on the accepted baselines of the tree.

        `adds` says that it adds what is missing to them: this is taken from the tree, if any is.
        """
        if self.commit and not (adds and self._new):
            tree = f"--harness-baseline {self.folder}"
            return f"{command}; then hold the evals against what that makes: {tree}"
        if self.commit or self.folder.name in {"baselines", ANCHORS}:
            return command
        return f"bring {self.folder} up to date, or hold the evals against another set"

    @property
    def _anchor(self) -> bool:
        return self.folder.name == ANCHORS

    def _command(self, task: str, arm: str) -> str:
        if self._anchor:
            return f"set it with: harness baseline anchor --task {task} --arm {arm}"
        return f"take it with: harness baseline accept --task {task} --arm {arm}"

    def find(self, task: str, arm: str) -> Baseline | None:
        """Read a baseline; None if there is none.

        Raises
        ------
        BaselineError
            If it is broken.
        """
        found = self._found(task, arm)
        if found is None:
            return None
        baseline = self._parsed(*found, task, arm)
        return self._extended(baseline) if self.commit and self._new else baseline

    def _extended(self, baseline: Baseline) -> Baseline:
        """Return it with the items that the tree's has, and that it lacks.

        Those are of a model that the commit has a baseline or an anchor of: another one would
        lower the bar for all.
        """
        try:
            own = BaselineStore(self.folder).find(baseline.task, baseline.arm)
        except BaselineError:  # the run tells that the change breaks it
            return baseline
        if own is None or not own.alike(baseline):
            return baseline
        known = set(baseline.tally.ids)
        new = [row for row, identity in enumerate(own.tally.ids) if identity not in known]
        models = self._models(baseline) if new else set()
        added = [own.tally.ids[row] for row in new if own.origins[row].model in models]
        return baseline.joined(own.kept(added)) if added else baseline

    def _models(self, baseline: Baseline) -> set[str]:
        """Return the models that the commit has an arm's baseline, or its anchor, of."""
        other = self.folder.with_name("baselines" if self._anchor else ANCHORS)
        models = set(baseline.models)
        with contextlib.suppress(BaselineError):  # a broken one vouches for nothing
            found = BaselineStore(other, commit=self.commit).find(baseline.task, baseline.arm)
            models |= set() if found is None else set(found.models)
        return models

    def content(self, task: str, arm: str) -> str:
        """Return the text of a baseline's file; empty if there is none."""
        found = self._found(task, arm)
        return "" if found is None else found[0]

    def _found(self, task: str, arm: str) -> tuple[str, str] | None:
        """Return the text of a baseline's file, and where it is."""
        commits = [self.commit, ""] if self.commit and self._new else [self.commit]
        for commit in commits:
            # Version 1 was one JSON object, in a file named so.
            for path in (self.path(task, arm), self.path(task, arm).with_suffix(".json")):
                text = self._text(path, commit)
                if text is not None:
                    return text, self._where(path, commit)
        return None

    def _text(self, path: Path, commit: str) -> str | None:
        if commit:
            data = self._shown(commit, path)
        elif not path.is_file():
            data = None
        elif path.stat().st_size > _LARGEST:
            msg = f"it has {path.stat().st_size:,} bytes, and a baseline has at most {_LARGEST:,}"
            raise BaselineError(msg, where=str(path), hint=HINT)
        else:
            data = _read(path)
        return None if data is None else data.decode("utf-8", "replace")

    def _shown(self, commit: str, path: Path) -> bytes | None:
        evals = self.folder.parent
        return git.show(commit, path.relative_to(evals), evals)

    def where(self, task: str, arm: str) -> str:
        """Name the file of a baseline, behind the commit that it is read from."""
        return self._where(self.path(task, arm))

    def _where(self, path: Path, commit: str | None = None) -> str:
        commit = self.commit if commit is None else commit
        return f"{commit[:12]}:{path}" if commit else str(path)

    def _parsed(self, text: str, where: str, task: str, arm: str) -> Baseline:
        baseline = parse(text, where)
        if (baseline.task, baseline.arm) != (task, arm):
            msg = f"this is the baseline of {baseline.arm!r} on {baseline.task!r}"
            raise BaselineError(msg, where=where, hint="was it moved? move it back, or delete it")
        return baseline

    def edited(self, task: str, arm: str) -> str:
        """Say what the working tree does to the commit's baseline; empty for nothing.

        Returns
        -------
        str
            It ``adds``, ``removes``, ``breaks`` or ``edits`` it; or ``extends`` it by items.

        Raises
        ------
        BaselineError
            If the commit's is broken.
        """
        if not self.commit:
            return ""
        tree, path = BaselineStore(self.folder), self.path(task, arm)
        before = any(
            self._shown(self.commit, one) is not None for one in (path, path.with_suffix(".json"))
        )
        now = path.is_file() or path.with_suffix(".json").is_file()
        if not before:
            return "adds" if now else ""
        if not now:
            return "removes"
        try:
            after = tree.find(task, arm)
        except BaselineError:
            return "breaks"
        old = BaselineStore(self.folder, commit=self.commit).find(task, arm)
        if old is None or after is None or dump(old) == dump(after):
            return ""
        stayed = set(old.tally.ids) <= set(after.tally.ids)
        return "extends" if stayed and dump(after.kept(old.tally.ids)) == dump(old) else "edits"

    def names(self) -> list[tuple[str, str]]:
        """Return task and arm of each baseline, sorted."""
        if self.commit:
            evals = self.folder.parent
            files = git.listed(self.commit, self.folder.relative_to(evals), evals)
        else:
            files = [file.relative_to(self.folder) for file in self.folder.glob("*/*")]
        return sorted({(file.parts[0], file.stem) for file in files if _is_baseline(file)})

    def strays(self) -> list[Path]:
        """Return the files of the tree that lie where no baseline is read; no hidden ones."""
        files = (file.relative_to(self.folder) for file in self.folder.rglob("*") if file.is_file())
        return sorted(
            self.folder / file
            for file in files
            if not (_is_baseline(file) or any(part.startswith(".") for part in file.parts))
        )

    def last_epoch(self, task: str, arm: str) -> int:
        """Return the last epoch that a baseline's file names, be it broken; 0 for none.

        That of the last commit counts, too: draws of one that was deleted since are not fresh.
        """
        epochs = [0]
        for path in (self.path(task, arm), self.path(task, arm).with_suffix(".json")):
            epochs += map(int, _EPOCH.findall(self._text(path, self.commit) or ""))
            with contextlib.suppress(GitError):  # no repository, or no commit in it
                committed = (self._shown("HEAD", path) or b"").decode("utf-8", "replace")
                epochs += map(int, _EPOCH.findall(committed))
        return max(epochs)

    def save(self, baseline: Baseline) -> Path:
        """Write a baseline whole or not at all, and return its path."""
        return self.save_all([baseline])[0]

    def save_all(self, baselines: Iterable[Baseline]) -> list[Path]:
        """Write baselines, none of them before all have room, and return their paths."""
        paths = []
        with contextlib.ExitStack() as written:
            for baseline in baselines:
                paths.append(self.path(baseline.task, baseline.arm))
                file = written.enter_context(replacing(paths[-1]))
                file.write(dump(baseline).encode())
                file.flush()
        for path in paths:
            remove(path.with_suffix(".json"))
        return paths


def _is_baseline(file: Path) -> bool:
    """Say whether a file of the folder is where a baseline is read, by its name."""
    return len(file.parts) == 2 and file.suffix in {".json", ".jsonl"}  # noqa: PLR2004


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        msg = f"this baseline can't be read: {error.strerror}"
        raise BaselineError(msg, where=str(path), hint=HINT) from None
