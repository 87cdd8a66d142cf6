"""Models of lm-eval as arms: what is named in a config, what identifies it, and mistakes."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.config import load_config, replace_arms
from harness.engines.lm_eval import Manner
from harness.engines.lm_eval_open import open_lm_eval
from harness.errors import ConfigError, EngineError
from harness.records import Sampling
from tests.unit.lmeval.tiny import Tiny, request, said

Write = Callable[[str, str | bytes], Path]


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
