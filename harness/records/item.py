"""One item of a task."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

Tags = Mapping[str, str]
#: The context and the continuation of each choice.
Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One prompt with its reference; `id` is a hash of both, tags select and group.

    Items of one `cluster`, such as questions on one text, hang together and count as one unit.
    Two items of one `twin`, such as an item and its perturbed version, are compared as a pair.
    Where there are `choices`, not a completion is asked for but how likely each of them is.
    """

    id: str
    prompt: str
    reference: str
    tags: Tags = field(default_factory=dict)
    cluster: str | None = None
    choices: Choices = ()
    twin: str | None = None

    @property
    def unit(self) -> str | None:
        """What it hangs together with: its cluster, or else its twin; None for nothing."""
        if self.cluster is not None or self.twin is None:
            return self.cluster
        return f"twin {self.twin}"

    @property
    def rank(self) -> str:
        """What puts items in a random order, the same for ever: their id, but one for twins."""
        if self.twin is None:
            return self.id
        content = f"twin {self.twin}".encode("utf-8", "surrogatepass")
        return hashlib.blake2b(content, digest_size=8).hexdigest()

    @property
    def key(self) -> list[str | None]:
        """What a verdict on it depends on, beside how it is scored."""
        known = [self.id, self.cluster]
        return known if self.twin is None else [*known, self.twin]
