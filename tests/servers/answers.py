"""What the local server says: texts that follow from prompt, seed and choice, and bad ones."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from typing import Any

SKILLS = {"tiny": 0.5, "weak": 0.4, "strong": 0.8, "sure": 1.0}
_SUM = re.compile(r"(\d+)\+(\d+)=\Z")


def text_of(model: str, prompt: str, seed: int, index: int) -> str:
    """Return a text: of a sum the right result, as often as the model's skill is."""
    said = f"{prompt}\n{seed}\n{index}".encode("utf-8", "surrogatepass")
    digest = hashlib.blake2b(said, digest_size=8).hexdigest()
    found = _SUM.search(prompt)
    if not found:
        return digest
    right = int(digest, 16) / 2**64 < SKILLS[model]
    return f"[{int(found[1]) + int(found[2])}]" if right else "[wrong]"


def choices_of(body: dict[str, Any], prompt: str, *, chat: bool, seed: int, n: str) -> list[Any]:
    """Return the choices of an answer, the last one first: only their indices tell the order."""
    count = 1 if n == "ignore" else body.get("n", 1)
    found: list[Any] = []
    for index in range(count):
        text = text_of(body["model"], prompt, seed, 0 if n == "repeat" else index)
        choice: dict[str, Any] = {"index": index, "finish_reason": "stop"}
        if chat:
            choice["message"] = {"role": "assistant", "content": text}
            if "think" in prompt:
                choice["message"]["reasoning_content"] = "let me see"
        else:
            choice["text"] = text
        found.append(choice)
    return found[::-1]


def answer_of(body: dict[str, Any], prompt: str, *, chat: bool, seed: int, n: str) -> bytes:
    """Return a whole answer."""
    choices = choices_of(body, prompt, chat=chat, seed=seed, n=n)
    prompts, completions = len(prompt), 3 * len(choices)
    return json.dumps(
        {
            "id": "an-answer",
            "object": "chat.completion" if chat else "text_completion",
            "created": 1_700_000_000,
            "model": body["model"],
            "choices": choices,
            "usage": {
                "prompt_tokens": prompts,
                "completion_tokens": completions,
                "total_tokens": prompts + completions,
            },
        }
    ).encode()


#: Bodies that are told with a 200, and can't be used.
BAD_BODIES = {
    "wrong JSON": b"<html>busy</html>",
    "deep JSON": b"[" * 100_000,
    "list": b"[]",
    "error": b'{"error": {"message": "out of memory"}}',
    "empty choices": b'{"choices": []}',
    "wrong n": json.dumps({"choices": [{"text": "a"}] * 40}).encode(),
    "no text": b'{"choices": [{"text": 7, "message": {"content": 7}}]}',
    "no message": b'{"choices": [{"text": null, "message": null}]}',
    "no choice": b'{"choices": [null]}',
    "too large": b" " * (6 << 20),
    "too large when unpacked": gzip.compress(b" " * (6 << 20)),
}
