"""Multiple choice of lm-eval's: one draw of likelihoods an item, scored as lm-eval does itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar

import lm_eval
import pytest
from lm_eval.api.model import LM
from lm_eval.api.registry import register_model
from lm_eval.tasks import TaskManager

from harness.errors import EngineError, TaskError
from harness.lmeval import LmEvalScorer, contained
from harness.records import ONE_DRAW, ArmSpec, Draw, Sampling, Task
from harness.sampling import Sampler
from harness.scoring import open_scorer
from harness.tasks import load_task

Write = Callable[[str, str | bytes], Path]

LM_TASK = """\
task: local_choice
dataset_path: json
dataset_kwargs: {{data_files: {{test: {folder}/test.jsonl}}}}
test_split: test
output_type: multiple_choice
doc_to_text: "Q: {{{{question}}}}\\nA:"
doc_to_target: gold
doc_to_choice: choices
metric_list:
  - {{metric: acc, aggregation: mean, higher_is_better: true}}
  - {{metric: acc_norm, aggregation: mean, higher_is_better: true}}
"""
MUTUAL = "  - {metric: acc_mutual_info, aggregation: mean, higher_is_better: true}\n"
TASK = "schema: 1\nlm_eval: {task: local_choice, include_path: ../lm_tasks}\n"
ROWS = [
    {"question": f"what is {n}?", "choices": ["a", f"{n} or so", "none of the others"][: 2 + n % 2],
     "gold": n % 2}
    for n in range(40)
]  # fmt: skip


@register_model("likely-of-this-test")
class Likely(LM):  # type: ignore[misc]  # lm-eval has no types
    """Finds longer texts less likely, and else goes by a hash."""

    asked: ClassVar[list[int]] = []

    def __init__(self, batch_size: int | None = None) -> None:
        super().__init__()
        self.batch_size = batch_size

    def loglikelihood(self, requests: Sequence[Any]) -> list[tuple[float, bool]]:
        """Return numbers whose bits all matter."""
        found = []
        for request in requests:
            digest = hashlib.sha256("|".join(request.args).encode()).digest()
            share = int.from_bytes(digest[:8], "big") / 2**64
            found.append((-share * len(request.args[1]), share < 0.5))
        Likely.asked.append(len(found))
        return found

    def generate_until(self, requests: Sequence[Any]) -> list[str]:
        """Not asked for."""
        raise NotImplementedError

    loglikelihood_rolling = generate_until


@register_model("textual-of-this-test")
class Textual(Likely):
    """Has no likelihoods, as servers of chats."""

    def loglikelihood(self, requests: Sequence[Any]) -> list[tuple[float, bool]]:
        """Say so."""
        raise NotImplementedError("no likelihoods with chats")


@pytest.fixture
def tasks(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a borrowed task of choices."""
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path / "cache")
    Likely.asked.clear()
    write("lm_tasks/choice.yaml", LM_TASK.format(folder=tmp_path))
    write("test.jsonl", "".join(json.dumps(row) + "\n" for row in ROWS))
    return write("tasks/choice.yaml", TASK).parent


def arm(model: str = "likely-of-this-test") -> ArmSpec:
    """Return an arm of a model of lm-eval's."""
    return ArmSpec(
        name="rl", engine="lm_eval", options={"model": model, "revision": "1"},
        sampling=Sampling(), stream="rl", where="evals/harness.yaml:3: arms.rl",
    )  # fmt: skip


def means(task: Task, sampler: Sampler) -> dict[str, float]:
    """Return the means over the items' only draws."""
    tally = sampler.tally(arm(), task, task.items, 1)
    return dict(zip(tally.metrics, tally.sums.mean(axis=0).tolist(), strict=True))


@pytest.mark.parametrize("more", ["", MUTUAL], ids=["plain", "mutual information"])
def test_scores_are_those_of_lm_eval(write: Write, tmp_path: Path, tasks: Path, more: str) -> None:
    """Every item scores as in lm-eval's own run, by acc, acc_norm and acc_mutual_info."""
    write("lm_tasks/choice.yaml", LM_TASK.format(folder=tmp_path) + more)
    task = load_task(tasks, "choice")
    tally = Sampler(0).tally(arm(), task, task.items, 1)
    with contained():
        manager = TaskManager(include_defaults=False, include_path=str(tmp_path / "lm_tasks"))
        own = lm_eval.simple_evaluate(
            model=Likely(), tasks=["local_choice"], task_manager=manager, bootstrap_iters=0
        )
    results, samples = own["results"]["local_choice"], own["samples"]["local_choice"]
    found = dict(zip(tally.metrics, tally.sums.mean(axis=0).tolist(), strict=True))
    assert found["correct"] == found["acc"] == results["acc,none"]
    names = ["acc", "acc_norm", *(["acc_mutual_info"] if more else [])]
    for name in names:
        assert found[name] == results[f"{name},none"]
        column = tally.sums[:, tally.metrics.index(name)]
        assert column.tolist() == [one[name] for one in samples]
    assert len({found[name] for name in names}) == len(names)
    assert isinstance(task.scorer, LmEvalScorer)
    documents = [task.scorer.documents[item.id] for item in task.items]
    for name in ("doc_hash", "prompt_hash", "target_hash"):
        assert [getattr(one, name) for one in documents] == [one[name] for one in samples]


def test_one_draw_is_kept_and_scored_again(write: Write, tmp_path: Path, tasks: Path) -> None:
    """What was drawn is neither asked for again nor lost when other metrics are chosen."""
    path = tmp_path / "draws.sqlite"
    task = load_task(tasks, "choice")
    first = means(task, Sampler(0, path))
    assert sum(Likely.asked) == len(ROWS) * 5 / 2
    Likely.asked.clear()
    assert means(task, Sampler(0, path, offline=True)) == first
    write("tasks/choice.yaml", TASK.replace("}", ", metrics: {correct: acc_norm}}"))
    again = means(load_task(tasks, "choice"), Sampler(0, path, offline=True))
    assert again["correct"] == first["acc_norm"]
    assert Likely.asked == []


def test_the_task_says_that_one_draw_is_all(tasks: Path) -> None:
    """Its items hold the choices, as lm-eval asks for them; `harness check` prints the rest."""
    task = load_task(tasks, "choice")
    assert task.likelihoods
    assert task.about == ONE_DRAW
    assert task.items[0].choices == (
        ("Q: what is 0?\nA:", " a"), ("Q: what is 0?\nA:", " 0 or so"),
    )  # fmt: skip


def test_what_is_no_likelihood_is_refused(tasks: Path) -> None:
    """A text in the place of likelihoods, as of a record of another task, is an error, not a 0."""
    task = load_task(tasks, "choice")
    scorer = open_scorer(task)
    for text in ("a", "[1, 2]", "[[-1, true]]"):
        with pytest.raises(TaskError, match=r"no list of the likelihoods of the 2 choices of docu"):
            scorer.score(task.items[0], Draw(text=text))


def test_a_model_without_likelihoods_is_named(tasks: Path) -> None:
    """Models that only complete say so in one line."""
    task = load_task(tasks, "choice")
    with pytest.raises(EngineError, match=r"'textual-of-this-test' can't tell likelihoods: NotImp"):
        Sampler(0).tally(arm("textual-of-this-test"), task, task.items, 1)
