"""One document of a task, as lm-eval prompts with it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One document of a task; the hashes are those of lm-eval's logged samples."""

    number: int
    doc: Any
    prompt: str
    target: str
    until: tuple[str, ...]
    doc_hash: str
    prompt_hash: str
    target_hash: str


def read_document(task: Any, instance: Any) -> Document:  # noqa: ANN401  lm-eval has no types
    """Read what one of a task's requests to a model is about."""
    from lm_eval.utils import handle_non_serializable, hash_string  # noqa: PLC0415  takes seconds

    prompt, options = instance.args[:2]
    target = str(task.doc_to_target(instance.doc))
    content = json.dumps(
        instance.doc, indent=2, default=handle_non_serializable, ensure_ascii=False
    )
    return Document(
        number=instance.doc_id,
        doc=instance.doc,
        prompt=prompt,
        target=target,
        until=_until(options.get("until")),
        doc_hash=hash_string(content),
        prompt_hash=hash_string(prompt),
        target_hash=hash_string(target),
    )


def _until(stops: str | Sequence[str] | None) -> tuple[str, ...]:
    found = (stops,) if isinstance(stops, str) else tuple(stops or ())
    return tuple(stop for stop in found if stop)
