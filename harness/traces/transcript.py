"""What stands beside a text: an agent's steps, a server's tool calls and reasoning."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.traces.span import Attributes

_REASONING = ("reasoning_content", "reasoning")


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """A transcript in parts.

    Attributes
    ----------
    parts
        Of the message that was answered, beside its text: reasoning and calls of tools, as
        the schema of output messages wants them.
    steps
        An agent's steps, each with the name and the attributes of its span.
    rest
        What is of no known shape, as JSON; empty for nothing.
    """

    parts: tuple[Mapping[str, Any], ...] = ()
    steps: tuple[tuple[str, Attributes], ...] = ()
    rest: str = ""


def read_transcript(text: str | None) -> Transcript:
    """Take a stored transcript apart: it may hold anything."""
    if not text:
        return Transcript()
    try:
        found = json.loads(text)
        return _apart(found) if isinstance(found, dict) else Transcript(rest=text)
    except (ValueError, RecursionError):  # nested too deeply to be read, or to be written
        return Transcript(rest=text)


def _apart(found: dict[str, Any]) -> Transcript:
    steps = found.pop("steps") if isinstance(found.get("steps"), list) else []
    parts = tuple(_parts(found))
    return Transcript(
        parts=parts,
        steps=tuple(_step(number, step) for number, step in enumerate(steps, 1)),
        rest=json.dumps(found, ensure_ascii=False) if found else "",
    )


def _parts(found: dict[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Take out what chat completions say beside their content."""
    for name in _REASONING:
        if isinstance(found.get(name), str):
            yield {"type": "reasoning", "content": found.pop(name)}
    calls = found.get("tool_calls")
    if isinstance(calls, list) and all(_is_call(call) for call in calls):
        for call in found.pop("tool_calls"):
            function = call["function"]
            yield {
                "type": "tool_call",
                "id": str(call.get("id")),
                "name": function["name"],
                "arguments": _text(function.get("arguments")),
            }


def _is_call(call: object) -> bool:
    function = call.get("function") if isinstance(call, dict) else None
    return isinstance(function, dict) and isinstance(function.get("name"), str)


def _step(number: int, step: object) -> tuple[str, Attributes]:
    """Return the name and the attributes of a step: the use of a tool, or anything else."""
    tool = step.get("tool") if isinstance(step, Mapping) else None
    if not isinstance(step, Mapping) or not isinstance(tool, str):
        return f"step {number}", {"harness.step": _text(step)}
    said = {
        "gen_ai.tool.call.arguments": _first(step, ("arguments", "args", "input")),
        "gen_ai.tool.call.result": _first(step, ("result", "output", "observation")),
    }
    return f"execute_tool {tool}", {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": tool,
        **{name: _text(value) for name, value in said.items() if value is not None},
        "harness.step": _text(step),
    }


def _first(step: Mapping[str, Any], names: Sequence[str]) -> object:
    return next((step[name] for name in names if name in step), None)


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
