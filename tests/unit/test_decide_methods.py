"""Which method decides: by the kind of data, or as the policy says; each against its own oracle."""

from __future__ import annotations

import itertools
import math
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from harness.decide import decide
from harness.errors import ClaimError
from harness.records import Decision, Direction, Part, Policy, Question, Sample
from harness.stats.bets import FLAT
from harness.stats.paired_binary import Tango
from harness.stats.skew import skew_corrected

#: Right of 4 draws on 20 items, before and after.
BEFORE = (0, 1, 2, 4, 4, 3, 0, 2, 1, 4, 3, 4, 0, 1, 2, 4, 3, 2, 4, 1)
AFTER = (1, 1, 3, 4, 4, 4, 0, 3, 2, 4, 3, 4, 1, 0, 4, 4, 4, 2, 4, 2)
PAIRED = (np.array(AFTER) - np.array(BEFORE)) / 4
Method = Literal["auto", "t-floor", "t", "sign-flip", "bootstrap-t", "anytime"]
GREATER = Question(direction="greater", threshold=0.0)


def above(threshold: float) -> Question:
    """Ask whether the effect is above a threshold."""
    return Question(direction="greater", threshold=threshold)


def difference(values: npt.ArrayLike, draws: int = 4, **changes: Any) -> Sample:  # noqa: ANN401  any field
    """Make the data of a difference of two arms; of one set of items unless more are given."""
    fields: dict[str, Any] = {"half_range": 1.0, "noise": 0.01, "growing": 0.01}
    fields.update({key: changes.pop(key) for key in set(changes) & {*fields, "clusters"}})
    parts = changes.pop("parts", None)
    found = parts or (Part(values=np.asarray(values, dtype=np.float64), **fields),)
    return Sample(**{"parts": found, "draws": draws, "low": -1.0, "high": 1.0, **changes})


def level(values: npt.ArrayLike, draws: int, **changes: Any) -> Sample:  # noqa: ANN401  any field
    """Make the data of one arm against a bar."""
    return difference(values, draws, half_range=0.5, low=0.0, **changes)


def singles(gained: int, lost: int, items: int) -> Sample:
    """Make single right-or-wrong draws: some items gained, some lost."""
    return difference([1.0] * gained + [-1.0] * lost + [0.0] * (items - gained - lost), draws=1)


def test_single_draws_are_tangos() -> None:
    """One draw per item and side is decided by Tango's score test, with its printed bounds."""
    better, worse, same = (
        decide(singles(*counts, 50), GREATER, Policy(alpha=0.025))
        for counts in ((12, 2), (2, 12), (0, 0))
    )
    assert (better.method, better.verdict, better.effect) == ("Tango", "supported", 0.2)
    assert better.p == Tango(gained=12, lost=2, items=50).p_greater(0.0)
    assert (better.high, worse.low) == pytest.approx((0.34470875, -0.34470875), abs=1e-8)
    assert (same.low, same.high) == pytest.approx((-0.0713476, 0.0713476), abs=1e-7)


@given(st.integers(0, 30), st.integers(0, 30), st.integers(5, 60), st.floats(-0.5, 0.5))
def test_tango_is_held_back_beyond_zero(
    gained: int, lost: int, unchanged: int, threshold: float
) -> None:
    """No change and losses are Tango's; a gain beyond zero takes the corrected t-floor, too."""
    count = gained + lost + unchanged
    sample = singles(gained, lost, count)
    found = decide(sample, above(threshold), Policy())
    score = Tango(gained=gained, lost=lost, items=count)
    other = skew_corrected([(sample.parts[0].values, 1.0)])
    alone = score.p_greater(threshold)
    assert found.p == (alone if threshold <= 0 else max(alone, other.p_greater(threshold)))
    low = score.lower(0.05)
    assert found.low == (low if low <= 0 else max(1e-6, min(low, other.lower(0.05))))


@given(st.lists(st.floats(-1, 1), min_size=5, max_size=40), st.floats(-0.5, 0.5))
def test_the_t_floor_is_held_back_before_zero(values: list[float], threshold: float) -> None:
    """A gain takes the skewness seen, too; that little is lost takes that of the phantom, too."""
    found = decide(difference(values), above(threshold), Policy())
    corrected = skew_corrected([(np.array(values), 1.0)])

    def plain(level: float) -> float:
        return max(corrected.mean.p_greater(level), corrected.observed.p_greater(level))

    assert found.method == "t-floor"
    if threshold >= 0:
        assert found.p == plain(threshold)
    else:
        both = max(plain(threshold), corrected.p_greater(threshold))
        assert found.p == min(both, plain(0.0))


def test_mcnemar_stands_beside_tango() -> None:
    """McNemar's exact and mid-p tests are shown as second opinions, on the claim's own side."""
    better = decide(singles(16, 6, 50), GREATER, Policy())
    assert {check.method: check.p for check in better.checks} == pytest.approx(
        {"McNemar exact": 0.05247879028 / 2, "McNemar mid-p": 0.03468966484 / 2}
    )
    less = Question(direction="less", threshold=0.0)
    worse = decide(singles(6, 16, 50), less, Policy())
    assert [check.p for check in worse.checks] == [check.p for check in better.checks]
    wrong = decide(singles(16, 6, 50), less, Policy())
    assert wrong.checks[0].p == pytest.approx(stats.binom(22, 0.5).cdf(16))


@pytest.mark.parametrize("threshold", [-0.1, 0.1])
def test_mcnemar_knows_no_margin(threshold: float) -> None:
    """Against a margin Tango decides alone: McNemar's tests are of no difference."""
    found = decide(singles(24, 4, 100), above(threshold), Policy())
    assert (found.method, found.checks) == ("Tango", ())


@pytest.mark.parametrize(
    "sample",
    [
        difference([1.0, -1.0, 0.0] * 10, draws=2),
        difference([0.5, -0.5, 0.0] * 10, draws=1, half_range=0.5, low=-0.5, high=0.5),
        difference([1.0, -1.0, 0.0] * 10, draws=1, clusters=np.arange(30)),
        difference([0.9, -1.0, 0.0] * 10, draws=1),
    ],
    ids=["two draws", "half a difference", "clusters", "graded"],
)
def test_other_data_are_not_tangos(sample: Sample) -> None:
    """Several draws, other weights, clusters and graded scores go by the t-floor."""
    found = decide(sample, GREATER, Policy())
    assert "t-floor" in found.method
    assert found.checks == ()


@pytest.mark.parametrize(
    ("method", "name", "p"),
    [
        ("t", "t", 0.0085510240 / 2),
        ("auto", "t-floor", 0.0475823910),
        ("t-floor", "uncorrected t-floor", 0.0475823910),
        ("sign-flip", "sign-flip", 0.009765625),
    ],
)
def test_the_policy_can_name_the_method(method: Method, name: str, p: float) -> None:
    """The paired vector has the printed p-value of the method that was asked for."""
    found = decide(difference(PAIRED), GREATER, Policy(method=method))
    assert found.method == name
    assert found.p == pytest.approx(p, abs=1e-10)
    assert found.verdict == "supported"


def test_the_interval_is_that_of_the_method() -> None:
    """The t-floor's bound and its non-inferiority p-value are the printed ones."""
    found = decide(difference(PAIRED), above(-0.05), Policy(method="t-floor"))
    assert found.low == pytest.approx(0.0017326318, abs=1e-10)
    assert found.p == pytest.approx(0.0100590304, abs=1e-10)
    plain = decide(difference(PAIRED), above(-0.05), Policy(method="t", alpha=0.025))
    assert (plain.low, plain.high) == pytest.approx((0.0321965974, 0.1928034026), abs=1e-10)


def test_bootstrap_t_is_near_the_t_test() -> None:
    """On many well-behaved items the studentised bootstrap bounds the mean as t does."""
    values = np.random.default_rng(5).normal(0.03, 0.2, 300)
    boot = decide(difference(values), GREATER, Policy(method="bootstrap-t"))
    other = decide(difference(values), GREATER, Policy(method="t-floor"))
    assert boot.method == "bootstrap-t"
    assert (boot.low, boot.high) == pytest.approx((other.low, other.high), abs=0.003)
    assert boot.p == pytest.approx(other.p, abs=0.01)


def test_bootstrap_t_is_the_same_twice() -> None:
    """Resampling has a seed of its own: the same data get the same verdict."""
    sample, policy = difference(PAIRED), Policy(method="bootstrap-t")
    assert decide(sample, GREATER, policy) == decide(sample, GREATER, policy)


def test_anytime_is_a_bet() -> None:
    """The p-value is one over the most that flat bets on the items ever won, in their order."""
    found = decide(difference(PAIRED), GREATER, Policy(method="anytime"))
    lambdas, weights = np.array(FLAT.lambdas), np.array(FLAT.weights)
    wealth = np.cumprod(1 + lambdas * PAIRED[:, None], axis=0) @ weights
    assert found.method == "betting e-process"
    assert wealth[-1] == pytest.approx(2.5514071539, abs=1e-10)
    assert found.p == pytest.approx(1 / wealth.max())
    assert found.verdict == "inconclusive"


@pytest.mark.parametrize("method", ["sign-flip", "bootstrap-t", "anytime"])
def test_some_methods_take_one_set_of_items(method: Method) -> None:
    """Resampling and bets refuse a claim across disjoint items, and say which methods do."""
    half = Part(values=np.linspace(0, 0.5, 30), half_range=0.5, noise=0.01)
    with pytest.raises(ClaimError, match=rf"method '{method}' takes one set .*t-floor or t"):
        decide(difference((), parts=(half, half)), GREATER, Policy(method=method))


def test_the_plain_t_test_is_named_for_disjoint_items() -> None:
    """The t tests take disjoint items, by Welch."""
    one = Part(values=np.linspace(0.2, 0.9, 30), half_range=0.5, noise=0.01)
    two = Part(values=-np.linspace(0.1, 0.5, 20), half_range=0.5, noise=0.01)
    found = decide(difference((), parts=(one, two)), GREATER, Policy(method="t"))
    expected = stats.ttest_ind(one.values, -two.values, equal_var=False, alternative="greater")
    assert found.method == "Welch t"
    assert found.p == pytest.approx(expected.pvalue)


def test_the_plain_t_test_needs_a_spread() -> None:
    """Where all items agree the plain t test would be certain of anything: it refuses."""
    with pytest.raises(ClaimError, match=r"all 20 values are 0\.1"):
        decide(difference([0.1] * 20), GREATER, Policy(method="t"))


def clustered(count: int, size: int = 4, seed: int = 3) -> tuple[Sample, npt.NDArray[np.float64]]:
    """Make items in clusters of one size that hang together, and the clusters' means."""
    rng = np.random.default_rng(seed)
    means = rng.uniform(-0.05, 0.5, count)
    values = np.repeat(means, size) + np.tile(np.linspace(-0.1, 0.1, size), count)
    return difference(values, clusters=np.repeat(np.arange(count), size)), means


def test_clusters_are_the_units_of_the_t_floor() -> None:
    """From ten clusters on, the t-floor is that of the clusters' means, with G - 1 df."""
    sample, means = clustered(12)
    found = decide(sample, GREATER, Policy(method="t-floor"))
    se = math.sqrt((((means - means.mean()) ** 2).sum() + 1) / (12 * 11))
    assert found.method == "uncorrected t-floor over clusters"
    assert found.effect == pytest.approx(means.mean())
    assert found.p == pytest.approx(stats.t(11).sf(means.mean() / se))
    assert found.items == 48


def test_ten_clusters_are_enough_for_a_t_test() -> None:
    """The method changes at ten clusters."""
    names = [decide(clustered(count)[0], GREATER, Policy()).method for count in (9, 10)]
    assert names == ["sign-flip and t-floor over clusters", "t-floor over clusters"]


@pytest.mark.parametrize("count", [6, 7, 8, 9])
def test_few_clusters_are_flipped(count: int) -> None:
    """Whole clusters change their sign: all patterns, counted by hand."""
    sample, means = clustered(count)
    found = decide(sample, GREATER, Policy(method="sign-flip"))
    patterns = np.array(list(itertools.product((1, -1), repeat=count)))
    as_extreme = patterns @ means >= means.sum() - 1e-12
    assert found.method == "sign-flip over clusters"
    assert found.p == pytest.approx(as_extreme.mean())


@pytest.mark.parametrize("count", [6, 7, 8, 9])
@pytest.mark.parametrize("threshold", [-0.4, 0.0, 0.1])
def test_few_clusters_take_two_tests(count: int, threshold: float) -> None:
    """Under ten clusters the sign-flip test is believed no further than a t test of clusters."""
    sample, means = clustered(count)
    found = decide(sample, above(threshold), Policy())
    flipped = decide(sample, above(threshold), Policy(method="sign-flip"))
    assert found.method == "sign-flip and t-floor over clusters"
    assert found.p >= max(flipped.p, stats.ttest_1samp(means, threshold, alternative="greater")[1])
    assert found.low <= flipped.low


def test_few_clusters_without_a_difference_prove_little() -> None:
    """Where no item differs the sign-flip test alone would be certain: the other is not."""
    sample = difference(np.zeros(80), clusters=np.repeat(np.arange(8), 10))
    found = decide(sample, above(-0.1), Policy())
    assert found.verdict == "inconclusive"
    assert found.low < -0.1


@pytest.mark.parametrize("count", [7, 15])
@pytest.mark.parametrize("sizes", [(6, 6), (2, 14)], ids=["equal sizes", "other sizes"])
def test_clusters_keep_the_error(count: int, sizes: tuple[int, int]) -> None:
    """Without an effect, a claim on items that hang together is supported in 5% at most."""
    rng = np.random.default_rng(11)
    wrong = 0
    for _ in range(400):
        clusters = np.repeat(np.arange(count), rng.integers(sizes[0], sizes[1] + 1, count))
        values = rng.uniform(-0.6, 0.6, count)[clusters] + rng.uniform(-0.3, 0.3, len(clusters))
        found = decide(difference(values, clusters=clusters), GREATER, Policy())
        wrong += found.verdict == "supported"
    assert wrong / 400 < 0.075


def test_a_large_cluster_may_break_that_no_one_saw_break() -> None:
    """No loss among clusters of unlike sizes excludes less than none among clusters of one size."""
    alike = difference(np.zeros(500), clusters=np.repeat(np.arange(100), 5))
    sizes = np.tile([1, 2, 4, 13], 25)
    unlike = difference(np.zeros(500), clusters=np.repeat(np.arange(100), sizes))
    items = decide(difference(np.zeros(100)), GREATER, Policy()).low
    low = decide(alike, GREATER, Policy()).low
    assert low == pytest.approx(items, rel=1e-6)
    scale = np.cbrt(np.mean((sizes / 5.0) ** 3))
    assert decide(unlike, GREATER, Policy()).low == pytest.approx(scale * low, rel=1e-6)


def test_disjoint_clusters_of_unlike_sizes_are_compared_carefully() -> None:
    """What one large cluster could have done widens the interval on either side."""
    values = np.zeros(100)
    parts = [
        tuple(
            Part(values=values, half_range=0.5, low=low, noise=0.01, clusters=np.repeat(
                np.arange(20), sizes))
            for low in (0.0, -1.0)
        )
        for sizes in ([5] * 20, [1, 2, 4, 13] * 5)
    ]  # fmt: skip
    alike, unlike = (
        decide(Sample(parts=found, draws=4, low=-1.0, high=1.0), GREATER, Policy())
        for found in parts
    )
    assert unlike.low < alike.low < 0 < alike.high < unlike.high


def test_six_clusters_can_decide() -> None:
    """Six clusters that all agree are enough to prove something, and the least."""
    values = np.repeat([0.7, 0.75, 0.8, 0.8, 0.85, 0.9], 5)
    sample = difference(values, clusters=np.repeat(np.arange(6), 5))
    assert decide(sample, GREATER, Policy()).verdict == "supported"


@pytest.mark.parametrize("count", [2, 5])
def test_too_few_clusters_never_decide(count: int) -> None:
    """Under six clusters a claim stays open, however many items there are in them."""
    sample, _ = clustered(count, size=40)
    for threshold in (-0.9, 0.9):
        found = decide(sample, above(threshold), Policy(effect=0.1))
        assert found.verdict == "inconclusive"
        assert found.reason == f"{count} clusters are too few to decide on"
        assert found.detectable is None


def test_a_few_large_clusters_are_not_many_items() -> None:
    """The error of clusters that hang together is that of the clusters, not of the items."""
    sample, _ = clustered(20, size=10)
    apart = difference(sample.parts[0].values)
    wide, narrow = (decide(one, GREATER, Policy()) for one in (sample, apart))
    assert wide.high - wide.low > 2 * (narrow.high - narrow.low)


def test_one_arm_of_clustered_items_is_korn_and_graubards() -> None:
    """One arm against a bar has exact bounds, over clusters where there are any."""
    values = np.repeat(np.linspace(0.3, 0.9, 20), 3)
    found = decide(level(values, 8, clusters=np.repeat(np.arange(20), 3)), above(0.4), Policy())
    alone = decide(level(values, 8), above(0.4), Policy())
    assert (found.method, alone.method) == ("Korn-Graubard over clusters", "Korn-Graubard")
    assert found.low < alone.low


@given(st.integers(5, 60), st.floats(0, 0.2), st.integers(2, 16), st.sampled_from([0.5, 1.0, 2.0]))
def test_these_items_have_the_noise_of_their_draws(
    count: int, noise: float, draws: int, half_range: float
) -> None:
    """For these items alone z has the draws' variance, and one flipped draw as a floor."""
    values = np.linspace(-0.4, 0.5, count)
    sample = difference(values, draws, noise=noise, half_range=half_range)
    found = decide(sample, GREATER, Policy(items="these"))
    se = math.sqrt(count * noise + half_range**2 / draws) / count
    assert found.method == "z over draws"
    assert found.p == pytest.approx(stats.norm.sf(values.mean() / se), abs=1e-12)
    assert found.low == pytest.approx(max(-1.0, values.mean() - stats.norm.ppf(0.95) * se))


def test_these_items_say_nothing_of_others() -> None:
    """Items that differ much, known well, decide a claim on themselves and not on others."""
    values = np.concatenate([np.full(20, 0.6), np.full(20, -0.5)])
    sample = difference(values, 16, noise=0.001)
    these = decide(sample, GREATER, Policy(items="these", effect=0.05))
    others = decide(sample, GREATER, Policy(effect=0.05))
    assert (these.verdict, others.verdict) == ("supported", "inconclusive")


def test_these_items_may_be_disjoint() -> None:
    """Across disjoint items the draws' variances add up."""
    one = Part(values=np.full(30, 0.6), half_range=0.5, noise=0.02)
    two = Part(values=np.full(20, -0.4), half_range=0.5, noise=0.01)
    found = decide(difference((), 8, parts=(one, two)), GREATER, Policy(items="these"))
    variance = (30 * 0.02 + 0.25 / 8) / 900 + (20 * 0.01 + 0.25 / 8) / 400
    assert found.p == pytest.approx(stats.norm.sf(0.2 / math.sqrt(variance)))


def test_these_items_need_a_known_noise() -> None:
    """A single draw does not tell its own noise: the claim is refused, with the number to take."""
    sample = difference(PAIRED, draws=1, noise=math.nan)
    with pytest.raises(ClaimError, match=r"from 1 per item; take 2 draws or more.*2 k"):
        decide(sample, GREATER, Policy(items="these"))


@pytest.mark.parametrize("method", ["t", "t-floor", "sign-flip", "bootstrap-t"])
def test_a_test_over_items_is_not_for_these_alone(method: Method) -> None:
    """Methods whose noise is the items' refuse the estimand of these items."""
    with pytest.raises(ClaimError, match=rf"'{method}' is for items that stand for others"):
        decide(difference(PAIRED), GREATER, Policy(items="these", method=method))


def test_identical_draws_of_two_arms_are_tangos() -> None:
    """Sixteen draws that are all alike, as at temperature 0, are one draw: Tango decides."""
    values = [1.0] * 24 + [-1.0] * 4 + [0.0] * 72
    found = decide(difference(values, 16, identical=True), GREATER, Policy())
    once = decide(singles(24, 4, 100), GREATER, Policy())
    assert (found.method, found.low, found.high) == ("Tango", once.low, once.high)
    assert found.warnings[-1] == "the 16 draws of each item are all alike: they count once"
    assert decide(difference(values, 16), GREATER, Policy()).method != "Tango"


def test_identical_draws_of_one_arm_count_once() -> None:
    """Many draws that are alike bound one arm's level no better than one draw does."""
    values = [1.0] * 45 + [0.0] * 5
    once, alike, told_apart = (
        decide(sample, above(0.5), Policy())
        for sample in (level(values, 1), level(values, 16, identical=True), level([1.0] * 50, 16))
    )
    assert (alike.low, alike.high) == (once.low, once.high)
    perfect = decide(level([1.0] * 50, 16, identical=True), above(0.5), Policy())
    assert perfect.low == pytest.approx(0.05 ** (1 / 50), abs=0.01)
    assert told_apart.low <= perfect.low


@pytest.mark.parametrize(
    ("means", "end"),
    [((0.95, 0.85), "0.95, near the ceiling"), ((0.3, 0.05), "0.05, near the floor"),
     ((0.9, 0.1), None), ((0.5, 0.4), None)],
)  # fmt: skip
@pytest.mark.parametrize("method", ["t", "t-floor", "sign-flip"])
def test_levels_near_an_end_are_noted(
    means: tuple[float, float], end: str | None, method: Method
) -> None:  # fmt: skip
    """Where errors of a method are above their nominal rate, near 0 or 1, the verdict says so."""
    sample = difference(np.linspace(-0.4, 0.5, 40), means=means)
    notes = [
        note for note in decide(sample, GREATER, Policy(method=method)).warnings if "near" in note
    ]
    assert len(notes) == (end is not None)
    assert all(end in note for note in notes if end)


@pytest.mark.parametrize(
    ("sample", "policy"),
    [
        (difference(np.linspace(-0.4, 0.5, 40), means=(0.97, 0.96)), Policy(items="these")),
        (difference(np.linspace(-0.4, 0.5, 40), means=(0.97, 0.96)), Policy(method="anytime")),
        (level(np.linspace(0.9, 1.0, 40), 4, means=(0.95,)), Policy()),
        (singles(12, 2, 50), Policy()),
    ],
    ids=["these items", "bets", "one arm", "single draws"],
)
def test_exact_methods_need_no_such_note(sample: Sample, policy: Policy) -> None:
    """Methods that keep their level near the ends carry no note of it."""
    assert not any("near" in note for note in decide(sample, GREATER, policy).warnings)


samples = st.one_of(
    st.lists(st.floats(-1, 1), min_size=2, max_size=30).map(difference),
    st.lists(st.sampled_from([-1.0, 0.0, 1.0]), min_size=2, max_size=30).map(
        lambda values: difference(values, draws=1)
    ),
    st.lists(st.floats(0, 1), min_size=2, max_size=30).map(lambda values: level(values, 4)),
    st.lists(st.floats(-1, 1), min_size=12, max_size=40).map(
        lambda values: difference(values, clusters=np.arange(len(values)) % 7)
    ),
)
policies = st.builds(
    Policy,
    alpha=st.sampled_from([0.01, 0.05, 0.1]),
    effect=st.sampled_from([None, 0.1]),
    method=st.sampled_from(["auto", "t", "t-floor", "sign-flip", "anytime"]),
)
thresholds = st.integers(0, 900).map(lambda step: step / 1000)


def agrees(decision: Decision, question: Question, policy: Policy) -> bool:
    """Say whether verdict, interval and p-value tell one story."""
    low, high = decision.low - question.threshold, decision.high - question.threshold
    shown, denied = (low > 0, high < 0) if question.direction == "greater" else (high < 0, low > 0)
    if "too few" in decision.reason:
        return decision.verdict == "inconclusive"
    p_agrees = abs(decision.p - policy.alpha) < 1e-9 or (decision.p < policy.alpha) == shown
    if question.alarm:
        return p_agrees and (decision.verdict == "refuted") == shown
    verdict = "supported" if shown else "refuted" if denied else "inconclusive"
    return p_agrees and decision.verdict == verdict


@given(
    sample=samples, policy=policies, threshold=thresholds,
    direction=st.sampled_from(["greater", "less"]), alarm=st.booleans(),
)  # fmt: skip
@settings(max_examples=300)
def test_no_interval_contradicts_its_verdict(
    sample: Sample, policy: Policy, threshold: float, direction: Direction, *, alarm: bool
) -> None:
    """Whatever the data and the method: verdict, interval and p-value tell one story."""
    assume(threshold > sample.low)
    question = Question(direction=direction, threshold=threshold, alarm=alarm)
    try:
        decision = decide(sample, question, policy)
    except ClaimError:
        assume(condition=False)
    assert decision.low <= decision.effect + 1e-12
    assert decision.high >= decision.effect - 1e-12
    assert agrees(decision, question, policy)


@given(samples, thresholds)
@settings(max_examples=20)
def test_bootstrap_t_never_contradicts_itself(sample: Sample, threshold: float) -> None:
    """The studentised bootstrap's bound and its p-value tell one story."""
    assume(threshold > sample.low)
    policy = Policy(method="bootstrap-t")
    assert agrees(decide(sample, above(threshold), policy), above(threshold), policy)


@given(samples, thresholds, st.sampled_from(["greater", "less"]))
def test_neither_do_these_items(sample: Sample, threshold: float, direction: Direction) -> None:
    """For these items alone, too, verdict, interval and p-value tell one story."""
    assume(threshold > sample.low)
    question, policy = Question(direction=direction, threshold=threshold), Policy(items="these")
    assert agrees(decide(sample, question, policy), question, policy)


def test_identical_draws_of_these_items_count_once() -> None:
    """At temperature 0 the floor is one draw of an item, however often it was repeated."""
    these = Policy(items="these")
    once = decide(difference(np.zeros(50), draws=1, noise=0.0), GREATER, these)
    often = decide(difference(np.zeros(50), draws=16, noise=0.0, identical=True), GREATER, these)
    assert (often.low, often.high) == (once.low, once.high)
    assert often.low == pytest.approx(-1.6448536 / 50, rel=1e-6)
