"""How fast a server is sampled: the engine `openai` beside a bare client, and peers beside both.

Each client is a process of its own and asks a local server on another core for the same draws, in
interleaved rounds. The server's clock tells the rate: from the first request to the last answer.
Peers that are not installed are skipped, by name. Writes `bench/throughput.md`.

    python -m bench.throughput [--peers PYTHON] [--node NODE --promptfoo SCRIPT] [--rounds 5]

Peers are best kept in an environment of their own: `pip install 'lm-eval[api]' inspect-ai deepeval
pydantic-evals openai aiohttp`, and `npm install promptfoo`, which needs Node 22. Linux only: it
reads other processes' CPU clocks. A round with all peers takes six minutes or more.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import platform
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tabulate import tabulate

from bench.throughput.measure import LATENCY, Figures, last_core, measured
from tests.servers.client import local_server

PLACE = Path(__file__).resolve().parent
OUT = PLACE.with_suffix(".md")
PEERS = {  # the package and the script of each
    "lm-eval": "with_lm_eval.py",
    "inspect-ai": "with_inspect.py",
    "deepeval": "with_deepeval.py",
    "pydantic-evals": "with_pydantic_evals.py",
}


class Client(NamedTuple):
    """What is measured: its name in the table, its command, and its version if it has one."""

    name: str
    command: Sequence[str]
    version: str = ""


def own(sizes: Sequence[str], draws: int) -> list[Client]:
    """Return a bare client, the engine and a whole sampling, by single requests and by several."""
    python = (sys.executable, "-m", "bench.throughput.own")
    names = {
        "bare": "bare aiohttp",
        "engine": "the engine alone",
        "sampled": "the engine with store, scores and tally",
    }
    return [
        Client(f"{name}{how}", (*python, way, "URL", *sizes, str(choices)))
        for how, choices in (("", 1), (f", {draws} draws a request", draws))
        for way, name in names.items()
    ]


def peers(python: str, sizes: Sequence[str]) -> list[Client]:
    """Return the peers that an interpreter has."""
    found = []
    for package, script in PEERS.items():
        code = f"import importlib.metadata as m; print(m.version({package!r}))"
        told = said([python, "-c", code])
        if not told:
            print(f"skipped: {package}, which {python} lacks")
            continue
        command = (python, str(PLACE / "peers" / script), "URL", *sizes)
        found.append(Client(package, command, told))
    return found


def promptfoo(node: str, script: str, sizes: Sequence[str]) -> list[Client]:
    """Return promptfoo, if that is where it is."""
    told = said([node, script, "--version"]) if script else ""
    if not told:
        print("skipped: promptfoo, which --node and --promptfoo don't name")
        return []
    here = str(PLACE / "peers" / "with_promptfoo.py")
    command = (sys.executable, here, node, script, "URL", *sizes)
    return [Client("promptfoo", command, told)]


def said(command: Sequence[str]) -> str:
    """Return the last word that a command prints; nothing if it fails, or is not there."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return (done.stdout.split() or [""])[-1]


def page(clients: Sequence[Client], rounds: Sequence[Sequence[Figures]], title: str) -> str:
    """Write the page: medians over the rounds, ratios within them."""
    rows = []
    for at, client in enumerate(clients):
        runs = [one[at] for one in rounds]
        shares = [one[at].rate / one[0].rate for one in rounds]
        rows.append(
            (
                f"{client.name} {client.version}".strip(),
                f"{statistics.median(run.rate for run in runs):,.0f}",
                f"{statistics.median(shares):.2f}",
                f"{1000 * statistics.median(run.span for run in runs):.3f} ms",
                f"{1000 * statistics.median(run.whole for run in runs):.3f} ms",
            )
        )
    head = ("", "draws a second", "to bare", "CPU per draw", "of the whole process")
    align = ("left", *["right"] * 4)
    return "\n".join([title, "", tabulate(rows, head, tablefmt="github", colalign=align), ""])


def main() -> None:
    """Measure and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", default=sys.executable, help="the peers' Python interpreter")
    parser.add_argument("--node", default="node")
    parser.add_argument("--promptfoo", default="", help="its script, node_modules/.bin/promptfoo")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--items", type=int, default=200)
    parser.add_argument("--draws", type=int, default=16)
    parser.add_argument("--abreast", type=int, default=64)
    args = parser.parse_args()
    sizes = (str(args.items), str(args.draws), str(args.abreast))
    clients = [
        *own(sizes, args.draws),
        *peers(args.peers, sizes),
        *promptfoo(args.node, args.promptfoo, sizes),
    ]
    rounds: list[list[Figures]] = []
    with last_core(), local_server() as server:
        for number in range(args.rounds):
            rounds.append([])
            for client in clients:
                figures = measured(server, client.command, args.items * args.draws)
                rounds[-1].append(figures)
                print(f"{number + 1}: {client.name}: {figures.rate:.0f}", flush=True)
            text = page(clients, rounds, title(args, len(rounds)))  # a run may be broken off
            OUT.write_text(text, encoding="utf-8")
    print(text)


def title(args: argparse.Namespace, rounds: int) -> str:
    """Say what was measured, and how."""
    version = importlib.metadata.version("aiohttp")
    return (
        "# How fast a server is sampled\n\n"
        f"{args.items} items x {args.draws} draws of a local server that answers after "
        f"{1000 * LATENCY:.0f} ms, {args.abreast} requests under way, which allows "
        f"{args.abreast / LATENCY:.0f} a second. Draws a second are counted at the server, from "
        "the first request to the last answer; CPU is the client's in that time, and from its "
        f"start to its end. Medians of {rounds} interleaved rounds, ratios within a round, "
        f"Python {platform.python_version()}, aiohttp {version}. Peers ask in their documented "
        "ways, one draw a request; pydantic-evals has no client of its own and is given the bare "
        "one. Made by `python -m bench.throughput`."
    )


if __name__ == "__main__":
    main()
