"""The baseline file: nothing is lost on the way, and nothing impossible is believed."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.baseline import Baseline, Origin, dump, parse
from harness.errors import BaselineError
from harness.records import MOST_DRAWS, Tally
from harness.schemas import load_schema

IDENTITY = {
    "scorer": "0123456789abcdef", "sampling": {"temperature": 1.0}, "prompting": {"system": "Hm."},
}  # fmt: skip
STORED = Path(__file__).parent.parent / "formats" / "stored"
TODAY = dt.datetime.now(dt.UTC).date()


@st.composite
def baselines(draw: st.DrawFn) -> Baseline:
    """Draw a baseline of graded and 0/1 metrics, from scores of single draws."""
    metrics = draw(st.lists(st.text(min_size=1), min_size=1, max_size=3, unique=True))
    ids = draw(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=4, unique=True))
    score = st.one_of(st.sampled_from([0.0, 1.0]), st.floats(0, 1, width=32))
    row = st.lists(st.lists(score, min_size=len(metrics), max_size=len(metrics)), min_size=1,
                   max_size=5)  # fmt: skip
    scores = [np.array(draw(row)) for _ in ids]
    silent = [draw(st.integers(0, len(drawn))) for drawn in scores]
    tally = Tally(
        ids=tuple(f"{number:016x}" for number in ids),
        draws=np.array([len(drawn) for drawn in scores], dtype=np.int64),
        metrics=tuple(metrics),
        sums=np.array([drawn.sum(axis=0) for drawn in scores]),
        products=np.array([drawn.T @ drawn for drawn in scores]),
        answers=tuple(
            {answer: count for answer, count in counts.items() if count}
            for counts in ({"": none, "0badf00d": len(drawn) - none}
                           for none, drawn in zip(silent, scores, strict=True))
        ),
    )  # fmt: skip
    origin = st.builds(
        Origin, epoch=st.integers(1, 99), taken=st.dates(max_value=TODAY).map(str),
        model=st.sampled_from(["", "0badf00d" * 2]), how=st.sampled_from(["drawn", "record"]),
    )  # fmt: skip
    return Baseline(
        task=draw(st.text()), arm=draw(st.text()), identity=IDENTITY, seed=draw(st.integers()),
        origins=tuple(draw(origin) for _ in ids), prompts=tuple(tally.ids), tally=tally,
    )  # fmt: skip


def rows_of(baseline: Baseline) -> dict[str, tuple[Any, ...]]:
    """Return the figures of each item by its id."""
    tally = baseline.tally
    return {
        identity: (baseline.origins[row], baseline.prompts[row], int(tally.draws[row]),
                   tally.sums[row].tolist(), tally.products[row].tolist(),
                   dict(tally.answers[row]))
        for row, identity in enumerate(tally.ids)
    }  # fmt: skip


@given(baselines())
def test_nothing_is_lost_on_the_way(baseline: Baseline) -> None:
    """What is written is read back, digit by digit, and written again as it was."""
    text = dump(baseline)
    found = parse(text, "B")
    for name in ("task", "arm", "seed", "identity", "epoch", "oldest", "models"):
        assert getattr(found, name) == getattr(baseline, name)
    assert found.tally.metrics == baseline.tally.metrics
    assert rows_of(found) == rows_of(baseline)
    assert dump(found) == text


@given(baselines())
def test_a_line_reads_the_same_however_it_is_written(baseline: Baseline) -> None:
    """Lines in another form, which are read one by one, hold what those read at once hold."""
    lines = [json.loads(line) for line in dump(baseline).split("\n\n")]
    other = "\n".join(json.dumps(line, separators=(",", ":")) for line in lines[:-1])
    found = parse(f'{other}\n{{"complete": true}}', "B")
    assert rows_of(found) == rows_of(baseline)
    assert dump(found) == dump(baseline)


@given(baselines())
def test_each_item_has_a_line_of_its_own(baseline: Baseline) -> None:
    """Lines of items are sorted by id and begin with it; an empty line stands between any two."""
    header, *items, end, last = dump(baseline).split("\n\n")[:-1] + dump(baseline).split("\n")[-2:]
    assert json.loads(header)["schema"] == 2
    assert [line[8:24] for line in items] == sorted(baseline.tally.ids)
    assert (end, last) == ('{"complete": true}', "")


def item(identity: str = "a" * 16, **changes: Any) -> dict[str, Any]:  # noqa: ANN401  any JSON
    """Make an item of 8 draws and two metrics."""
    row = {"id": identity, "prompt": "c" * 16, "epoch": 2, "taken": "2026-01-02",
           "model": "d" * 16, "how": "drawn", "n": 8, "sums": [3, 2.5], "squares": [3, 1.25],
           "products": [1.5], "answers": {"": 2, "0badf00d": 6}}  # fmt: skip
    return {**row, **changes}


def text_of(*items: object, **changes: Any) -> str:  # noqa: ANN401  any JSON
    """Write a baseline."""
    header = {"schema": 2, "task": "sums", "arm": "rl", "identity": IDENTITY,
              "metrics": ["correct", "closeness"], "seed": 0}  # fmt: skip
    lines = [{**header, **changes}, *items, {"complete": True}]
    return "\n\n".join(map(json.dumps, lines)) + "\n"


GOOD = text_of(item())


def test_a_good_baseline_is_read() -> None:
    """Sums, squares and products land where they belong."""
    tally = parse(GOOD, "B").tally
    assert tally.sums.tolist() == [[3, 2.5]]
    assert tally.products.tolist() == [[[3, 1.5], [1.5, 1.25]]]
    assert tally.draws.tolist() == [8]
    assert tally.answers == ({"": 2, "0badf00d": 6},)


@pytest.mark.parametrize(
    "text",
    [GOOD.replace("\n", "\r\n"), GOOD.replace("\n\n", "\n"), GOOD.replace(", ", " ,")],
    ids=["other line ends", "no empty lines", "other spaces"],
)
def test_the_same_in_other_bytes(text: str) -> None:
    """What an editor or a checkout may change of the form is no change."""
    assert dump(parse(text, "B")) == dump(parse(GOOD, "B"))


BROKEN = {
    "empty file": "",
    "truncated": GOOD[:400],
    "truncated between lines": GOOD[: GOOD.index('{"complete')],
    "something after the end": GOOD + json.dumps(item("b" * 16)),
    "merge conflict": f"<<<<<<< HEAD\n{GOOD}\n=======\n",
    "binary": "\x00\ufffd",
    "list": "[]",
    "number": "7",
    "deep": "[" * 100_000,
    "deep item": GOOD.replace('{"id', "[" * 100_000 + '{"id'),
    "not a number": GOOD.replace("2.5", "NaN"),
    "infinity": GOOD.replace("2.5", "Infinity"),
    "overflow": GOOD.replace("2.5", "1e400"),
    "huge sum": text_of(item(sums=[10**30, 2.5])),
    "huger sum": text_of(item(sums=[10**400, 2.5])),
    "huger square": text_of(item(squares=[10**400, 2.5])),
    "endless number": GOOD.replace("2.5", "9" * 5000),
    "huge n": text_of(item(n=10**30)),
    "no items": text_of(),
    "duplicate item": text_of(item(), item("b" * 16), item(sums=[2, 2], squares=[2, 2])),
    "negative n": text_of(item(n=-8)),
    "no draws": text_of(item(n=0)),
    "part of a draw": text_of(item(n=7.5)),
    "negative sum": text_of(item(sums=[-1, 2.5])),
    "sums above n": text_of(item(sums=[9, 2.5], squares=[9, 1.25])),
    "squares above sums": text_of(item(squares=[3.5, 1.25])),
    "squares below the mean's": text_of(item(squares=[3, 0.5])),
    "products above n": text_of(item(products=[9])),
    "products above sums": text_of(item(products=[2.75])),
    "products below what overlaps": text_of(item(sums=[8, 2.5], squares=[8, 1.25], products=[1])),
    "few sums": text_of(item(sums=[3])),
    "many squares": text_of(item(squares=[3, 1.25, 1])),
    "no products": text_of(item(products=[])),
    "more answers than draws": text_of(item(answers={"": 9})),
    "more draws than answers": text_of(item(n=9)),
    "draws without answers": text_of(item(answers={})),
    "part of the answers of a record": text_of(item(how="record", n=9)),
    "an answer twice": GOOD.replace('{"": 2', '{"0badf00d": 6, "": 2'),
    "key of an item twice": GOOD.replace('"n": 8', '"n": 9, "n": 8'),
    "key of the header twice": GOOD.replace('"seed": 0', '"seed": 1, "seed": 0'),
    "too many draws": text_of(item(n=100_001, answers={"": 100_001})),
    "merge conflict in an item": GOOD.replace('{"id', '<<<<<<< HEAD\n{"id'),
    "half a merge conflict": GOOD.replace('{"complete', '>>>>>>> theirs\n{"complete'),
    "answer in the clear": text_of(item(answers={"forty-two": 1})),
    "half an answer": text_of(item(answers={"": 0.5})),
    "text for a sum": text_of(item(sums=["3", 2.5])),
    "null": text_of(item(sums=None)),
    "short id": text_of(item("abc")),
    "unknown key": text_of(item(mean=0.5)),
    "unknown key of the header": text_of(item(), note="x"),
    "missing key": text_of({"id": "a" * 16, "n": 8}),
    "no epoch": text_of(item(epoch=0)),
    "no day": text_of(item(taken="yesterday")),
    "no such day": text_of(item(taken="2026-02-30")),
    "no month": text_of(item(taken="0000-00-00")),
    "no year": text_of(item(taken="9999-99-99")),
    "the day after tomorrow": text_of(item(taken=str(TODAY + dt.timedelta(days=2)))),
    "no way": text_of(item(how="guessed")),
    "yes for a count": text_of(item(n=True, answers={})),
    "a list for an item": text_of([]),
    "text for an item": text_of("rl"),
    "a billion draws": text_of(item(n=1_000_000_001)),
    "same metric twice": text_of(item(), metrics=["correct", "correct"]),
    "no metrics": text_of(item(), metrics=[]),
    "no identity": text_of(item(), identity=None),
    "earlier": text_of(item(), schema=1),
    "no scorer": text_of(item(), identity={"sampling": {}, "prompting": None}),
    "text for a schema": text_of(item(), schema="1"),
    "future": text_of(item(), schema=3),
    "far future": text_of(item(), schema=10**30),
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_baseline_is_refused(text: str) -> None:
    """Each way to be broken is one line, of readable length, with the file and a way out."""
    with pytest.raises(BaselineError) as caught:
        parse(text, "evals/baselines/sums/rl.json")
    message = str(caught.value)
    assert message.startswith("evals/baselines/sums/rl.json")
    assert "\n" not in message
    assert len(message) < 500
    assert str(caught.value.hint).endswith(
        ("harness baseline accept", "harness baseline rebase", "one line of each item",
         "update rl-eval-harness")
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (BROKEN["truncated"], "B:3: this baseline is no JSON: "),
        (BROKEN["truncated between lines"], "B: the file was cut off: its last line is missing"),
        (BROKEN["not a number"], "B:3: this baseline is no JSON: NaN is no number"),
        (BROKEN["duplicate item"], f"B:7: item {'a' * 16} stands twice; two branches may have"),
        (BROKEN["sums above n"], f"B:3: item {'a' * 16} holds sums that 8 draws can't have"),
        (
            BROKEN["more draws than answers"],
            f"B:3: item {'a' * 16} has 9 draws, and counts 8 answers; restore it from git",
        ),
        (BROKEN["draws without answers"], "has 8 draws, and counts 0 answers; restore it"),
        (BROKEN["part of the answers of a record"], "has 9 draws, and counts 8 answers"),
        (BROKEN["an answer twice"], f"B:3: item {'a' * 16} counts an answer twice; restore it"),
        (BROKEN["key of an item twice"], "B:3: this baseline is no JSON: key 'n' stands twice"),
        (BROKEN["key of the header twice"], "B:1: this baseline is no JSON: key 'seed' stands"),
        (
            BROKEN["no such day"],
            f"B:3: item {'a' * 16} was taken on '2026-02-30', which is no day; restore it from git",
        ),
        (BROKEN["no month"], "was taken on '0000-00-00', which is no day"),
        (
            BROKEN["the day after tomorrow"],
            f", and today is {TODAY}; see that the clock is right, restore it from git, or take it",
        ),
        (BROKEN["too many draws"], "B:3: n: 100001 is greater than the maximum of 100000; restore"),
        (
            BROKEN["merge conflict in an item"],
            "B:3: this baseline is no JSON, it holds a merge conflict; merge anew with `base",
        ),
        (BROKEN["half a merge conflict"], "B:5: this baseline is no JSON, it holds a merge"),
        (BROKEN["merge conflict"], "B:1: this baseline is no JSON, it holds a merge conflict"),
        (BROKEN["no metrics"], "B:1: metrics: [] should be non-empty; restore it from git"),
        (BROKEN["no identity"], "B:1: identity: None is not of type 'object'; restore it from git"),
        (BROKEN["earlier"], "B:1: schema: 2 was expected; restore it from git"),
        (BROKEN["missing key"], "'squares', 'products', 'answers'; restore it from git"),
        (BROKEN["no way"], "B:3: how: unknown value 'guessed'; restore it from git, or take it"),
        (BROKEN["negative n"], "B:3: n: -8 is less than the minimum of 1"),
        (BROKEN["text for a sum"], "B:3: sums.0: '3' is not of type 'number'"),
        (BROKEN["future"], "schema 3 is from a later version; this one reads up to 2; update"),
    ],
)
def test_a_broken_baseline_says_where(text: str, message: str) -> None:
    """The line, the item or the key is named, with its value."""
    with pytest.raises(BaselineError) as caught:
        parse(text, "B")
    assert message in str(caught.value)


def test_counts_alone_have_no_answers() -> None:
    """A record of counts says how many are right, and not what was said."""
    assert parse(text_of(item(how="record", answers={})), "B").tally.answers == ({},)


def test_today_begins_elsewhere_first() -> None:
    """A day of grace is for time zones; a day may be long ago."""
    for day in (str(TODAY + dt.timedelta(days=1)), "2024-02-29"):
        assert parse(text_of(item(taken=day)), "B").oldest == day


@pytest.mark.parametrize(
    "end", ['{"complete": true}  \t', '{"complete":true}', ' { "complete" : true }\n\n ']
)
def test_the_last_line_may_have_other_spaces(end: str) -> None:
    """As each line before it: an editor may have left some."""
    text = GOOD.replace('{"complete": true}\n', end)
    assert dump(parse(text, "B")) == dump(parse(GOOD, "B"))


def test_most_draws_of_an_item() -> None:
    """A hundred thousand are read, in today's format and in the first, and may be taken."""
    assert load_schema("baseline_item")["properties"]["n"]["maximum"] == MOST_DRAWS == 100_000
    most = item(n=100_000, answers={"": 100_000})
    assert parse(text_of(most), "B").tally.draws.tolist() == [100_000]
    old = json.loads((STORED / "baseline_v1.json").read_text(encoding="utf-8"))
    old["items"][1] |= {"n": 100_000, "answers": {"": 100_000}, "squares": [0.001, 0.001],
                        "sums": [0.001, 0.001], "products": [0.001]}  # fmt: skip
    assert parse(json.dumps(old, indent=1), "B").tally.draws.max() == 100_000
    old["items"][1] |= {"n": 100_001, "answers": {"": 100_001}}
    with pytest.raises(BaselineError, match=r"items\.1\.n: 100001 is greater than the maximum"):
        parse(json.dumps(old, indent=1), "B")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"n": 8', '"n": 9', "B: item 33fb8d511719157e has 9 draws, and counts 8 answers"),
        ('"created": "2026-01-02"', '"created": "soon"', "was taken on 'soon', which is no day"),
        ('"metrics"', '\n=======\n"metrics"', "B:9: this baseline is no JSON, it holds a merge"),
        ('"arm": "rl"', '"arm": "a", "arm": "rl"', "this baseline is no JSON: key 'arm' stands"),
        ('"arm": "rl",', "", "B: needs 'arm'; restore it from git, or take it anew"),
    ],
)  # fmt: skip
def test_the_first_version_is_held_to_the_same(old: str, new: str, message: str) -> None:
    """It always counted an answer for each draw, and noted the day."""
    text = (STORED / "baseline_v1.json").read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(BaselineError) as caught:
        parse(text.replace(old, new, 1), "B")
    assert message in str(caught.value)


def test_an_item_of_another_header_is_refused() -> None:
    """Scored or sampled otherwise, it came in by a merge; without its hash that is not known."""
    text = dump(parse(GOOD, "B"))
    for old, new in (("0123456789abcdef", "fedcba9876543210"), ("closeness", "nearness")):
        with pytest.raises(BaselineError, match=r"B:3: item a{16} was scored, sampled or prompted"):
            parse(text.replace(old, new), "B")
    assert parse(GOOD.replace("closeness", "nearness"), "B").tally.metrics[1] == "nearness"


def test_rounding_is_forgiven() -> None:
    """Sums of graded scores may be off in their last digits."""
    scores: Callable[[float], list[float]] = lambda x: [x] * 3  # noqa: E731  one use
    total, squares = sum(scores(0.1)), sum(x * x for x in scores(0.1))
    row = item(n=3, sums=[3, total], squares=[3, squares], products=[total], answers={"": 3})
    assert parse(text_of(row), "B").tally.sums[0, 1] == total
