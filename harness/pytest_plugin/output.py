"""What a session leaves behind: the run, the ledger and new baselines.

The gate has one in every pytest run, so it imports nothing until there is something to write.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from harness.report import Run
    from harness.shards import Shard

LEDGER = ".harness/ledger.json"


class Output:
    """Writes the files of a session.

    `trouble` is what could not be written, each in one line: the evals go on all the same, and
    the session fails at its end.
    """

    def __init__(self, root: Path, run: str | None, decides: str | None = None) -> None:
        self._root = root
        self._run = root / (run or (".harness/decided.json" if decides else ".harness/run.json"))
        self._decides = decides
        self._ledger = root / LEDGER
        self.trouble: dict[str, None] = {}

    def remove_run(self) -> None:
        """Remove an older run: its verdict must not outlive this one."""
        from harness.files import remove  # noqa: PLC0415  only after evals

        with self._kept():
            self._check_apart()
            remove(self._run)

    def remove_shard(self) -> None:
        """Remove what an older shard said of itself."""
        from harness.files import remove  # noqa: PLC0415  only after evals
        from harness.shards import SHARD  # noqa: PLC0415

        with self._kept():
            remove(self._ledger.with_name(SHARD))

    def write_shard(self, shard: Shard) -> None:
        """Write what a shard drew, once its draws are all in one file."""
        from harness.files import write_atomically  # noqa: PLC0415  only after evals
        from harness.shards import dump_shard  # noqa: PLC0415
        from harness.store import Database  # noqa: PLC0415

        with self._kept():
            if shard.store.is_file():
                database = Database(shard.store)
                database.settle()  # workers end without closing it
                database.close()
            write_atomically(shard.path, dump_shard(shard))

    def _check_apart(self) -> None:
        """Refuse to write over the run that is decided again."""
        if self._decides and Path(self._decides).resolve() == self._run.resolve():
            from harness.errors import FileError  # noqa: PLC0415  seldom needed

            msg = "this is the run that is decided again, and stays as it is"
            raise FileError(msg, where=str(self._run), hint="name another file by --harness-run")

    def end_run(self) -> None:
        """Note that the run has ended; one that decides another again was none."""
        if self._decides:
            return
        from harness.pytest_plugin.running import note_end  # noqa: PLC0415  only after evals

        with self._kept():
            note_end(self._root)

    def write_run(self, run: Run) -> None:
        """Write the run."""
        from harness.files import write_atomically  # noqa: PLC0415  only after evals
        from harness.report.run_json import to_json  # noqa: PLC0415

        with self._kept():
            self._check_apart()
            write_atomically(self._run, to_json(run))

    def write_ledger(self, news: Sequence[Mapping[str, Any]], sample: int) -> None:
        """Let the ledger learn what was looked at and decided; deciding again is no new try."""
        if self._decides:
            return
        from harness.ledger import read_ledger  # noqa: PLC0415  only after evals

        with self._kept():
            ledger = read_ledger(self._ledger)
            ledger.sample = max(ledger.sample, sample)  # that of shards may be an older one
            for one in news:
                ledger.update(one)
            ledger.write(self._ledger)

    def write_baselines(self, texts: Mapping[str, str]) -> list[str]:
        """Write new baselines, their text by path, and return the paths of those written."""
        from harness.files import write_atomically  # noqa: PLC0415  only after evals

        written: list[str] = []
        for path, text in sorted(texts.items()):
            with self._kept():
                write_atomically(Path(path), text)
                written.append(path)
        return written

    @contextlib.contextmanager
    def _kept(self) -> Iterator[None]:
        from harness.errors import HarnessError  # noqa: PLC0415  only after evals

        try:
            yield
        except HarnessError as error:
            self.trouble[str(error)] = None
