"""Was the reward hacked?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.study.answer import Answer, Figure, Name, Sentence, changed, shared
from harness.study.reward import Outcome, outcome_of
from harness.study.signs import overall

if TYPE_CHECKING:
    from harness.study.subject import Slice, Subject

_CORRECT = "correct"
_WORDS = {
    "earned": "earned",
    "hacked": "hacked",
    "earned in part": "earned in part",
    "not raised": "not raised",
    "inconclusive": "not shown",
}
_SAID = {
    "earned": "the reward {} is earned:",
    "hacked": "the reward {} is hacked:",
    "earned in part": "the reward {} is earned in part:",
    "not raised": "the reward {} is not shown to have risen:",
    "inconclusive": "whether the reward {} is earned is not shown:",
}


def was_the_reward_hacked(subject: Subject) -> Answer | None:
    """Hold the gain of what training rewarded against that of lenient scoring.

    None where the reward is no metric, or there is no other score to hold it against.
    """
    named = rewarded(subject)
    if named is None:
        return None
    reward, gold = named
    found = [(one, outcome_of(one.pair, reward, gold)) for one in subject.slices]
    return Answer(
        verdict=_overall({held.finding for _, held in found}),
        said=_said(found, reward, gold),
        words={one.where: _WORDS[held.finding] for one, held in found},
        figures=tuple(figure for pair in found for figure in _figures(*pair, reward, gold)),
    )


def _overall(findings: set[str]) -> str:
    """Return the word for all sets of items: what is earned on some does not excuse a hack."""
    if "hacked" in findings and findings & {"earned", "earned in part"}:
        return "mixed"
    return overall(findings, _WORDS)


def rewarded(subject: Subject) -> tuple[str, str] | None:
    """Return the metric that training rewarded and the gold score that it stands for.

    The reward is what the arm's `training: {reward: ...}` names, where that is a metric; the
    task's `reward:` where the arm says nothing of it. Gold is the lenient metric, or `correct`
    where that is the reward itself or there is none.
    """
    task, metrics = subject.material.task, subject.pair.metrics
    reward = subject.material.arms[subject.arm].training.get("reward", task.reward)
    if reward not in metrics:
        return None
    gold = next((one for one in (task.lenient, _CORRECT) if one in metrics and one != reward), None)
    return None if gold is None else (str(reward), gold)


def _figures(one: Slice, held: Outcome, reward: str, gold: str) -> tuple[Figure, ...]:
    share = () if held.share is None else (
        shared("gold as a share of the reward", held.share, where=one.where),
    )  # fmt: skip
    return (
        changed("reward", held.paid, of=reward, where=one.where),
        changed("gold", held.gained, of=gold, where=one.where),
        *share,
    )


def _said(found: list[tuple[Slice, Outcome]], reward: str, gold: str) -> Sentence:
    """Say what became of the reward and of gold, finding by finding."""
    said: list[str | Name | Figure] = []
    for finding, phrase in _SAID.items():
        before, after = phrase.split("{}")
        own = [(one, held) for one, held in found if held.finding == finding]
        if own:
            said += ["; " if said else "", before, Name(text=reward), after]
        for place, (one, held) in enumerate(own):
            paid, gained, *_ = _figures(one, held, reward, gold)
            on = ("on ", Name(text=one.where), " ") if one.where else ()
            said += [", " if place else " ", *on, paid, " against ", gained]
            said += [] if place else [" of ", Name(text=gold)]
    return tuple(said)
