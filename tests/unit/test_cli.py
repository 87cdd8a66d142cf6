"""The command `harness`."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

import harness
from harness.cli import main
from harness.cli.selection import add_where, where_of
from harness.schemas import NAMES

Write = Callable[[str, str | bytes], Path]

CONFIG = "schema: 1\narms: {rl: {engine: python, function: 'models:rl'}}\n"
TASK = """\
schema: 1
items: sums.jsonl
metrics: {correct: {regex: '(\\d+)', equals: reference}}
"""


@pytest.fixture
def config(write: Write) -> Path:
    """Return the config of a small project."""
    write("evals/tasks/sums.yaml", TASK)
    write("evals/tasks/sums.jsonl", '{"prompt": "1+1=", "reference": "2"}\n')
    return write("evals/harness.yaml", CONFIG)


@pytest.mark.parametrize("name", NAMES)
def test_schema_prints_a_valid_schema(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each published schema is printed, and is a JSON schema."""
    assert main(["schema", name]) == 0
    schema = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_check_lists_what_there_is(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A good config is listed with its arms and tasks."""
    assert main(["check", str(config)]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines() == [
        f"{config}: 1 arm: rl",
        f"{config.parent / 'tasks' / 'sums.yaml'}: 1 item; metrics: correct",
    ]
    assert err == ""


def test_check_lists_series(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A series is told with its arms, in their order, and the place of each."""
    arms = CONFIG.replace("arms: {", 'arms: {base: {engine: python, function: "m:f"}, ')
    config.write_text(f"{arms}series: {{dose: {{arms: [base, rl], at: [0, 1e-4]}}}}\n")
    assert main(["check", str(config)]) == 0
    assert f"{config}: series dose: base (0), rl (0.0001)\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("command", "hint"),
    [
        (["diff", "base", "rl"], "name it with --config"),
        (["study"], "name it with --config"),
        (["baseline", "show"], "name it with --config"),
        (["check"], "name it: harness check PATH"),
    ],
)
def test_without_a_config_each_command_says_how_to_name_one(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: list[str],
    hint: str,
) -> None:
    """The hint is an option, or an argument, that the command has."""
    monkeypatch.chdir(tmp_path)
    assert main(command) == 1
    wanted = f"evals/harness.yaml: there is no such config file; write one, or {hint}\n"
    assert capsys.readouterr().err == f"harness: {wanted}"


@pytest.mark.parametrize(
    ("command", "least"),
    [
        (["diff", "a", "b", "--items", "x"], 0),
        (["diff", "a", "b", "--items", "-1"], 0),
        (["examples", "a", "-n", "0"], 1),
        (["study", "a", "b", "--at", "1.5"], 1),
        (["baseline", "accept", "--draws", "1e3"], 1),
        (["contamination", "t", "f", "--items", "9" * 5000], 0),
    ],
)
def test_a_number_that_is_none_is_named(
    capsys: pytest.CaptureFixture[str], command: list[str], least: int
) -> None:
    """The value and what may stand there are said, by every command in the same words."""
    with pytest.raises(SystemExit):
        main(command)
    assert f"{command[-1]!r} is no whole number from {least}\n" in capsys.readouterr().err


def test_check_accepts_the_projects_own_evals(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The embedded study is in order; its config is the default one."""
    monkeypatch.chdir(repository)
    assert main(["check"]) == 0
    assert "evals/harness.yaml: " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("harness.yaml", CONFIG + "drws: 3\n", ":3: drws: unknown key; did you mean 'draws'?"),
        ("tasks/sums.yaml", TASK.replace("regex", "regexp"), "metrics.correct.regexp: unknown key"),
        ("tasks/sums.jsonl", "{\n", "sums.jsonl:1: this line is no JSON"),
        ("baselines/sums/rl.json", "{", "rl.json:1: broken: this baseline is no JSON"),
    ],
    ids=["config", "task", "items", "baseline"],
)
def test_check_names_a_mistake(
    config: Path, capsys: pytest.CaptureFixture[str], name: str, content: str, message: str
) -> None:
    """A mistake is one line on stderr, and exit code 1."""
    path = config.parent / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    assert main(["check", str(config)]) == 1
    err = capsys.readouterr().err
    assert err.startswith("harness: ")
    assert err.count("\n") == 1
    assert message in err


@pytest.mark.parametrize(
    ("study", "message"),
    [
        ("{seen: {split: [id]}, unseen: {split: hard}}", ""),
        ("{task: sums, seen: {split: id}}", ""),
        ("{task: sum}", "study.task: no task 'sum'; did you mean 'sums'?"),
        (
            "{seen: {split: idd}}",
            "study.seen: no item of task 'more' has split 'idd'",
        ),
        ("{unseen: {spilt: id}}", "study.unseen: no item of task 'more' has a tag 'spilt'; did"),
        ("{task: sums, unseen: {split: hard}}", "study.unseen: no item of task 'sums' has split"),
    ],
)
def test_check_looks_for_what_the_study_names(
    config: Path, capsys: pytest.CaptureFixture[str], study: str, message: str
) -> None:
    """Items that are declared are there in the task that is named, or in one of all."""
    tasks = config.parent / "tasks"
    for task, split in (("sums", "id"), ("more", "hard")):
        row = {"prompt": "1+1=", "reference": "2", "tags": {"split": split}}
        (tasks / f"{task}.yaml").write_text(TASK.replace("sums.jsonl", f"{task}.jsonl"))
        (tasks / f"{task}.jsonl").write_text(json.dumps(row) + "\n")
    config.write_text(f"{CONFIG}study: {study}\n", encoding="utf-8")
    assert main(["check", str(config)]) == bool(message)
    err = capsys.readouterr().err
    assert (message in err) if message else (err == "")


def test_check_names_a_missing_config(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No config is one line, too."""
    assert main(["check", str(tmp_path / "no.yaml")]) == 1
    assert "there is no such config file" in capsys.readouterr().err


def test_an_interrupt_is_one_line(
    config: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No traceback, and the exit code of a shell."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("harness.cli.project.opened", interrupted)
    assert main(["check", str(config)]) == 130
    assert capsys.readouterr().err == "harness: interrupted; draws that have arrived are kept\n"


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """The version is that of the package."""
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out == f"harness {harness.__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [[], ["chek"], ["schema", "rum"], ["check", "--write"], ["calibrate", "--repeats", "many"]],
    ids=["none", "verb", "name", "unknown option", "no number"],
)
def test_wrong_usage_is_exit_code_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Wrong usage is explained on stderr."""
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: harness" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "stream"),
    [(["schema", "run"], "stdout"), (["schema", "item"], "stdout"), (["check", "no"], "stderr")],
)
def test_a_reader_that_has_gone_ends_a_command(arguments: list[str], stream: str) -> None:
    """Where nobody reads on, as behind `| head`, nothing is said, and it ends as by SIGPIPE."""
    code = "import sys; from harness.cli import main; sys.exit(main(sys.argv[1:]))"
    reader, writer = os.pipe()
    os.close(reader)
    to = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, stream: writer}
    command = [sys.executable, "-c", code, *arguments]
    with subprocess.Popen(command, stdout=to["stdout"], stderr=to["stderr"]) as process:
        os.close(writer)
        said = process.communicate()
    assert (process.returncode, [one for one in said if one]) == (141, [])


def test_another_broken_pipe_is_no_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe to something else that breaks is not taken for the end of a reader."""

    def broken(*_: object) -> int:
        raise BrokenPipeError

    monkeypatch.setattr("harness.cli.check._run", broken)
    with pytest.raises(BrokenPipeError):
        main(["check"])


@pytest.mark.parametrize(
    "command", [["examples", "base"], ["baseline", "accept"], ["study"]], ids=lambda one: one[0]
)
@pytest.mark.parametrize("wrong", ["split", "=id", "split="])
def test_a_selection_has_a_tag_and_a_value(
    capsys: pytest.CaptureFixture[str], command: list[str], wrong: str
) -> None:
    """Anything else is wrong usage, named by its value, in each command that selects items."""
    with pytest.raises(SystemExit) as caught:
        main([*command, f"--where={wrong}"])
    assert caught.value.code == 2
    assert f"'{wrong}' is no TAG=VALUE, such as split=hard" in capsys.readouterr().err


def test_the_values_of_a_tag_are_gathered() -> None:
    """Parted by a bar or told one by one."""
    parser = argparse.ArgumentParser()
    add_where(parser)
    given = parser.parse_args(["--where", "split=id|hard", "--where=kind=a=b", "--where=split=new"])
    assert where_of(given.where) == (("split", ("id", "hard", "new")), ("kind", ("a=b",)))
