"""A run that is decided again: what is known of it, and what was changed since."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from harness.claims import Claim
from harness.errors import RunError
from harness.judge import Again, Judge
from harness.records import Policy, Source

Courts = Callable[..., Judge]
NODEID = "evals/test_it.py::test_it"


def _source(arm: str) -> Source:
    return Source(task="sums", arm=arm, baseline="", draws=4)


def _data(judge: Judge, **claim: Any) -> dict[str, Any]:  # noqa: ANN401  any field of it
    clerk = judge.clerk
    row = {
        "nodeid": NODEID, "task": "sums", "effect_text": "rl.pass@1 - base.pass@1",
        "kind": "equivalence", "low_margin": -0.1, "high_margin": 0.2,
        "policy": dataclasses.asdict(Policy(effect=0.1)), **claim,
    }  # fmt: skip
    samples = [
        {"task": "sums", "arm": arm, "draws": draws, "stream": clerk.stream(_source(arm)),
         "fingerprint": clerk.fingerprint(_source(arm)), "scorer": clerk.scorer_key("sums")}
        for arm, draws in (("base", 4), ("rl", 6))
    ]  # fmt: skip
    settings = {"sample": 1, "plan": None}
    return {"settings": settings, "samples": samples, "claims": [row]}


def _claims(judge: Judge) -> tuple[Claim, Claim]:
    """Return the halves of -0.1 < rl - base < 0.2."""
    arms = judge.arms("sums", 4, ())
    gain = arms["rl"].pass_at(1) - arms["base"].pass_at(1)
    return gain > -0.1, gain < 0.2


def _doubts(again: Again, claim: Claim, judge: Judge, policy: Policy) -> list[str]:
    return list(again.doubts(claim, policy, NODEID, judge.clerk, None))


def test_what_did_not_change_raises_no_doubt(courts: Courts) -> None:
    """Either half of an equivalence is found again."""
    judge = courts()
    again = Again(path="run.json", data=_data(judge))
    for claim in _claims(judge):
        assert _doubts(again, claim, judge, Policy(effect=0.1)) == []


@pytest.mark.parametrize(
    ("changes", "data", "doubt"),
    [
        ({}, {"low_margin": 0.0}, "it was claimed after its draws were seen"),
        ({}, {"kind": "alarm"}, "it was claimed after its draws were seen"),
        ({"alpha": 0.01}, {}, "alpha was changed after its draws were seen: 0.01, was 0.05"),
    ],
)
def test_what_changed_is_named(
    courts: Courts, changes: dict[str, Any], data: dict[str, Any], doubt: str
) -> None:
    """A margin, a kind and a policy that were not the run's make a verdict exploratory."""
    judge = courts()
    again = Again(path="run.json", data=_data(judge, **data))
    policy = dataclasses.replace(Policy(effect=0.1), **changes)
    assert _doubts(again, _claims(judge)[0], judge, policy) == [doubt]


def test_a_changed_plan_scorer_or_option_is_named(courts: Courts) -> None:
    """So do another plan, another scorer, and what is set by an option, told once."""
    judge = courts()
    data = _data(judge)
    again = Again(path="run.json", data=data, changed=("policy.alpha=0.01",))
    data["settings"]["plan"] = "c0ffee"
    data["samples"][0]["scorer"] = data["samples"][1]["scorer"] = "0bad/correct"
    policy = Policy(effect=0.1, alpha=0.01)
    assert _doubts(again, _claims(judge)[0], judge, policy) == [
        "policy.alpha=0.01 was set after its draws were seen",
        "the plan was changed after its draws were seen",
        "the scorer of 'sums' was changed after its draws were seen",
    ]


def test_arms_are_what_they_were(courts: Courts) -> None:
    """An arm that is gone, another model and another sampling are refused, each by name."""
    judge = courts()
    data = _data(judge)
    again = Again(path="run.json", data=data)
    again.check(judge.clerk, ["base", "rl"])
    with pytest.raises(RunError, match=r"run.json: arm 'rl' is in the config no more; put it back"):
        again.check(judge.clerk, ["base"])
    hotter = courts(("draws: 4", "draws: 4\nsampling: {temperature: 2}"))
    with pytest.raises(RunError, match="arm 'base' is now sampled otherwise than in this run"):
        again.check(hotter.clerk, ["base", "rl"])
    other = courts(
        ('base: {engine: python, function: "models_of_this_test:weak", revision: "1"}',
         'base: {engine: python, function: "models_of_this_test:weak", revision: "2"}')
    )  # fmt: skip
    with pytest.raises(RunError, match="arm 'base' now runs on something else than in this run"):
        again.check(other.clerk, ["base", "rl"])


def test_rounds_go_as_far_as_the_run_went(courts: Courts) -> None:
    """What all sources were read of is the most that a bet by rounds can see."""
    judge = courts()
    again = Again(path="run.json", data=_data(judge))
    assert again.most([_source("base"), _source("rl")]) == 4
    assert again.most([_source("rl")]) == 6
    assert again.most([_source("loose")]) is None
