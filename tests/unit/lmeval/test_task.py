"""Tasks borrowed from lm-eval: what becomes an item, how a draw is scored, and what is refused."""

from __future__ import annotations

import json
import logging
import os
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from harness.errors import ConfigError, HarnessError, TaskError
from harness.lmeval import LmEvalScorer, contained
from harness.records import Draw, Item, Task
from harness.scoring import open_scorer
from harness.scoring.form import FORMATTED, TRUNCATED
from harness.tasks import load_task
from harness.tasks.items import item_id

Write = Callable[[str, str | bytes], Path]
Load = Callable[..., Task]

TASK = """\
schema: 1
lm_eval:
  task: local_sums
  include_path: ../lm_tasks
"""
LM_TASK = """\
task: local_sums
dataset_path: json
dataset_kwargs: {{data_files: {{test: {folder}/test.jsonl, train: {folder}/train.jsonl}}}}
training_split: train
test_split: test
fewshot_split: train
output_type: generate_until
doc_to_text: "{{{{question}}}}="
doc_to_target: "{{{{answer}}}}"
target_delimiter: ""
generation_kwargs: {{until: ["\\n", ";"]}}
filter_list:
  - name: strict-match
    filter: [{{function: regex, regex_pattern: '#### (\\d+)'}}, {{function: take_first}}]
  - name: flexible
    filter:
      - {{function: regex, regex_pattern: '(\\d+)', group_select: -1}}
      - {{function: take_first}}
metric_list:
  - {{metric: exact_match, aggregation: mean, higher_is_better: true}}
"""


def rows(first: int, count: int) -> str:
    """Write documents."""
    return "".join(
        json.dumps({"question": f"{n}+1", "answer": str(n + 1), "kind": "odd" if n % 2 else "even"})
        + "\n"
        for n in range(first, first + count)
    )


@pytest.fixture
def load(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Load:
    """Return a loader of a borrowed task, whose files can be changed."""
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path / "cache")

    def make(more: str = "", change: tuple[str, str] = ("", ""), test: str = rows(0, 6)) -> Task:
        lm_task = LM_TASK.format(folder=tmp_path)
        assert change[0] in lm_task
        write("lm_tasks/sums.yaml", lm_task.replace(*change))
        write("test.jsonl", test)
        write("train.jsonl", rows(20, 10))
        write("tasks/sums.yaml", TASK + more)
        return load_task(tmp_path / "tasks", "sums")

    return make


def scores(task: Task, text: str, item: Item | None = None) -> dict[str, float]:
    """Score one completion by name."""
    scorer = open_scorer(task)
    found = scorer.score(item or task.items[0], Draw(text=text))
    named = dict(zip(scorer.metrics, found.metrics, strict=True))
    return {name: value for name, value in named.items() if name not in {FORMATTED, TRUNCATED}}


def test_documents_are_items(load: Load) -> None:
    """Prompts and targets are lm-eval's, ids are of both, and tags are fields that are named."""
    task = load("  tags: [kind]\n  cluster: kind\n")
    assert [item.prompt for item in task.items] == [f"{n}+1=" for n in range(6)]
    assert [item.reference for item in task.items] == [str(n + 1) for n in range(6)]
    assert [item.id for item in task.items] == [item_id(f"{n}+1=", str(n + 1)) for n in range(6)]
    assert task.items[1].tags == {"kind": "odd"}
    assert task.items[1].cluster == "odd"
    assert task.select((("kind", ("odd",)),)) == (1, 3, 5)


def test_few_shots_and_limit_are_lm_evals(load: Load) -> None:
    """Examples precede the question; the first documents are taken, less those excluded."""
    task = load("  num_fewshot: 2\n  limit: 4\n  exclude: [1]\n")
    assert [item.prompt.rpartition("\n\n")[2] for item in task.items] == ["0+1=", "2+1=", "3+1="]
    assert all(item.prompt.count("+1=") == 3 for item in task.items)
    assert [item.prompt for item in load("  num_fewshot: 2\n").items[2:4]] == [
        item.prompt for item in task.items[1:]
    ]


def test_pairs_are_metrics(load: Load) -> None:
    """Each metric by each filter has a name; `correct` is the first of the first."""
    task = load()
    assert scores(task, "#### 1") == {
        "correct": 1, "strict_match_exact_match": 1, "flexible_exact_match": 1,
    }  # fmt: skip
    assert scores(task, "it is 1") == {
        "correct": 0, "strict_match_exact_match": 0, "flexible_exact_match": 1,
    }  # fmt: skip


def test_one_filter_gives_plain_names(load: Load) -> None:
    """Without filters of its own, a task's metrics have their own names."""
    lm_task = LM_TASK[LM_TASK.index("filter_list") : LM_TASK.index("metric_list")]
    task = load(change=(lm_task.format(), ""))
    assert scores(task, "1") == {"correct": 1, "exact_match": 1}


def test_the_config_names_metrics(load: Load) -> None:
    """Names stand for a metric of the first filter, or of the one that is given."""
    task = load("  metrics: {loose: 'exact_match,flexible', correct: exact_match}\n")
    assert scores(task, "1") == {"loose": 1, "correct": 0}
    assert task.answer == "correct"


def test_completions_end_at_the_first_stop(load: Load) -> None:
    """What follows a stop string is not read, whoever generated it; nor is what was thought."""
    assert scores(load(), "1; no, 7")["flexible_exact_match"] == 1
    assert scores(load(), "\n1")["flexible_exact_match"] == 0
    thinking = load("  think_end_token: </think>\n")
    assert scores(thinking, "7\n7;</think>\n 1")["flexible_exact_match"] == 1


def test_votes_are_on_filtered_text(load: Load) -> None:
    """Equal filtered texts are one answer, and whatever is scored right is the right one."""
    task = load("  metrics: {correct: 'exact_match,flexible'}\n")
    scorer, item = open_scorer(task), task.items[0]
    said = [scorer.score(item, Draw(text=text)).answer for text in ("1", "= 1", "3", "the 3", "4")]
    assert said[0] == said[1] == scorer.right(item)
    assert len({*said}) == 3
    assert said[2] == said[3]
    assert [metric.equals for metric in task.metrics] == ["reference"]


def test_documents_keep_lm_evals_hashes(load: Load) -> None:
    """The hashes of document, prompt and target are those of lm-eval's logged samples."""
    scorer = load().scorer
    assert isinstance(scorer, LmEvalScorer)
    document = scorer.documents[item_id("0+1=", "1")]
    assert document.number == 0
    assert document.target_hash.startswith("6b86b273ff34fce1")
    assert len({document.doc_hash, document.prompt_hash, document.target_hash}) == 3


PROCESS = """\
def graded(doc, results):
    return {"share": min(len(results[0]), 4) / 4, "length": len(results[0]), "pair": (0, 1)}
"""
GRADED = ("metric_list:", "process_results: !function graded.graded\nmetric_list:")


def test_graded_metrics_stay_graded(load: Load, write: Write) -> None:
    """A metric between 0 and 1 is taken as it is; others are refused by name, if they are taken."""
    write("lm_tasks/graded.py", PROCESS)
    task = load("  metrics: {correct: share}\n", GRADED)
    assert scores(task, "#### 123")["correct"] == 0.75
    with pytest.raises(TaskError, match=r"'length,strict-match'.* is '9' on document 0.*metrics:"):
        load(change=GRADED)
    with pytest.raises(TaskError, match=r"'pair,strict-match'.*no number from 0 to 1"):
        load("  metrics: {correct: share, two: pair}\n", GRADED)


def test_the_hash_follows_the_rules(load: Load, write: Write) -> None:
    """Other filters, stops, choices or functions have another hash; other documents have not."""
    write("lm_tasks/graded.py", PROCESS)
    hashes = [
        open_scorer(task).hash
        for task in (
            load(),
            load(change=("'#### (\\d+)'", "'### (\\d+)'")),
            load(change=('";"', '"."')),
            load("  metrics: {correct: exact_match}\n"),
            load("  metrics: {correct: share}\n", GRADED),
        )
    ]
    write("lm_tasks/graded.py", PROCESS.replace("4", "5"))
    hashes.append(open_scorer(load("  metrics: {correct: share}\n", GRADED)).hash)
    assert len({*hashes}) == 6
    assert open_scorer(load("  limit: 2\n")).hash == hashes[0]


def test_global_generators_are_kept(load: Load, write: Write) -> None:
    """Loading and scoring leave the generators alone, and are the same whatever their state."""
    write(
        "lm_tasks/graded.py",
        "import random, numpy\n"
        "def graded(doc, results):\n    return {'share': random.random() * numpy.random.rand()}\n",
    )
    found = []
    for seed in (1, 2):
        random.seed(seed)
        np.random.seed(seed)  # noqa: NPY002  what lm-eval uses
        task = load("  num_fewshot: 2\n  metrics: {correct: share}\n", GRADED)
        found.append((task.items, scores(task, "1")))
        state = random.random(), np.random.rand()  # noqa: NPY002  as above
        random.seed(seed)
        np.random.seed(seed)  # noqa: NPY002  as above
        assert state == (random.random(), np.random.rand())  # noqa: NPY002  as above
    assert found[0] == found[1]


def test_nothing_is_printed(load: Load, capfd: pytest.CaptureFixture[str]) -> None:
    """Neither bars nor log lines of lm-eval and its data sets come through, nor are they lost."""
    scores(load("  num_fewshot: 1\n"), "1")
    assert capfd.readouterr() == ("", "")
    assert logging.root.manager.disable == logging.NOTSET


def test_the_generators_come_back_after_an_error() -> None:
    """What is contained is undone whatever goes wrong."""
    state = random.getstate()
    with pytest.raises(KeyError), contained(7):
        raise KeyError
    assert random.getstate() == state


def test_local_data_ask_no_network(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    """While files of this machine are read the hub is switched off, and then as it was."""
    seen = []

    def spy(*_: object, **__: object) -> None:
        seen.append(os.environ["HF_HUB_OFFLINE"])
        raise OSError

    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    monkeypatch.setattr("datasets.load_dataset", spy)
    with pytest.raises(TaskError, match=r"sums\.yaml:2: lm_eval: lm-eval can't load .*OSError"):
        load()
    assert seen == ["1"]
    assert os.environ["HF_HUB_OFFLINE"] == "0"


def test_a_data_set_of_the_hub_is_named(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without network, a task that needs it says what to fetch."""

    def spy(*_: object, **__: object) -> None:
        raise ConnectionError

    monkeypatch.setattr("datasets.load_dataset", spy)
    with pytest.raises(TaskError, match=r"ConnectionError; fetch its data set 'a/b' once"):
        load(change=("dataset_path: json", "dataset_path: a/b"))


MAJORITY = (
    "{function: regex, regex_pattern: '#### (\\d+)'},", "{function: majority_vote},",
)  # fmt: skip
FEW = (MAJORITY[0], "{function: take_first_k, k: 4},")
MISTAKES: dict[str, tuple[str, tuple[str, str], str]] = {
    "task": ("", ("task: local_sums", "task: local_smus"), "no task 'local_sums' in "),
    "suggestion": ("", ("task: local_sums", "task: local_smus"), "did you mean 'local_smus'?"),
    "group": (
        "", ("task: local_sums", "group: local_sums\ntask: [x]"), "is a group of tasks",
    ),
    "vote": ("", MAJORITY, "'strict-match' of task 'local_sums' has majority_vote, which needs"),
    "next step": ("", MAJORITY, "a vote is arm.majority_at(k)"),
    "first k": ("", FEW, "has take_first_k, which needs all repeats"),
    "metric": ("  metrics: {correct: exact_macth}\n", ("", ""), "did you mean 'exact_match,strict"),
    "filter": ("  metrics: {correct: 'exact_match,flex'}\n", ("", ""), "no metric 'exact_match,f"),
    "tag": ("  tags: [knid]\n", ("", ""), "document 0 has no field 'knid'; did you mean 'kind'?"),
    "likelihood": (
        "", ("output_type: generate_until", "output_type: loglikelihood"),
        "'local_sums' is of type loglikelihood",
    ),
    "unsafe": ("", ("target_delimiter", "unsafe_code: true\ntarget_delimiter"), "runs code that"),
    "few shots": ("  num_fewshot: 2\n", ("training_split", "num_fewshot: 0\ntraining_split"), "le"),
    "all excluded": ("  limit: 1\n  exclude: [0]\n", ("", ""), "no document of task"),
    "no file": ("", ("test.jsonl", "tset.jsonl"), "can't load task 'local_sums': FileNotFound"),
    "template": ("", ("{{question}}=", "{{question | no}}="), "can't load task 'local_sums'"),
}  # fmt: skip


@pytest.mark.parametrize(("more", "change", "message"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_named(load: Load, more: str, change: tuple[str, str], message: str) -> None:
    """What can't be borrowed is told in one line, with the task's file and the next step."""
    with pytest.raises(TaskError) as caught:
        load(more, change)
    assert message in str(caught.value)
    assert "sums.yaml:2: lm_eval: " in str(caught.value)
    assert "\n" not in str(caught.value)


def test_votes_that_are_not_taken_do_no_harm(load: Load) -> None:
    """A filter that needs all repeats may be there, if its metrics are not asked for."""
    task = load("  metrics: {correct: 'exact_match,flexible'}\n", MAJORITY)
    assert scores(task, "1") == {"correct": 1}


def test_two_documents_on_one_prompt_are_refused(load: Load) -> None:
    """They would share their draws; the error says which to exclude."""
    with pytest.raises(TaskError, match=r"documents 0 and 6 .* one prompt; .*exclude: \[6\]"):
        load(test=rows(0, 6) + rows(0, 1))
    assert len(load("  exclude: [6]\n", test=rows(0, 6) + rows(0, 1)).items) == 6


def test_a_function_that_raises_is_named(load: Load, write: Write) -> None:
    """What goes wrong in a task's own function says which document it was."""
    write(
        "lm_tasks/graded.py",
        "def graded(doc, results):\n    return {'share': {'[invalid]': 0, '1': 1}[results[0]]}\n",
    )
    task = load("  metrics: {correct: share}\n  limit: 1\n", GRADED)
    assert scores(task, "#### 1") == {"correct": 1}
    with pytest.raises(TaskError, match="can't score document 0: KeyError: '7'"):
        scores(task, "#### 7")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (TASK + "items: sums.jsonl\n", ":5: items: this key does not go with `lm_eval`"),
        (TASK.replace("  task:", "  taks:"), "taks: unknown key; did you mean 'task'?"),
        (TASK.replace("../lm_tasks", "../nowhere"), "there is no folder"),
        (TASK + "  limit: 0\n", "limit: 0 is less than the minimum"),
        ("schema: 1\n", "needs 'items', 'metrics'"),
    ],
)
def test_a_mistake_in_the_file_is_named(
    write: Write, tmp_path: Path, text: str, message: str
) -> None:
    """Keys that are wrong, or do not go together, are named by file and line."""
    write("tasks/sums.yaml", text)
    with pytest.raises(HarnessError) as caught:
        load_task(tmp_path / "tasks", "sums")
    assert isinstance(caught.value, (ConfigError, TaskError))
    assert message in str(caught.value)
    assert "sums.yaml:" in str(caught.value)
