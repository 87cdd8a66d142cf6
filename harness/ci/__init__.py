"""Tell a code host what a run came to: comments, summaries and annotations."""

from __future__ import annotations

from harness.ci.annotations import annotate
from harness.ci.artifact import fetch_run
from harness.ci.body import comment_body, reported_body, summary_body
from harness.ci.github import GitHub
from harness.ci.gitlab import GitLab
from harness.ci.host import Comment, Host
from harness.ci.pull import Triggered, pull_of, triggered_by
from harness.ci.service import Service, open_service, read_event
from harness.ci.sticky import Posted, post
from harness.ci.summary import append_summary
from harness.ci.text import plain

__all__ = [
    "Comment",
    "GitHub",
    "GitLab",
    "Host",
    "Posted",
    "Service",
    "Triggered",
    "annotate",
    "append_summary",
    "comment_body",
    "fetch_run",
    "open_service",
    "plain",
    "post",
    "pull_of",
    "read_event",
    "reported_body",
    "summary_body",
    "triggered_by",
]
