"""`harness draws export samples_*.jsonl`: what viewers of lm-eval's logs read."""

from __future__ import annotations

import hashlib
import json
from importlib import import_module
from pathlib import Path
from statistics import mean

import pytest

from .conftest import ITEMS, Run, change, lines

NAME = "samples_sums.jsonl"
METRICS = ["correct", "formatted", "truncated"]


@pytest.mark.usefixtures("store")
def test_a_sample_has_what_lm_eval_writes(harness: Run) -> None:
    """All fields of its schema, hashes by its rules, and a metric's mean over the repeats."""
    result_schema = pytest.importorskip("lm_eval.result_schema")
    harness("export", NAME, "--arm", "sure")
    harness("export", "sure.jsonl", "--arm", "sure")
    rows, samples = lines(Path("sure.jsonl")), lines(Path(NAME))
    assert [sample["doc_id"] for sample in samples] == list(range(5))
    for sample, item in zip(samples, ITEMS, strict=True):
        own = [row for row in rows if row["prompt"] == item.prompt]
        assert set(sample) == {*result_schema.SampleResult.__annotations__, *METRICS}
        assert sample["resps"] == [[row["completion"] for row in own]]
        assert sample["correct"] == mean(float(str(row["correct"])) for row in own)
        assert sample["metrics"] == METRICS
        assert sample["arguments"] == {
            "gen_args_0": {
                "arg_0": item.prompt,
                "arg_1": {"temperature": 1.0, "top_p": 1.0, "max_gen_toks": 256},
            }
        }
        assert sample["prompt_hash"] == hashlib.sha256(item.prompt.encode()).hexdigest()
        doc = json.dumps({"id": item.id, "prompt": item.prompt}, indent=2)
        assert sample["doc_hash"] == hashlib.sha256(doc.encode()).hexdigest()


def test_a_prompt_that_spans_batches(
    store: Path, harness: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A document is one line however its draws are read; what is no Unicode stays."""
    change(store, "UPDATE draws SET text = x'61EDA08062' WHERE stream = 1 AND prompt = 1 AND n = 0")
    harness("export", NAME, "--stream", "1")
    whole = Path(NAME).read_bytes()
    assert str(lines(Path(NAME))[0]["resps"]).startswith(r"[['a\ud800b'")
    monkeypatch.setattr(import_module("harness.store.export"), "_BATCH", 3)
    harness("export", NAME, "--stream", "1")
    assert Path(NAME).read_bytes() == whole


def test_what_samples_can_t_hold(store: Path, harness: Run) -> None:
    """Several streams, or scores without texts: refused, and no file is left."""
    assert f"{NAME}: holds the samples of one stream, and 3 are asked for; name one" in harness(
        "export", NAME, code=1
    )
    change(store, """UPDATE draws SET scored = '{"correct": 1}' WHERE stream = 1 AND n = 3""")
    assert f"{NAME}: holds texts, and a record gave scores in their place" in harness(
        "export", NAME, "--stream", "1", code=1
    )
    assert not Path(NAME).exists()
