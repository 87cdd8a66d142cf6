"""Training data of every kind, and what may be wrong with them."""

from __future__ import annotations

import gzip
import io
import json
import sys
import tracemalloc
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from harness.contamination import Terms, contamination
from harness.errors import ContaminationError
from harness.records import Task
from tests.unit.contamination.conftest import Compare, item_of

PROMPT = "Natalia sold clips to 48 of her friends in April and then half as many in May"
ITEM = (PROMPT, "72")
SAID = [("user", PROMPT.upper()), ("assistant", "It is 72.")]
LINE = json.dumps({"id": "x", "messages": [{"role": role, "content": text} for role, text in SAID]})
RECORDS = (json.dumps({"id": "y", "messages": []}) + "\n\n" + LINE + "\n").encode()


def test_text_of_any_spacing_and_case_is_found(compare: Compare) -> None:
    """Case, spaces and widths of characters make no difference; the place is that of the text."""
    text = "first\n" + PROMPT.replace(" ", "\n\n ").replace("48", "\uff14\uff18") + "\n= 72"
    (one,) = compare([ITEM], {"t.txt": text.encode()}).overlaps
    assert (one.found, one.grams, one.run, one.leaked) == (5, 5, 17, True)
    assert one.place is not None
    assert (Path(one.place.file).name, one.place.line) == ("t.txt", 2)
    assert "natalia" in one.place.excerpt


@pytest.mark.parametrize("name", ["t.jsonl", "t.jsonl.gz", "t.ndjson"])
@pytest.mark.parametrize("field", ["", "messages.content"])
def test_records_of_json(name: str, field: str, compare: Compare) -> None:
    """All strings of a record are one document, or those of a field, through lists."""
    content = gzip.compress(RECORDS) if name.endswith("gz") else RECORDS
    found = compare([ITEM], {name: content}, field=field)
    (one,) = found.overlaps
    assert (one.standing, one.leaked) == ("contaminated", True)
    assert one.place is not None
    assert one.place.line == 3
    assert (found.reading.records, found.reading.lacking) == (2, int(bool(field)))


def test_a_field_without_the_text(compare: Compare) -> None:
    """Only the field is compared; one that no record has is named."""
    (one,) = compare([ITEM], {"t.jsonl": RECORDS}, field="id").overlaps
    assert one.standing == "clean"
    with pytest.raises(ContaminationError, match=r"none of 2 records has a string in 'txt'"):
        compare([ITEM], {"t.jsonl": RECORDS}, field="txt")


def test_parquet(tmp_path: Path, compare: Compare) -> None:
    """Columns of strings, nested ones too, are read row by row; a column that lacks is named."""
    rows = [{"n": at, "chat": [{"content": "no"}], "text": f"row {at}"} for at in range(300)]
    rows[270]["chat"] = [{"content": PROMPT}, {"content": "72"}]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "t.parquet")
    content = (tmp_path / "t.parquet").read_bytes()
    for field in ("", "chat", "chat.content"):
        (one,) = compare([ITEM], {"t.parquet": content}, field=field).overlaps
        assert one.leaked
        assert one.place is not None
        assert one.place.line == 271
    with pytest.raises(ContaminationError, match=r"no column 'texts'; it has n, chat, text"):
        compare([ITEM], {"t.parquet": content}, field="texts")
    with pytest.raises(ContaminationError, match=r"t.parquet: this is no Parquet"):
        compare([ITEM], {"t.parquet": content[:-9]})


def test_a_folder_is_read_in_the_order_of_names(tmp_path: Path, compare: Compare) -> None:
    """Files of known kinds count, each by itself: nothing is found across two of them."""
    half, rest = PROMPT[:40].encode(), PROMPT[40:].encode()
    compare([ITEM], {"in/a.txt": half, "in/b/c.txt": rest, "in/d.bin": PROMPT.encode()})
    task = Task(name="sums", items=(item_of(*ITEM),), metrics=(), answer="correct")
    found = contamination(task, [str(tmp_path / "in")], Terms())
    assert (found.reading.files, found.reading.skipped) == (2, 1)
    assert found.overlaps[0].standing == "clean"


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """JSON lines are known by how they begin."""
    stream = io.TextIOWrapper(io.BufferedReader(io.BytesIO(RECORDS)))
    monkeypatch.setattr(sys, "stdin", stream)
    task = Task(name="sums", items=(item_of(*ITEM),), metrics=(), answer="correct")
    found = contamination(task, ["-"], Terms())
    assert found.reading.records == 2
    assert found.overlaps[0].leaked


def test_hostile_bytes_are_compared_as_far_as_they_go(compare: Compare) -> None:
    """No UTF-8, broken JSON, lone surrogates, deep nesting: the text beside them is found."""
    bad = b"\xff\xfe\x00 " + PROMPT.encode() + b"\xc3(\n"
    lines = [bad, b'{"cut": "off', b"[" * 100_000, b'{"a": "\\ud800 ' + PROMPT.encode() + b' 72"}']
    found = compare([ITEM], {"t.jsonl": b"\n".join(lines), "t.txt": bad})
    (one,) = found.overlaps
    assert (one.standing, one.leaked, found.reading.broken) == ("contaminated", True, 3)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "filler", "size"),
    [
        ("t.txt", b"x", 100),
        ("t.txt", "\u754c".encode(), 40),
        ("t.jsonl", b". ", 40),
        ("t.jsonl", b"lorem x ", 40),
    ],
)
def test_a_huge_line_takes_little_memory(
    name: str, filler: bytes, size: int, compare: Compare
) -> None:
    """A line of many megabytes is read in blocks; what stands at its end is found, on line 1."""
    line = (
        b'{"text": "' + filler * (size * 1_000_000 // len(filler)) + b" " + PROMPT.encode() + b" 72"
    )
    tracemalloc.start()
    try:
        (one,) = compare([ITEM], {name: line}).overlaps
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert one.leaked
    assert one.place is not None
    assert one.place.line == 1
    assert peak < 200_000_000


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"t.txt": b""}, "there is no text in it"),
        ({"t.txt.gz": b"no gzip"}, "can't be read"),
        ({"t.jsonl.gz": gzip.compress(RECORDS * 50)[:-20]}, "can't be read"),
        ({"t.txt.zst": b"x"}, "can't be unpacked here"),
        ({"in/t.bin": b"x"}, ""),
    ],
)
def test_mistakes_are_named(files: dict[str, bytes], message: str, compare: Compare) -> None:
    """What can't be read is named, with its file; a file of any name is read if it is given."""
    if message:
        with pytest.raises(ContaminationError, match=message) as caught:
            compare([ITEM], files)
        assert next(iter(files)) in str(caught.value)
    else:
        assert compare([ITEM], files).reading.files == 1


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    """A path that leads nowhere, and a folder without training data, are told apart."""
    task = Task(name="sums", items=(item_of(*ITEM),), metrics=(), answer="correct")
    with pytest.raises(ContaminationError, match="no such file or folder"):
        contamination(task, [str(tmp_path / "none")], Terms())
    with pytest.raises(ContaminationError, match="this folder holds no training data"):
        contamination(task, [str(tmp_path)], Terms())


def test_what_many_items_share_is_a_template(compare: Compare) -> None:
    """N-grams of a template are left out, and an answer is looked for behind the whole prompt."""
    shot = "Answer the question with one number only and put it into a box please now"
    names = ["ann", "bob", "cy", "di", "ed", "flo", "gus", "hal", "ian", "jo", "kim", "lee"]
    items = [
        (f"{shot} {PROMPT} said {name} to a friend who then went home {shot}", "72")
        for name in names
    ]
    clean = compare(items, {"t.txt": f"{shot} and {PROMPT}".encode()})
    assert clean.common > 0
    assert {one.standing for one in clean.overlaps} == {"clean"}
    found = compare(items, {"t.txt": f"{items[3][0]} 72".encode()}).overlaps
    assert [one.standing for one in found].count("contaminated") == 1
    assert (found[3].standing, found[3].leaked) == ("contaminated", True)


def test_short_and_empty_prompts(compare: Compare) -> None:
    """A short prompt is found whole or not at all; one without words is unknown."""
    items = [("12 + 30 =", "42"), ("12 + 31 =", "43"), ("???", "42")]
    found = compare(items, {"t.txt": b"so 12+30=42"}).overlaps
    assert [one.standing for one in found] == ["contaminated", "clean", "unknown"]
    assert [one.leaked for one in found] == [True, False, False]
    assert [one.run for one in found] == [2, 0, 0]
