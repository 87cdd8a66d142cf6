"""What arms of several engines must share: how a model is shown its prompts."""

from __future__ import annotations

import dataclasses

import pytest

from harness.errors import ClaimError
from harness.judge.parity import check_alike
from harness.records import ArmSpec, Sampling


def arm(engine: str, *differs: str, **options: str) -> ArmSpec:
    """Make an arm of an engine."""
    return ArmSpec(
        name=engine, engine=engine, options=options, sampling=Sampling(), stream=engine,
        where="C:1", differs=differs,
    )  # fmt: skip


@pytest.mark.parametrize("other", ["ctranslate2", "lm_eval", "python", "recorded"])
def test_completions_show_a_prompt_as_it_stands(other: str) -> None:
    """A server's completions are asked as other engines are: neither claim nor baseline minds."""
    served = arm("openai", api="completions")
    check_alike(served, arm(other))
    check_alike(arm(other), served)
    assert served.prompting == arm(other).prompting == {}


@pytest.mark.parametrize("options", [{}, {"api": "chat"}])
def test_a_chat_is_another_prompt(options: dict[str, str]) -> None:
    """A chat wraps the prompt, also where nobody said so: it has to be declared."""
    chat = arm("openai", **options)
    assert chat.prompting == {"api": "chat"}
    with pytest.raises(ClaimError, match=r"api is chat and not set; .*differs: \[api\]"):
        check_alike(chat, arm("ctranslate2"))
    check_alike(dataclasses.replace(chat, differs=("api",)), arm("ctranslate2"))
    check_alike(chat, arm("openai", api="chat"))


@pytest.mark.parametrize("other", ["python", "recorded"])
def test_what_shows_itself_prompts_is_believed(other: str) -> None:
    """A function, or a log, has asked in its own way: only what is said of it is compared."""
    check_alike(arm("openai"), arm(other))
    with pytest.raises(ClaimError, match="system is not set and Think"):
        check_alike(arm(other), arm("openai", system="Think."))
