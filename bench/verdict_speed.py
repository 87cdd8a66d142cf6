"""How quick and how lean is a verdict, beside the libraries that give something comparable?

Simulates two arms on 1,000 items of 256 draws. In one run, in interleaved rounds, it times claims
on the program's own path to a verdict beside `scipy.stats.bootstrap`, pass@k with a band over the
whole curve beside `passk_inference`, and processes from their start; then it measures memory, and
writes medians and quartiles to `verdict_speed.md`.

    python bench/verdict_speed.py [--rounds 15]
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import platform
import resource
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

import numpy as np
from tabulate import tabulate

from harness.records import Decision, Look, Policy, Question, Source, Statistic, Tally
from harness.stats.band import Band, curve, max_t_band
from harness.trial import Trial, looks_of

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]
    Action = Callable[[], object]

HERE = Path(__file__).resolve().parent
ITEMS, DRAWS, SEED = 1_000, 256, 0
IDS = tuple(f"{number:016x}" for number in np.random.default_rng(SEED).permutation(ITEMS))
COUNT, KS = np.full(ITEMS, DRAWS), np.arange(1, DRAWS + 1)
HEAVY = (
    "scipy.stats", "scipy.optimize", "scipy.linalg", "scipy.integrate", "pandas", "statsmodels",
)  # fmt: skip
PEER = "passk-inference"

#: From counts to one verdict, and nothing else.
VERDICT = """
import numpy as np
from harness.records import Look, Policy, Question, Source, Statistic, Tally
from harness.trial import Trial
def tally(statistic, look):
    right = (np.arange(1000.0) * (7 if statistic.source.arm == "new" else 5) % 257)[:, None]
    return Tally(
        ids=tuple(map(str, range(1000))), draws=np.full(1000, 256), metrics=("correct",),
        sums=right, products=right[:, :, None], answers=({},) * 1000,
    )
new, old = (
    Statistic(source=Source(task="t", arm=arm, baseline="", draws=256), kind="pass_at")
    for arm in ("new", "old")
)
trial = Trial(
    terms=((1.0, new), (-1.0, old)), question=Question(direction="greater", threshold=0.0),
    policy=Policy(), looks=(Look(draws=256),),
)
print(trial.hear(tally)[0].verdict)
"""


class Process(TypedDict):
    """What reaching all verdicts took in a process of its own: seconds, and bytes at the peak."""

    first: float
    again: float
    peak: int


class Arms:
    """Two arms of like items, with their tallies at any look; each is made once."""

    def __init__(self, scores: Mapping[str, FloatArray]) -> None:
        self.scores = scores
        self.tally = functools.cache(self._tally)

    @classmethod
    def simulate(cls) -> Arms:
        """Draw them, right or wrong, shape [N, n] each: most items a bit better, some changed."""
        rng = np.random.default_rng(SEED)
        old, other = rng.beta(0.5, 0.5, (2, ITEMS, 1))
        new = np.where(rng.random((ITEMS, 1)) < 0.3, other, old**0.9)
        draws = rng.random((2, ITEMS, DRAWS)) < np.stack([old, new])
        return cls(dict(zip(("old", "new"), draws.astype(np.float64), strict=True)))

    def _tally(self, statistic: Statistic, look: Look) -> Tally:
        """Tally an arm as the sampler does."""
        table = self.scores[statistic.source.arm][:, : look.draws, np.newaxis]
        return Tally(
            ids=IDS,
            draws=np.full(ITEMS, look.draws),
            metrics=("correct",),
            sums=table.sum(axis=1),
            products=np.einsum("ndi,ndj->nij", table, table),
            answers=({},) * ITEMS,
        )

    def right(self, arm: str) -> npt.NDArray[np.int64]:
        """Return how many draws of each item are right."""
        return np.asarray(self.scores[arm].sum(axis=1), dtype=np.int64)

    def differences(self) -> FloatArray:
        """Return the gain of each item in pass@1, shape [N]."""
        return np.asarray((self.scores["new"] - self.scores["old"]).mean(axis=1))

    def decide(
        self, *arms: str, k: int = 1, most: int = DRAWS, bar: float = 0.0, auto: bool = False
    ) -> Decision:
        """Take a claim on pass@k of an arm, or of one beyond another, to its verdict."""
        terms = tuple(
            (sign, Statistic(source=Source(task="t", arm=arm, baseline="", draws=most),
                             kind="pass_at", k=k))
            for sign, arm in zip((1.0, -1.0), arms or ("new", "old"), strict=False)
        )  # fmt: skip
        question, policy = Question(direction="greater", threshold=bar), Policy()
        looks = looks_of(terms, policy, most, auto=auto)
        return Trial(terms=terms, question=question, policy=policy, looks=looks).hear(self.tally)[0]


def gains(arms: Arms) -> FloatArray:
    """Return the gain of each item in pass@k at every k, shape [N, K]."""
    return curve(COUNT, arms.right("new"), KS) - curve(COUNT, arms.right("old"), KS)


def band(values: FloatArray) -> Band:
    """Put a band around the mean gain over all k."""
    return max_t_band(values, 0.05, generator=np.random.default_rng(SEED))


def whole_curve(arms: Arms) -> object:
    """Decide on pass@1, pass@8 and pass@64, and put a band around the gain at every k."""
    return [arms.decide(k=k) for k in (1, 8, 64)], band(gains(arms))


def bca(values: FloatArray) -> Any:  # noqa: ANN401  its class has no public name
    """Bootstrap the mean of the items' differences, for the bounds that a verdict has."""
    from scipy.stats import bootstrap  # noqa: PLC0415  kept out of the processes that are measured

    rng = np.random.default_rng(SEED)
    return bootstrap(
        (values,), np.mean, n_resamples=9_999, batch=100, confidence_level=0.9, method="BCa",
        rng=rng,
    )  # fmt: skip


def peers_curve(arms: Arms) -> Any:  # noqa: ANN401  it has no types
    """Compare two arms over all k with passk_inference, as it is meant to be used."""
    from passk_inference import compare  # noqa: PLC0415  as in bca

    return compare(arms.right("old"), COUNT, arms.right("new"), COUNT, bootstrap=4_000)


def peers_table(arms: Arms) -> object:
    """Do so with its parts, pass@k from a table of the possible counts: the least it can take."""
    import passk_inference as peer  # noqa: PLC0415  as in bca

    ks = KS.tolist()
    table = np.column_stack([peer.pass_at_k(np.arange(DRAWS + 1), DRAWS, k) for k in ks])
    found = peer.simultaneous_band(table[arms.right("new")] - table[arms.right("old")])
    return peer.certify(ks, found["lower"], found["upper"])


def peers_band(values: FloatArray) -> object:
    """Put its band around curves that there are."""
    from passk_inference import simultaneous_band  # noqa: PLC0415  as in bca

    return simultaneous_band(values)


def start(code: str) -> None:
    """Run a process from its start to its end."""
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)


def comparisons(arms: Arms) -> list[tuple[str, Action, Action, str]]:
    """Return what is timed: the work, ours, the peer's, and how much faster ours is to be."""
    scores, differences, curves = arms.scores, arms.differences(), gains(arms)
    return [
        ("pass@1, from tallies to the verdict; `scipy.stats.bootstrap` (BCa)",
         arms.decide, lambda: bca(differences), "5"),
        ("the same, from the scores of all draws",
         lambda: Arms(scores).decide(), lambda: bca(Arms(scores).differences()), "5"),
        ("pass@1, @8, @64 and a band over all k; `passk_inference.compare`",
         lambda: whole_curve(arms), lambda: peers_curve(arms), "10"),
        ("the same; its parts, with pass@k from a table",
         lambda: whole_curve(arms), lambda: peers_table(arms), "10"),
        ("the band alone; `passk_inference.simultaneous_band`",
         lambda: band(curves), lambda: peers_band(curves), ""),
        ("a process, from counts to the verdict; `import scipy.stats`",
         lambda: start(VERDICT), lambda: start("import scipy.stats"), "1"),
        ("the same; `import scipy.special`",
         lambda: start(VERDICT), lambda: start("import scipy.special"), ""),
    ]  # fmt: skip


def check(arms: Arms) -> None:
    """Check that ours and the peers' come to the same, but for method and chance."""
    decision, interval = arms.decide(), bca(arms.differences()).confidence_interval
    width = decision.high - decision.low
    assert abs(decision.low - interval.low) < 0.1 * width, (decision, interval)
    assert abs(decision.high - interval.high) < 0.1 * width, (decision, interval)
    ours, peers = band(gains(arms)), peers_curve(arms)
    assert abs(ours.critical - peers["critical_value"]) < 0.1, (ours, peers)


def seconds(action: Action) -> float:
    """Time an action."""
    begin = time.perf_counter()
    action()
    return time.perf_counter() - begin


def quartiles(values: FloatArray) -> str:
    """Write a median with its quartiles."""
    low, middle, high = (
        f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
        for value in np.quantile(values, (0.25, 0.5, 0.75))
    )
    return f"{middle} ({low} to {high})"


def speed(arms: Arms, rounds: int) -> str:
    """Time all, round by round, and write the table."""
    cases = comparisons(arms)
    taken = np.array(
        [
            [[seconds(ours), seconds(peers)] for _, ours, peers, _ in cases]
            for _ in range(rounds + 1)
        ]
    )[1:]  # the first round fills caches
    rows = [
        (work, quartiles(1e3 * ours), quartiles(1e3 * peers), quartiles(peers / ours), goal)
        for (work, _, _, goal), (ours, peers) in zip(cases, taken.transpose(1, 2, 0), strict=True)
    ]
    headers = ("work; peer", "ours, ms", "peer, ms", "peer / ours", "goal, at least")
    return tabulate(rows, headers=headers, tablefmt="github", disable_numparse=True)


def every_path() -> None:
    """Reach a verdict on each usual path and print what it took; run in a process of its own."""
    arms = Arms.simulate()
    methods = [arms.decide(most=1).method, arms.decide("new", bar=0.5).method]
    assert methods == ["Tango", "Korn-Graubard"], methods
    first = seconds(lambda: in_looks(arms))
    again = seconds(lambda: in_looks(arms))
    whole_curve(arms)
    loaded = [name for name in HEAVY if name in sys.modules]
    assert not loaded, loaded
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps(Process(first=first, again=again, peak=1024 * peak)))


def in_looks(arms: Arms) -> Decision:
    """Decide a claim that stays open to its last planned look."""
    decision = arms.decide(bar=float(arms.differences().mean()), auto=True)
    assert decision.stage is not None
    assert decision.stage.number == decision.stage.most
    return decision


def alone() -> Process:
    """Reach all verdicts in a process of its own."""
    code = "import verdict_speed; verdict_speed.every_path()"
    command = [sys.executable, "-c", code]
    found: Process = json.loads(subprocess.check_output(command, cwd=HERE))
    return found


def traced(action: Action) -> int:
    """Return the most memory that an action holds at a time, in bytes beyond what there was."""
    tracemalloc.start()
    action()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def memory(arms: Arms, whole: int) -> str:
    """Write the table of memory."""
    peaks = {
        "a verdict from tallies": traced(arms.decide),
        "a verdict from the scores of all draws": traced(lambda: Arms(arms.scores).decide()),
        "a verdict at the last of its planned looks": traced(lambda: in_looks(arms)),
        "three verdicts and a band over all k": traced(lambda: whole_curve(arms)),
        "the process that simulates the draws and reaches all of these": whole,
    }
    rows = [(work, f"{peak / 1e6:.1f} MB") for work, peak in peaks.items()]
    return tabulate(rows, headers=("work", "peak memory"), tablefmt="github")


def report(rounds: int) -> str:
    """Measure, and write it up."""
    process = alone()  # first: the peak of a child starts at its parent's size
    arms = Arms.simulate()
    check(arms)
    versions = ", ".join(f"{name} {version(name)}" for name in ("numpy", "scipy", PEER))
    setup = (
        f"{ITEMS:,} items, {DRAWS} draws, two arms. Medians (quartiles) of {rounds} interleaved "
        f"rounds on {os.cpu_count()} shared cores, load {os.getloadavg()[0]:.1f}; Python "
        f"{platform.python_version()}, {versions}. Made by `python bench/verdict_speed.py`."
    )
    looks = (
        "A claim that stays open through all of its planned looks takes "
        f"{1e3 * process['first']:.0f} ms the first time in a process, while bounds are computed, "
        f"and {1e3 * process['again']:.0f} ms after that."
    )
    modules = (
        "None of these verdicts, nor one by Tango's test, by Korn and Graubard's bounds or at "
        f"planned looks, loads any of {', '.join(f'`{name}`' for name in HEAVY)}."
    )
    parts = (
        "# How quick and how lean is a verdict?",
        setup, speed(arms, rounds), looks, memory(arms, process["peak"]), modules,
    )  # fmt: skip
    return "\n\n".join(parts) + "\n"


def main() -> None:
    """Measure and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    text = report(parser.parse_args().rounds)
    (HERE / "verdict_speed.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
