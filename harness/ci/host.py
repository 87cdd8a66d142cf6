"""What a code host has to offer for a comment to stick: GitHub and GitLab both do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A comment on a change: its number, its author's login, its text and its address."""

    number: int
    author: str
    body: str
    url: str


class Host(Protocol):
    """One change on a code host.

    All methods raise ServiceError if they are refused, and UnavailableError if the host can't be
    had.
    """

    @property
    def limit(self) -> int:
        """The most characters of a comment."""
        ...

    @property
    def change(self) -> str:
        """What the change is called, such as ``pull request #7``."""
        ...

    def login(self) -> str:
        """Return whose token it is."""
        ...

    def comments(self) -> Iterator[Comment]:
        """Yield all comments, the oldest first."""
        ...

    def create(self, body: str) -> Comment | None:
        """Add a comment; None if the answer was lost, and it may be there or not."""
        ...

    def update(self, comment: Comment, body: str) -> Comment | None:
        """Change a comment; None if it is gone."""
        ...
