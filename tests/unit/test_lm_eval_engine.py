"""Models of lm-eval as arms: seeds, batches, identity, and scores that equal lm-eval's own."""

from __future__ import annotations

import importlib.util
import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import lm_eval
import numpy as np
import pytest
from lm_eval.api.model import LM
from lm_eval.api.registry import register_model
from lm_eval.tasks import TaskManager

from harness.config import load_config, replace_arms
from harness.engines import Request, open_engine
from harness.engines.lm_eval import LmEvalEngine, Manner
from harness.engines.lm_eval_open import _model_class, open_lm_eval
from harness.errors import ConfigError, EngineError
from harness.lmeval import LmEvalScorer, contained
from harness.records import ArmSpec, Sampling
from harness.sampling import Sampler
from harness.tasks import load_task

Write = Callable[[str, str | bytes], Path]


@register_model("tiny-of-this-test")
class Tiny(LM):  # type: ignore[misc]  # lm-eval has no types
    """Adds right or wrong: by the prompt at temperature 0, else by the global generator."""

    def __init__(self, skill: float = 0.5, batch_size: int = 1) -> None:
        super().__init__()
        self.skill, self.batch_size = skill, batch_size
        self.asked: list[list[Any]] = []

    def generate_until(self, requests: Sequence[Any]) -> list[str]:
        """Answer, and note what was asked."""
        self.asked.append([request.args for request in requests])
        print("noise")  # noqa: T201  the engine drops it
        return [self.answer(*request.args) for request in requests]

    def answer(self, prompt: str, options: dict[str, Any]) -> str:
        """Answer one prompt."""
        number = int(prompt.rpartition("Q: ")[2].partition("+")[0])
        chance = random.random() if options["do_sample"] else number * 0.37 % 1
        return f"#### {number + 1}" if chance < self.skill else f"it is {number + 1}; #### 0"

    def loglikelihood(self, requests: Sequence[Any]) -> list[tuple[float, bool]]:
        """Not asked for."""
        raise NotImplementedError

    loglikelihood_rolling = loglikelihood


class TemplateAPI(Tiny):
    """Takes a seed with each request, as lm-eval's class of that name for servers."""

    def answer(self, prompt: str, options: dict[str, Any]) -> str:
        """Answer with the seed."""
        return f"{prompt} {options['seed']}"

    def apply_chat_template(
        self, chat_history: list[dict[str, str]], *, add_generation_prompt: bool = True
    ) -> str:
        """Return the messages."""
        return f"{json.dumps(chat_history)}{add_generation_prompt}"


def request(prompt: str = "Q: 1+1", key: int = 7, start: int = 0, count: int = 4) -> Request:
    """Ask for draws."""
    return Request(prompt=prompt, key=key, start=start, count=count)


def said(
    model: Tiny, manner: Manner, *requests: Request, temperature: float = 1.0
) -> list[list[str]]:
    """Return what a model answers to each request."""
    engine = LmEvalEngine("tiny", lambda: model, manner, "", pinned=False)
    found: list[list[str]] = [[] for _ in requests]
    for arrival in engine.draw(requests, Sampling(temperature=temperature)):
        asked = requests[arrival.place]
        assert arrival.start == asked.start + len(found[arrival.place])
        found[arrival.place] += [draw.text for draw in arrival.draws]
    return found


@pytest.mark.parametrize("size", [1, 3, 8])
def test_draws_depend_on_nothing_else_that_is_asked(size: int) -> None:
    """The same draws come alone, in company, in any order and in parts; other keys draw others."""
    manner = Manner(batch_size=size)
    one, two = request(count=12), request("Q: 2+1", key=8, count=12)
    first, second = said(Tiny(), manner, one, two)
    assert said(Tiny(), manner, two, one) == [second, first]
    assert said(Tiny(), manner, request(start=5, count=4)) == [first[5:9]]
    assert said(Tiny(), manner, request(key=9, count=12)) != [first]
    assert len({*first}) == 2


def test_a_batch_holds_draws_of_one_prompt() -> None:
    """Blocks begin at multiples of the batch size; at temperature 0 prompts go together."""
    model = Tiny()
    said(model, Manner(batch_size=4), request(start=2, count=4), request("Q: 2+1"))
    assert [[prompt for prompt, _ in batch] for batch in model.asked] == [
        ["Q: 1+1"] * 4, ["Q: 1+1"] * 4, ["Q: 2+1"] * 4,
    ]  # fmt: skip
    model = Tiny()
    said(model, Manner(batch_size=4), request(count=1), request("Q: 2+1", count=1), temperature=0)
    assert [[prompt for prompt, _ in batch] for batch in model.asked] == [["Q: 1+1", "Q: 2+1"]]


def test_the_harness_says_how_to_sample() -> None:
    """Temperature, top_p and length are the sampling's; stop strings the arm's."""
    model = Tiny()
    said(model, Manner(until=("\n",)), request(count=1))
    assert model.asked[0][0][1] == {
        "until": ["\n"], "max_gen_toks": 256, "temperature": 1.0, "do_sample": True, "top_p": 1.0,
    }  # fmt: skip
    said(model, Manner(), request(count=1), temperature=0)
    assert model.asked[1][0][1] == {
        "until": [], "max_gen_toks": 256, "temperature": 0, "do_sample": False,
    }  # fmt: skip


def test_a_task_ends_completions_early() -> None:
    """What ends a completion by the task goes to the model, beside the arm's own strings."""
    model = Tiny()
    asked = Request(prompt="Q: 1+1", key=7, start=0, count=1, until=("\n", ";"))
    said(model, Manner(until=("\n", ".")), asked)
    assert model.asked[0][0][1]["until"] == ["\n", ".", ";"]


class Response(NamedTuple):
    """What is left of an answer in an error of the package `requests`."""

    status_code: int


class HTTPError(OSError):
    """As that package raises it."""

    def __init__(self, status: int) -> None:
        super().__init__(f"{status} for this request")
        self.response = Response(status)


class Failing(TemplateAPI):
    """A server that fails on one sum, or on all."""

    def __init__(self, error: Exception, *, always: bool = False) -> None:
        super().__init__()
        self.error, self.always = error, always

    def answer(self, prompt: str, options: dict[str, Any]) -> str:
        """Fail, or answer."""
        if self.always or prompt == "Q: 2+1":
            raise self.error
        return super().answer(prompt, options)


class Timeout(OSError):  # noqa: N818  the name in that package
    """As that package raises it."""


FAULTS = {
    "HTTP 500": HTTPError(500), "HTTP 400": HTTPError(400), "timed out": Timeout(),
    "no connection": ConnectionError(),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_failed_request_is_a_fault_of_its_draw(fault: str) -> None:
    """The rest of a server's draws is kept, and the fault has a name."""
    engine = LmEvalEngine(
        "served", lambda: Failing(FAULTS[fault]), Manner(threads=2), "", pinned=False
    )
    requests = [request(f"Q: {n}+1", key=n, count=20) for n in (1, 2, 3)]
    found: list[list[str]] = [[], [], []]
    for arrival in engine.draw(requests, Sampling()):
        found[arrival.place] += [draw.fault for draw in arrival.draws]
    assert found == [[""] * 20, [fault] * 20, [""] * 20]


@pytest.mark.parametrize(
    ("error", "always", "message"),
    [
        (HTTPError(401), False, "HTTPError: 401 for"),
        (TypeError("no text"), False, "TypeError: no text"),
        (ConnectionError("refused"), True, "ConnectionError: refused"),
    ],
)
def test_a_server_that_is_of_no_use_is_an_error(
    error: Exception,
    always: bool,  # noqa: FBT001  a case
    message: str,
) -> None:
    """A wrong key, a bug, or no server at all: none of these is put down to single draws."""
    with pytest.raises(EngineError, match=rf"'tiny' can't answer: {message}"):
        said(Failing(error, always=always), Manner(), request(), request("Q: 2+1"))


def test_a_server_gets_a_seed_for_each_draw() -> None:
    """Repeats have seeds of their own, of 31 bits, whichever thread asks."""
    manner = Manner(threads=4)
    (found,) = said(TemplateAPI(), manner, request(count=100))
    seeds = [int(text.rpartition(" ")[2]) for text in found]
    assert len({*seeds}) == 100
    assert max(seeds) < 2**31
    assert said(TemplateAPI(), manner, request(start=40, count=2)) == [found[40:42]]
    other = said(TemplateAPI(), manner, request("Q: 2+1", key=8))
    assert not {int(text.rpartition(" ")[2]) for text in other[0]} & {*seeds}


def test_a_chat_model_gets_a_message() -> None:
    """The prompt is a user's message, in the model's own template."""
    (found,) = said(TemplateAPI(), Manner(chat=True), request(count=1))
    assert found[0].startswith('[{"role": "user", "content": "Q: 1+1"}]True ')


def test_generators_and_output_are_left_alone(capfd: pytest.CaptureFixture[str]) -> None:
    """Drawing moves no global generator, even between arrivals, and prints nothing."""
    state = random.getstate()
    engine = LmEvalEngine("tiny", Tiny, Manner(), "", pinned=False)
    for _ in engine.draw([request()], Sampling()):
        assert random.getstate() == state
    assert capfd.readouterr() == ("", "")


def test_a_failure_is_one_line() -> None:
    """What a model raises, when it is loaded or asked, names the model."""
    with pytest.raises(EngineError, match=r"^lm-eval's model 'tiny' can't answer: ValueError: inv"):
        said(Tiny(), Manner(), request("no sum"))
    engine = open_lm_eval({"model": "tiny-of-this-test", "args": '{"skil": 1}'})
    with pytest.raises(EngineError, match=r"can't be loaded: TypeError: .*'skil'"):
        list(engine.draw([request()], Sampling()))


@pytest.mark.skipif(importlib.util.find_spec("torch") is not None, reason="torch is installed")
def test_a_missing_extra_is_named() -> None:
    """Without torch, `hf` says what to install."""
    engine = open_lm_eval({"model": "hf", "args": '{"pretrained": "x"}'})
    with pytest.raises(EngineError, match=r"'hf' needs the package 'torch'.*harness\[hf\]"):
        list(engine.draw([request()], Sampling()))


def test_a_model_that_is_not_there_suggests_one() -> None:
    """A misspelt model is answered with the likeliest one, and how to write one's own."""
    with pytest.raises(EngineError, match=r"no model 'vlm'; did you mean 'vllm'\?.*module:Class"):
        open_lm_eval({"model": "vlm"})
    with pytest.raises(EngineError, match=r"can't import 'no_such:Model': ModuleNotFoundError"):
        open_lm_eval({"model": "no_such:Model"})


def test_identity(write: Write, tmp_path: Path) -> None:
    """Arguments, batch size and a checkpoint's content are the identity; its place is not."""
    write("one/model.bin", b"weights")
    write("two/model.bin", b"weights")
    write("three/model.bin", b"other weights")

    def identity(**options: str) -> str:
        return open_lm_eval({"model": "hf", **options}).fingerprint

    def args(**given: str) -> str:
        return json.dumps(given)

    assert identity(args=args(pretrained=str(tmp_path / "one"))) == identity(
        args=args(pretrained=str(tmp_path / "two"))
    )
    found = [
        identity(),
        open_lm_eval({"model": "dummy"}).fingerprint,
        identity(batch_size="8"),
        identity(revision="1"),
        identity(until='["."]'),
        identity(apply_chat_template="true"),
        identity(args=args(dtype="float32")),
        identity(args=args(pretrained=str(tmp_path / "one"))),
        identity(args=args(pretrained=str(tmp_path / "three"))),
    ]
    assert len({*found}) == len(found)


def test_weights_or_a_revision_pin(write: Write, tmp_path: Path) -> None:
    """What a name in a hub or a server stands for can change, unless a revision says otherwise."""
    write("model/model.bin", b"weights")
    local = json.dumps({"pretrained": str(tmp_path / "model")})
    assert open_lm_eval({"model": "hf", "args": local}).pinned
    assert open_lm_eval({"model": "hf", "revision": "1"}).pinned
    assert not open_lm_eval({"model": "hf", "args": '{"pretrained": "gpt2"}'}).pinned


def test_secrets_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A secret in the config is refused; a variable's value is no part of the identity."""
    with pytest.raises(EngineError, match=r"'auth_token' is a secret.*write \$\{NAME\}"):
        open_lm_eval({"model": "dummy", "args": '{"auth_token": "abc"}'})
    options = {"model": "tiny-of-this-test", "args": '{"skill": "${SKILL_OF_THIS_TEST}"}'}
    engine = open_lm_eval(options)
    with pytest.raises(EngineError, match="variable SKILL_OF_THIS_TEST is not set"):
        list(engine.draw([request()], Sampling()))
    monkeypatch.setenv("SKILL_OF_THIS_TEST", "x")
    assert open_lm_eval(options).fingerprint == engine.fingerprint
    with pytest.raises(EngineError, match="can't answer: TypeError"):
        list(engine.draw([request()], Sampling()))


CONFIG = """\
schema: 1
arms:
  hf: {engine: lm_eval, model: hf, args: {pretrained: ../models/rl, dtype: auto}, batch_size: 8}
  dummy: {engine: lm_eval, model: dummy}
"""


def test_the_config_finds_checkpoints(write: Write, tmp_path: Path) -> None:
    """A folder is found from the config's; a name in a hub stays one; an override is a folder."""
    path = write("evals/harness.yaml", CONFIG)
    assert json.loads(load_config(path).arms["hf"].options["args"])["pretrained"] == "../models/rl"
    write("models/rl/config.json", "{}")
    config = load_config(path)
    options = config.arms["hf"].options
    assert json.loads(options["args"])["pretrained"] == str(tmp_path / "evals/../models/rl")
    assert (options["model"], options["batch_size"]) == ("hf", "8")
    other = replace_arms(config, [f"dummy={tmp_path}"]).arms["dummy"].options
    assert (other["model"], json.loads(other["args"])) == ("dummy", {"pretrained": str(tmp_path)})


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("model: dummy", "function: 'a:b'", "arms.dummy"),
        ("batch_size: 8", "batch_size: 0", ":3: arms.hf.batch_size: 0 is less than the minimum"),
        ("{engine: lm_eval, model: dummy}", "{engine: python, function: 'a:b', args: {}}",
         ":4: arms.dummy.args: this key does not go with the engine"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_config_is_named(write: Write, old: str, new: str, message: str) -> None:
    """Keys that an engine lacks or has not are named by line."""
    with pytest.raises(ConfigError) as caught:
        load_config(write("harness.yaml", CONFIG.replace(old, new)))
    assert message in str(caught.value)


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


def arm(**options: str) -> ArmSpec:
    """Return an arm of a model of lm-eval's."""
    return ArmSpec(
        name="rl", engine="lm_eval", options=options, sampling=Sampling(temperature=0), stream="rl",
        where="evals/harness.yaml:3: arms.rl",
    )  # fmt: skip


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


CHECKPOINT = Path(__file__).parents[2] / "fixtures/study/checkpoints/rl"


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
