"""Is a checkpoint the same arm on every engine? The study's evals, embedded, served and in lm-eval.

Runs `pytest evals/` as committed, three times: with its arms on the embedded engine, as lm-eval's
`hf` on the same checkpoints, and behind a local server of OpenAI's completions. The configs differ
in `arms` alone. Then claims equivalence of pass@1 between the engines: within .05 for each arm, on
the draws that the evals took, and within .01 for `rl`, on 256 draws of each item. Takes the extras
`ctranslate2`, `openai` and `hf`, and a quarter of an hour; writes `engines.md`.

    OMP_NUM_THREADS=1 python -m bench.engines
"""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from aiohttp import web
from tabulate import tabulate

from fixtures.study.training.restore import restore
from harness.engines import Request
from harness.engines.ctranslate2 import CTranslate2Engine, open_model
from harness.records import LENGTH, Sampling

ROOT = Path(__file__).resolve().parent.parent
ENGINES = {
    "ctranslate2": "embedded, CTranslate2",
    "lm_eval": "`hf` of lm-eval, PyTorch",
    "openai": "a local server",
}
EQUIVALENCE = """\
import itertools

import pytest

pytestmark = pytest.mark.harness(task="letters_and_sums", where={{"split": ["id", "hard"]}})
PAIRS = list(itertools.combinations({engines}, 2))


@pytest.mark.parametrize(("one", "other"), PAIRS)
@pytest.mark.parametrize("name", {names})
def test_same(arms, one, other, name):
    one, other = arms[f"{{name}}_{{one}}"], arms[f"{{name}}_{{other}}"]

    assert -0.05 < one.pass_at(1) - other.pass_at(1) < 0.05


@pytest.mark.harness(draws=256)
@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_closely_the_same(arms, one, other):
    one, other = arms[f"rl_{{one}}"], arms[f"rl_{{other}}"]

    assert -0.01 < one.pass_at(1) - other.pass_at(1) < 0.01
"""

Arms = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """How one run of evals ended."""

    code: int
    seconds: float
    claims: dict[tuple[str, str], Mapping[str, Any]]


def serve(models: Mapping[str, CTranslate2Engine]) -> str:
    """Answer completions with these models, on a thread of its own; return the address."""

    async def complete(request: web.Request) -> web.Response:
        body = await request.json()
        sampling = Sampling(temperature=body["temperature"], max_tokens=body["max_tokens"])
        asked = Request(prompt=body["prompt"], key=body["seed"], start=0, count=body.get("n", 1))
        model = models[body["model"]]
        (arrival,) = await asyncio.to_thread(lambda: list(model.draw([asked], sampling)))
        choices = [
            {"index": n, "text": draw.text,
             "finish_reason": "length" if draw.finish == LENGTH else "stop"}
            for n, draw in enumerate(arrival.draws)
        ]  # fmt: skip
        return web.json_response({"choices": choices})

    found: list[str] = []
    ready = threading.Event()

    async def listen() -> None:
        app = web.Application()
        app.router.add_post("/v1/completions", complete)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        found.append(f"http://127.0.0.1:{runner.addresses[0][1]}/v1")
        ready.set()
        await asyncio.Event().wait()

    threading.Thread(target=lambda: asyncio.run(listen()), daemon=True).start()
    ready.wait()
    return found[0]


def arms_of(config: Mapping[str, Any], place: Path) -> dict[str, Arms]:
    """Return the arms of a config by engine; makes the checkpoints and starts the server."""
    models = {name: Path(arm["model"]).name for name, arm in config["arms"].items()}
    for model in {*models.values()}:
        restore(model, place / "checkpoints")
    folder = ROOT / "fixtures" / "study" / "models"
    url = serve({model: open_model(str(folder / model)) for model in {*models.values()}})
    return {
        "ctranslate2": config["arms"],
        "lm_eval": {
            name: {
                "engine": "lm_eval", "model": "hf", "batch_size": 16,
                "args": {
                    "pretrained": f"../checkpoints/{model}", "device": "cpu", "dtype": "float32",
                },
            }
            for name, model in models.items()
        },
        "openai": {
            name: {
                "engine": "openai", "base_url": url, "model": model, "api": "completions",
                "revision": "1",
            }
            for name, model in models.items()
        },
    }  # fmt: skip


def across(arms: Mapping[str, Arms]) -> Arms:
    """Return the arms of all engines in one config; each keeps its stream, so its draws."""
    return {
        f"{name}_{engine}": {**arm, "stream": name, "differs": ["api"]}
        for engine, own in arms.items()
        for name, arm in own.items()
    }


def run(place: Path, folder: str, config: Mapping[str, Any], name: str) -> Run:
    """Run the evals of a folder with a config, in a process of its own, without a past."""
    path = place / folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump(dict(config), sort_keys=False), encoding="utf-8")
    for file in ("ledger.json", "run.json"):
        (place / ".harness" / file).unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", folder, "-q", "-p", "no:cacheprovider"]
    start = time.monotonic()
    code = subprocess.run(
        [*command, "--harness-config", str(path)], cwd=place, check=False
    ).returncode
    seconds = time.monotonic() - start
    found = json.loads((place / ".harness" / "run.json").read_text(encoding="utf-8"))
    claims = {(claim["nodeid"], claim["text"]): claim for claim in found["claims"]}
    return Run(code=code, seconds=seconds, claims=claims)


def effect(claim: Mapping[str, Any] | None) -> str:
    """Write what a claim came to: its effect with the interval, and its verdict."""
    if claim is None:
        return "not reached"
    found = claim["decision"]
    mark = "" if found["verdict"] == "supported" else f" **{found['verdict']}**"
    return f"{found['effect']:+.3f} [{found['low']:+.3f}, {found['high']:+.3f}]{mark}"


def tables(runs: Mapping[str, Run], same: Run) -> str:
    """Write the evals' claims by engine, and the equivalences by checkpoint."""
    keys = dict.fromkeys(key for one in runs.values() for key in one.claims)
    rows = [[key[1], *(effect(one.claims.get(key)) for one in runs.values())] for key in keys]
    of_evals = tabulate(rows, ["claim", *ENGINES.values()], tablefmt="github")
    rows = [
        [text, claim["decision"]["draws"], effect(claim)]
        for (_, text), claim in same.claims.items()
    ]
    of_same = tabulate(rows, ["claim", "draws of an item", "effect"], tablefmt="github")
    return f"{of_evals}\n\n{of_same}\n"


def page(runs: Mapping[str, Run], same: Run) -> str:
    """Write the page."""
    ends = "; ".join(
        f"{ENGINES[engine]}: {'all supported' if one.code == 0 else 'NOT all supported'}, "
        f"{one.seconds:.0f} s"
        for engine, one in runs.items()
    )
    close = sum(claim["decision"]["verdict"] == "supported" for claim in same.claims.values())
    return (
        "# One study on three engines\n\n"
        "`pytest evals/` as it is committed, baselines included, with the arms on each engine: the "
        "same weights, embedded, as lm-eval's `hf`, and behind a local server of OpenAI's "
        f"completions. {ends}.\n"
        "Below, each claim's effect by engine, and the difference in pass@1 of each arm between "
        f"the engines: {close} of {len(same.claims)} claims of equivalence are supported.\n"
        "Intervals are at 90%: among so many, some miss zero by chance. Made by "
        "`python -m bench.engines`.\n\n"
        f"{tables(runs, same)}"
    )


def main() -> None:
    """Serve, run, write."""
    config = yaml.safe_load((ROOT / "evals" / "harness.yaml").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        shutil.copytree(ROOT / "fixtures" / "study" / "items", place / "fixtures/study/items")
        shutil.copytree(ROOT / "fixtures" / "study" / "models", place / "fixtures/study/models")
        shutil.copytree(ROOT / "evals", place / "evals")
        shutil.copytree(ROOT / "evals" / "tasks", place / "same" / "tasks")
        shutil.copy(ROOT / "pyproject.toml", place)
        arms = arms_of(config, place)
        text = EQUIVALENCE.format(names=list(config["arms"]), engines=list(ENGINES))
        (place / "same" / "test_same.py").write_text(text, encoding="utf-8")
        runs = {
            engine: run(place, "evals", {**config, "arms": own}, engine)
            for engine, own in arms.items()
        }
        same = run(place, "same", {**config, "arms": across(arms)}, "all")
    text = page(runs, same)
    (ROOT / "bench" / "engines.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
