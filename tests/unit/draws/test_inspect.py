"""`harness draws export *.eval`: logs that Inspect's viewer shows, by Inspect's own writer."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from harness.engines import Request
from harness.engines.recorded.record import open_record
from harness.records import ArmSpec, Draw, Item, MetricSpec, Sampling, Task
from harness.sampling import Sampler
from harness.scoring import open_scorer
from harness.store import Database, DrawStore, ScoreStore
from harness.tasks import load_task
from harness.traces.span import unicode_of

from .conftest import ITEMS, TASK, Run, change, draw, pinned

CORPUS = Path(__file__).parents[2] / "hostile" / "completions.jsonl"
ODD = ("<think>hm</think>[5]", "attachment://0badf00d", "  [5] \n", "", "x" * 5_000)
WHOLE = MetricSpec(name="correct", pattern=r"(?s)\A(.*)\Z", equals="reference")


@pytest.fixture
def inspect_log() -> Any:  # noqa: ANN401  a module
    """Return Inspect's reader of logs."""
    return pytest.importorskip("inspect_ai.log", reason="the viewer's package is an extra")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Task:
    """Return a task of a project, of whose five items four draws each are stored."""
    folder = tmp_path / "evals" / "tasks"
    folder.mkdir(parents=True)
    metric = "metrics: {correct: {regex: '^(\\d+)$', equals: reference}}"
    (folder / "sums.yaml").write_text(f"schema: 1\nitems: sums.jsonl\n{metric}\n", "utf-8")
    rows = [{"prompt": item.prompt, "reference": item.reference} for item in ITEMS]
    (folder / "sums.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    task = load_task(folder, "sums")
    texts = [[item.reference, "7", "?", item.reference] for item in task.items]
    stored(tmp_path / ".harness" / "draws.sqlite", task, texts)
    monkeypatch.chdir(tmp_path)
    return task


def stored(path: Path, task: Task, texts: list[list[str]]) -> None:
    """Store texts as the draws of a task's items."""
    scorer = open_scorer(task)
    with closing(Database(path)) as database:
        draws, scores = DrawStore(database), ScoreStore(database)
        draws.enter([item.prompt for item in task.items])
        scores.place({item.id: item.prompt for item in task.items})
        number = scores.scorer(scorer)
        stream = draws.stream({"stream": "rl", "sampling": {"temperature": 0.7}}, arm="rl")
        for item, own in zip(task.items, texts, strict=True):
            said = [Draw(text=text, tokens=len(text), prompt_tokens=4) for text in own]
            with database.writing():
                draws.add(stream, item.prompt, 0, said)
                marks = [scorer.score(item, one) for one in said]
                scores.add(number, stream, item.id, 0, marks)


@pytest.mark.filterwarnings("ignore")  # of what Inspect's package uses
@pytest.mark.parametrize("name", ["x.eval", "x.json"])
@pytest.mark.usefixtures("inspect_log")
def test_a_log_is_a_record_with_the_same_tallies(
    arm: ArmSpec, store: Path, harness: Run, name: str
) -> None:
    """Draws that go out and come back are worth what they were, item by item."""
    harness("export", name, "--arm", "sure")
    old = ArmSpec(
        name="old", engine="recorded", options={"path": name, "format": "inspect"},
        sampling=Sampling(), stream="old", where="",
    )  # fmt: skip
    back = Sampler(0, store.parent / "again.sqlite").tally(old, TASK, ITEMS, 8)
    wanted = Sampler(0, store).tally(pinned(arm), TASK, ITEMS, 8)
    assert back.sums.tolist() == wanted.sums.tolist()
    assert back.answers == wanted.answers


@pytest.mark.filterwarnings("ignore")  # of what Inspect's package uses
def test_a_sample_has_what_inspect_shows(project: Task, harness: Run, inspect_log: Any) -> None:  # noqa: ANN401
    """Item, epoch, target, messages, scores, answer, model and sampling stand in their places."""
    out = harness("export", "x.eval")
    assert out == "x.eval: written\n20 draws in 1 log: `inspect view` shows them\n"
    log = inspect_log.read_eval_log("x.eval")
    assert (log.status, log.eval.task, log.eval.model) == ("success", "sums", "harness/rl")
    assert (log.eval.config.epochs, log.eval.dataset.samples) == (4, 5)
    assert log.eval.model_generate_config.temperature == 0.7
    means = {one.name: one.metrics["mean"].value for one in log.results.scores}
    assert means == pytest.approx({"correct": 0.5, "formatted": 0.75, "truncated": 0.0})
    items = {item.id: item for item in project.items}
    assert {(one.id, one.epoch) for one in log.samples} == {
        (item, epoch) for item in items for epoch in range(1, 5)
    }
    for one in log.samples:
        item, text = items[one.id], one.output.completion
        assert [message.text for message in one.messages] == [item.prompt, text]
        assert (one.input, one.target) == (item.prompt, item.reference)
        assert one.scores["correct"].value == float(text == item.reference)
        assert one.scores["correct"].answer == (None if text == "?" else text)
        assert one.output.choices[0].stop_reason == "stop"
        assert one.output.usage.output_tokens == len(text)


@pytest.mark.filterwarnings("ignore")  # of what Inspect's package uses
@pytest.mark.parametrize("name", ["x.eval", "x.json"])
def test_hostile_texts_survive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, harness: Run, inspect_log: Any, name: str  # noqa: ANN401
) -> None:  # fmt: skip
    """Whatever a model says comes back to the letter, but for lone surrogates, which is told."""
    corpus = [json.loads(line)["text"] for line in CORPUS.read_text("utf-8").splitlines()]
    texts = [*ODD, *corpus[::2]]
    prompt = "what\x1b[2J is\u202e it?"
    items = (Item(id="0" * 16, prompt=prompt, reference="5"),)
    stored(tmp_path / ".harness" / "draws.sqlite",
           Task(name="odd", items=items, metrics=(WHOLE,), answer="correct"), [texts])  # fmt: skip
    monkeypatch.chdir(tmp_path)
    out = harness("export", name)
    assert inspect_log.read_eval_log(name, header_only=True).eval.task == "unknown"
    lost = sum(unicode_of(text) != text for text in texts)
    assert f"what is no Unicode is replaced in {lost} draws\n" in out
    assert f"{len(texts)} draws without a target: of items that no task beside evals/" in out
    asked = Request(prompt=prompt, key=1, start=0, count=len(texts), item="")
    arrivals = open_record(str(tmp_path / name), "inspect").draw([asked], Sampling())
    back = [one for arrival in arrivals for one in arrival.draws]
    assert [one.text for one in back] == [unicode_of(text) for text in texts]
    assert [one.tokens for one in back] == [len(text) for text in texts]


@pytest.mark.filterwarnings("ignore")  # of what Inspect's package uses
@pytest.mark.usefixtures("inspect_log")
def test_each_task_and_stream_has_a_log(project: Task, arm: ArmSpec, harness: Run) -> None:
    """Of several logs each is called after its task, arm and stream; prompts tell items, too."""
    for task in (project, TASK):
        draw(Path(".harness/draws.sqlite"), pinned(arm), 2, task=task)
    harness("export", "logs/x.json")
    assert sorted(path.name for path in Path("logs").iterdir()) == [
        "x-sums-rl-1.json", "x-sums-sure-2.json",
    ]  # fmt: skip


@pytest.mark.filterwarnings("ignore")  # of what Inspect's package uses
@pytest.mark.usefixtures("inspect_log")
def test_scores_without_texts_are_refused(store: Path, harness: Run) -> None:
    """A record that gave scores has nothing to show; no file is left."""
    change(store, """UPDATE draws SET scored = '{"correct": 1}' WHERE stream = 1 AND n = 3""")
    told = harness("export", "x.eval", "--stream", "1", code=1)
    assert "x.eval: holds texts, and a record gave scores in their place" in told
    assert not Path("x.eval").exists()


@pytest.mark.usefixtures("store")
def test_without_inspect(harness: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The package is named, and how to get it; no file is left."""
    monkeypatch.delitem(sys.modules, "harness.traces.inspect_sample", raising=False)
    monkeypatch.setitem(sys.modules, "inspect_ai.log", None)
    told = harness("export", "x.eval", code=1)
    assert told == (
        "harness: x.eval: logs of Inspect are written by the package 'inspect_ai'; "
        "pip install 'rl-eval-harness[inspect]'\n"
    )
    assert not Path("x.eval").exists()
