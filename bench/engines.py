"""Is a checkpoint the same arm on every engine? Embedded, behind a server, and in lm-eval.

Serves the embedded study's model on loopback, by OpenAI's completions protocol, and runs evals that
claim equivalence within .05 of each two engines. Takes the extras `ctranslate2`, `openai` and `hf`;
writes `engines.md`.

    python -m bench.engines
"""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from aiohttp import web
from tabulate import tabulate

from harness.engines import Request
from harness.engines.ctranslate2 import CTranslate2Engine, open_model
from harness.records import LENGTH, Sampling

ROOT = Path(__file__).resolve().parent.parent
CONFIG = """\
schema: 1
draws: 16
sampling: {{temperature: 1.0, max_tokens: 16}}
policy: {{effect: 0.05}}
arms:
  embedded: {{engine: ctranslate2, model: ../fixtures/study/models/rl}}
  served:
    {{engine: openai, base_url: "{url}", model: rl, api: completions, revision: "1",
      differs: [api]}}
  lm_eval:
    {{engine: lm_eval, model: hf, batch_size: 16,
      args: {{pretrained: ../fixtures/study/checkpoints/rl, device: cpu, dtype: float32}}}}
"""
EVALS = """\
import itertools

import pytest

pytestmark = pytest.mark.harness(task="letters_and_sums", where={"split": ["id", "hard"]})
PAIRS = list(itertools.combinations(["embedded", "served", "lm_eval"], 2))


@pytest.mark.parametrize("metric", ["correct", "lenient"])
@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_same(arms, one, other, metric):
    assert -0.05 < arms[one].mean(metric) - arms[other].mean(metric) < 0.05
"""


def serve(model: CTranslate2Engine) -> str:
    """Answer completions with the model on a thread of its own; return the address."""

    async def complete(request: web.Request) -> web.Response:
        body = await request.json()
        sampling = Sampling(temperature=body["temperature"], max_tokens=body["max_tokens"])
        asked = Request(prompt=body["prompt"], key=body["seed"], start=0, count=body.get("n", 1))
        (arrival,) = await asyncio.to_thread(lambda: list(model.draw([asked], sampling)))
        choices = [
            {"index": n, "text": draw.text,
             "finish_reason": "length" if draw.finish == LENGTH else "stop"}
            for n, draw in enumerate(arrival.draws)
        ]  # fmt: skip
        return web.json_response({"choices": choices})

    found: list[str] = []
    ready = threading.Event()

    async def run() -> None:
        app = web.Application()
        app.router.add_post("/v1/completions", complete)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        found.append(f"http://127.0.0.1:{runner.addresses[0][1]}/v1")
        ready.set()
        await asyncio.Event().wait()

    threading.Thread(target=lambda: asyncio.run(run()), daemon=True).start()
    ready.wait()
    return found[0]


def main() -> None:
    """Serve, run, write."""
    url = serve(open_model(str(ROOT / "fixtures" / "study" / "models" / "rl")))
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        shutil.copytree(ROOT / "fixtures", place / "fixtures")
        shutil.copytree(ROOT / "evals" / "tasks", place / "evals" / "tasks")
        (place / "evals" / "harness.yaml").write_text(CONFIG.format(url=url), encoding="utf-8")
        (place / "evals" / "test_engines.py").write_text(EVALS, encoding="utf-8")
        (place / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "evals", "-q", "-p", "no:cacheprovider"]
        code = subprocess.run(command, cwd=place, check=False).returncode
        run = json.loads((place / ".harness" / "run.json").read_text(encoding="utf-8"))
    rows = [
        [claim["text"], claim["decision"]["verdict"], f"{claim['decision']['effect']:+.3f}",
         f"{claim['decision']['low']:+.3f} to {claim['decision']['high']:+.3f}"]
        for claim in run["claims"]
    ]  # fmt: skip
    table = tabulate(rows, ["claim", "verdict", "effect", "90% interval"], tablefmt="github",
                     disable_numparse=True)  # fmt: skip
    verdict = "all supported" if code == 0 else "not all supported"
    text = (
        "# One checkpoint on three engines\n\n"
        "The study's model `rl`: embedded (CTranslate2), behind a local server of OpenAI's "
        "completions, and as lm-eval's `hf` (PyTorch) on the checkpoint that it was made from; "
        f"400 items, 16 draws of each: {verdict}.\nMade by `python -m bench.engines`.\n\n{table}\n"
    )
    (ROOT / "bench" / "engines.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
