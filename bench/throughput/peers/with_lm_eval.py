"""lm-eval: the model `local-completions`, a task with `repeats`."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from lm_eval import simple_evaluate
from lm_eval.tasks import TaskManager

url, items, draws, abreast = sys.argv[1], *map(int, sys.argv[2:5])
with tempfile.TemporaryDirectory() as folder:
    data = Path(folder) / "sums.jsonl"
    rows = [{"prompt": f"{item}+1=", "answer": f"[{item + 1}]"} for item in range(items)]
    data.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    task = {
        "task": "sums",
        "dataset_path": "json",
        "dataset_kwargs": {"data_files": {"test": str(data)}, "cache_dir": folder},
        "test_split": "test",
        "output_type": "generate_until",
        "doc_to_text": "{{prompt}}",
        "doc_to_target": "{{answer}}",
        "repeats": draws,
        "generation_kwargs": {"do_sample": True, "temperature": 1.0, "max_gen_toks": 16},
        "metric_list": [{"metric": "exact_match"}],
    }
    found = simple_evaluate(
        model="local-completions",
        model_args={
            "model": "tiny", "base_url": f"{url}/completions", "num_concurrent": abreast,
            "tokenizer_backend": None, "tokenized_requests": False,
        },
        tasks=[task],
        task_manager=TaskManager(include_defaults=False),
    )  # fmt: skip
print(found["results"])
