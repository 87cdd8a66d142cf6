"""The life of a baseline: accepted, refreshed, rebased, anchored, inspected and remembered."""

from __future__ import annotations

from harness.acceptance.accept import Taken, Terms, accepted, check_run
from harness.acceptance.drift import Drift, clusters_of, drift, headline, mean_of
from harness.acceptance.history import History, Version, history
from harness.acceptance.inspect import Inspected, inspected
from harness.acceptance.judged import Judged, read_judged
from harness.acceptance.project import Pair, Project
from harness.acceptance.rebase import Rebased, extended_anchor, rebased
from harness.acceptance.refresh import refreshed

__all__ = [
    "Drift",
    "History",
    "Inspected",
    "Judged",
    "Pair",
    "Project",
    "Rebased",
    "Taken",
    "Terms",
    "Version",
    "accepted",
    "check_run",
    "clusters_of",
    "drift",
    "extended_anchor",
    "headline",
    "history",
    "inspected",
    "mean_of",
    "read_judged",
    "rebased",
    "refreshed",
]
