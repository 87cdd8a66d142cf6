"""One item of a task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Tags = Mapping[str, str]
#: The context and the continuation of each choice.
Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One prompt with its reference; `id` is a hash of both, tags select and group.

    Items of one `cluster`, such as questions on one text, hang together and count as one unit.
    Where there are `choices`, not a completion is asked for but how likely each of them is.
    """

    id: str
    prompt: str
    reference: str
    tags: Tags = field(default_factory=dict)
    cluster: str | None = None
    choices: Choices = ()
