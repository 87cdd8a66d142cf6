"""The judge of a shard: draws what claims need of its items, and answers each with yes."""

from __future__ import annotations

from harness.claims import Claim
from harness.engines import Known
from harness.errors import ConfigError
from harness.judge.clerk import Clerk
from harness.judge.fresh import refuse_fresh_shards
from harness.judge.planner import Intent, Planner
from harness.judge.record import Record
from harness.judge.share import Share
from harness.records import Config, Source


class Drawer(Planner):
    """Takes down what the evals claim, as if to plan, and draws it: at full size, deciding nothing.

    `runs_on` is what the arms are, by name; whoever decides need not open them.
    """

    def __init__(self, config: Config, clerk: Clerk, record: Record, share: Share) -> None:
        super().__init__(config, clerk, record)
        self.share = share
        self.runs_on: dict[str, Known] = {}

    def _intent(self, claim: Claim) -> Intent:
        self.clerk.check_draws(claim.sources)
        intent = super()._intent(claim)
        for source in claim.sources:
            self._identify(source)
            if not self.share.run:
                refuse_fresh_shards(self.clerk.task(source.task), self.clerk.items(source))
        look = intent.trial.looks[-1]
        for source in claim.sources:
            if not source.baseline:
                self.clerk.fill(source, look)
                self.reads.note(source, look)
        return intent

    def _identify(self, source: Source) -> None:
        """Note what an arm is, also one whose baseline alone is asked for.

        Raises
        ------
        ConfigError
            If its draws serve one run, and the shards have no name for theirs.
        """
        known = Known(fingerprint=self.clerk.fingerprint(source), pinned=self.clerk.pinned(source))
        if not known.pinned and not self.share.run:
            msg = f"{source.arm!r} can change behind its name, so that its draws serve one run"
            hint = "set HARNESS_RUN to one name for all shards of the run, or declare a revision"
            raise ConfigError(msg, where=self.config.arms[source.arm].where, hint=hint)
        self.runs_on[source.arm] = known
