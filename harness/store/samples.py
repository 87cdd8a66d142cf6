"""Write draws as lm-eval's logged samples: an object for each document, with all its responses.

They have what lm-eval 0.4 writes to ``samples_<task>_<date>.jsonl`` under ``--log_samples``, for
whatever shows such files. The store keeps no references: targets are empty.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import IO, Any

from harness.errors import FileError
from harness.store.rows import COLUMNS, Kind

_FILTER = "all"  # every response is kept, in order


class Samples:
    """Gathers the rows of a prompt, which follow each other, and writes them as a line."""

    def __init__(self, file: IO[bytes], columns: Mapping[str, Kind]) -> None:
        self._file = file
        self._metrics = [name for name in columns if name not in COLUMNS]
        self._rows: list[Mapping[str, Any]] = []
        self._written = 0
        self.replaced = 0

    def write(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write the documents that end among these rows.

        Raises
        ------
        FileError
            If a draw has no text.
        """
        for row in rows:
            if row["completion"] is None:
                msg = "holds texts, and a record gave scores in their place"
                hint = "export to a .jsonl or .parquet file of another name"
                raise FileError(msg, hint=hint)
            if self._rows and self._rows[0]["prompt"] != row["prompt"]:
                self.end()
            self._rows.append(row)

    def end(self) -> None:
        """Write the document whose rows are gathered, if there are any."""
        if self._rows:
            sample = _sample(self._written, self._rows, self._metrics)
            self._file.write(json.dumps(sample).encode() + b"\n")
            self._written += 1
        self._rows = []


def _sample(number: int, rows: Sequence[Mapping[str, Any]], metrics: Sequence[str]) -> Any:  # noqa: ANN401  JSON
    prompt = rows[0]["prompt"]
    doc, target = {"id": rows[0]["id"], "prompt": prompt}, ""
    texts = [row["completion"] for row in rows]
    scores = _means(rows, metrics)
    return {
        "doc_id": number,
        "doc": doc,
        "target": target,
        "arguments": {"gen_args_0": {"arg_0": prompt, "arg_1": _generation(rows[0]["sampling"])}},
        "resps": [texts],
        "filtered_resps": [texts],
        "filter": _FILTER,
        "metrics": list(scores),
        "doc_hash": _hash(json.dumps(doc, indent=2, ensure_ascii=False)),
        "prompt_hash": _hash(prompt),
        "target_hash": _hash(target),
        **scores,
    }


def _means(rows: Sequence[Mapping[str, Any]], metrics: Sequence[str]) -> dict[str, float]:
    """Return the mean of each metric over a document's draws, as lm-eval scores repeats."""
    known = {name: [row[name] for row in rows if row[name] is not None] for name in metrics}
    return {name: sum(values) / len(values) for name, values in known.items() if values}


def _generation(sampling: str) -> dict[str, Any]:
    """Say sampling parameters by the names that lm-eval's ``gen_kwargs`` have."""
    known = json.loads(sampling)
    names = {"temperature": "temperature", "top_p": "top_p", "max_tokens": "max_gen_toks"}
    return {name: known[ours] for ours, name in names.items() if ours in known}


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@contextmanager
def samples(file: IO[bytes], columns: Mapping[str, Kind]) -> Iterator[Samples]:
    """Give a writer of samples, and write the last of them at the end."""
    writer = Samples(file, columns)
    yield writer
    writer.end()
