"""What changed of a run when it was decided again, as people read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_Key = tuple[str, str, str, str, int]


def verdict_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """Yield a line for each claim whose verdict changed, that is new, or is decided no more.

    Claims are known by their eval, their effect and their kind, whatever margin they have now.

    Parameters
    ----------
    before, after
        Two stored runs.
    """
    old, new = _by_key(before["claims"]), _by_key(after["claims"])
    for key, claim in new.items():
        was, name = old.get(key), f"{claim['text']} ({claim['nodeid']})"
        if was is None:
            yield f"new: {_verdict(claim)}: {name}"
        elif _verdict(was) != _verdict(claim):
            text = "" if was["text"] == claim["text"] else f"; it was {was['text']}"
            yield f"{_verdict(was)} -> {_verdict(claim)}: {name}{text}"
    for key, claim in old.items():
        if key not in new:
            yield f"not decided any more: {claim['text']} ({claim['nodeid']})"


def _verdict(claim: Mapping[str, Any]) -> str:
    verdict: str = claim["decision"]["verdict"]
    return "quiet" if claim["kind"] == "alarm" and verdict == "supported" else verdict


def _by_key(claims: Sequence[Mapping[str, Any]]) -> dict[_Key, Mapping[str, Any]]:
    found: dict[_Key, Mapping[str, Any]] = {}
    for claim in claims:
        alike = (claim["nodeid"], claim["task"], claim["effect_text"], claim["kind"])
        number = sum(key[:4] == alike for key in found)  # the same effect may be claimed twice
        found[*alike, number] = claim
    return found
