"""The algebra behind `assert`: what it means, what it says, and what it refuses."""

from __future__ import annotations

import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.claims import Arms, Claim, Quantity
from harness.errors import ClaimError
from harness.records import Source, Statistic

NAMES = ("base", "rl", "placebo")
Linear = tuple[float, float, float, float]  # coefficients of the three arms, and a constant
Step = tuple[str, float]


class Mute:
    """A judge that takes no notice."""

    def draws(self, source: Source) -> int:
        """Leave the draws as they are."""
        return source.draws

    def note(self, claim: Claim) -> None:
        """Take no notice."""

    def rule(self, claim: Claim) -> bool:
        """Never be asked."""
        raise NotImplementedError


ARMS = Arms(Mute(), Source(task="sums", arm="", baseline="", draws=8), NAMES)
LEAVES: dict[str, Quantity] = {name: ARMS[name].pass_at(1) for name in NAMES}
AXES: dict[str, Linear] = {
    "base": (1, 0, 0, 0), "rl": (0, 1, 0, 0), "placebo": (0, 0, 1, 0),
}  # fmt: skip
numbers = st.integers(-40, 40).map(lambda step: step / 8)


def linear(quantity: Quantity) -> Linear:
    """Read the coefficients of a quantity."""
    total = dict.fromkeys(NAMES, 0.0)
    for coefficient, statistic in quantity.terms:
        total[statistic.source.arm] += coefficient
    return (total["base"], total["rl"], total["placebo"], quantity.constant)


def plus(left: Linear, right: Linear, sign: float = 1) -> Linear:
    """Add two linear forms."""
    a, b, c, d = (x + sign * y for x, y in zip(left, right, strict=True))
    return a, b, c, d


def times(form: Linear, factor: float) -> Linear:
    """Multiply a linear form by a number."""
    a, b, c, d = (factor * x for x in form)
    return a, b, c, d


Pair = tuple[Quantity, Linear]
leaves = st.sampled_from(NAMES).map(lambda name: (LEAVES[name], AXES[name]))


def grow(children: st.SearchStrategy[Pair]) -> st.SearchStrategy[Pair]:
    """Build larger expressions, beside the same expression in plain arithmetic."""
    return st.one_of(
        st.builds(lambda a, b: (a[0] + b[0], plus(a[1], b[1])), children, children),
        st.builds(lambda a, b: (a[0] - b[0], plus(a[1], b[1], -1)), children, children),
        st.builds(lambda a, n: (a[0] + n, plus(a[1], (0, 0, 0, n))), children, numbers),
        st.builds(lambda a, n: (n - a[0], plus((0, 0, 0, n), a[1], -1)), children, numbers),
        st.builds(lambda a, n: (n * a[0], times(a[1], n)), children, numbers),
        st.builds(lambda a: (-a[0], times(a[1], -1)), children),
        st.builds(lambda a: (+a[0], a[1]), children),
    )


expressions = st.recursive(leaves, grow, max_leaves=6)


@given(expressions)
def test_arithmetic_is_that_of_linear_forms(pair: Pair) -> None:
    """Sums, differences and multiples of quantities have the coefficients of plain arithmetic."""
    quantity, expected = pair
    assert linear(quantity) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(expressions)
def test_the_text_means_what_the_terms_say(pair: Pair) -> None:
    """A quantity's text, read as Python, is the quantity."""
    quantity, _ = pair
    text = quantity.text
    for name in NAMES:
        text = text.replace(f"{name}.pass@1", name)
    found = eval(text, {**LEAVES})  # noqa: S307  of this test's own making
    assert linear(found) == pytest.approx(linear(quantity), rel=1e-4, abs=1e-4)


@given(expressions, expressions, st.sampled_from([operator.gt, operator.lt]))
def test_a_claim_brings_what_varies_to_one_side(
    left: Pair, right: Pair, compare: Callable[[Quantity, Quantity], Claim]
) -> None:
    """The effect is left minus right, held against the constants of the other side."""
    expected = plus(left[1], right[1], -1)
    try:
        claim = compare(left[0], right[0])
    except ClaimError:
        assert expected[:3] == pytest.approx((0, 0, 0), abs=1e-9)
        return
    total = dict.fromkeys(NAMES, 0.0)
    for coefficient, statistic in claim.terms:
        total[statistic.source.arm] += coefficient
    assert tuple(total.values()) == pytest.approx(expected[:3], abs=1e-9)
    assert claim.question.threshold == pytest.approx(-expected[3], abs=1e-9)
    assert len({statistic for _, statistic in claim.terms}) == len(claim.terms)


def test_a_claim_is_written_as_it_was_typed(arms: Arms) -> None:
    """Text, effect, direction and threshold of the usual claim."""
    claim = arms["rl"].pass_at(1) > arms["base"].pass_at(1) + 0.05
    assert claim.text == "rl.pass@1 > base.pass@1 + 0.05"
    assert claim.effect_text == "rl.pass@1 - base.pass@1"
    assert (claim.question.direction, claim.question.threshold) == ("greater", 0.05)
    assert repr(claim) == "<claim rl.pass@1 > base.pass@1 + 0.05>"


def test_sums_are_grouped_where_a_sign_would_bind_wrongly(arms: Arms) -> None:
    """Parentheses stand where they are needed, and nowhere else."""
    a, b = arms["rl"].pass_at(4), arms["base"].mean("boxed")
    assert (a - (b - 0.1)).text == "rl.pass@4 - (base.mean(boxed) - 0.1)"
    assert (0.5 * (a + b)).text == "0.5 * (rl.pass@4 + base.mean(boxed))"
    assert (-(a + b)).text == "-(rl.pass@4 + base.mean(boxed))"
    assert (a + b - 0.1).text == "rl.pass@4 + base.mean(boxed) - 0.1"
    assert repr(2 * a) == "<quantity 2 * rl.pass@4>"


def test_the_effect_is_written_out(arms: Arms) -> None:
    """Coefficients stand before their statistics, signs between them."""
    a, b = arms["rl"].pass_at(1), arms["base"].pass_at(1)
    assert (a > 0.9 * b).effect_text == "rl.pass@1 - 0.9 * base.pass@1"
    assert (-a < 2 * b + 0.1).effect_text == "-rl.pass@1 - 2 * base.pass@1"


def test_rounding_leaves_no_margin_behind(arms: Arms) -> None:
    """Constants that cancel on paper cancel in the claim."""
    a, b = arms["rl"].pass_at(1), arms["base"].pass_at(1)
    assert (a + 0.1 + 0.2 > b + 0.3).question.threshold == 0


def test_at_least_means_above(arms: Arms) -> None:
    """`>=` and `<=` claim what `>` and `<` claim: samples can't tell them apart."""
    a, b = arms["rl"].pass_at(1), arms["base"].pass_at(1)
    assert (a >= b).question == (a > b).question
    assert (a <= b).question == (a < b).question
    assert (a >= b).text == "rl.pass@1 > base.pass@1"


def test_a_number_on_the_left_is_reflected(arms: Arms) -> None:
    """`0.5 < a` is the claim `a > 0.5`."""
    a = arms["rl"].pass_at(1)
    assert (0.5 < a).text == "rl.pass@1 > 0.5"  # noqa: SIM300
    assert (0.5 > a).question == (a < 0.5).question  # noqa: SIM300
    assert (1 - a < 0.5).question.threshold == -0.5


@pytest.mark.parametrize(
    "number", [np.float64(0.25), np.float32(0.25), np.int64(1), Fraction(1, 4)]
)
def test_other_numbers_are_numbers(arms: Arms, number: Any) -> None:  # noqa: ANN401  numbers of all kinds
    """Numbers of numpy, and fractions, work on either side of everything."""
    a = arms["rl"].pass_at(1)
    value = float(number)
    for quantity in (a + number, number + a):
        assert isinstance(quantity, Quantity)
        assert quantity.constant == value
    assert (number - a).terms[0][0] == -1
    assert (number * a).terms[0][0] == value
    for claim in (number < a, a > number):
        assert isinstance(claim, Claim)
        assert claim.question.threshold == value


REFUSED = {
    "a == b": r"can't be decided .*-0\.03 < a - b < 0\.03",
    "a == 0.5": r"can't be decided .*-0\.03 < a - b < 0\.03",
    "a != b": r"neither direction nor size; claim a > b \+ 0\.03",
    "bool(a)": r"is a quantity, not a claim; compare it: assert a > b",
    "not a": r"is a quantity, not a claim",
    "a and b": r"is a quantity, not a claim",
    "abs(a - b)": r"not linear; write -0\.03 < a - b < 0\.03",
    "a / b": r"not linear; multiply by a number .*a > 0\.9 \* b",
    "a / 2": r"not linear; multiply by a number \(0\.5 \* a\)",
    "1 / a": r"not linear",
    "a * b": r"product of two quantities .*multiply by numbers only",
    "float(a)": r"no plain number; compare it",
    "a > float('nan')": r"nan is not a finite number",
    "a + float('inf')": r"inf is not a finite number",
    "a > 10**400": r"finite number",
    "a > True": r"numbers and other quantities, not bool",
    "True * a": r"numbers and other quantities, not bool",
    "a > np.True_": r"numbers and other quantities, not bool",
    "a > '0.5'": r"numbers and other quantities, not str",
    "a > None": r"numbers and other quantities, not NoneType",
    "a + [0.5]": r"numbers and other quantities, not list",
    "a > np.array([0.1, 0.2])": r"numbers and other quantities, not ndarray",
    "np.array([0.1, 0.2]) < a": r"numbers and other quantities, not ndarray",
    "a > (a > b)": r"numbers and other quantities, not Claim",
    "a > a": r"compares a quantity with itself; compare two arms",
    "a + b > b + a - 0.1": r"compares a quantity with itself",
    "0 * a > 0.1": r"compares a quantity with itself",
}


@pytest.mark.parametrize(("misuse", "message"), REFUSED.items(), ids=REFUSED.keys())
def test_what_samples_cant_decide_is_refused(arms: Arms, misuse: str, message: str) -> None:
    """Each operation that has no statistical meaning raises, and names the right spelling."""
    names = {"a": arms["rl"].pass_at(1), "b": arms["base"].pass_at(1), "np": np}
    with pytest.raises(ClaimError, match=message):
        eval(misuse, names)  # noqa: S307  written above


def test_an_arm_is_no_quantity(arms: Arms) -> None:
    """Comparing with an arm itself, its figure forgotten, is refused by name."""
    with pytest.raises(ClaimError, match="not Arm"):
        arms["rl"].pass_at(1) > arms["base"]  # noqa: B015


def test_quantities_have_no_hash(arms: Arms) -> None:
    """What can't be compared for equality is no key."""
    with pytest.raises(TypeError, match="unhashable"):
        hash(arms["rl"].pass_at(1))


def test_equal_statistics_merge(arms: Arms) -> None:
    """The same figure asked for twice is one term, and figures that differ stay apart."""
    rl = arms["rl"]
    same = rl.pass_at(1) + rl.pass_at(1) > 0.5
    assert [coefficient for coefficient, _ in same.terms] == [2.0]
    other: tuple[tuple[float, Statistic], ...] = (rl.pass_at(4) > rl.pass_at(1)).terms
    assert [coefficient for coefficient, _ in other] == [1.0, -1.0]
