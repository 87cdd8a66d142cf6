"""One comment that stays, and says what is the case now."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from harness.ci.host import Comment, Host
from harness.ci.text import cut
from harness.errors import ServiceError, UnavailableError

_NAME = re.compile(r"[A-Za-z0-9_.]+(-[A-Za-z0-9_.]+)*")
_LONGEST_NAME = 64
_CUT = "_Cut here: a comment takes no more. The whole is in the run._"
_TRIES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What became of the comment, and where it is."""

    what: Literal["created", "updated", "unchanged"]
    url: str


def marked(body: str, name: str, limit: int) -> str:
    """Return the text of a comment: a mark that people don't see, then as much as it takes.

    Raises
    ------
    ServiceError
        If the name can't be part of a mark.
    """
    if not _NAME.fullmatch(name) or len(name) > _LONGEST_NAME:
        msg = f"{name!r} is no name of a comment"
        hint = f"take up to {_LONGEST_NAME} letters, digits, dots and single hyphens"
        raise ServiceError(msg, where="--name", hint=hint)
    head = f"{_marker(name)}\n"
    return head + cut(body.strip(), limit - len(head), _CUT)


def post(host: Host, body: str, name: str) -> Posted:
    """Let the comment of that name say `body`: change it if it is there, else add it.

    It is ours if it begins with our mark *and* was written by us: anyone can copy a mark.

    Raises
    ------
    ServiceError
        If the host refuses it.
    UnavailableError
        If the host can't be had.
    """
    text = marked(body, name, host.limit)
    login, gone = host.login(), set[int]()
    for _ in range(_TRIES):
        mine = _find(host, login, _marker(name), gone)
        if mine is None:
            done = host.create(text)
            if done is not None:
                return Posted(what="created", url=done.url)
        elif _same(mine.body, text):
            return Posted(what="unchanged", url=mine.url)
        else:
            done = host.update(mine, text)
            if done is not None:
                return Posted(what="updated", url=done.url)
            gone.add(mine.number)  # a list may still show it
    msg = f"the comment on {host.change} is deleted as often as it is written"
    raise UnavailableError(msg, hint="see who deletes it")


def _marker(name: str) -> str:
    return f"<!-- rl-eval-harness:{name} -->"


def _find(host: Host, login: str, marker: str, gone: set[int]) -> Comment | None:
    return next(
        (
            comment
            for comment in host.comments()
            if comment.author == login
            and comment.body.startswith(marker)
            and comment.number not in gone
        ),
        None,
    )


def _same(before: str, text: str) -> bool:
    """Say whether two texts are one, however a host ends their lines."""
    return before.replace("\r\n", "\n").rstrip() == text.rstrip()
