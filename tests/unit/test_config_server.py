"""A server in the config: its options, variables of the environment, and no secret in any error."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from harness.config import load_config
from harness.engines.openai import Endpoint
from harness.errors import ConfigError

Write = Callable[[str, str | bytes], Path]
SERVER = """\
schema: 1
arms:
  rl:
    engine: openai
    base_url: http://127.0.0.1:8000/v1
    model: Qwen/Qwen3-8B
    api: chat
    system: "Pay $${5}."
    revision: ${CHECKPOINT}-${STEP}
    key: OPENAI_API_KEY
    concurrency: 8.0
    extra: {top_k: 20, adapters: ["${CHECKPOINT}"]}
"""


def refused(write: Write, text: str, message: str) -> None:
    """See that a config is refused in one line with its place."""
    path = write("evals/harness.yaml", text)
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert message in str(caught.value).removeprefix(f"{path}")


@pytest.fixture
def checkpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the variables that the server's config names."""
    monkeypatch.setenv("CHECKPOINT", "run-7")
    monkeypatch.setenv("STEP", "200")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")


@pytest.mark.usefixtures("checkpoint")
def test_a_server_is_an_arm(write: Write) -> None:
    """Its options are read, with the environment's variables, but for the key."""
    rl = load_config(write("evals/harness.yaml", SERVER)).arms["rl"]
    assert rl.options == {
        "base_url": "http://127.0.0.1:8000/v1", "model": "Qwen/Qwen3-8B", "api": "chat",
        "system": "Pay ${5}.", "revision": "run-7-200", "key": "OPENAI_API_KEY",
        "concurrency": "8.0", "extra": '{"adapters": ["run-7"], "top_k": 20}',
    }  # fmt: skip
    endpoint = Endpoint.of(rl.options, rl.where)
    assert (endpoint.concurrency, endpoint.extra["top_k"]) == (8, 20)
    assert (endpoint.revision, endpoint.timeout, endpoint.choices) == ("run-7-200", 120, 64)


SERVER_CHANGES = {
    "unset variable": (
        "${STEP}", "${STEPP}",
        ":9: arms.rl.revision: the environment variable STEPP is not set; export STEPP=...",
    ),
    "unset variable in a list": (
        '"${CHECKPOINT}"', '"${NONE}"', ":12: arms.rl.extra.adapters.0: the environment variable",
    ),
    "no variable": ("${STEP}", "${a b}", ":9: arms.rl.revision: '${a b}' names no environment"),
    "open end": ("${STEP}", "${STEP", ":9: arms.rl.revision: '${STEP' names no environment"),
    "unknown key": (
        "concurrency", "concurency", ":11: arms.rl.concurency: unknown key; did you mean 'concurr",
    ),
    "no address": (
        "http://127.0.0.1:8000/v1", "localhost:8000/v1",
        ":5: arms.rl.base_url: 'localhost:8000/v1' is no address; for example http://127.0.0.1",
    ),
    "no port": ("8000", "80000", ":5: arms.rl.base_url: 'http://127.0.0.1:80000/v1' is no address"),
    "unknown protocol": (
        "api: chat", "api: chats", ":7: arms.rl.api: unknown value 'chats'; did you mean 'chat'?",
    ),
    "system of a completion": (
        "api: chat", "api: completions", ":8: arms.rl.system: this key does not go with",
    ),
    "missing address": (
        "    base_url: http://127.0.0.1:8000/v1\n", "", ":3: arms.rl: needs 'base_url'; add it",
    ),
    "sampling in extra": (
        "top_k: 20", "temperature: 0",
        ":12: arms.rl.extra.temperature: 0 is not of type 'null'; set it under sampling",
    ),
    "n in extra": ("top_k: 20", "n: 4", ":12: arms.rl.extra.n: this key does not go with"),
    "function of a server": (
        "api: chat", "function: 'm:f'", ":7: arms.rl.function: this key does not go with",
    ),
    "server of a function": (
        "engine: openai", "engine: ctranslate2", "this key does not go with the engine; remove it",
    ),
}  # fmt: skip


@pytest.mark.usefixtures("checkpoint")
@pytest.mark.parametrize(
    ("old", "new", "message"), SERVER_CHANGES.values(), ids=SERVER_CHANGES.keys()
)
def test_a_mistake_in_a_server_is_named(write: Write, old: str, new: str, message: str) -> None:
    """One line says the file, the line, the key and what to do."""
    assert SERVER.count(old) == 1
    refused(write, SERVER.replace(old, new), message)


@pytest.mark.usefixtures("checkpoint")
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("key: OPENAI_API_KEY", "key: sk-secret"),
        ("key: OPENAI_API_KEY", "key: ${OPENAI_API_KEY}"),
        ("http://127.0.0.1", "http://me:sk-secret@127.0.0.1"),
        ("8000/v1", "8000/v1?api-key=sk-secret"),
    ],
    ids=["key", "expanded key", "password", "query"],
)
def test_a_secret_in_the_config_is_refused_unseen(write: Write, old: str, new: str) -> None:
    """A key that stands where its variable's name belongs is not repeated by the error."""
    path = write("evals/harness.yaml", SERVER.replace(old, new))
    with pytest.raises(ConfigError, match="environment variable") as caught:
        load_config(path)
    assert "sk-secret" not in str(caught.value)


def test_an_empty_variable_is_as_good_as_none(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A build's setting that is missing makes an empty variable: no revision must come of it."""
    monkeypatch.setenv("CHECKPOINT", "")
    monkeypatch.setenv("STEP", "200")
    refused(write, SERVER, ":9: arms.rl.revision: the environment variable CHECKPOINT is empty")
