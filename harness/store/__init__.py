"""The draw store: every draw that was ever paid for, and what scorers said of it."""

from __future__ import annotations

from harness.store.database import Database
from harness.store.drawn import DrawScores
from harness.store.draws import DrawStore, Missing, stream_hash
from harness.store.export import export
from harness.store.locks import only_one
from harness.store.merge import merge
from harness.store.prune import older, prune, useless
from harness.store.rows import Rows
from harness.store.scored import Scored, find_scored, read_scored, read_tally
from harness.store.scores import ScoreStore, scorer_key
from harness.store.survey import Stream, streams
from harness.store.texts import Prompts, Survey, Texts
from harness.store.verify import Finding, verify

__all__ = [
    "Database",
    "DrawScores",
    "DrawStore",
    "Finding",
    "Missing",
    "Prompts",
    "Rows",
    "ScoreStore",
    "Scored",
    "Stream",
    "Survey",
    "Texts",
    "export",
    "find_scored",
    "merge",
    "older",
    "only_one",
    "prune",
    "read_scored",
    "read_tally",
    "scorer_key",
    "stream_hash",
    "streams",
    "useless",
    "verify",
]
