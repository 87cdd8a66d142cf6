"""Plans and replays as people read them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.calibration import Replay, Suite
from harness.records import PlannedClaim
from harness.report.planned import calibration_lines, demand_lines, plan_lines

MakePlanned = Callable[..., PlannedClaim]


def test_a_plan_is_a_table(planned: MakePlanned) -> None:
    """Each eval is a title; each claim has its items, draws, smallest effect and chance."""
    claims = [planned(selection="split=hard"), planned(nodeid="e.py::test_b", chance=None)]
    found = list(plan_lines(claims, (0.81, 0.8), 80))
    assert found[0].split() == ["claim", "items", "draws", "sees", "chance"]
    first = found.index("test_it (split=hard)")
    assert found[first + 1].split()[-4:] == ["200", "16", "0.040", "0.900"]
    second = found.index("test_b")
    assert found[second + 1].split()[-4:] == ["200", "16", "0.040", "-"]
    assert max(map(len, found[: second + 2])) <= 80


def test_looks_have_expected_draws(planned: MakePlanned) -> None:
    """Under auto a plan says what is drawn at the planned effect, and without any."""
    claim = planned(auto=True, draws_expected=6.25, draws_without_effect=9.0)
    found = list(plan_lines([claim], (0.9, 0.9), 120))
    assert found[0].split()[-3:] == ["expected", "no", "effect"]
    assert found[3].split()[-7:] == ["up", "to", "16", "0.040", "0.900", "6.2", "9.0"]
    fixed = list(plan_lines([planned()], (0.9, 0.9), 120))
    assert not any("expected" in line for line in fixed)


@pytest.mark.parametrize(
    ("basis", "words"),
    [
        ("baseline", "from the baselines of all arms"),
        ("baseline of one side", "from the baseline of one arm, the others taken to be alike"),
        ("assumed", "without a baseline: skills spread evenly"),
    ],
)
def test_a_forecast_says_what_it_rests_on(planned: MakePlanned, basis: str, words: str) -> None:
    """How many claims were forecast from what is said under the table."""
    found = " ".join(plan_lines([planned(basis=basis)] * 2, (0.9, 0.9), 200))
    assert f"2 claims forecast {words}" in found


def test_the_chance_of_a_green_build(planned: MakePlanned) -> None:
    """Both chances are given, if they can be."""
    known = " ".join(plan_lines([planned()], (0.349, 0.0), 200))
    assert "in 35% of builds if they are independent, and in 0% at least" in known
    unknown = " ".join(plan_lines([planned()], (None, None), 200))
    assert "takes a policy with an `effect` of interest" in unknown


def test_advice_is_given(planned: MakePlanned) -> None:
    """What would do is said of each claim that is too small."""
    found = list(plan_lines([planned(advice="about 40 more items")], (0.5, 0.5), 200))
    assert found[-1] == "advice: rl.pass@1 - base.pass@1 > 0.05: about 40 more items"


def test_a_demand_is_a_table() -> None:
    """Each arm has its draws, tokens and cost; what has no price has no cost."""
    rows = [("rl", "sums", 12_000, 36_000, 3_072_000, 1.5), ("base", "sums", 500, 40, 900, None)]
    found = list(demand_lines(rows))
    assert found[2].split() == ["rl", "sums", "12,000", "36,000", "3,072,000", "1.50"]
    assert found[3].split() == ["base", "sums", "500", "40", "900", "-"]


def test_a_replay_is_a_table() -> None:
    """Shares of replays, with what the gate as a whole does, and what could not be replayed."""
    gain = Replay(
        nodeid="e.py::test_it", text="a > b", kind="claim", draws=8,
        verdicts={"identical": ("supported", "refuted", "inconclusive", "inconclusive"),
                  "edge": ("supported", "inconclusive") * 2, "design": ("supported",) * 4},
    )  # fmt: skip
    alarm = Replay(
        nodeid="e.py::test_it", text="no_evidence(a < b)", kind="alarm", draws=4,
        true_of_identical=True,
        verdicts={"identical": ("supported",) * 3 + ("refuted",), "edge": ("refuted",) * 4},
    )  # fmt: skip
    refused = Replay(nodeid="e.py::test_it", text="c > d", kind="claim", refused="too few draws")
    found = list(calibration_lines(Suite(claims=(gain, alarm, refused), repeats=4), 100))
    rows = {line.strip().partition("  ")[0]: line.split() for line in found}
    assert rows["a > b"][-5:] == ["8", "0.250", "0.250", "0.500", "1.000"]
    assert rows["no_evidence(a < b)"][-5:] == ["4", "0.750", "0.250", "1.000", "-"]
    text = " ".join(found)
    assert "shares of 4 replays" in text
    assert "some alarm rings on identical models: 25.0% (95% Monte Carlo interval" in text
    assert "all is supported at the planned effects: 100.0%" in text
    assert found[-1] == "not replayed: c > d: too few draws"


def test_nothing_to_replay_is_no_crash() -> None:
    """A suite of which nothing could be replayed says only why."""
    refused = Replay(nodeid="e.py::test_it", text="c > d", kind="claim", refused="too few draws")
    found = list(calibration_lines(Suite(claims=(refused,), repeats=4), 100))
    assert found[-1] == "not replayed: c > d: too few draws"


@pytest.mark.parametrize("width", [1, 40, 300])
def test_any_width_will_do(planned: MakePlanned, width: int) -> None:
    """A very narrow or wide terminal loses no words of a claim."""
    text = " ".join(" ".join(plan_lines([planned()], (None, None), width)).split())
    assert all(word in text for word in ("rl.pass@1", "base.pass@1", "0.05", "200"))
