"""Models of lm-eval as arms: draws and scores equal those of lm-eval's own run."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import lm_eval
import numpy as np
import pytest
from lm_eval.api.model import LM
from lm_eval.tasks import TaskManager

from harness.engines import Request, open_engine
from harness.engines.lm_eval_open import _model_class
from harness.lmeval import LmEvalScorer, contained
from harness.records import ArmSpec, Sampling
from harness.sampling import Sampler
from harness.tasks import load_task
from tests.unit.lmeval.tiny import Tiny, arm, request

Write = Callable[[str, str | bytes], Path]

LM_TASK = """\
task: local_sums
dataset_path: json
dataset_kwargs: {{data_files: {{test: {folder}/test.jsonl}}}}
test_split: test
output_type: generate_until
doc_to_text: "Q: {{{{question}}}}"
doc_to_target: "{{{{answer}}}}"
generation_kwargs: {{until: [";"], do_sample: false}}
filter_list:
  - name: strict
    filter: [{{function: regex, regex_pattern: '#### (\\d+)'}}, {{function: take_first}}]
  - name: loose
    filter: [{{function: regex, regex_pattern: '(\\d+)'}}, {{function: take_first}}]
metric_list: [{{metric: exact_match, aggregation: mean, higher_is_better: true}}]
"""
TASK = "schema: 1\nlm_eval: {task: local_sums, include_path: ../lm_tasks}\n"


@pytest.fixture
def tasks(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a borrowed task."""
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path / "cache")
    write("lm_tasks/sums.yaml", LM_TASK.format(folder=tmp_path))
    rows = [{"question": f"{n}+1", "answer": str(n + 1)} for n in range(40)]
    write("test.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    return write("tasks/sums.yaml", TASK).parent


def own_results(model: LM, folder: Path) -> dict[str, Any]:
    """Return what lm-eval's own command comes to."""
    with contained():
        manager = TaskManager(include_defaults=False, include_path=str(folder))
        found: dict[str, Any] = lm_eval.simple_evaluate(
            model=model, tasks=["local_sums"], task_manager=manager, bootstrap_iters=0
        )
    return found


def test_scores_are_those_of_lm_eval(tasks: Path) -> None:
    """At temperature 0 every document scores as in lm-eval's own run, and so do the means."""
    task = load_task(tasks, "sums")
    tally = Sampler(0).tally(arm(model="tiny-of-this-test"), task, task.items, 1)
    expected = own_results(Tiny(), tasks.parent / "lm_tasks")
    means = dict(zip(tally.metrics, tally.sums.mean(axis=0).tolist(), strict=True))
    results = expected["results"]["local_sums"]
    assert means["correct"] == means["strict_exact_match"] == results["exact_match,strict"]
    assert means["loose_exact_match"] == results["exact_match,loose"] == 1
    assert 0.3 < means["correct"] < 0.7
    assert isinstance(task.scorer, LmEvalScorer)
    logged = [one for one in expected["samples"]["local_sums"] if one["filter"] == "strict"]
    documents = [task.scorer.documents[item.id] for item in task.items]
    for name in ("doc_hash", "prompt_hash", "target_hash"):
        assert [getattr(one, name) for one in documents] == [one[name] for one in logged]
    assert tally.sums[:, 0].tolist() == [one["exact_match"] for one in logged]


def test_draws_depend_on_what_ends_them(write: Write, tasks: Path, tmp_path: Path) -> None:
    """A task that ends completions elsewhere takes other draws; other engines' are kept."""
    store = Sampler(0, tmp_path / "draws.sqlite")
    before = load_task(tasks, "sums")
    write("lm_tasks/sums.yaml", LM_TASK.format(folder=tmp_path).replace('";"', '"."'))
    after = load_task(tasks, "sums")
    assert (before.until, after.until) == ((";",), (".",))
    write("tasks/sums.yaml", TASK.replace("}", ", think_end_token: </think>}"))
    assert load_task(tasks, "sums").until == ()
    for one in (before, after):
        store.tally(arm(model="tiny-of-this-test"), one, one.items[:4], 1)
    assert sum(spent.draws for spent in store.spent().values()) == 8


def test_every_repeat_is_scored(tasks: Path) -> None:
    """The first draws are no more than the others, though the task's filter takes the first."""
    task = load_task(tasks, "sums")
    hot = ArmSpec(
        name="rl", engine="lm_eval", options={"model": "tiny-of-this-test", "batch_size": "4"},
        sampling=Sampling(), stream="rl", where="",
    )  # fmt: skip
    sampler = Sampler(0)
    tally = sampler.tally(hot, task, task.items, 8)
    assert {*tally.sums[:, 0].tolist()} > {2, 3, 4, 5}
    assert (tally.sums[:, 2] == 8).all()
    votes = [answers[right] for answers, right in zip(tally.answers, tally.right, strict=True)]
    assert votes == tally.sums[:, 0].tolist()


CHECKPOINT = Path(__file__).parents[3] / "fixtures/study/checkpoints/rl"


needs_hf = pytest.mark.skipif(
    importlib.util.find_spec("torch") is None or importlib.util.find_spec("transformers") is None,
    reason="needs the extra hf: torch and transformers",
)


@pytest.mark.slow
@needs_hf
@pytest.mark.parametrize("kind", ["generate_until", "multiple_choice"])
def test_transformers_answer_as_in_lm_evals_own_run(
    write: Write, tmp_path: Path, tasks: Path, kind: str
) -> None:
    """At temperature 0 each text, ended by the task's stop, and each likelihood is the same."""
    task = LM_TASK.format(folder=tmp_path).replace("Q: {{question}}", "{{question}}")
    task = task.replace('[";"], do_sample: false', '["]"], max_gen_toks: 16, do_sample: false')
    if kind == "multiple_choice":
        task = task[: task.index("generation_kwargs")].replace("generate_until", kind)
        task = task.replace('doc_to_target: "{{answer}}"', "doc_to_target: 0")
        task += "target_delimiter: ''\ndoc_to_choice: choices\n"
        task += "metric_list: [{metric: acc}, {metric: acc_norm}]\n"
    write("lm_tasks/sums.yaml", task)
    sums = [(f"{n}+27=", str(n + 27)) for n in range(20, 60)]
    rows = [
        {"question": asked, "answer": f"[{right}", "choices": [f"[{right}]", right, "[1]"]}
        for asked, right in sums
    ]
    write("test.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    given = {"pretrained": str(CHECKPOINT), "dtype": "float32", "device": "cpu"}
    model = _model_class("hf").create_from_arg_obj(given, {"batch_size": 8})
    own = own_results(model, tasks.parent / "lm_tasks")
    loaded = load_task(tasks, "sums")
    engine = open_engine(arm(model="hf", args=json.dumps(given), batch_size="8"))
    requests = [
        Request(prompt=item.prompt, key=1, start=0, count=1, until=loaded.until,
                choices=item.choices)
        for item in loaded.items
    ]  # fmt: skip
    sampling = Sampling(temperature=0, max_tokens=16)
    texts = [one.draws[0].text for one in engine.draw(requests, sampling)]
    logged = own["samples"]["local_sums"]
    if kind == "multiple_choice":
        said = [[[float(value), greedy] for ((value, greedy),) in one["resps"]]
                for one in logged]  # fmt: skip
        np.testing.assert_allclose([json.loads(text) for text in texts], said, rtol=1e-5)
    else:
        assert texts == [one["resps"][0][0] for one in logged if one["filter"] == "strict"]
        assert not any("]" in text for text in texts)
    assert len({*texts}) > 10


@pytest.mark.slow
@needs_hf
def test_a_model_of_transformers() -> None:
    """A checkpoint of the study answers through `hf`: greedily, and by seeds of its own."""
    args = json.dumps({"pretrained": str(CHECKPOINT), "dtype": "float32", "device": "cpu"})
    engine = open_engine(arm(model="hf", args=args, batch_size="8"))
    assert engine.pinned

    def draws(temperature: float, *requests: Request) -> list[str]:
        sampling = Sampling(temperature=temperature, max_tokens=16)
        return [one.draws[0].text for one in engine.draw(requests, sampling)]

    sums = [request(f"{n}+27=", key=n, count=8) for n in (58, 31)]
    greedy = draws(0, *sums)
    assert (len({*greedy[:8]}), len({*greedy[8:]})) == (1, 1)
    hot = draws(1.5, *sums)
    assert len({*hot[:8]}) > 1
    assert draws(1.5, *sums[::-1]) == hot[8:] + hot[:8]
    assert draws(1.5, request("58+27=", key=58, start=3, count=2)) == hot[3:5]
