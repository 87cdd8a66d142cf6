"""Which gains have to be of substance, by which lenient metric, and what is lacking for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from harness.claims import Claim, Gain, strict_gain
from harness.errors import ClaimError
from harness.records import Statistic, Task


class Substance:
    """Looks up what a gain of `correct` is held against.

    Parameters
    ----------
    task
        Gives a task by its name.
    candidate
        Says whether a gain is that of a candidate.
    """

    def __init__(self, task: Callable[[str], Task], candidate: Callable[[Gain], bool]) -> None:
        self._task = task
        self.candidate = candidate

    def lenient(self, statistic: Statistic) -> str:
        """Return the lenient metric of a statistic's task; empty if it has none."""
        task = self._task(statistic.source.task)
        return task.lenient if task.lenient in task.metric_names else ""

    def lacks(self, ruled: Iterable[tuple[Claim, str]]) -> Iterator[ClaimError]:
        """Yield what a claim of a gain lacks: a lenient metric of its task."""
        for claim, place in ruled:
            gain = strict_gain(claim)
            if gain is None or not self.candidate(gain):
                continue
            for one in (gain.statistic, gain.reference):
                if not self.lenient(one):
                    msg = (
                        f"how much of the gain in {claim.text} is format can't be told: task "
                        f"{one.source.task!r} has no lenient metric"
                    )
                    hint = (
                        "give it one that takes a right answer in any form, and name it: "
                        "`lenient: NAME`"
                    )
                    yield ClaimError(msg, where=place, hint=hint)
                    break
