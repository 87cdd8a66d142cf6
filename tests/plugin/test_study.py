"""Red twins of the shipped evals: on the embedded study, false claims fail, and say how."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

RED = """
import pytest

pytestmark = pytest.mark.harness(task="letters_and_sums", where={"split": ["id", "hard"]}, draws=8)


def test_random_rewards_help(arms):
    assert arms["random_reward"].pass_at(1) > arms["base"].pass_at(1) + 0.02


def test_format_is_skill(arms):
    lenient = {"metric": "lenient"}
    assert arms["format_only"].pass_at(1, **lenient) > arms["base"].pass_at(1, **lenient)


@pytest.mark.harness(draws=64, where={"split": "hard"})
def test_hot_rl_keeps_what_could_be_solved(arms):
    assert arms["hot"].pass_at(64) > arms["base"].pass_at(64) - 0.02


def test_a_no_op_helps(arms):
    assert arms["base_again"].pass_at(1) > arms["base"].pass_at(1)


def test_the_base_is_as_good_as_rl(arms):
    assert -0.04 < arms["base"].pass_at(1) - arms["rl"].pass_at(1) < 0.04


def test_rl_makes_no_sums_worse(arms):
    assert arms["rl"].where(category="add33").pass_at(1) < 0.1


@pytest.mark.harness(draws=64, where={"split": "hard"})
def test_hot_rl_expands_what_can_be_solved(arms):
    assert arms["hot"].curve(k=[1, 64]).expands(arms["base"])


def test_rl_hacks_its_reward(arms):
    assert arms["rl"].hacks(arms["base"], reward="correct", gold="lenient", within=0.02)


def test_more_of_a_random_reward_helps_more(arms):
    assert arms.series("random_reward_dose").pass_at(1).trend() > 0


def test_rl_gains_more_from_an_early_base(arms):
    early = arms["rl_early"].pass_at(1) - arms["early"].pass_at(1)
    assert early > arms["rl"].pass_at(1) - arms["base"].pass_at(1)


@pytest.mark.harness(task="twins", where={})
def test_rl_learned_the_order_of_operands(arms):
    gain = arms["rl"].pass_at(1) - arms["base"].pass_at(1)
    assert gain.where(order="plain") - gain.where(order="swapped") > 0.1


@pytest.mark.harness(where={"split": "unseen"})
def test_one_of_three_seeds_is_no_recipe(arms):
    assert arms["random_recipe"].pass_at(1) < arms["base"].pass_at(1) + 0.02
"""


@pytest.fixture
def study(pytester: pytest.Pytester) -> pytest.Pytester:
    """Return a project with the shipped config, tasks, baseline and evals."""
    pytest.importorskip("ctranslate2", reason="the embedded engine is an extra")
    shutil.copytree(ROOT / "evals", pytester.path / "evals")
    (pytester.path / "fixtures").symlink_to(ROOT / "fixtures")
    return pytester


def test_false_claims_fail(study: pytest.Pytester) -> None:
    """Each is refuted, but the no-op's, and what three seeds can't tell; the run exits 1."""
    path = study.path / "evals" / "test_red.py"
    path.write_text(RED, encoding="utf-8")
    (study.path / "evals" / "plan.json").unlink()  # nobody would plan these
    result = study.runpytest_inprocess(path)
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        [
            "*refuted: random_reward.pass@1 > base.pass@1 + 0.02",
            "*effect: random_reward.pass@1 - base.pass@1 = -0.*",
            "*wanted: above +0.02, shown by the whole interval",
            "*refuted: format_only.pass@1[[]lenient] > base.pass@1[[]lenient]",
            "*refuted: hot.pass@64 > base.pass@64 - 0.02",
            "NOT PROVEN: *of 13 claims in 12 evals",
        ]
    )
    run = json.loads((study.path / ".harness/run.json").read_text(encoding="utf-8"))
    verdicts: dict[str, list[str]] = {}
    for row in run["claims"]:
        verdicts.setdefault(row["nodeid"].split("::")[1], []).append(row["decision"]["verdict"])
    assert verdicts.pop("test_a_no_op_helps")[0] in {"inconclusive", "refuted"}
    assert verdicts.pop("test_one_of_three_seeds_is_no_recipe") == ["inconclusive"]
    assert verdicts.pop("test_rl_hacks_its_reward") == ["supported", "refuted"]  # it rose indeed
    assert {one for found in verdicts.values() for one in found} == {"refuted"}


@pytest.mark.parametrize("extra", [("-n", "2"), ("-p", "no:terminal")])
def test_random_rewards_in_the_place_of_rl(study: pytest.Pytester, extra: tuple[str, ...]) -> None:
    """The shipped evals turn red, with exit code 1, when `rl` is what random rewards made."""
    result = study.runpytest_subprocess(
        "evals/test_rl.py", "--harness-arm", "rl=random_reward", *extra
    )
    assert result.ret == 1
    output = "\n".join([*result.outlines, *result.errlines])
    assert "refuted: rl.pass@1 > base.pass@1 + 0.3" in output
    assert "refuted: rl.pass@1 > baseline[rl].pass@1 - 0.04" in output
