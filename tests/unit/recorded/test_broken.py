"""What can be wrong with a record: one error each, with its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from harness.engines import Engine
from harness.engines.recorded import lines
from harness.errors import EngineError

Open = Callable[..., Engine]
Write = Callable[..., Path]
GOOD = '{"prompt": "a", "completion": "b"}\n'

BROKEN = {
    "no JSON": ("{", "this line is no JSON"),
    "cut": ('{"prompt": "a", "compl', "this line is no JSON: Unterminated.*whole"),
    "no UTF-8": (b'{"prompt": "\xff"}', "this line is no JSON"),
    "NaN": ('{"prompt": "a", "completion": NaN}', "NaN is no number"),
    "endless number": (f'{{"n": {"9" * 5000}}}', "this line is no JSON"),
    "depth": ("[" * 100_000, "nested too deeply"),
    "list": ('["a", "b"]', "holds a list, not an object"),
    "no completion": ('{"prompt": "a"}', "needs 'completion'"),
    "no prompt": ('{"completion": "a"}', "needs 'prompt' or 'id'; name the column"),
    "null prompt": ('{"prompt": null, "completion": "a"}', "needs 'prompt' or 'id'"),
    "chat": ('{"prompt": [{"role": "user"}], "completion": "a"}', "prompt is .*, not a text"),
    "number": ('{"prompt": "a", "completion": 4}', "completion is 4, not a text"),
    "null": ('{"prompt": "a", "completion": null}', "completion is None, not a text"),
    "index": ('{"prompt": "a", "completion": "b", "index": "1"}', "index is '1', not a whole"),
    "tokens": ('{"prompt": "a", "completion": "b", "tokens": 1.5}', "tokens is 1.5, not a whole"),
    "finish": ('{"prompt": "a", "completion": "b", "finish": 1}', "finish is 1, not a text"),
}  # fmt: skip


@pytest.mark.parametrize(("line", "message"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_line_is_named(
    tmp_path: Path, opened: Open, line: str | bytes, message: str
) -> None:
    """One line tells the arm, the file, the line and what is wrong."""
    path = tmp_path / "rl.jsonl"
    path.write_bytes(GOOD.encode() * 2 + (line.encode() if isinstance(line, str) else line))
    with pytest.raises(EngineError, match=message) as caught:
        opened(path)
    assert str(caught.value).startswith(f"evals/harness.yaml:9: arms.rl: {path}:3: ")
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 1000


def test_an_endless_line_is_not_read(
    tmp_path: Path, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file without line ends is refused before it fills the memory."""
    monkeypatch.setattr(lines, "LONGEST", 1 << 20)
    path = tmp_path / "rl.jsonl"
    path.write_bytes(GOOD.encode() + b"x" * (2 << 20))
    with pytest.raises(EngineError, match=r"rl\.jsonl:2: this line is longer than 1 MiB"):
        opened(path)


def test_unknown_columns_are_told(record: Write, opened: Open) -> None:
    """A record with none of our columns says which it has; lm-eval's are known by `resps`."""
    with pytest.raises(EngineError, match=r":1: needs 'completion', and holds output, prompt; "):
        opened(record([{"prompt": "a", "output": "b"}]))
    with pytest.raises(EngineError, match="set format: lm_eval"):
        opened(record([{"prompt": "a", "doc": {}, "resps": []}]))


@pytest.mark.parametrize("content", ["", "\n \n"])
def test_an_empty_record_is_refused(tmp_path: Path, opened: Open, content: str) -> None:
    """A file without draws is no arm."""
    path = tmp_path / "rl.jsonl"
    path.write_text(content)
    with pytest.raises(EngineError, match="this record holds no draws"):
        opened(path)


def test_a_missing_record_names_its_neighbours(record: Write, opened: Open, tmp_path: Path) -> None:
    """A misspelt path shows what lies beside it."""
    record([])
    with pytest.raises(EngineError, match=r"there is no record .*r1\.jsonl; beside it: rl\.jsonl"):
        opened(tmp_path / "r1.jsonl")
    with pytest.raises(EngineError, match="is the path right"):
        opened(tmp_path / "no" / "r1.jsonl")


def test_a_folder_without_records(tmp_path: Path, opened: Open) -> None:
    """A folder of other files says what was looked for."""
    (tmp_path / "readme.md").touch()
    with pytest.raises(EngineError, match=r"holds no samples_\*\.jsonl or \*\.eval or "):
        opened(tmp_path)
    with pytest.raises(EngineError, match=r"holds no \*\.parquet"):
        opened(tmp_path, format="parquet")


def test_a_format_must_be_told(tmp_path: Path, opened: Open) -> None:
    """An unknown ending and a mixed folder ask for `format:`."""
    (tmp_path / "rl.txt").write_text(GOOD)
    with pytest.raises(EngineError, match=r"rl\.txt can't be told; set format: lm_eval \| "):
        opened(tmp_path / "rl.txt")
    assert opened(tmp_path / "rl.txt", format="jsonl").pinned
    (tmp_path / "a.jsonl").write_text(GOOD)
    (tmp_path / "b.parquet").touch()
    with pytest.raises(EngineError, match="holds files of several formats: jsonl, parquet"):
        opened(tmp_path)
    assert opened(tmp_path, format="jsonl").pinned


def test_a_record_that_cant_be_read(tmp_path: Path, opened: Open) -> None:
    """A link to itself is no traceback."""
    (tmp_path / "rl.jsonl").symlink_to(tmp_path / "rl.jsonl")
    with pytest.raises(EngineError):
        opened(tmp_path / "rl.jsonl")


def test_columns_go_with_their_format(record: Write, opened: Open) -> None:
    """A column that a format does not have is refused by name."""
    path = record([], "samples_sums_1.jsonl")
    with pytest.raises(EngineError, match="columns: 'completion' has no meaning in"):
        opened(path, columns={"completion": "text"})
