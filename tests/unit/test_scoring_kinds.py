"""Exact text, JSON fields and choices: what is read off a completion, and what is right."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import TaskError
from harness.records import Choice, Draw, Exact, Item, JsonField, MetricSpec, Numeric, Rule, Task
from harness.scoring import check_references, open_scorer
from harness.scoring.choice import choice_reader
from harness.scoring.kinds import reader_of


def metric(rule: Rule, pattern: str = "") -> MetricSpec:
    """Return a metric that compares by a rule."""
    return MetricSpec(name="correct", pattern=pattern, equals="reference", rule=rule)


def task(rule: Rule, reference: str, pattern: str = "") -> Task:
    """Return a task of one item."""
    items = (Item(id="0" * 16, prompt="Which?", reference=reference),)
    return Task(name="quiz", items=items, metrics=(metric(rule, pattern),), answer="correct")


EXACT = [
    (Exact(), "Paris", "Paris", True),
    (Exact(), "Paris\n", "Paris", False),
    (Exact(), "paris", "Paris", False),
    (Exact(ignore=("space",)), "\n New  York\t", "New York", True),
    (Exact(ignore=("case",)), "STRASSE", "straße", True),
    (Exact(ignore=("punctuation",)), "«Paris»!", "Paris", True),
    (Exact(ignore=("case", "punctuation", "space")), " the U.S. . ", "The US", True),
    (Exact(ignore=("space",)), "New York", "NewYork", False),
]


@pytest.mark.parametrize(("rule", "text", "reference", "right"), EXACT)
def test_exact(rule: Exact, text: str, reference: str, right: bool) -> None:  # noqa: FBT001
    """A text is right if it is the reference, but for what is ignored."""
    one = task(rule, reference)
    score = open_scorer(one).score(one.items[0], Draw(text=text))
    assert score.metrics[0] == right
    assert (score.answer == open_scorer(one).right(one.items[0])) is right


def test_a_pattern_says_where_the_answer_stands() -> None:
    """What the group captures is read by the kind, and nothing else is."""
    one = task(Numeric(), "1,000", r"####(.*)")
    scorer, item = open_scorer(one), one.items[0]
    said = [scorer.score(item, Draw(text=text)) for text in ("7 #### $1000.0\n8", "1000", "####")]
    assert [score.metrics[0] for score in said] == [1, 0, 0]
    assert [score.metrics[1] for score in said] == [1, 0, 0]
    assert said[0].answer == scorer.right(item) != said[1].answer


JSON = [
    ('{"answer": {"value": "42"}}', "42"),
    ('{"answer": {"value": 42}}', "42"),
    ('Sure:\n```json\n{"answer": {"value": 42}}\n```\nDone.', "42"),
    ('{"answer": {"value": 1}} or rather {"answer": {"value": 42}}!', "42"),
    ('{"answer": {"value": [1, {"b": 2, "a": 1.5}]}}', '[1,{"a":1.5,"b":2}]'),
    ('{"answer": {"value": true}}', "true"),
    ('{"answer": {"value": "a {brace}"}}', "a {brace}"),
    ('\\boxed{"x"} {"answer": {"value": "é"}}', "é"),
    ('{"answer": {"value": null}}', None),
    ('{"answer": {"value": ""}}', None),
    ('{"answer": 42}', None),
    ('{"answer": {"value": NaN}}', None),
    ('{"answer": {"value": 42}', None),
    ("42", None),
    ("[42]", None),
    ("", None),
    ("{" * 1000, None),
    ('{"answer":' * 100_000, None),
    ('{"answer": {"value": ' + "9" * 5000 + "}}", None),
    ("[" * 100_000, None),
]


@pytest.mark.parametrize(("text", "value"), JSON, ids=range(len(JSON)))
def test_json_fields(text: str, value: str | None) -> None:
    """The field of the whole text, or of the last object in it, is the answer, in one form."""
    begun = time.perf_counter()
    assert reader_of(metric(JsonField(path="answer.value"))).read(text) == value
    assert time.perf_counter() - begun < 2


def test_json_fields_by_number() -> None:
    """A number in a path counts in a list; where there is none, there is no answer."""
    reader = reader_of(metric(JsonField(path="0.a")))
    assert [reader.read(text) for text in ('[{"a": "x"}]', "[]", '{"0": {"a": "y"}}')] == [
        "x", None, "y",
    ]  # fmt: skip


def test_json_numbers() -> None:
    """Fields are compared as numbers where that is asked for; a sentence is no number then."""
    rule = JsonField(path="n", compare=Numeric(relative=0.01))
    one = task(rule, "1,000")
    scorer, item = open_scorer(one), one.items[0]
    values = [1000.0, "1e3", 1001, 900, "about 1000", [1000], True]
    said = [scorer.score(item, Draw(text=json.dumps({"n": value}))) for value in values]
    assert [score.metrics[0] for score in said] == [1, 1, 1, 0, 0, 0, 0]
    assert {score.answer for score in said[:3]} == {scorer.right(item)}
    assert [score.metrics[1] for score in said] == [1, 1, 1, 1, 0, 0, 0]


def test_references_that_are_json_are_compared_as_such() -> None:
    """Blanks and the order of keys do not count, in a reference or in an answer."""
    one = task(JsonField(path="v"), '{"b": [1, 2], "a": null}')
    text = '{"v": {"a":null,"b":[1,2]}}'
    assert open_scorer(one).score(one.items[0], Draw(text=text)).metrics[0] == 1


CHOICES = {
    "B": ["B", "(B)", "B.", "B) Paris", "**B**", '"B"', "so\nB", "B\r\nit is", "[B]", " B\n"],
    "C": [
        "The answer is C", "the answer is (C).", "Answer: C", "**Answer:** C", "ANSWER: **C**",
        "Answer:\n\nC", "answer: option C", "The correct option is C because (B) is wrong",
        "\\boxed{C}", "\\boxed{\\text{C}}", "$\\boxed{(C)}$", "A. no.\nThe answer is C",
        "I choose (C)", "The answer is C, Paris", "\\boxed{42}; answer C",
    ],
    None: [
        "", "A or B", "the answer is A or B", "The answer is (A) or (B)", "(A), (B)", "A dog",
        "\\boxed{A} \\boxed{B}", "The answer is A. No, the answer is B.", "answer is a dog", "b",
        "the answer is not A", "E", "(E)", "A. wrong\nB. right", "B-52", "the answer is A's",
        "answer is Because", "\ud800",
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("choice", "text"), [(choice, text) for choice, texts in CHOICES.items() for text in texts]
)
def test_choices(choice: str | None, text: str) -> None:
    """Common ways to name a choice are read; what names two, or none, is no answer."""
    assert choice_reader(Choice(choices=("A", "B", "C", "D"))).read(text) == choice


def test_choices_that_are_words() -> None:
    """Words count in upper case or lower, as whole words, and are written as the task does."""
    reader = choice_reader(Choice(choices=("yes", "no", "not sure")))
    said = ["Yes.", "The answer is NO", "**Not sure**", "notable", "yes or no", "Answer: no way"]
    assert [reader.read(text) for text in said] == ["yes", "no", "not sure", None, None, "no"]


@given(st.text(alphabet="AB()[].:*$ \n\\{}answeri", max_size=80))
def test_any_text_names_a_choice_or_none(text: str) -> None:
    """No text makes reading fail, or name what is no choice."""
    assert choice_reader(Choice(choices=("A", "B"))).read(text) in {"A", "B", None}


@pytest.mark.parametrize(
    "part", ["(", "answer ", "answer is\n", "\\boxed{", "A\n", " ", "\n", "*", "\n ", "answer **"]
)
def test_choices_in_long_texts_take_no_long_time(part: str) -> None:
    """Reading takes time in proportion to the text, however hostile it is."""
    begun = time.perf_counter()
    choice_reader(Choice(choices=("A", "B"))).read(part * (200_000 // len(part)) + "(")
    assert time.perf_counter() - begun < 2


@pytest.mark.parametrize(
    ("rule", "reference", "wanted"),
    [
        (Numeric(), "four", "a number"),
        (Numeric(), "", "a number"),
        (JsonField(path="a", compare=Numeric()), "x", "a number"),
        (Choice(choices=("A", "B")), "C", "one of A, B"),
        (Exact(ignore=("punctuation",)), "...", "text of which something is left"),
    ],
)
def test_a_reference_that_no_answer_can_equal(rule: Rule, reference: str, wanted: str) -> None:
    """Such a reference is named with its item, and what it has to be."""
    with pytest.raises(TaskError) as caught:
        check_references(task(rule, reference))
    assert str(caught.value) == (
        f"tasks/quiz.yaml: metrics.correct: the reference {reference!r} of 'Which?' is not "
        f"{wanted}; mend the reference, or take another kind of metric"
    )
