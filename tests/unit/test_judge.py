"""The court of a session: each claim is decided once, on data that may be compared."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from harness.baseline import Baseline
from harness.claims import Claim, no_evidence
from harness.config import load_config
from harness.errors import BaselineError, ClaimError
from harness.judge import Judge

Write = Callable[[str, str | bytes], Path]

CONFIG = """\
schema: 1
draws: 4
policy: {effect: 0.1}
arms:
  base: {engine: python, function: "models_of_this_test:weak"}
  rl: {engine: python, function: "models_of_this_test:strong"}
  twin: {engine: python, function: "models_of_this_test:weak", stream: base}
  hot: {engine: python, function: "models_of_this_test:weak", sampling: {temperature: 2}}
"""
TASK = """\
schema: 1
items: sums.jsonl
metrics: {correct: {regex: '(\\d+)', equals: reference}}
"""
ITEMS = "".join(
    f'{{"prompt": "{n}+1=", "reference": "{n + 1}", '
    f'"tags": {{"split": "{"odd" if n % 2 else "even"}"}}}}\n'
    for n in range(40)
)


def weak(prompt: str, seed: int) -> str:
    """Answer a quarter of the prompts."""
    return str(int(prompt.partition("+")[0]) + 1) if seed % 4 == 0 else "no idea"


def strong(prompt: str, seed: int) -> str:
    """Answer nearly all of the prompts."""
    return str(int(prompt.partition("+")[0]) + 1) if seed % 20 else "no idea"


@pytest.fixture
def make(write: Write, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Judge]:
    """Return a maker of judges over one small project, each with an open docket."""
    module = ModuleType("models_of_this_test")
    vars(module).update(weak=weak, strong=strong)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    write("evals/tasks/sums.yaml", TASK)
    write("evals/tasks/other.yaml", TASK)
    write("evals/tasks/sums.jsonl", ITEMS)

    def made(config: str = CONFIG, *, update_baselines: bool = False) -> Judge:
        path = write("evals/harness.yaml", config)
        judge = Judge(load_config(path), update_baselines=update_baselines)
        judge.open_docket("evals/test_it.py::test_it")
        return judge

    return made


@pytest.fixture
def court(make: Callable[..., Judge]) -> Judge:
    """Return a judge with an open docket."""
    return make()


def gain(judge: Judge, name: str = "rl", margin: float = 0.1) -> Claim:
    """Claim that an arm beats the base."""
    arms = judge.arms("sums", None, ())
    return arms[name].pass_at(1) > arms["base"].pass_at(1) + margin


def test_a_claim_is_decided_once(court: Judge) -> None:
    """Asking twice enters one ruling, with figures, margins and the place of the assert."""
    claim = gain(court)
    assert claim
    assert claim
    (ruling,) = court.docket.rulings
    assert ruling.decision.verdict == "supported"
    assert [figure.name for figure in ruling.figures] == ["rl.pass@1", "base.pass@1"]
    assert (ruling.kind, ruling.low_margin, ruling.high_margin) == ("claim", 0.1, None)
    assert (ruling.nodeid, ruling.ordinal, ruling.task) == ("evals/test_it.py::test_it", 1, "sums")
    assert ruling.place.rpartition(":")[0] == __file__
    assert (ruling.decision.items, ruling.decision.draws) == (40, 4)


def test_the_effect_is_the_difference_of_the_figures(court: Judge) -> None:
    """What is reported beside a verdict adds up."""
    assert gain(court)
    (ruling,) = court.docket.rulings
    high, low = ruling.figures
    assert ruling.decision.effect == pytest.approx(high.value - low.value)
    assert high.draws == low.draws == 4


def test_an_open_claim_is_true_only_if_the_policy_lets_it_pass(make: Callable[..., Judge]) -> None:
    """Lenience changes what a test sees, and never the verdict."""
    for policy, truth in (("fail", False), ("warn", True), ("skip", True)):
        judge = make(CONFIG.replace("effect: 0.1", f"inconclusive: {policy}"))
        arms = judge.arms("sums", None, (("split", ("odd",)),))
        assert bool(arms["base"].pass_at(1) > 0.2) is truth
        assert judge.docket.rulings[0].decision.verdict == "inconclusive"


def test_other_sampling_is_incomparable(court: Judge) -> None:
    """Arms that sample differently are not compared; the parameter is named."""
    with pytest.raises(
        ClaimError, match=r"'hot' and 'base' are incomparable: temperature is 2 and 1\.0"
    ):
        bool(gain(court, "hot"))


def test_shared_draws_are_no_evidence(court: Judge) -> None:
    """Two arms on one stream of one model have the same draws: comparing them is refused."""
    with pytest.raises(ClaimError, match=r"'twin' and 'base' share their draws.*stream"):
        bool(gain(court, "twin", 0.0))


def test_other_tasks_are_incomparable(court: Judge) -> None:
    """A claim stands on one task."""
    arms = court.arms("sums", None, ())
    claim = arms["rl"].pass_at(1) > arms.task("other")["base"].pass_at(1)
    with pytest.raises(ClaimError, match="compares task 'sums' with task 'other'"):
        bool(claim)


def test_an_empty_selection_is_refused(court: Judge) -> None:
    """Conditions that no item fulfils together are an error, not an empty sample."""
    arm = court.arms("sums", None, (("split", ("odd",)),))["rl"].where(split="even")
    with pytest.raises(ClaimError, match=r"no item .* has all of split=odd, split=even"):
        bool(arm.pass_at(1) > 0.5)


def test_disjoint_selections_are_compared_unpaired(court: Judge) -> None:
    """The same arm on other items is another sample."""
    rl = court.arms("sums", None, ())["rl"]
    assert rl.where(split="odd").pass_at(1) > rl.where(split="even").pass_at(1) - 0.4
    assert court.docket.rulings[0].decision.method == "Welch t-floor"


def test_a_claim_that_was_never_asserted_is_named(court: Judge) -> None:
    """Building a claim is not deciding it; an alarm's inner claim counts as used."""
    gain(court, margin=0.05)
    bool(no_evidence(gain(court, margin=0.9)))
    assert court.docket.unasserted() == ("rl.pass@1 > base.pass@1 + 0.05",)


def test_a_decided_claim_is_no_alarm(court: Judge) -> None:
    """no_evidence() takes no claim whose truth was taken before."""
    claim = gain(court)
    assert claim
    with pytest.raises(ClaimError):
        no_evidence(claim)


def test_a_missing_baseline_is_named(court: Judge) -> None:
    """A claim on a baseline that isn't there says how to make it."""
    arm = court.arms("sums", None, ())["rl"]
    claim = arm.pass_at(1) > court.baselines("sums", None, ())["rl"].pass_at(1) - 0.1
    with pytest.raises(BaselineError, match="--harness-update-baseline"):
        bool(claim)


@pytest.fixture
def accepted(make: Callable[..., Judge]) -> Baseline:
    """Take a baseline of the arm rl, and store it."""
    judge = make(update_baselines=True)
    arm, stored = (judge.arms("sums", None, ())["rl"], judge.baselines("sums", None, ())["rl"])
    bool(arm.pass_at(1) > stored.pass_at(1) - 0.1)
    (baseline,) = judge.updates.values()
    judge.store.save(baseline)
    return baseline


def test_a_baseline_is_taken_from_fresh_draws(
    make: Callable[..., Judge], accepted: Baseline
) -> None:
    """A new baseline has its own stream, more draws and all items, and is compared as any arm."""
    assert accepted.epoch == 1
    assert accepted.tally.draws.tolist() == [16] * 40
    judge = make()
    arm, stored = (judge.arms("sums", None, ())["rl"], judge.baselines("sums", None, ())["rl"])
    assert arm.pass_at(1) > stored.pass_at(1) - 0.2
    (ruling,) = judge.docket.rulings
    assert ruling.decision.draws == 4
    assert ruling.decision.effect != 0


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("tasks/sums.yaml", "(\\d+)", "(\\d\\d*)", "the scorer has changed"),
        ("harness.yaml", "draws: 4", "draws: 4\nsampling: {top_p: 0.5}", "sampling has changed"),
        ("tasks/sums.jsonl", '"prompt": "3+1="', '"prompt": "3 + 1="',
         "lacks 1 of 40 items, the first of them '3 + 1='"),
    ],
    ids=["scorer", "sampling", "item"],
)  # fmt: skip
def test_what_changed_since_the_baseline_is_named(  # noqa: PLR0913, PLR0917  a file's change
    make: Callable[..., Judge], accepted: Baseline, tmp_path: Path, name: str, old: str, new: str,
    message: str,
) -> None:  # fmt: skip
    """A baseline of another scorer, other sampling or other items is refused by name."""
    assert accepted.epoch == 1
    path = tmp_path / "evals" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    judge = make(path.read_text(encoding="utf-8") if name == "harness.yaml" else CONFIG)
    arm, stored = (judge.arms("sums", None, ())["rl"], judge.baselines("sums", None, ())["rl"])
    with pytest.raises(BaselineError, match=message.replace("+", r"\+")):
        bool(arm.pass_at(1) > stored.pass_at(1) - 0.1)


def test_an_alarm_takes_no_chained_comparison(court: Judge) -> None:
    """The first half of a chain would be decided as a claim of its own: it is refused."""
    arms = court.arms("sums", None, ())
    effect = arms["rl"].pass_at(1) - arms["base"].pass_at(1)
    with pytest.raises(ClaimError, match="not a chained one"):
        no_evidence(-0.9 < effect < 0.9)


def test_a_claim_outside_of_a_docket_is_refused(court: Judge) -> None:
    """After a test's end no claim is decided: nobody would see the verdict."""
    claim = gain(court)
    court.close_docket()
    with pytest.raises(ClaimError, match="outside of an eval"):
        bool(claim)
