"""Read a server's answer, trusting nothing in it."""

from __future__ import annotations

import json
from typing import Any

from harness.engines.openai.endpoint import Question
from harness.engines.openai.failure import RequestError
from harness.records import Draw

_BESIDE = ("reasoning_content", "reasoning", "tool_calls", "function_call", "refusal")
_LONGEST_WORD = 40
_LARGEST = 2**53  # what any reader of JSON holds exactly


def read_draws(raw: bytes, question: Question, *, chat: bool, seconds: float) -> tuple[Draw, ...]:
    """Return the draws of an answer, in the order of their choices' indices.

    Completion tokens are told for all choices together: with several, a draw's own are unknown.

    Raises
    ------
    RequestError
        If it is no JSON, has no choice or more than were asked for, or one without a text.
    """
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError):
        raise RequestError("no JSON") from None
    choices = data.get("choices") if isinstance(data, dict) else None
    if not isinstance(choices, list) or not choices:
        raise RequestError("no choices")
    if len(choices) > question.draws:
        raise RequestError("wrong number of choices")
    choices = _in_order(choices) if question.draws > 1 else choices
    usage = data.get("usage")
    prompt, tokens = _count(usage, "prompt_tokens"), _count(usage, "completion_tokens")
    return tuple(
        Draw(
            text=text,
            finish=finish,
            seed=question.seed,
            prompt_tokens=prompt,
            tokens=tokens if question.draws == 1 else None,
            seconds=seconds,
            transcript=transcript,
        )
        for text, finish, transcript in (_choice(choice, chat=chat) for choice in choices)
    )


def _in_order(choices: list[Any]) -> list[Any]:
    by_index = {
        choice["index"]: choice
        for choice in choices
        if isinstance(choice, dict) and type(choice.get("index")) is int
    }
    return (
        [by_index[index] for index in sorted(by_index)]
        if len(by_index) == len(choices)
        else choices
    )


def _choice(choice: Any, *, chat: bool) -> tuple[str, str, str]:  # noqa: ANN401  it is JSON
    """Return text, finish and transcript of a choice."""
    if not isinstance(choice, dict):
        raise RequestError("no text")
    finish = choice.get("finish_reason")
    word = finish[:_LONGEST_WORD] if isinstance(finish, str) else "unknown"
    if not chat:
        return _text(choice.get("text")), word, ""
    message = choice.get("message")
    if not isinstance(message, dict):
        raise RequestError("no text")
    beside = {key: message[key] for key in _BESIDE if message.get(key)}
    content = message.get("content")
    text = "" if content is None else _text(content)
    return text, word, json.dumps(beside) if beside else ""


def _text(value: object) -> str:
    if isinstance(value, list):  # content in parts
        value = "".join(_text(part.get("text", "")) for part in value if isinstance(part, dict))
    if not isinstance(value, str):
        raise RequestError("no text")
    try:
        value.encode()
    except UnicodeEncodeError:  # half of a surrogate pair, which no file can hold
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value


def _count(usage: object, name: str) -> int | None:
    found = usage.get(name) if isinstance(usage, dict) else None
    return found if type(found) is int and 0 <= found < _LARGEST else None
