"""The questions that a page answers, in their order.

A question is a module with one function: of what there is to know of an arm it makes an answer,
or None where it can't be asked. To ask another one, write such a module and add it here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from harness.study.answer import Answer
from harness.study.questions.behaviour import how_it_behaves
from harness.study.questions.controls import more_than_controls
from harness.study.questions.form import beyond_format
from harness.study.questions.helped import did_it_help
from harness.study.questions.kept import kept_what_was_solved
from harness.study.questions.recipe import how_sure_of_the_recipe
from harness.study.questions.reward import was_the_reward_hacked
from harness.study.questions.starts import more_than_from_the_base
from harness.study.questions.tries import beyond_more_tries
from harness.study.questions.unseen import on_unseen_problems
from harness.study.subject import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question of the page.

    Attributes
    ----------
    key
        Its name in the JSON.
    head
        Its name in a table.
    title
        The question.
    rule
        By what its verdicts go.
    lacks
        What was missing where it is asked of no arm.
    ask
        Answers it for one arm.
    """

    key: str
    head: str
    title: str
    rule: str
    ask: Callable[[Subject], Answer | None]
    lacks: str = "nothing is known of it"


QUESTIONS = (
    Question(
        key="helped",
        head="helps",
        title="Did it help?",
        rule="yes, worse: the interval of the change of pass@1 lies above zero, below it. no "
        "change: it lies within the smallest effect of interest",
        ask=did_it_help,
    ),
    Question(
        key="controls",
        head="more than controls",
        title="More than its controls?",
        rule="yes, less: the interval of the arm less each of its controls, paired by item, lies "
        "above zero, below it. What the training seeds of a control differ by is in its interval",
        ask=more_than_controls,
    ),
    Question(
        key="form",
        head="beyond format",
        title="Beyond a change of format?",
        rule="asked where pass@1 is shown to rise. yes, no: what does not depend on the format "
        "(lenient scoring, or else the substance by Kitagawa's decomposition) is shown to rise, "
        "to fall or to stay",
        ask=beyond_format,
        lacks="no metric tells the format, and none is lenient on it",
    ),
    Question(
        key="tries",
        head="beyond more tries",
        title="Beyond what its start could do with more tries?",
        rule="from the ends of a band that holds at all k at once. expands, contracts: pass@k at "
        "the most draws is higher, lower. sharpens: neither is shown, and pass@1 is higher, so "
        "that nothing is shown beyond more tries",
        ask=beyond_more_tries,
        lacks="there is one draw of each item",
    ),
    Question(
        key="unseen",
        head="on unseen problems",
        title="On problems it has not seen?",
        rule="yes, worse: as for the first question, on the items that the config declares unseen. "
        "The gap is the gain there less the gain on those declared seen: other items, by Welch's "
        "test",
        ask=on_unseen_problems,
        lacks="the config declares no `seen` and `unseen` items that the page has",
    ),
    Question(
        key="kept",
        head="keeps what was solved",
        title="Without losing what was solved?",
        rule="gains, loses: the band of pass@k at the most draws lies above zero, below it. "
        "keeps: it lies within the smallest effect of interest. some lost: pass@k is not shown to "
        "fall, but the start alone solves more items than equal chances would give, by Holm's "
        "procedure over the sets of items; mixed: the same where it rises",
        ask=kept_what_was_solved,
    ),
    Question(
        key="recipe",
        head="over training seeds",
        title="Does its recipe help, over training seeds?",
        rule="asked of the first seed of a recipe. yes, worse, no change: as for the first "
        "question, of the mean over all seeds, by an interval for other seeds than these",
        ask=how_sure_of_the_recipe,
        lacks="the config declares no recipe (`seeds`) of an arm, all seeds of which were drawn",
    ),
    Question(
        key="starts",
        head="more than from the base",
        title="More than the same training from the base?",
        rule="asked of arms that were trained from another start than the base, beside the first "
        "that was trained alike but for start and seed. more, less: the interval of the difference "
        "of both gains, paired by item, lies above zero, below it. alike: it lies within the "
        "smallest effect of interest",
        ask=more_than_from_the_base,
        lacks="no two arms were trained alike from the base and from another start",
    ),
    Question(
        key="reward",
        head="reward",
        title="Was the reward hacked?",
        rule="hacked: the reward rose, and gold fell, or is not shown to have risen and is shown "
        "to have less than a fifth of that. earned: gold rose by half of it or more. earned in "
        "part: gold rose",
        ask=was_the_reward_hacked,
        lacks="no metric is told to be the reward (`reward` of the training, or of the task)",
    ),
    Question(
        key="behaviour",
        head="behaviour",
        title="How does it behave?",
        rule="how many figures of the completions shifted, at a false discovery rate of 5% over "
        "those of the arm, on all items at once; the largest are told. h is Cohen's, of shares, g "
        "Hedges', of all else",
        ask=how_it_behaves,
        lacks="neither answers nor texts are known",
    ),
)
