"""`harness baseline show` and `verify`: each state has its name, its line and its exit code."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.baseline import BaselineStore
from harness.cli import main
from harness.planning import dump_plan
from harness.records import Plan, PlannedClaim

from .conftest import LINES, TASK, Evals

Edit = Callable[[Evals], object]
TODAY = dt.datetime.now(dt.UTC).date()
NEW = [*LINES, {"prompt": "70+1=", "reference": "71"}]


def old(evals: Evals) -> None:
    """Let the baseline be older than policy allows."""
    found = evals.stored()
    origins = tuple(dataclasses.replace(one, taken="2020-01-01") for one in found.origins)
    store = BaselineStore(evals.path / "evals" / "baselines")
    store.save(dataclasses.replace(found, origins=origins))
    evals.edit("evals/harness.yaml", "{draws: 8}", "{draws: 8, max_age: 30}")


def rewritten(old: str, new: str) -> Edit:
    """Edit the first place of the file by hand."""

    def edit(evals: Evals) -> None:
        text = evals.file().read_text(encoding="utf-8")
        assert old in text
        evals.file().write_text(text.replace(old, new, 1), encoding="utf-8")

    return edit


def lines_of(evals: Evals) -> list[str]:
    """Return the lines of the file."""
    return evals.file().read_text(encoding="utf-8").split("\n")


def twice(evals: Evals) -> None:
    """Let an item stand twice, with other figures."""
    lines = lines_of(evals)
    row = {**json.loads(lines[2]), "epoch": 7}
    evals.file().write_text("\n".join([*lines[:3], json.dumps(row), *lines[3:]]), encoding="utf-8")


CONFIG = "evals/harness.yaml"
PROMPTED = "engine: openai, base_url: 'http://127.0.0.1:9', model: m, revision: '1'"
STATES: dict[str, tuple[Edit, str, str]] = {
    "stale": (
        old,
        "rl.jsonl: stale: this baseline is of 2020-01-01, ",
        "days ago, and policy allows 30; take it anew: harness baseline refresh",
    ),
    "orphaned task": (
        lambda evals: evals.file().parent.rename(evals.file().parent.with_name("sum")),
        "rl.jsonl: orphaned: there is no task 'sum' any more",
        "rename the file (did you mean 'sums'?), or delete it",
    ),
    "orphaned arm": (
        lambda evals: evals.edit(CONFIG, "  rl: {", "  rl2: {"),
        "rl.jsonl: orphaned: there is no arm 'rl' any more",
        "rename the file (did you mean 'rl2'?), or delete it",
    ),
    "partial": (
        lambda evals: evals.items(NEW),
        "rl.jsonl: partial: this baseline lacks 1 of 13 items, the first '70+1='",
        "take the missing items: harness baseline rebase",
    ),
    "changed items": (
        lambda evals: evals.items([{**LINES[0], "reference": "2"}, *LINES[1:]]),
        "rl.jsonl: changed: this baseline has another reference for 1 of 12 items, the first",
        "take the missing items: harness baseline rebase",
    ),
    "changed scorer": (
        lambda evals: evals.write("evals/tasks/sums.yaml", TASK.replace("\\d+", "\\d+$")),
        "rl.jsonl: changed: how the task is scored is other than when this baseline was taken",
        "score its draws anew: harness baseline rebase",
    ),
    "changed sampling": (
        lambda evals: evals.edit(CONFIG, "draws: 4", "sampling: {temperature: 0.7}"),
        "rl.jsonl: changed: sampling is other than when this baseline was taken",
        "(temperature was 1.0, is 0.7); take it anew: harness baseline accept",
    ),
    "changed prompting": (
        lambda evals: evals.edit(
            CONFIG, 'engine: python, function: "models_of_this_test:rl", revision: "1"',
            f"{PROMPTED}, system: 'Be brief.'",
        ),
        "rl.jsonl: changed: prompting is other than when this baseline was taken",
        "system was 'not set', is 'Be brief.'); take it anew: harness baseline accept",
    ),
    "from the future": (
        rewritten('"schema": 2', '"schema": 3'),
        "rl.jsonl:1: schema: from the future: schema 3 is from a later version; this one reads up",
        "; update rl-eval-harness",
    ),
    "cut off": (
        rewritten('\n\n{"complete": true}\n', "\n"),
        "rl.jsonl: broken: the file was cut off: its last line is missing",
        "; restore it from git, or take it anew: harness baseline accept",
    ),
    "cut within a line": (
        rewritten('"answers": {', ""), "rl.jsonl:3: broken: this baseline is no JSON", "; restore",
    ),
    "twice": (twice, "rl.jsonl:4: broken: item ", "stands twice; two branches may have taken it"),
    "not a number": (
        rewritten('"sums": [', '"sums": [NaN, '), "rl.jsonl:3: broken: this baseline is no JSON",
        "NaN is no number; restore it",
    ),
    "negative": (
        rewritten('"n": 8', '"n": -8'), "rl.jsonl:3: n: broken: -8 is less than the minimum", "",
    ),
    "more right than drawn": (
        rewritten('"n": 8', '"n": 1'), "rl.jsonl:3: broken: item ", "holds sums that 1 draws can't",
    ),
    "a billion draws": (
        rewritten('"n": 8', '"n": 1000000001'), "rl.jsonl:3: n: broken: 1000000001 is greater", "",
    ),
    "deep": (rewritten('"sums": ', '"sums": ' + "[" * 100_000), "rl.jsonl:3: broken: this", ""),
    "text": (rewritten('"n": 8', '"n": "8"'), "rl.jsonl:3: n: broken: '8' is not of type", ""),
    "list": (
        lambda evals: evals.file().write_text("[]"), "rl.jsonl:1: broken: [] is not of type", "",
    ),
    "binary": (
        lambda evals: evals.file().write_bytes(b"\0\xff"), "rl.jsonl:1: broken: this baseline", "",
    ),
    "moved": (
        lambda evals: evals.file().rename(evals.file("base")),
        "base.jsonl: broken: this is the baseline of 'rl' on 'sums'; was it moved? move",
        "",
    ),
    "more drawn than answered": (
        rewritten('"n": 8', '"n": 9'), "rl.jsonl:3: broken: item ", "9 draws, and counts 8 answers",
    ),
    "key twice": (
        rewritten('"n": 8', '"n": 9, "n": 8'), "rl.jsonl:3: broken: this baseline is no JSON: key",
        "'n' stands twice; restore it from git, or take it anew: harness baseline accept",
    ),
    "no day": (
        rewritten(f'"{TODAY}"', '"2026-02-30"'), "rl.jsonl:3: broken: item ",
        "was taken on '2026-02-30', which is no day; restore it from git",
    ),
    "to come": (
        rewritten(f'"{TODAY}"', '"9999-12-31"'), "rl.jsonl:3: broken: item ",
        f"was taken on 9999-12-31, and today is {TODAY}; see that the clock is right, restore it",
    ),
    "too many draws": (
        rewritten('"n": 8', '"n": 100001'), "rl.jsonl:3: n: broken: 100001 is greater than the",
        "maximum of 100000; restore it from git, or take it anew: harness baseline accept",
    ),
    "headless": (
        rewritten('"arm": "rl", ', ""), "rl.jsonl:1: broken: needs 'arm'; restore it from git", "",
    ),
    "left behind": (
        lambda evals: evals.file().with_suffix(".json").write_text("{}"),
        "rl.jsonl: orphaned: rl.json is of an earlier version, and not read; delete it", "",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("edit", "message", "hint"), STATES.values(), ids=STATES.keys())
def test_each_state(
    evals: Evals, capsys: pytest.CaptureFixture[str], edit: Edit, message: str, hint: str
) -> None:
    """One line, with exit code 1; `harness check` says the same, and `show` its name alone."""
    evals.accept("--arm", "rl")
    edit(evals)
    line, last = evals("verify", code=1).splitlines()
    assert line.startswith("evals/baselines/")
    assert message in line
    assert hint in line
    assert len(line) < 500
    assert last == "1 baseline: 1 thing is the matter"
    assert main(["check"]) == 1
    assert capsys.readouterr().err == f"harness: {line}\n"
    (found,) = json.loads(evals("show", "--json"))
    assert found["troubles"][0]["state"] in line
    assert found["troubles"][0]["state"] in evals("show")


def test_nothing_is_the_matter(evals: Evals, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 0, for people, for machines and in `check`; no baseline is none that is wrong."""
    assert evals("verify") == "0 baselines: nothing is the matter\n"
    assert evals("show") == "there is no baseline yet\n"
    evals.accept("--arm", "rl", "--where", "split=odd", "--where", "split=even")
    assert evals("verify") == "1 baseline: nothing is the matter\n"
    assert main(["check"]) == 0
    assert capsys.readouterr().err == ""
    (found,) = json.loads(evals("verify", "--json"))
    assert (found["set"], found["items"], found["draws"]) == ("baseline", 12,
                                                              {"least": 8, "most": 8})  # fmt: skip
    assert found["troubles"] == []


def test_no_engine_is_opened(evals: Evals) -> None:
    """A function that is not there is no matter until something is to be drawn."""
    evals.accept("--arm", "rl")
    evals.edit("evals/harness.yaml", "models_of_this_test:rl", "no_such_module:rl")
    assert evals("verify") == "1 baseline: nothing is the matter\n"
    assert "good" in evals("show")
    assert "can't import 'no_such_module'" in evals("refresh", code=1)


def test_what_the_plan_asks_for_is_missed(
    evals: Evals, planned: Callable[..., PlannedClaim]
) -> None:
    """A planned claim on a baseline that is not there: missing, with the command."""
    effects: list[dict[str, Any]] = [
        {"effect_text": f"rl.pass@1 - {name}[rl].pass@1", "text": name}
        for name in ("baseline", "anchor")
    ]
    plan = Plan(claims=tuple(planned(**one) for one in effects), policy={"alpha": 0.05}, seed=0)
    evals.write("evals/plan.json", dump_plan(plan, (None, None)))
    anchor, accepted, _ = evals("verify", code=1).splitlines()
    assert "baselines-anchor/sums/rl.jsonl: missing: there is no " in anchor
    assert anchor.endswith("; set it with: harness baseline anchor --task sums --arm rl")
    assert accepted == (
        "evals/baselines/sums/rl.jsonl: missing: there is no baseline of arm 'rl' on task 'sums'; "
        "take it with: harness baseline accept --task sums --arm rl"
    )
    evals.accept("--arm", "rl")
    evals("anchor")
    assert evals("verify") == "2 baselines: nothing is the matter\n"


def test_all_sets_are_shown(evals: Evals) -> None:
    """Each set has its heading; items of several epochs are a span."""
    evals.accept("--arm", "rl")
    evals("anchor")
    evals.accept("--arm", "rl", "--where", "split=odd", "--draws", "16")
    said = evals("show").splitlines()
    assert [line for line in said if line.startswith("baselines")] == [
        "baselines", "baselines-anchor",
    ]  # fmt: skip
    first, second = (line.split() for line in said if line.startswith(" sums/rl"))
    assert (first[1], first[6:9]) == ("good", ["1-2", "12", "8-16"])
    assert (second[1], second[6:9]) == ("good", ["1", "12", "8"])


def test_strays_are_named(evals: Evals, capsys: pytest.CaptureFixture[str]) -> None:
    """Each file that is never read is a line, and no baseline; hidden ones are none of ours."""
    evals.accept("--arm", "rl")
    evals("anchor")
    strays = ("anchor/rl.jsonl", "/rl.jsonl", "/sums/deep/rl.jsonl", "/sums/rl.jsonl.orig",
              "/sums/rl.txt")  # fmt: skip
    hidden = ("/.gitattributes", "/sums/.rl.jsonl.swp", "/.cache/sums/rl.jsonl")
    for name in (*strays, *hidden):
        evals.write(f"evals/baselines{name.replace('anchor', '-anchor')}", "")
    *lines, last = evals("verify", code=1).splitlines()
    hint = "stray: no baseline is read from here; move it to {}/TASK/ARM.jsonl, or delete it"
    assert sorted(lines) == sorted(
        f"evals/{set_}{place}: {hint.format(set_)}"
        for set_, place in (
            ("baselines-anchor", "/rl.jsonl"), *(("baselines", one) for one in strays[1:]),
        )
    )  # fmt: skip
    assert last == "2 baselines: 5 things are the matter"
    assert main(["check"]) == 1
    assert capsys.readouterr().err.count("stray: ") == 5
    assert " sums/deep/rl.jsonl  stray" in evals("show")
    found = [one for one in json.loads(evals("show", "--json")) if one["troubles"]]
    assert {one["troubles"][0]["state"] for one in found} == {"stray"}


def test_what_stands_in_a_file_is_shown_as_text(evals: Evals) -> None:
    """Names that somebody wrote there send nothing to the terminal."""
    evals.accept("--arm", "rl")
    text = evals.file().read_text(encoding="utf-8")
    evals.file().write_text(re.sub(r'"measure": "\w+", ', "", text), encoding="utf-8")
    rewritten('"correct"', '"\\u001b[31m\\n"')(evals)
    assert "\\x1b[31m\\n 0." in evals("show")
    rewritten('"top_p"', '"\\u001b[31m\\n"')(evals)
    assert "(\\x1b[31m\\n was 1.0, is 'not set', top_p was" in evals("verify", code=1)
    rewritten('"n": 8', '"\\u001b[31m\\n": 8')(evals)
    said = evals("verify", code=1)
    assert "\\x1b[31m\\n: broken: unknown key" in said
    assert "\x1b" not in said


def test_what_cant_be_read_is_named(evals: Evals, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of its name, and a file without rights, are one line too."""
    evals.accept("--arm", "rl")
    evals.file("base").mkdir()

    def refused(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refused)
    base, rl, _ = evals("verify", code=1).splitlines()
    assert "base.jsonl: missing: there is no baseline of arm 'base'" in base
    assert "rl.jsonl: broken: this baseline can't be read: Permission denied; restore it" in rl
