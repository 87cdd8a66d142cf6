"""Put a study together: of all items, and of those of each value of each tag."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.diff.align import on_items, on_rows, paired
from harness.diff.compare import About, about
from harness.diff.effects import groups_of
from harness.diff.items import item_tests
from harness.errors import DiffError
from harness.records import Policy, Task
from harness.study.behaviour import Behaviour, behaviour_of
from harness.study.curves import Curves, curves_of
from harness.study.gain import Share, shares_of
from harness.study.reliability import Reliability, reliability_of
from harness.study.reward import Audit, audit
from harness.study.solved import Solved, solved_of
from harness.study.versus import Versus, versus

if TYPE_CHECKING:
    from harness.diff.pair import Pair
    from harness.diff.side import Side
    from harness.records.data import FloatArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What the study says of some items; `tag` and `value` are empty for all of them."""

    tag: str
    value: str
    items: int
    curves: Curves
    solved: Solved
    reliability: Reliability
    shares: tuple[Share, ...]
    versus: Versus | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """What lies between two sides of one task.

    Attributes
    ----------
    control
        The side that the gain is held against, if there is one.
    metric
        What it is about; 0/1.
    form
        The metric that says whether a draw has the right form.
    lenient
        The metric that does not ask for it.
    level
        Of the intervals, each by itself, and of each band over all its k.
    notes
        What is not compared, or not alike.
    tags
        Those that all items have in common.
    groups
        All items first.
    reward
        What became of the reward that was trained on, if one is named.
    behaviour
        How completions changed, over all items.
    """

    task: str
    before: About
    after: About
    control: About | None
    metric: str
    form: str
    lenient: str
    level: float
    notes: tuple[str, ...]
    tags: Mapping[str, str]
    groups: tuple[Group, ...]
    reward: Audit | None = None
    behaviour: Behaviour

    @property
    def whole(self) -> Group:
        """What is said of all items."""
        return self.groups[0]


def study(  # noqa: PLR0913  two or three sides, and what is asked of them
    task: Task,
    before: Side,
    after: Side,
    policy: Policy,
    *,
    control: Side | None = None,
    metric: str | None = None,
    at: Sequence[int] = (),
    reward: str | None = None,
    gold: str | None = None,
) -> Study:
    """Study what lies between two sides.

    Parameters
    ----------
    policy
        The level of intervals.
    control
        What the gain is held against, such as RL with random rewards.
    metric
        A 0/1 metric; ``correct`` if None.
    at
        Further k of pass@k to tell.
    reward, gold
        Metrics of a reward audit; the task's own reward if None.

    Raises
    ------
    DiffError
        If the sides have nothing in common, the metric is graded, some k is beyond all draws, or
        a reward can't be audited.
    """
    if control is not None:  # all three on the same items
        shared = tuple(sorted(set(control.tally.ids) & set(before.tally.ids)))
        before, control = on_items(before, shared), on_items(control, shared)
    pair = paired(task, before, after, policy, metric)
    notes = list(pair.notes)
    if control is not None:
        held = paired(task, pair.before, control, policy, pair.primary)
        control = held.after
        notes += [note for note in held.notes if note not in notes]
        _check_binary(held)
    _check_binary(pair)
    _check_k(pair, at)
    groups, left_out = groups_of(pair)
    audited, unaudited = _audited(pair, reward, gold)
    q = item_tests(pair, 0).q
    assert q is not None  # noqa: S101  the metric is 0/1
    return Study(
        task=task.name,
        before=about(pair.before),
        after=about(pair.after),
        control=None if control is None else about(control),
        metric=pair.primary,
        form=task.form,
        lenient=task.lenient,
        level=1 - 2 * policy.alpha,
        notes=(*notes, *left_out, *unaudited),
        tags=_common(pair),
        groups=tuple(_group(pair, control, q, one, at) for one in groups),
        reward=audited,
        behaviour=behaviour_of(pair),
    )


def _group(
    pair: Pair,
    control: Side | None,
    q: FloatArray,
    group: tuple[str, str, IntArray | None],
    at: Sequence[int],
) -> Group:
    tag, value, rows = group
    if rows is not None:
        pair = on_rows(pair, rows)
        ids = pair.before.tally.ids
        control, q = None if control is None else on_items(control, ids), q[rows]
    return Group(
        tag=tag,
        value=value,
        items=len(pair.items),
        curves=curves_of(pair, at),
        solved=solved_of(pair, q),
        reliability=reliability_of(pair),
        shares=shares_of(pair),
        versus=None if control is None else versus(pair, control),
    )


def _audited(
    pair: Pair, reward: str | None, gold: str | None
) -> tuple[Audit | None, tuple[str, ...]]:
    """Audit the reward that was asked for, or the task's; of that say what keeps it from being."""
    if reward is None and gold is None:
        if not pair.task.reward:
            return None, ()
        try:
            return audit(pair, pair.task.reward), ()
        except DiffError as error:
            return None, (f"no reward audit: {error}",)
    wanted = reward or pair.task.reward
    if not wanted:
        msg = f"gold {gold!r} is given, and no reward to hold against it"
        raise DiffError(msg, hint="name it: --reward NAME, or `reward: NAME` in the task")
    return audit(pair, wanted, gold), ()


def _common(pair: Pair) -> dict[str, str]:
    first, *others = (item.tags for item in pair.items)
    return {
        tag: value for tag, value in first.items() if all(tags.get(tag) == value for tags in others)
    }


def _check_binary(pair: Pair) -> None:
    if not pair.binary(pair.primary):
        msg = f"the metric {pair.primary!r} is graded: pass@k needs one that is 0 or 1"
        raise DiffError(msg, hint="name such a metric by --metric")


def _check_k(pair: Pair, at: Sequence[int]) -> None:
    most = int(pair.depth.max())
    beyond = [k for k in at if k > most]
    if beyond:
        msg = f"pass@{beyond[0]} needs as many draws of an item on both sides: there are {most}"
        raise DiffError(msg, hint="ask for a smaller k, or draw more")
