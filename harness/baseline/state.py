"""What is the matter with a baseline, by name: none of these passes silently."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from harness.baseline.record import Baseline
from harness.errors import did_you_mean
from harness.records import Item

State = Literal[
    "missing", "stale", "orphaned", "stray", "partial", "changed", "broken", "from the future"
]
_NAMES = {"scorer": "how the task is scored", "sampling": "sampling", "prompting": "prompting"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One thing that is the matter, in words, and the next step."""

    state: State
    text: str
    hint: str

    def __str__(self) -> str:
        """Return the line that people read."""
        return f"{self.state}: {self.text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """How the items of a task differ from those of a baseline, by id.

    A changed item has the prompt of one that the baseline has, and another reference.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


def prompt_hash(prompt: str) -> str:
    """Return the hash by which a baseline knows a prompt again."""
    return hashlib.blake2b(prompt.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def differences(baseline: Baseline, items: Sequence[Item]) -> Differences:
    """Compare a baseline's items with those of today's task."""
    known, now = set(baseline.tally.ids), {item.id for item in items}
    gone = {
        prompt: identity
        for identity, prompt in zip(baseline.tally.ids, baseline.prompts, strict=True)
        if identity not in now and prompt
    }
    new = {item.id: prompt_hash(item.prompt) for item in items if item.id not in known}
    changed = tuple(identity for identity, prompt in new.items() if prompt in gone)
    replaced = {gone[new[identity]] for identity in changed}
    return Differences(
        added=tuple(identity for identity in new if identity not in changed),
        changed=changed,
        removed=tuple(one for one in baseline.tally.ids if one not in now and one not in replaced),
    )


def unlike(
    baseline: Baseline, identity: Mapping[str, Any], *, anchor: bool = False
) -> Iterator[Trouble]:
    """Yield what must be the same in a comparison and is not.

    Parameters
    ----------
    identity
        Of today's arm and task, as in `Baseline.identity`.
    anchor
        Whether it is one, which is set by hand alone.
    """
    for name, value in identity.items():
        then = baseline.identity.get(name)
        if then in (None, value):  # a baseline of version 1 does not know it
            continue
        text = f"{_NAMES[name]} is other than when this baseline was taken{_told(then, value)}"
        hint = "take it anew: harness baseline accept --anyway"
        if anchor:
            hint = "set it anew: harness baseline anchor"
        elif name == "scorer":
            hint = "score its draws anew: harness baseline rebase"
        yield Trouble(state="changed", text=text, hint=hint)


def _told(then: object, now: object) -> str:
    """Say what differs of two sets of parameters."""
    if not (isinstance(then, Mapping) and isinstance(now, Mapping)):
        return ""
    names = sorted({*then, *now})
    told = (
        f"{str(name)!r}"[1:-1] + f" was {then.get(name, 'not set')!r}, "
        f"is {now.get(name, 'not set')!r}"
        for name in names
        if then.get(name) != now.get(name)
    )
    return f" ({', '.join(told)})"


def partial(baseline: Baseline, items: Sequence[Item]) -> Iterator[Trouble]:
    """Yield the items that are asked for and that a baseline lacks, added and changed apart."""
    found = differences(baseline, items)
    prompts = {item.id: item.prompt for item in items}
    hint = "take the missing items: harness baseline rebase"
    kinds: tuple[tuple[State, tuple[str, ...], str], ...] = (
        ("partial", found.added, "lacks"),
        ("changed", found.changed, "has another reference for"),
    )
    for state, ids, word in kinds:
        if ids:
            first = prompts[ids[0]]
            shown = f"{first[:80]!r}..." if len(first) > 80 else repr(first)  # noqa: PLR2004
            text = f"this baseline {word} {len(ids)} of {len(items)} items, the first {shown}"
            yield Trouble(state=state, text=text, hint=hint)


def stale(baseline: Baseline, today: dt.date, most: int | None) -> Iterator[Trouble]:
    """Yield whether a baseline is older than policy allows, in days; None allows any age."""
    if most is None:
        return
    age = age_of(baseline.oldest, today)
    if age is None or age <= most:
        return
    text = f"this baseline is of {baseline.oldest}, {age} days ago, and policy allows {most}"
    yield Trouble(state="stale", text=text, hint="take it anew: harness baseline refresh")


def age_of(day: str, today: dt.date) -> int | None:
    """Return how many days ago a day was; None if it is none."""
    try:
        return (today - dt.date.fromisoformat(day)).days
    except ValueError:
        return None


def orphaned(task: str, arm: str, tasks: Sequence[str], arms: Sequence[str]) -> Iterator[Trouble]:
    """Yield whether nothing asks for a baseline any more."""
    for word, name, known in (("task", task, tasks), ("arm", arm, arms)):
        if name not in known:
            text = f"there is no {word} {name!r} any more"
            hint = f"rename the file ({did_you_mean(name, known)}), or delete it"
            yield Trouble(state="orphaned", text=text, hint=hint)
            return
