"""Claims on records: what is decided, and what a record is no evidence for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from harness.claims import Arm
from harness.errors import BaselineError, ClaimError, EngineError
from harness.judge import Clerk, Judge, Record
from harness.ledger import Ledger

Courts = Callable[..., Judge]
Write = Callable[..., Path]
ARMS = """\
  hot: {engine: recorded, path: hot.jsonl, sampling: {temperature: 2}}
  same: {engine: recorded, path: copy.jsonl}
  old: {engine: recorded, path: old.jsonl}
  new: {engine: recorded, path: old.jsonl}
  counts: {engine: recorded, path: counts.jsonl}
  all: {engine: recorded, path: runs}
  part: {engine: recorded, path: runs/a.jsonl}
"""


def rows(share: int) -> list[dict[str, str]]:
    """Return four draws of each item, of which every so manieth is wrong."""
    return [
        {"prompt": f"{n}+1=", "completion": "no" if (4 * n + draw) % share == 0 else str(n + 1)}
        for n in range(40)
        for draw in range(4)
    ]


@pytest.fixture
def court(courts: Courts, record: Write) -> Callable[..., Judge]:
    """Return a maker of judges over a project with records."""

    def made(**options: object) -> Judge:
        for name, share in (("old", 2), ("copy", 2), ("hot", 8)):
            record(rows(share), f"evals/{name}.jsonl")
        counts = [{"prompt": f"{n}+1=", "n": 8, "c": n % 8} for n in range(40)]
        record(counts, "evals/counts.jsonl")
        hot = (
            '  hot: {engine: python, function: "models_of_this_test:weak", '
            "sampling: {temperature: 2}}\n"
        )
        return courts((hot, ARMS), **options)

    return made


def arm(judge: Judge, name: str, draws: int = 4) -> Arm:
    """Return an arm as a test sees it."""
    return judge.arms("sums", draws, ())[name]


def test_a_record_is_compared_with_a_model(court: Callable[..., Judge]) -> None:
    """A live arm against the record of an earlier run, decided and recalled as any other."""
    judge = court()
    assert arm(judge, "rl").pass_at(1) > arm(judge, "old").pass_at(1) + 0.1
    ruling = judge.docket.rulings[0]
    assert ruling.figures[1].value == 0.5
    assert judge.record.news["verdicts"]


def test_one_record_is_no_evidence_against_itself(court: Callable[..., Judge]) -> None:
    """Two arms on one record, or on a copy of it, share their draws, whatever their streams."""
    judge = court()
    for name in ("new", "same"):
        claim = arm(judge, "old").pass_at(1) > arm(judge, name).pass_at(1) - 0.2
        with pytest.raises(ClaimError, match=r"share their draws; give .* a record of its own"):
            bool(claim)


def test_a_part_of_a_record_is_no_other_record(court: Callable[..., Judge], record: Write) -> None:
    """A file and the folder that it lies in share draws."""
    judge = court()
    for name in ("a", "b"):
        record(rows(2), f"evals/runs/{name}.jsonl")
    claim = arm(judge, "all").pass_at(1) > arm(judge, "part").pass_at(1) - 0.2
    with pytest.raises(ClaimError, match=r"'part' and 'all' share draws: .*a\.jsonl lies in "):
        bool(claim)


def test_sampling_is_what_the_arm_declares(court: Callable[..., Judge]) -> None:
    """A record that was sampled otherwise is not compared."""
    judge = court()
    claim = arm(judge, "hot").pass_at(1) > arm(judge, "rl").pass_at(1)
    with pytest.raises(ClaimError, match="incomparable: temperature"):
        bool(claim)


def test_more_draws_than_recorded(court: Callable[..., Judge]) -> None:
    """A claim that wants more draws fails by name, and gets no draw twice."""
    claim = arm(court(), "old", draws=16).pass_at(1) > 0.2
    with pytest.raises(EngineError, match=r"old\.jsonl: has 4 draws .* 16 are asked for"):
        bool(claim)


def test_counts_are_scores(court: Callable[..., Judge]) -> None:
    """Counts decide claims on what they count: pass@k, pass^k, G-Pass@k and the mean."""
    judge = court()
    counts = arm(judge, "counts", draws=8)
    assert counts.pass_at(1) > 0.3
    assert counts.pass_at(8) > counts.pass_hat(2) + 0.1
    assert counts.g_pass_at(4, tau=0.5) > 0.2
    assert counts.mean() < 0.6
    assert judge.docket.rulings[0].figures[0].value == pytest.approx(3.5 / 8)


def test_counts_by_the_ids_of_items(court: Callable[..., Judge], record: Write) -> None:
    """A record that knows items by their ids alone is an arm as well."""
    judge = court()
    items = judge.clerk.items(arm(judge, "counts").source)
    record([{"id": item.id, "n": 4, "c": 3} for item in items], "evals/counts.jsonl")
    assert arm(judge, "counts").pass_at(1) > 0.6


def test_counts_tell_no_more(court: Callable[..., Judge], tmp_path: Path) -> None:
    """Another metric, a vote and a rate of texts are refused by name."""
    judge = court()
    path = tmp_path / "evals/tasks/sums.yaml"
    path.write_text(path.read_text().replace("metrics: {", "metrics: {lenient: {regex: x}, "))
    counts = arm(judge, "counts")
    for claim, name in (
        (counts.pass_at(1, metric="lenient") > 0.5, r"counts\.pass@1\[lenient\]"),
        (counts.majority_at(3) > 0.5, "counts.majority@3"),
        (counts.distinct_at(2) > 0.5, "counts.distinct@2"),
        (counts.rate(str.isdigit) < 0.5, r"counts\.rate\(isdigit\)"),
    ):
        with pytest.raises(ClaimError, match=rf"{name} is unknown: the record of 'counts' holds"):
            bool(claim)
    with pytest.raises(ClaimError, match="has no metric 'corect'; did you mean 'correct'"):
        bool(counts.mean("corect") > 0.5)
    assert arm(judge, "old").rate(str.isdigit) > 0.3


def test_a_record_has_no_fresh_draws(court: Callable[..., Judge]) -> None:
    """A fresh attempt is refused where it is none; later runs go on with the same draws."""
    judge = court(ledger=Ledger(sample=2))
    assert arm(judge, "old").pass_at(1) > 0.3
    assert judge.docket.rulings[0].exploratory == ""
    clerk = Clerk(judge.config, number=2, fresh=True)
    record = Record(judge.config, clerk, Ledger(sample=2), None, Path("evals/plan.json"))
    fresh = Judge(judge.config, clerk, record)
    fresh.open_docket("test_it", judge.config.policy, auto=False)
    claim = arm(fresh, "old").pass_at(1) > 0.3
    with pytest.raises(ClaimError, match="'old' replays a record, which has no fresh draws; run w"):
        bool(claim)


def test_a_record_is_no_baseline(court: Callable[..., Judge]) -> None:
    """A baseline is a fresh sample: a record can't give one, and the record itself is named."""
    judge = court(update=True)
    claim = arm(judge, "rl").pass_at(1) > judge.baselines("sums", 4, ())["old"].pass_at(1)
    with pytest.raises(
        BaselineError, match=r"'old' replays a record, which can't .* arms\['old'\]"
    ):
        bool(claim)


def test_the_seed_changes_nothing(court: Callable[..., Judge]) -> None:
    """A record's draws are one set, whatever the seed and the sample: looked at once is seen."""
    source = arm(court(), "old").source
    one, other = court(), court(ledger=Ledger(sample=3))
    assert one.clerk.identity(source) == other.clerk.identity(source)
