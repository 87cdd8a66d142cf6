"""What has one name, id or hash in two places is not taken for the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

import pytest

from harness.baseline import BaselineStore
from harness.cli import main
from harness.tasks.items import item_id

from .conftest import CONFIG, TASK, Project

GAIN = "    assert on['rl'].pass_at(1) > on['base'].pass_at(1) + 0.1\n"
BOTH = "def test_both(arms):\n    for name in {}:\n        on = arms.task(name)\n    " + GAIN
PINNED = CONFIG.replace('weak"}', 'weak", revision: "1"}').replace(
    'strong"}', 'strong", revision: "1"}'
)


def rows(project: Project, task: str, items: Sequence[object]) -> None:
    """Write the items of a task."""
    text = "".join(json.dumps(item) + "\n" for item in items)
    project.write(f"evals/tasks/{task}.jsonl", text)


def verdicts(project: Project) -> list[tuple[str, str]]:
    """Return the task and the verdict of each claim."""
    return [(one["task"], one["decision"]["verdict"]) for one in project.stored["claims"]]


def test_scores_by_tags_are_each_tasks_own(project: Project) -> None:
    """Two tasks with the same prompts and references, whose metric reads the items' tags."""
    project.write(
        "score.py", "def said(text, _, facts):\n    return facts['tags']['word'] in text\n"
    )
    for task in ("wrong", "right"):
        project.write(
            f"evals/tasks/{task}.yaml",
            f"schema: 1\nitems: {task}.jsonl\nmetrics: {{correct: {{function: 'score:said'}}}}\n",
        )
        word = "wrong" if task == "wrong" else "[1"
        items = [
            {"prompt": f"1{n}+0=", "reference": "x", "tags": {"word": word}} for n in range(60)
        ]
        rows(project, task, items)
    project.evals(BOTH.format(["right", "wrong"]))
    assert project.run().ret == 1
    assert verdicts(project) == [("right", "supported"), ("wrong", "refuted")]


def test_a_verdict_is_of_the_items_of_each_side(project: Project) -> None:
    """Items that moved from one selection to the other are another claim: nothing is recalled."""
    project.write("evals/harness.yaml", PINNED)
    project.evals(
        "def test_it(arms):\n    rl = arms['rl'].pass_at(1)\n"
        "    assert rl.where(split='seen') - rl.where(split='new') > -0.3\n"
    )
    effects = []
    for seen in (40, 20):
        items = [
            {
                "prompt": f"{n}+1=", "reference": str(n + 1),
                "tags": {"split": "seen" if n < seen else "new"},
            }
            for n in range(60)
        ]  # fmt: skip
        rows(project, "sums", items)
        assert project.run().ret == 0
        assert not project.stored["provenance"]["recalled"]
        effects.append(project.stored["claims"][0]["decision"]["effect"])
    assert effects[0] != effects[1]


def test_records_by_ids_are_each_tasks_own(project: Project) -> None:
    """Two tasks ask the same prompts for other answers, and records tell items by their ids."""
    shares = {"plus": {"rl": 8, "base": 4}, "minus": {"rl": 1, "base": 4}}
    for task in shares:
        project.write(f"evals/tasks/{task}.yaml", TASK.replace("sums", task))
        rows(project, task, [{"prompt": f"{n}?", "reference": f"{task}{n}"} for n in range(60)])
    for arm in ("rl", "base"):
        counts = [
            {"id": item_id(f"{n}?", f"{task}{n}"), "n": 8, "c": share[arm]}
            for task, share in shares.items()
            for n in range(60)
        ]
        text = "".join(json.dumps(one) + "\n" for one in counts)
        project.write(f"{arm}.jsonl", text)
    arms = "".join(
        f"  {one}: {{engine: recorded, path: ../{one}.jsonl}}\n" for one in ("rl", "base")
    )
    project.write("evals/harness.yaml", f"schema: 1\ndraws: 8\narms:\n{arms}")
    project.evals(BOTH.format(["plus", "minus"]).replace("sums", "plus"))
    assert project.run().ret == 1
    assert verdicts(project) == [("plus", "supported"), ("minus", "refuted")]


@pytest.mark.parametrize("options", [("-n", "2", "-x"), ("--maxfail=1", "-n", "2")])
def test_a_session_that_stops_itself_has_ended(project: Project, options: tuple[str, ...]) -> None:
    """Draws of an arm that can change behind its name served that run: the next takes its own."""
    project.evals("def test_it(arms):\n    assert arms['loud'].pass_at(1) > 0.9\n")
    assert project.run_apart(*options).ret != 0
    first = project.calls
    project.run_apart()
    assert project.calls == 2 * first


@pytest.mark.parametrize("effect", ["b - c + 0.001 * a > -0.4", "0.001 * a + b > c - 0.4"])
def test_all_arms_of_a_claim_are_alike(project: Project, effect: str) -> None:
    """That one declares what it differs in lets two others not differ in that from each other."""
    config = CONFIG.replace('weak"}\n  again', 'weak", sampling: {max_tokens: 16}}\n  again')
    config = config.replace('strong"}', 'strong", sampling: {max_tokens: 99}}')
    project.write(
        "evals/harness.yaml",
        config.replace('loud"}', 'loud", sampling: {max_tokens: 9}, differs: [max_tokens]}', 1),
    )
    project.evals(
        "def test_it(arms):\n"
        "    a, b, c = (arms[one].pass_at(1) for one in ('loud', 'base', 'rl'))\n"
        f"    assert {effect}\n"
    )
    result = project.run()
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*max_tokens*"])
    assert not project.stored["claims"]


def test_functions_of_one_name_are_two(project: Project) -> None:
    """Claims are known by the name of a rate's function: two in an eval are refused."""
    project.evals(
        "def has(part):\n    def told(text):\n        return part in text\n    return told\n\n"
        "def test_it(arms):\n"
        "    assert arms['rl'].rate(has('[')) > 0.2\n"
        "    assert arms['rl'].rate(has('[')) > 0.1\n"
        "    assert arms['rl'].rate(has(']')) > 0.2\n"
    )
    result = project.run()
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        ["*two functions of this eval are called *'told'*a name of its own*"]
    )


def test_a_function_that_was_edited_is_not_as_planned(project: Project) -> None:
    """What a rate counts is part of what was promised, as items and scorers are."""
    body = (
        "def good(text):\n    return {}\n\n"
        "def test_it(arms):\n    assert arms['rl'].rate(good) > arms['base'].rate(good) - 0.3\n"
    )
    project.write("evals/harness.yaml", PINNED)
    project.evals(body.format("'wrong' not in text"))
    assert project.run("--harness-write-plan").ret == 0
    assert project.run().ret == 0
    assert project.stored["claims"][0]["exploratory"] == ""
    project.evals(body.format("len(text) > 0 and 'wrong' not in text"))
    project.run()
    assert "not as planned" in project.stored["claims"][0]["exploratory"]


@pytest.mark.parametrize("order", [1, -1])
def test_a_new_baseline_is_as_large_whoever_asks_first(project: Project, order: int) -> None:
    """Two evals of unlike size read the baseline of a task that no marker names."""
    project.copy_task("other")
    claim = (
        "    rl, held = (one.task('other')['rl'].pass_at(1) for one in (arms, baseline))\n"
        "    assert rl > held - 0.9\n"
    )
    sizes = [4, 24][::order]
    project.evals(
        "".join(
            f"@pytest.mark.harness(draws={n})\ndef test_{n}(arms, baseline):\n{claim}\n\n"
            for n in sizes
        )
    )
    assert project.run("--harness-update-baseline").ret == 0
    stored = BaselineStore(project.path / "evals/baselines").load("other", "rl")
    assert set(stored.tally.draws.tolist()) == {24}


CAUGHT = """\
    try:
        assert arms['base'].mean() > arms['rl'].mean()
    except Exception:
        pass
"""


@pytest.mark.parametrize(
    "late",
    [CAUGHT, "    arms['base'].mean() > arms['rl'].mean()\n"],
    ids=["caught", "never asserted"],
)
def test_a_claim_at_a_fixtures_end_is_no_secret(project: Project, late: str) -> None:
    """No verdict counts by then: the eval fails, whatever the fixture does with the claim."""
    project.evals(
        f"@pytest.fixture\ndef late(arms):\n    yield\n{late}\n\n"
        "def test_it(arms, late):\n    assert arms['rl'].mean() > arms['base'].mean()\n"
    )
    result = project.run()
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*base.mean(correct) > rl.mean(correct)*"])


def test_older_shards_set_no_sample_back(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next fresh draws are others than all that were seen."""
    monkeypatch.chdir(project.path)
    project.write("evals/harness.yaml", PINNED)
    project.evals("def test_it(arms):\n    on = arms\n" + GAIN)
    state = project.path / ".harness"
    for shard in (1, 2):
        assert project.run(f"--harness-shard={shard}/2").ret == 0
        state.rename(project.path / f"shard{shard}")
    samples: list[int] = []
    fresh: Callable[[], object] = lambda: project.run("--harness-fresh")  # noqa: E731
    for step in (fresh, fresh, lambda: main(["merge", "shard1", "shard2"]), fresh):
        step()
        samples.append(project.stored["settings"]["sample"])
    assert samples[2] == 1
    assert samples[3] > max(samples[:2])
