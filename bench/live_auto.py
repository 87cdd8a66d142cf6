"""What planned looks save on the embedded study: `pytest evals/` with fixed draws and with auto.

Runs the committed evals on several sampling seeds, as they are and with `--harness-draws auto`,
which makes their fixed numbers the most that is drawn, and writes a table to `live_auto.md`.

    python -m bench.live_auto [--seeds 10]
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Mapping
from typing import Any

from tabulate import tabulate

from bench.apart import ROOT, run_evals

Claim = Mapping[str, Any]


def run(seed: int, *options: str) -> dict[tuple[str, str], Claim]:
    """Run the evals on a seed and return the claims that they came to."""
    _, found = run_evals("--harness-seed", str(seed), *options)
    claims: list[Claim] = found["claims"]
    return {(claim["nodeid"], claim["text"]): claim for claim in claims}


def drawn(claim: Claim) -> int:
    """Return the draws that a claim rests on, over its sampled arms."""
    names = [reading["name"].partition(".")[0] for reading in claim["figures"]]
    arms = {name for name in names if not name.startswith("baseline[")}
    decision = claim["decision"]
    return int(decision["items"] * decision["draws"] * len(arms))


def row(pairs: list[tuple[Claim, Claim]]) -> list[str]:
    """Summarise one claim over the seeds."""
    seeds = len(pairs)
    same = sum(fixed["decision"]["verdict"] == auto["decision"]["verdict"] for fixed, auto in pairs)
    supported = [
        sum(pair[side]["decision"]["verdict"] == "supported" for pair in pairs) for side in (0, 1)
    ]
    first = pairs[0][0]
    most = f"{first['decision']['items']} x {first['decision']['draws']}"
    share = statistics.fmean(drawn(auto) / drawn(fixed) for fixed, auto in pairs)
    return [
        first["text"], most, f"{supported[0]} of {seeds}", f"{supported[1]} of {seeds}",
        f"{same} of {seeds}", f"{share:.2f}",
    ]  # fmt: skip


def main() -> None:
    """Run, compare, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10)
    seeds = range(1, parser.parse_args().seeds + 1)
    runs = []
    for seed in seeds:
        runs.append((run(seed), run(seed, "--harness-draws", "auto")))
        print(f"seed {seed} of {len(seeds)}", file=sys.stderr)
    # A claim behind one that failed is not reached: it is left out of that seed on both sides.
    keys = dict.fromkeys(key for fixed, auto in runs for key in fixed if key in auto)
    claims = [
        [(fixed[key], auto[key]) for fixed, auto in runs if key in fixed and key in auto]
        for key in keys
    ]
    whole = [
        sum(drawn(auto[key]) for key in keys if key in fixed and key in auto)
        / sum(drawn(fixed[key]) for key in keys if key in fixed and key in auto)
        for fixed, auto in runs
    ]
    head = [
        "claim",
        "items x draws",
        "fixed: supported",
        "auto: supported",
        "same verdict",
        "draws",
    ]
    table = tabulate([row(pairs) for pairs in claims], headers=head, tablefmt="github")
    text = (
        "# What planned looks save on the embedded study\n\n"
        f"`pytest evals/` on {len(seeds)} sampling seeds, with fixed draws and with "
        f"`--harness-draws auto`. Over all claims, auto took **{statistics.fmean(whole):.2f}** of "
        f"the draws ({min(whole):.2f} to {max(whole):.2f}).\n"
        "`draws` is the share of the fixed number that each claim took, on average; verdicts are "
        "counted over the seeds.\nMade by `python -m bench.live_auto`.\n\n"
        f"{table}\n"
    )
    (ROOT / "bench" / "live_auto.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
