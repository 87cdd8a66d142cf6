"""What a plan changes of the one before it, as people read it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.records import Plan, PlannedClaim

_MOST = 10
_NAMES = {"measure": "items or scorer"}  # a hash, which tells people nothing
_SAME = ("nodeid", "task", "text", "forecast")  # they make the claim, or are no promise


def change_lines(before: Plan, after: Plan) -> Iterator[str]:
    """Yield a line for each claim that was added, dropped or changed, and for policy and seed."""
    old, new = ({(one.nodeid, one.task, one.text): one for one in plan.claims}
                for plan in (before, after))  # fmt: skip
    yield from _lines("added", [_named(new[key]) for key in new if key not in old])
    yield from _lines("no longer planned", [_named(old[key]) for key in old if key not in new])
    both = [(old[key], new[key]) for key in new if key in old]
    changed = [
        f"{_named(now)}: {_differences(then, now)}" for then, now in both if then.key != now.key
    ]
    yield from _lines("changed", changed)
    then, now = ({**plan.policy, "seed": plan.seed} for plan in (before, after))
    for name, value in now.items():
        if value != then.get(name):
            yield f"changed: {name} is {_shown(value)}, was {_shown(then.get(name))}"


def _lines(word: str, found: Sequence[str]) -> Iterator[str]:
    yield from (f"{word}: {text}" for text in found[:_MOST])
    if len(found) > _MOST:
        yield f"{word}: {len(found) - _MOST} more"


def _named(claim: PlannedClaim) -> str:
    return f"{claim.text} ({claim.nodeid})"


def _differences(before: PlannedClaim, after: PlannedClaim) -> str:
    """Say what is promised otherwise."""
    found = []
    for name in PlannedClaim.__slots__:
        old, new = getattr(before, name), getattr(after, name)
        if name in _SAME or old == new:
            continue
        found.append(_NAMES.get(name) or f"{name} is {_shown(new)}, was {_shown(old)}")
    return "; ".join(found) or "the variance that sizes its bets"


def _shown(value: object) -> str:
    if value is None or value == "":
        return "none"
    return f"{value:.3g}" if isinstance(value, float) else str(value)
