"""Diffs as table, Markdown and JSON, with what models say made harmless."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import jsonschema
import pytest

from harness.cli import main
from harness.schemas import load_schema
from harness.store import Database
from tests.unit.diff.project import fill

Write = Callable[[str, str | bytes], Path]
Project = Callable[..., Path]

HOSTILE = (
    "\x1b]0;owned\x07[1]", "```\n<script>alert(1)</script> @everyone\n``` [1]", "\u202e[1]",
    "![x](http://evil.example/x.png) | [2]", "w" * 5000 + "[1]", "w" * 5000 + "[1]",
)  # fmt: skip


@pytest.fixture
def project(write: Write, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Return a maker of a project with a run of two arms, whose draws are given."""

    def make(base: tuple[str, ...], rl: tuple[str, ...], task: str = "", items: int = 12) -> Path:
        folder = write("evals/harness.yaml", _CONFIG).parents[1]
        write("evals/tasks/sums.yaml", _TASK + task)
        prompts = [f"{n}\x1b[2J+0=" for n in range(items)]
        lines = (
            json.dumps({"prompt": one, "reference": "1", "tags": {"split": f"s{n % 2}|\x1b@x"}})
            for n, one in enumerate(prompts)
        )
        write("evals/tasks/sums.jsonl", "\n".join(lines) + "\n")
        fill(folder, {"base": base, "rl": rl})
        monkeypatch.chdir(folder)
        return folder

    return make


_CONFIG = """\
schema: 1
arms:
  base: {engine: python, function: "m:base"}
  rl: {engine: python, function: "m:rl"}
"""
_TASK = """\
schema: 1
items: sums.jsonl
metrics: {correct: {regex: '\\[(\\d)\\]\\Z', equals: reference}}
"""


def test_the_table_is_harmless(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """No escape, bidirectional or other acting character reaches the terminal; lines are short."""
    project(("[2]",) * 6, HOSTILE)
    assert main(["diff", "base", "rl", "--items", "12"]) == 0
    out = capsys.readouterr().out
    assert not set(map(ord, out)) & {0x1B, 0x07, 0x202E, 0x0D}
    assert "\\x1b]0;owned\\x07[1]" in out
    assert "[5,003 characters]" in out
    assert max(map(len, out.splitlines())) <= 100
    assert out.startswith("rl (6 draws) against base (6 draws) on sums: 12 items\n  rl is better")


@pytest.mark.parametrize("width", ["60", "80", "120"])
def test_the_table_fits(
    project: Project,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    width: str,
) -> None:
    """It takes 80 to 100 columns, whatever the terminal's; no interval is broken in two."""
    project(("[2]",) * 6, ("[1]", *["[2]"] * 5), task="probes: {a_name_that_is_long: {regex: x}}\n")
    monkeypatch.setenv("COLUMNS", width)
    assert main(["diff", "base", ".harness/run.json:rl"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= min(max(int(width), 80), 100)
    assert all(line.count("[+") + line.count("[-") <= line.count("]") for line in lines[:8])
    (head,) = (line.split() for line in lines if line.endswith("90% interval      q"))
    assert head[:-4] == (["items"] if width == "120" else []) + ["before", "after"]


def test_another_metric_than_correctness_has_its_own_words(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong answer in a box is boxed: nothing calls it right, better or solved."""
    draws = {"base": ("2",) * 6, "rl": (*["[2]"] * 5, "2")}
    folder = project(*draws.values())
    task = _TASK.replace("}}", "}, boxed: {regex: '\\['}}")
    (folder / "evals/tasks/sums.yaml").write_text(task, encoding="utf-8")
    fill(folder, draws)
    assert main(["diff", "base", "rl", "--metric", "boxed", "--items", "1"]) == 0
    out = capsys.readouterr().out
    assert "rl is higher than base: pass@1[boxed] +0.833" in out
    assert " 12 flipped to boxed in most draws, 0 to not boxed\n" in out
    assert " 12 boxed in a draw of rl alone, 0 of base alone\n" in out
    assert " + marks what is boxed\n" in out
    assert "rl: 5 of 6 boxed\n" in out
    assert "5 x +[2]\n" in out
    assert main(["diff", "base", "rl", "--metric", "boxed", "--markdown"]) == 0
    marked = capsys.readouterr().out
    assert "`rl`, 5 of 6 draws, boxed 1:" in marked
    assert main(["examples", "base", "rl", "--metric", "boxed"]) == 0
    examples = capsys.readouterr().out
    assert "(5 boxed)" in examples
    for text in (out, marked, examples):
        assert not re.search(r"\b(right|wrong|better|solved)\b", text.replace("right if so", ""))


def test_correctness_keeps_its_words(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """With the metric `correct` draws are right, and the table says what a plus marks."""
    project(("[2]",) * 6, (*["[1]"] * 5, "2"))
    assert main(["diff", "base", "rl", "--items", "1"]) == 0
    out = capsys.readouterr().out
    assert " 12 flipped to right in most draws, 0 to wrong\n" in out
    assert " 12 solved by rl alone, 0 by base alone\n" in out
    assert " + marks what is right\n" in out
    assert "rl: 5 of 6 right\n" in out


def test_markdown_is_harmless(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """Outside of code there is no tag but the folds, no link, image or mention."""
    project(("[2]",) * 6, HOSTILE)
    assert main(["diff", "base", "rl", "--markdown", "--items", "12"]) == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out
    prose = re.sub(r"^(`{3,})text\n.*?^\1$", "", out, flags=re.MULTILINE | re.DOTALL)
    assert "script" not in prose
    prose = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", prose)
    assert "evil" not in prose
    assert "@everyone" not in prose
    assert set(re.findall(r"<[^>]+>", prose)) == {
        "<details open>", "<details>", "</details>", "<summary>", "</summary>",
    }  # fmt: skip
    assert "````text" in out  # longer than the run of three inside


def test_json_keeps_to_its_schema(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """The JSON has all figures, and the draws as they are."""
    project(("[2]",) * 6, HOSTILE, task="probes: {boxed: {regex: '\\['}}\n")
    assert main(["diff", "base", "rl", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator(load_schema("diff")).validate(data)
    (diff,) = data["diffs"]
    assert diff["words"][0].startswith("rl is better than base: pass@1 +0.833")
    said = {one["text"] for item in diff["telling"] for one in item["after"]["said"]}
    assert said <= set(HOSTILE)
    assert diff["behaviours"][0]["change"]["before"] == 1.0
    assert diff["length"]["unit"] == "bytes"


def test_a_file_is_written_whole(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """`-o` writes what would be printed; a folder that can't be written is one line."""
    folder = project(("[2]",) * 5, ("[1]",) * 5)
    assert main(["diff", "base", "rl", "--markdown", "-o", "out/diff.md"]) == 0
    assert capsys.readouterr().out == "out/diff.md: written\n"
    assert (folder / "out/diff.md").read_text(encoding="utf-8").startswith("### rl (5 draws)")
    assert main(["diff", "base", "rl", "-o", "evals/harness.yaml/x"]) == 1
    assert capsys.readouterr().err.startswith("harness: evals/harness.yaml/x: can't be written")


def test_a_probe_may_be_a_function(
    project: Project, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    """A function of the project's labels texts; what it raises is one line, and names the probe."""
    folder = project(
        ("[2]",) * 5, ("[1] why?",) * 5, task='probes: {asks: {function: "asking:asks"}}\n'
    )
    write("asking.py", "def asks(text):\n    return '?' in text\n")
    assert main(["diff", "base", "rl"]) == 0
    out = capsys.readouterr().out
    assert re.search(r"asks +(12 +)?0\.000 +1\.000 +\+1\.000", out)
    task = folder / "evals/tasks/sums.yaml"
    for name, wanted in (
        ("asking:ask", "probes.asks: module 'asking' has no function 'ask'; did you mean 'asks'?"),
        ("askng:asks", "probes.asks: can't import 'askng': ModuleNotFoundError"),
    ):
        text = task.read_text(encoding="utf-8")
        task.write_text(re.sub('function: ".*"', f'function: "{name}"', text), encoding="utf-8")
        assert main(["diff", "base", "rl"]) == 1
        assert wanted in capsys.readouterr().err


def test_texts_that_are_not_kept_are_told(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """Draws that a record gave as scores have no texts: probes and lengths are unknown."""
    folder = project(("[2]",) * 5, ("[1]",) * 5, task="probes: {asks: {regex: x}}\n")
    with closing(Database(folder / ".harness/draws.sqlite")) as database:
        database.connection.execute("UPDATE draws SET scored = '{\"correct\": 1}', text = x''")
    assert main(["diff", "base", "rl", "--items", "1"]) == 0
    out = capsys.readouterr().out
    assert re.search(r"asks +unknown +unknown +texts are not kept", out)
    assert "texts are not kept; 1 answer" in out
    assert "per draw" not in out


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("raise ValueError('no')", "raised ValueError: no on '[2]'"),
        ("raise SystemExit(3)", "raised SystemExit: 3 on '[2]'"),
        ("return 'yes'", "returned 'yes', no bool, on '[2]'; return True or False"),
        ("pass", "returned None, no bool, on '[2]'; return True or False"),
        ("return 1", "returned 1, no bool, on '[2]'; return True or False"),
    ],
)
def test_a_function_that_fails_names_its_probe(
    project: Project,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    body: str,
    told: str,
) -> None:
    """The error says where the probe stands, what its function did, and on which text."""
    monkeypatch.delitem(sys.modules, "failing", raising=False)
    folder = project(
        ("[2]",) * 5, ("[1]",) * 5, task='probes:\n  fails: {function: "failing:fails"}\n'
    )
    (folder / "failing.py").write_text(f"def fails(text):\n    {body}\n", encoding="utf-8")
    assert main(["diff", "base", "rl"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err == f"harness: evals/tasks/sums.yaml:5: probes.fails: failing:fails {told}\n"


def test_a_function_may_return_numpys_bools(
    project: Project, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    """A comparison of numpy's is a yes or a no, too."""
    project(("[2]",) * 5, ("[1]",) * 5, task='probes: {one: {function: "counting:one"}}\n')
    write("counting.py", "import numpy as np\n\ndef one(text):\n    return np.bool_('1' in text)\n")
    assert main(["diff", "base", "rl", "--json"]) == 0
    (diff,) = json.loads(capsys.readouterr().out)["diffs"]
    assert diff["behaviours"][0]["change"]["effect"] == 1.0


def test_a_module_that_exits_names_its_probe(
    project: Project, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    """A script that was meant to be run, and not imported, does not end the command."""
    project(("[2]",) * 5, ("[1]",) * 5, task='probes: {one: {function: "exiting:one"}}\n')
    write("exiting.py", "import sys\n\nsys.exit(0)\n")
    assert main(["diff", "base", "rl"]) == 1
    wanted = "evals/tasks/sums.yaml:4: probes.one: can't import 'exiting': SystemExit: 0"
    assert wanted in capsys.readouterr().err
