"""Claims about pass@k curves: which comparisons they are made of, and what they refuse."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.claims import Arm, Arms, JointClaim, no_evidence
from harness.errors import ClaimError
from harness.records import Source

if TYPE_CHECKING:
    from .conftest import FakeJudge

EXPECTED = {
    "contracts()": ["rl.pass@1 > base.pass@1", "rl.pass@16 < base.pass@16"],
    "contracts(by=0.02)": ["rl.pass@1 > base.pass@1", "rl.pass@16 < base.pass@16 - 0.02"],
    "expands()": ["rl.pass@16 > base.pass@16"],
    "expands(by=0.02)": ["rl.pass@16 > base.pass@16 + 0.02"],
    "sharpens(within=0.02)": ["rl.pass@1 > base.pass@1", "rl.pass@16 < base.pass@16 + 0.02"],
    "keeps(within=0.02)": [
        f"rl.pass@{k} > base.pass@{k} - 0.02" for k in (1, 4, 16)
    ],
    "dominates(by=0.02)": [
        f"rl.pass@{k} > base.pass@{k} + 0.02" for k in (1, 4, 16)
    ],
}  # fmt: skip


def made(arms: Arms, call: str, **options: Any) -> JointClaim:  # noqa: ANN401  of curve()
    """Make a claim on rl and base of its name and margin."""
    verb, _, rest = call.rstrip(")").partition("(")
    margin = {rest.partition("=")[0]: ast.literal_eval(rest.partition("=")[2])} if rest else {}
    curve = arms["rl"].curve(**{"k": [1, 4, 16], **options})
    found = getattr(curve, verb)(arms["base"], **margin)
    assert isinstance(found, JointClaim)
    return found


@pytest.mark.parametrize(("call", "texts"), EXPECTED.items(), ids=EXPECTED.keys())
def test_a_curve_claim_is_made_of_comparisons(arms: Arms, call: str, texts: list[str]) -> None:
    """Each claim has the comparisons that the curve verdict asks for, named by their claim."""
    claim = made(arms, call)
    verb = call.partition("(")[0]
    assert [one.text for one in claim.claims] == [f"{text} ({verb})" for text in texts]
    assert claim.text == f"rl.curve(1, 4, 16) {verb} base"
    assert repr(claim) == f"<claim rl.curve(1, 4, 16) {verb} base>"


def test_all_comparisons_are_decided(arms: Arms, judge: FakeJudge) -> None:
    """A claim holds if all of its comparisons do, and each is asked for, past one that fails."""
    claim = made(arms, "keeps(within=0.1)")
    assert claim
    assert judge.ruled == list(claim.claims)
    judge.truth = False
    judge.ruled.clear()
    assert not claim
    assert judge.ruled == list(claim.claims)


def test_a_curve_reads_the_metric_it_is_told(arms: Arms) -> None:
    """Another metric is that of every comparison, and its name is told."""
    claim = made(arms, "contracts()", metric="lenient")
    assert claim.text == "rl.curve(1, 4, 16)[lenient] contracts base"
    assert claim.claims[0].text == "rl.pass@1[lenient] > base.pass@1[lenient] (contracts)"


@given(st.lists(st.integers(1, 200), min_size=2, unique=True))
def test_the_order_of_k_is_no_matter(ks: list[int]) -> None:
    """A curve's k stand in rising order, each once, of whatever kind the numbers are."""
    arm = Arm(None, Source(task="sums", arm="rl", baseline="", draws=8))  # type: ignore[arg-type]
    expected = tuple(sorted(ks))
    for given_ks in (ks, ks * 2, set(ks), iter(ks), np.array(ks)):
        assert arm.curve(given_ks).ks == expected


@pytest.mark.parametrize(
    "k", [8, [8], [1, 1], [], "18", None, [0, 4], [-1, 4], [1, 4.0], [1, 2, 2.5], [True, 4],
          [1, "4"], [1, [4]], [1, None], [1, float("nan")]], ids=str,
)  # fmt: skip
def test_k_must_be_whole_numbers(arms: Arms, k: Any) -> None:  # noqa: ANN401  the wrong kinds
    """What is no set of two or more numbers of tries is refused with its value."""
    with pytest.raises(ClaimError, match=r"curve\(k=.*two or more different whole .*k=\[1, 16\]"):
        arms["rl"].curve(k=k)


def test_a_metric_has_a_name(arms: Arms) -> None:
    """A metric that is no name is refused at once."""
    with pytest.raises(ClaimError, match=r"rate\(function\)"):
        arms["rl"].curve([1, 2], metric=len)  # type: ignore[arg-type]


REFUSED = {
    "rl.expands(arms)": r"rl\.curve\(1, 4\) expands takes an arm, got Arms; .*arms\['base'\]",
    "rl.expands(base)": r"takes an arm, got Curve; .*curve\(k=\[1, 4\]\)\.expands\(arms\['base'\]",
    "rl.keeps('base', within=.1)": r"takes an arm, got str",
    "rl.expands(arms['base'].pass_at(1))": r"takes an arm, got Quantity",
    "rl.expands(arms['rl'])": r"rl\.pass@4 .*compares a quantity with itself",
    "rl.expands(arms['base'], by=-0.1)": r"by=-0\.1 is no margin: .* between 0 and 1; .*by=0\.02",
    "rl.contracts(arms['base'], by=1.5)": r"by=1\.5 is no margin",
    "rl.dominates(arms['base'], by=True)": r"by=True is no margin",
    "rl.keeps(arms['base'], within=float('nan'))": r"within=nan is no margin.*within=0\.02",
    "rl.sharpens(arms['base'], within='0.1')": r"within='0\.1' is no margin",
    "rl.sharpens(arms['base'], within=0)": r"within=0 leaves no room; write contracts\(",
    "rl.keeps(arms['base'], within=0.0)": r"within=0 leaves no room; write dominates\(",
    "rl > base": r"can't be compared by a sign: .*\.contracts\(arms\['base'\]\)",
    "rl == base": r"can't be compared by a sign",
    "rl != 0.5": r"can't be compared by a sign",
    "0.5 < rl": r"can't be compared by a sign",
    "bool(rl)": r"is a curve, not a claim; for example .*contracts",
    "no_evidence(rl.contracts(arms['base']))": r"rl\.curve\(1, 4\) contracts base is made of "
    r"several comparisons, and an alarm is about one; .* for each, .*no_evidence\(a\.pass_at",
}  # fmt: skip


@pytest.mark.parametrize(("misuse", "message"), REFUSED.items(), ids=REFUSED.keys())
def test_what_means_nothing_of_a_curve_is_refused(arms: Arms, misuse: str, message: str) -> None:
    """Each misuse raises a `ClaimError` that shows how the claim is written."""
    names = {
        "arms": arms, "no_evidence": no_evidence,
        "rl": arms["rl"].curve([1, 4]), "base": arms["base"].curve([1, 4]),
    }  # fmt: skip
    with pytest.raises(ClaimError, match=message):
        eval(misuse, names)  # noqa: S307  written above


def test_margins_may_be_numbers_of_any_kind(arms: Arms) -> None:
    """A margin of numpy is a margin."""
    claim = arms["rl"].curve([1, 4]).expands(arms["base"], by=np.float64(0.25))
    assert claim.claims[0].question.threshold == 0.25
