"""A server as an arm's options describe it, and its identity."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from harness.errors import EngineError
from harness.records import Sampling

#: Changes when the engine asks in other words, or reads answers otherwise.
_VERSION = 1


class Question(NamedTuple):
    """What one request asks for: so many draws of the prompt at a place, of a seed.

    In a trial it is open whether the server gives several: if it fails, it may do so for that.
    """

    place: int
    prompt: str
    seed: int | None
    draws: int
    trial: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where to ask, whom, and how.

    Attributes
    ----------
    url
        The address up to ``/v1``.
    key
        The name of the environment variable that holds the key; empty for none.
    choices
        Draws that one request asks for at most, where the server can.
    extra
        Parameters that go into each request; None leaves one out.
    pause
        Seconds before the first retry, at most; each later one waits twice as long, at most.
    where
        The place of the arm, for errors.
    """

    url: str
    model: str
    api: str = "chat"
    system: str = ""
    revision: str = ""
    key: str = ""
    concurrency: int = 64
    timeout: float = 120.0
    retries: int = 5
    choices: int = 64
    extra: Mapping[str, Any] = field(default_factory=dict)
    pause: float = 0.5
    where: str | None = None

    @classmethod
    def of(cls, options: Mapping[str, str], where: str | None = None) -> Endpoint:
        """Read the options of an arm; what is no text in them is JSON."""
        given: dict[str, Any] = dict(options)
        numbers = ("concurrency", "timeout", "retries", "choices", "extra")
        read = {key: json.loads(given.pop(key)) for key in numbers if key in given}
        for key in ("concurrency", "retries", "choices"):
            if key in read:
                read[key] = int(read[key])  # a schema's integer may be 8.0
        return cls(url=given.pop("base_url"), where=where, **given, **read)

    @property
    def chat(self) -> bool:
        """Whether prompts go as messages, and not as plain text to complete."""
        return self.api == "chat"

    @property
    def address(self) -> str:
        """Where requests go."""
        return f"{self.url.rstrip('/')}/{'chat/completions' if self.chat else 'completions'}"

    @property
    def fingerprint(self) -> str:
        """Hash of what decides the answers: where a revision is declared, not the address."""
        place = "" if self.revision else self.url.rstrip("/")
        said = [self.model, self.revision, self.api, self.system, self.extra, place]
        text = json.dumps(["openai", _VERSION, *said], sort_keys=True)
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()

    def secret(self) -> str:
        """Read the key; it is kept nowhere.

        Raises
        ------
        EngineError
            If the environment variable is not set, or holds what no header can.
        """
        if not self.key:
            return ""
        found = os.environ.get(self.key, "").strip()
        if found and found.isascii() and found.isprintable():
            return found
        state = "holds what is no key" if found else "is empty or not set"
        del found  # a traceback may show what is at hand here
        msg = f"the environment variable {self.key} {state}"
        raise EngineError(msg, where=self.where, hint=f"export {self.key}=...")

    @property
    def seeded(self) -> bool:
        """Whether requests carry a seed."""
        return self.extra.get("seed", 0) is not None

    def written(self, sampling: Sampling) -> Callable[[Question], bytes]:
        """Return what writes the body of a request."""
        fixed: dict[str, Any] = {
            "model": self.model,
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            "max_tokens": sampling.max_tokens,
            **self.extra,
        }
        fixed = {key: value for key, value in fixed.items() if value is not None}
        system = [{"role": "system", "content": self.system}] if self.system else []

        def body(question: Question) -> bytes:
            asked = dict(fixed)
            if self.chat:
                asked["messages"] = [*system, {"role": "user", "content": question.prompt}]
            else:
                asked["prompt"] = question.prompt
            if question.seed is not None:
                asked["seed"] = question.seed
            if question.draws > 1:
                asked["n"] = question.draws
            return json.dumps(asked).encode()

        return body
