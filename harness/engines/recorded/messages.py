"""The prompt in a chat: what the user said last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


def user_text(messages: object) -> str | None:
    """Return the text of the last message of a user; None if there is none.

    Messages are mappings or objects, with a role and a content: a text, or parts with texts.
    """
    if not isinstance(messages, Iterable) or isinstance(messages, str | bytes | Mapping):
        return None
    said = [_get(message, "content") for message in messages if _get(message, "role") == "user"]
    if not said:
        return None
    content = said[-1]
    if isinstance(content, str):
        return content
    if not isinstance(content, Iterable):
        return None
    texts = [_get(part, "text") for part in content]
    return "".join(text for text in texts if isinstance(text, str))


def _get(thing: object, name: str) -> object:
    return thing.get(name) if isinstance(thing, Mapping) else getattr(thing, name, None)
