"""Attempts: on how many sets of draws an effect was decided, however it was planned or written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness import no_evidence
from harness.claims import Arms, Claim
from harness.judge import Judge
from harness.ledger import Ledger

Courts = Callable[..., Judge]
Write = Callable[[str, str | bytes], Any]
MakeClaim = Callable[[Arms], Claim]
SEED = ("draws: 4", "draws: 4\nsampling: {seed: 1}")
AGAIN = "attempt 2 on other draws"


def gain(arms: Arms) -> Claim:
    """Claim a gain of rl over the base."""
    return arms["rl"].pass_at(1) > arms["base"].pass_at(1) + 0.1


def tried(judge: Judge, ledger: Ledger, claim: MakeClaim = gain, draws: int = 4) -> str:
    """Decide a claim, let the ledger learn of it, and say why it is exploratory."""
    bool(claim(judge.arms("sums", draws, ())))
    ledger.update(judge.record.news)
    return judge.docket.rulings[-1].exploratory


def test_another_seed_is_another_attempt(courts: Courts) -> None:
    """Without a plan, too, a second seed is attempt 2; going back to the first is no third one."""
    ledger = Ledger()
    reasons = [tried(courts(*edits, ledger=ledger), ledger) for edits in ([], [SEED], [SEED], [])]
    assert reasons == ["", AGAIN, AGAIN, ""]
    assert [len(draws) for draws in ledger.attempts.values()] == [2]


def test_a_stored_verdict_keeps_its_label(courts: Courts) -> None:
    """A second attempt that is recalled is still the second one."""
    ledger = Ledger()
    tried(courts(ledger=ledger), ledger)
    tried(courts(SEED, ledger=ledger), ledger)
    judge = courts(SEED, ledger=ledger)
    assert tried(judge, ledger) == AGAIN
    assert (judge.record.recalled, judge.record.news) == (1, {})


def test_a_new_claim_on_a_later_sample_is_a_first_attempt(courts: Courts) -> None:
    """Fresh draws that others asked for don't count against a claim that is new."""
    ledger = Ledger(sample=3)
    assert tried(courts(ledger=ledger), ledger) == ""


@pytest.mark.parametrize(
    "claim",
    [
        lambda arms: arms["rl"].pass_at(1) > arms["base"].pass_at(1) + 0.2,
        lambda arms: arms["base"].pass_at(1) < arms["rl"].pass_at(1),
        lambda arms: -arms["base"].pass_at(1) + arms["rl"].pass_at(1) > 0,
        lambda arms: 3 * arms["rl"].pass_at(1) - 3 * arms["base"].pass_at(1) > 0.6,
    ],
    ids=["margin", "mirrored", "order", "scale"],
)
def test_the_same_effect_is_the_same(courts: Courts, claim: MakeClaim) -> None:
    """Another margin or spelling is no new effect: on other draws it is a second attempt."""
    ledger = Ledger()
    tried(courts(ledger=ledger), ledger)
    assert tried(courts(SEED, ledger=ledger), ledger, claim) == AGAIN


@pytest.mark.parametrize(
    "claim",
    [
        lambda arms: arms["rl"].pass_at(1) < arms["base"].pass_at(1) + 0.1,
        lambda arms: no_evidence(arms["rl"].pass_at(1) > arms["base"].pass_at(1)),
        lambda arms: arms["rl"].pass_at(2) > arms["base"].pass_at(2),
        lambda arms: (
            arms["rl"].where(split="odd").pass_at(1) > arms["base"].where(split="odd").pass_at(1)
        ),
        lambda arms: arms["loose"].pass_at(1) > arms["base"].pass_at(1),
    ],
    ids=["direction", "alarm", "k", "selection", "arm"],
)
def test_another_effect_is_another(courts: Courts, claim: MakeClaim) -> None:
    """Direction, kind, statistic, items and arm make the effect."""
    ledger = Ledger()
    tried(courts(ledger=ledger), ledger)
    assert tried(courts(SEED, ledger=ledger), ledger, claim) == ""


def test_another_model_is_another_effect(courts: Courts) -> None:
    """A new checkpoint behind the same name begins anew."""
    ledger, edit = Ledger(), ('strong", revision: "1"', 'strong", revision: "2"')
    tried(courts(ledger=ledger), ledger)
    assert tried(courts(edit, ledger=ledger), ledger) == ""


def test_other_items_are_another_effect(courts: Courts, write: Write) -> None:
    """Effects are on the items as they are."""
    ledger = Ledger()
    tried(courts(ledger=ledger), ledger)
    judge = courts(SEED, ledger=ledger)
    rows = "".join(f'{{"prompt": "{n}+1=", "reference": "{n + 1}"}}\n' for n in range(30))
    write("evals/tasks/sums.jsonl", rows)
    assert tried(judge, ledger) == ""


def test_more_of_the_same_draws_are_the_same(courts: Courts) -> None:
    """Draws are a sequence: its first 4 and its first 8 are one set."""
    ledger = Ledger()
    tried(courts(ledger=ledger), ledger)
    assert tried(courts(ledger=ledger), ledger, draws=8) == ""
    assert tried(courts(SEED, ledger=ledger), ledger, draws=8) == AGAIN


def test_what_can_change_is_counted_by_its_draws(courts: Courts) -> None:
    """A function without a revision is not recalled, but other draws of it are counted."""
    ledger = Ledger()

    def loose(arms: Arms) -> Claim:
        return arms["loose"].mean() > 0.2

    edits: list[list[tuple[str, str]]] = [[], [], [SEED]]
    reasons = [tried(courts(*edit, ledger=ledger), ledger, loose) for edit in edits]
    assert reasons == ["", "", AGAIN]
