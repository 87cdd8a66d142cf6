"""Numbers in completions: read as people write them, and never by accident."""

from __future__ import annotations

import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.records import Numeric
from harness.scoring.numeric import last_number, numeric_reader, whole_number

NUMBERS = {
    "1,000": "1000", "1000.0": "1000", "1\u202f234\u202f567": "1234567", "-$1,234.50": "-2469/2",
    "3/4": "3/4", "24 / 7": "24/7", "1.5/2.5": "3/5", "\\frac{3}{4}": "3/4",
    "-\\dfrac{1}{2}": "-1/2",
    "50%": "1/2", "12.5 \\%": "1/8", "3 percent": "3/100", "1e-3": "1/1000", "2.5E+2": "250",
    "5 x 10^3": "5000", "5\\times 10^{-3}": "1/200", "\u22127": "-7", "+7": "7", ".5": "1/2",
    "-0": "0", "007": "7",
}  # fmt: skip


@pytest.mark.parametrize(("text", "value"), NUMBERS.items())
def test_a_number_in_its_many_forms(text: str, value: str) -> None:
    """Each form is read alike alone, as a reference, and as the last number of a sentence."""
    assert whole_number(text) == value
    assert last_number(f"First 12, then: {text}.") == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("it is 42, I think", "42"),
        ("5-3", "3"),
        ("12-30", "30"),
        ("f(x)-3", "3"),
        ("(-3)", "-3"),
        ("5 cm^2", "5"),
        ("$$7$$", "7"),
        ("\\boxed{\\frac{1}{3}}", "1/3"),
        ("2 apples of H2O, CO2 and x7", "2"),
        ("答案是42", "42"),
        ("[1, 2, 3]", "3"),
        ("9 of version 1.2.3", "9"),
        ("9 on 3/4/2024", "9"),
        ("9 and then 1,2,3", "9"),
        ("9, not 1/0", "9"),
    ],
)
def test_the_last_number_of_a_text(text: str, value: str) -> None:
    """Signs, words, units, dates and versions around a number do not change it."""
    assert last_number(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "", "nan", "NaN", "inf", "-Infinity", "1e999", "1e999999999999", "9" * 401, "1/0", "0/0",
        "1.2.3", "1,00", "1,2,3", "10^6", "2^{10}", "x2", "²", "٣", "\ud800", "--", ".", ",", "e5",
        "\\frac{1}{0}", "1/1/1",
    ],
)  # fmt: skip
def test_what_is_no_number(text: str) -> None:
    """What is not finite, too long to hold, ambiguous or no number at all is no answer."""
    assert last_number(text) is None
    assert whole_number(text) is None


@given(st.fractions(max_denominator=10**9))
def test_fractions_are_read_back(value: Fraction) -> None:
    """Every fraction is read as itself."""
    assert last_number(f"so {value}") == whole_number(str(value)) == str(value)


@given(st.integers(-(10**30), 10**30), st.integers(0, 6))
def test_decimals_and_thousands_are_read_back(value: int, places: int) -> None:
    """Digits are never rounded, with or without separators."""
    whole, part = divmod(abs(value), 10**places)
    sign, tail = "-" if value < 0 else "", f".{part:0{places}d}" if places else ""
    expected = str(Fraction(value, 10**places))
    assert last_number(f"{sign}{whole}{tail}") == expected
    assert last_number(f"{sign}{whole:,}{tail}") == expected


@given(st.floats(allow_nan=False, allow_infinity=False).filter(lambda x: x == 0 or abs(x) > 1e-300))
def test_floats_are_read_back(value: float) -> None:
    """What Python writes of a float is read as exactly that."""
    found = last_number(repr(value))
    assert found is not None
    assert float(Fraction(found)) == value


@given(st.text(alphabet="0123456789.,-+/%eE^x \\frac{}$\u202f\u2212", max_size=60))
def test_any_text_is_a_number_or_none(text: str) -> None:
    """Whatever is written, what is read is a finite fraction in lowest terms, or nothing."""
    for found in (last_number(text), whole_number(text)):
        assert found is None or str(Fraction(found)) == found


@pytest.mark.parametrize(
    "part", ["9", "9,", "9.", "1/", "1 /", "-", "$", "1e", "1 ", "\\frac{1", "1\\times 10^{", "1/1"]
)
def test_long_texts_take_no_long_time(part: str) -> None:
    """Reading takes time in proportion to the text, however hostile it is."""
    begun = time.perf_counter()
    last_number(part * (300_000 // len(part)))
    assert time.perf_counter() - begun < 2


@pytest.mark.parametrize(
    ("rule", "answer", "right", "hit"),
    [
        (Numeric(), "1000.0", "1,000", True),
        (Numeric(), "0.333", "1/3", False),
        (Numeric(), "12345678901234567891", "12345678901234567890", False),
        (Numeric(tolerance=0.001), "0.333", "1/3", True),
        (Numeric(tolerance=0.001), "0.334", "1/3", True),
        (Numeric(tolerance=0.001), "0.335", "1/3", False),
        (Numeric(tolerance=0.1), "0.4", "0.3", True),
        (Numeric(relative=0.01), "-99", "-100", True),
        (Numeric(relative=0.01), "98.9", "100", False),
        (Numeric(relative=0.01), "0.001", "0", False),
        (Numeric(), "50%", "0.5", True),
        (Numeric(), "50%", "50", False),
    ],
)
def test_how_near_is_right(rule: Numeric, answer: str, right: str, hit: bool) -> None:  # noqa: FBT001
    """Without a tolerance numbers are exact; with one its very end still counts."""
    reader = numeric_reader(rule)
    found, normal = reader.read(answer), reader.normal(right)
    assert found is not None
    assert normal is not None
    assert reader.near(found, normal) is hit
