"""Models of lm-eval that answer at once, and what they say to requests."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from typing import Any

from lm_eval.api.model import LM
from lm_eval.api.registry import register_model

from harness.engines import Request
from harness.engines.lm_eval import LmEvalEngine, Manner
from harness.records import ArmSpec, Sampling


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


def arm(**options: str) -> ArmSpec:
    """Return an arm of a model of lm-eval's."""
    return ArmSpec(
        name="rl", engine="lm_eval", options=options, sampling=Sampling(temperature=0), stream="rl",
        where="evals/harness.yaml:3: arms.rl",
    )  # fmt: skip
