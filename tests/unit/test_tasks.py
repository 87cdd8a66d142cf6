"""Tasks and their items: what is read, and one clear line for each mistake."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.errors import ClaimError, ConfigError, TaskError
from harness.records import MetricSpec, Task
from harness.tasks import load_task
from harness.tasks.items import item_id

Write = Callable[[str, str | bytes], Path]

TASK = """\
schema: 1
items: sums.jsonl
metrics:
  boxed: {regex: '\\[.*\\]'}
  correct: {regex: '\\[(.*)\\]', equals: reference}
  lenient: {regex: '(\\d+)', equals: reference}
"""
ROWS: list[dict[str, Any]] = [
    {"prompt": "1+1=", "reference": "2", "tags": {"split": "id", "category": "add1"}},
    {"prompt": "7+8=", "reference": "15", "tags": {"split": "hard", "category": "add1"}},
    {"prompt": "2*3=", "reference": "6", "tags": {"split": "id"}},
    {"prompt": "2*4=", "reference": "8"},
]
ITEMS = "".join(json.dumps(row) + "\n" for row in ROWS)


@pytest.fixture
def load(write: Write, tmp_path: Path) -> Callable[..., Task]:
    """Return a loader of the task `sums`, whose files can be changed."""

    def make(task: str = TASK, items: str | bytes = ITEMS) -> Task:
        write("sums.yaml", task)
        write("sums.jsonl", items)
        return load_task(tmp_path, "sums")

    return make


def test_a_good_task_is_read(load: Callable[..., Task]) -> None:
    """Items come in the file's order, metrics in theirs, tags where there are any."""
    task = load()
    assert task.name == "sums"
    assert [item.prompt for item in task.items] == ["1+1=", "7+8=", "2*3=", "2*4="]
    assert [item.reference for item in task.items] == ["2", "15", "6", "8"]
    assert task.items[1].tags == {"split": "hard", "category": "add1"}
    assert task.items[3].tags == {}
    assert [metric.name for metric in task.metrics] == ["boxed", "correct", "lenient"]
    assert task.metrics[0] == MetricSpec(name="boxed", pattern=r"\[.*\]", equals=None)


def test_the_first_metric_that_compares_gives_the_answer(load: Callable[..., Task]) -> None:
    """`answer` can be left out, or name another metric that captures one."""
    assert load().answer == "correct"
    assert load(TASK + "answer: lenient\n").answer == "lenient"


def test_ids_never_change() -> None:
    """Ids of items are part of the baseline's format: these two are for ever."""
    assert item_id("1+1=", "2") == "33fb8d511719157e"
    assert item_id("~\N{SNOWMAN} \ud800", "") == "4c29044cd2f8c800"


def test_ids_are_of_prompt_and_reference_alone(load: Callable[..., Task]) -> None:
    """Tags and order leave the ids as they are; prompt and reference change them."""
    before = {item.prompt: item.id for item in load().items}
    rows = [{**row, "tags": {"split": "new"}} for row in reversed(ROWS)]
    after = load(items="\n".join(map(json.dumps, rows)))
    assert {item.prompt: item.id for item in after.items} == before
    assert item_id("ab", "c") != item_id("a", "bc")


def test_items_may_name_a_cluster(load: Callable[..., Task]) -> None:
    """A cluster is read, is none if there is none, and is no part of an item's identity."""
    rows = [{**ROWS[0], "cluster": "text 1"}, *ROWS[1:]]
    task = load(items="".join(json.dumps(row) + "\n" for row in rows))
    assert [item.cluster for item in task.items] == ["text 1", None, None, None]
    assert [item.id for item in task.items] == [item.id for item in load().items]


def test_blank_lines_are_fine(load: Callable[..., Task]) -> None:
    """Blank lines, a missing last newline and Windows line ends change nothing."""
    assert load(items="\n\r\n" + ITEMS.replace("\n", "\r\n\n").rstrip()).items == load().items


LINES = {
    "no JSON": ('{"prompt": "a"', ":5: this line is no JSON: Expecting"),
    "two objects": ('{"prompt": "a", "reference": "b"} {}', ":5: this line is no JSON: Extra data"),
    "depth": ("[" * 100_000, ":5: this line is nested too deeply"),
    "number": ('{"prompt": 1, "reference": "b"}', ":5: prompt: 1 is not of type 'string'"),
    "null": ('{"prompt": "a", "reference": null}', ":5: reference: None is not of type 'string'"),
    "empty prompt": ('{"prompt": "", "reference": "b"}', ":5: prompt: '' should be non-empty"),
    "no reference": ('{"prompt": "a"}', ":5: needs 'reference'; add it"),
    "extra key": ('{"prompt": "a", "reference": "b", "tag": {}}', ":5: "),
    "tags": ('{"prompt": "a", "reference": "b", "tags": ["x"]}', ":5: tags: ['x'] is not of type"),
    "tag": ('{"prompt": "a", "reference": "b", "tags": {"n": 1}}', ":5: tags.n: 1 is not of type"),
    "list": ('["a", "b"]', ":5: ['a', 'b'] is not of type 'object'"),
    "endless number": (f'{{"prompt": "a", "reference": {"9" * 5000}}}', ":5: "),
    "repeated": (json.dumps(ROWS[1]), ":5: this prompt stands on line 2 already: '7+8='; keep one"),
    "repeated, other reference": (
        '{"prompt": "7+8=", "reference": "16"}',
        ":5: this prompt stands on line 2 already",
    ),
    "key twice": (
        '{"prompt": "a", "prompt": "b", "reference": "c"}',
        ":5: this line is no JSON: key",
    ),
    "cluster": ('{"prompt": "a", "reference": "b", "cluster": 7}', ":5: cluster: 7 is not of type"),
    "no cluster": ('{"prompt": "a", "reference": "b", "cluster": ""}', ":5: cluster: '' should be"),
    "repeated, other tags": ('{"prompt": "7+8=", "reference": "15"}', "on line 2 already"),
}


@pytest.mark.parametrize(("line", "message"), LINES.values(), ids=LINES.keys())
def test_a_wrong_line_is_named(load: Callable[..., Task], line: str, message: str) -> None:
    """An item that is wrong is named by file and line, in one line."""
    with pytest.raises(TaskError) as caught:
        load(items=ITEMS + line + "\n")
    assert message in str(caught.value)
    assert "sums.jsonl:5: " in str(caught.value)
    assert len(str(caught.value)) < 1000
    assert "\n" not in str(caught.value)


def test_an_extra_key_suggests_the_known_one(load: Callable[..., Task]) -> None:
    """A misspelt key of an item is answered as one of the config is."""
    with pytest.raises(TaskError, match=r":1: .*tag.*did you mean 'tags'\?"):
        load(items='{"prompt": "a", "reference": "b", "tag": {}}')


@pytest.mark.parametrize("items", ["", "\n\n"])
def test_a_file_without_items_is_refused(load: Callable[..., Task], items: str) -> None:
    """An empty file is no task; the place is where the task names it."""
    with pytest.raises(TaskError, match=r"sums\.yaml:2: items: .*sums\.jsonl holds no items"):
        load(items=items)


def test_a_binary_file_is_refused(load: Callable[..., Task]) -> None:
    """Bytes that are no text are named with their file."""
    with pytest.raises(TaskError, match=r"sums\.yaml:2: items: can't read .*sums\.jsonl"):
        load(items=b"\xff\xfe\x00")


FILES = {
    "missing items": ("sums.jsonl", "smus.jsonl", ":2: items: can't read"),
    "items are a folder": ("sums.jsonl", ".", ":2: items: can't read"),
    "regex": ("'(\\d+)'", "'(\\d+'", ":6: metrics.lenient.regex: no regular expression: missing )"),
    "huge repetition": ("'(\\d+)'", "'(\\d{99999999999999})'", ":6: metrics.lenient.regex: "),
    "deep regex": ("'(\\d+)'", f"'{'(' * 2000}{')' * 2000}'", ":6: metrics.lenient.regex: "),
    "no group": ("'(\\d+)'", "'\\d+'", ":6: metrics.lenient.regex: captures nothing to compare"),
    "unknown key": ("metrics:", "metric:", ":3: metric: unknown key; did you mean 'metrics'?"),
    "unknown key of a metric": (
        "{regex: '\\[.*\\]'}", "{regexp: '\\[.*\\]'}",
        ":4: metrics.boxed.regexp: unknown key; did you mean 'regex'?",
    ),
    "name of a metric": ("lenient:", "le-nient:", ": metrics: 'le-nient' does not match"),
    "number for a name": ("lenient:", "7:", ":6: YAML reads the key '7' as int, not as text"),
    "equals": (
        "(\\d+)', equals: reference", "(\\d+)', equals: refrence",
        ":6: metrics.lenient.equals: unknown value 'refrence'; did you mean 'reference'?",
    ),
    "answer": (
        "schema: 1", "schema: 1\nanswer: lenent",
        ":2: answer: 'lenent' is no metric that captures an answer; did you mean 'lenient'?",
    ),
    "answer that compares nothing": ("schema: 1", "schema: 1\nanswer: boxed", "'boxed' is no"),
    "nothing compares": (
        ", equals: reference", "", ":3: metrics: no metric compares an answer; give one `equals",
    ),
    "future": ("schema: 1", "schema: 9", "schema 9 is from a later version"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), FILES.values(), ids=FILES.keys())
def test_a_mistake_in_the_task_is_named(
    load: Callable[..., Task], old: str, new: str, message: str
) -> None:
    """A task file that is wrong is named by file, line and key, in one line."""
    assert old in TASK
    with pytest.raises((ConfigError, TaskError)) as caught:
        load(TASK.replace(old, new))
    assert message in str(caught.value)
    assert "sums.yaml:" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_misspelt_task_suggests_one(load: Callable[..., Task], tmp_path: Path) -> None:
    """An unknown task is answered with the likeliest one there is."""
    load()
    with pytest.raises(TaskError, match=r"no task 'summs' in .*; did you mean 'sums'\?"):
        load_task(tmp_path, "summs")
    with pytest.raises(TaskError, match="there are none"):
        load_task(tmp_path / "nowhere", "sums")


def test_tags_select(load: Callable[..., Task]) -> None:
    """Tags select by all of their conditions; the order is the task's."""
    task = load()
    assert task.select(()) == (0, 1, 2, 3)
    assert task.select((("split", ("hard", "id")),)) == (0, 1, 2)
    assert task.select((("split", ("id",)), ("category", ("add1",)))) == (0,)
    assert task.select((("split", ("id",)), ("split", ("hard",)))) == ()


@pytest.mark.parametrize(
    ("where", "message"),
    [
        (("splt", ("id",)), "no item of task 'sums' has a tag 'splt'; did you mean 'split'?"),
        (("split", ("harder",)), "'sums' has split 'harder'; did you mean 'hard'?"),
        (("split", ("id", "x")), "'sums' has split 'x'; known: hard, id"),
    ],
)
def test_an_unknown_tag_suggests_one(
    load: Callable[..., Task], where: tuple[str, tuple[str, ...]], message: str
) -> None:
    """A tag or a value that no item has is a mistake, not an empty selection."""
    with pytest.raises(ClaimError) as caught:
        load().select((where,))
    assert message in str(caught.value)
