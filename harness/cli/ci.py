"""`harness ci`: comment on a change, append to a step's summary, annotate the failing asserts."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.errors import HarnessError, RunError, ServiceError, UnavailableError

if TYPE_CHECKING:
    from harness.ci import Host, Service, Triggered

_RUN = Path(".harness") / "run.json"
_UNAVAILABLE = 3
_LONGEST = 2000  # characters of a message
_CODES = (
    "Exit codes: 0 done, or nothing to do; 1 refused or wrong, with one line that says what; "
    "2 wrong usage; 3 the service can't be had just now, run it again. None of them is the run's "
    "verdict."
)


def add_ci(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command `ci` to those of `harness`."""
    parser = commands.add_parser("ci", help="tell GitHub or GitLab what a run came to")
    actions = parser.add_subparsers(dest="action", required=True)
    parser.set_defaults(do=_run)
    comment = actions.add_parser(
        "comment", help="keep one comment on the pull or merge request", epilog=_CODES
    )
    comment.add_argument("--pull", type=_number, metavar="N", help="its number")
    comment.add_argument("--name", default="gate", help="tells comments apart (default: gate)")
    comment.add_argument(
        "--login", default="", help="whose token it is, if it is that of an app: my-app[bot]"
    )
    comment.add_argument(
        "--artifact", metavar="NAME",
        help="take the run from what the workflow left that this one follows (workflow_run)",
    )  # fmt: skip
    summary = actions.add_parser(
        "summary", help="append to $GITHUB_STEP_SUMMARY, else print", epilog=_CODES
    )
    annotate = actions.add_parser(
        "annotate", help="print workflow commands for claims that are not supported", epilog=_CODES
    )
    for action in (comment, summary, annotate):
        action.add_argument("--run", type=Path, default=_RUN, metavar="PATH",
                            help=f"(default: {_RUN})")  # fmt: skip
    for action in (comment, summary):
        action.add_argument("--body", type=Path, metavar="FILE", help="say this instead of a run")


def _run(args: argparse.Namespace, rest: Sequence[str]) -> int:
    """Run `harness ci`; return 0 if it is done, 1 if it is refused or wrong, 3 if it is for later.

    What is wrong is told in a line that no runner takes for a command: it may be others' words.
    """
    from harness.ci import plain  # noqa: PLC0415  each command loads what it needs

    del rest
    actions = {"comment": _comment, "summary": _summary, "annotate": _annotate}
    try:
        return actions[args.action](args)
    except HarnessError as error:
        print(f"harness: {plain(str(error), _LONGEST)}", file=sys.stderr)
        return _UNAVAILABLE if isinstance(error, UnavailableError) else 1


def _comment(args: argparse.Namespace) -> int:
    from harness.ci import open_service  # noqa: PLC0415  each command loads what it needs
    from harness.ci.patience import Patience  # noqa: PLC0415

    service = open_service(os.environ, Patience())
    with closing(service.client):
        return _post(args, service)


def _post(args: argparse.Namespace, service: Service) -> int:
    from harness.ci import comment_body, post, read_event, triggered_by  # noqa: PLC0415
    from harness.report.stored import read_run  # noqa: PLC0415

    event = read_event(os.environ) if service.kind == "github" else {}
    by = triggered_by(event)
    host = _host(args, service, event, by)
    if host is None:
        print("no open pull request has this commit as its head: nothing to comment on")
        return 0
    trouble = None
    if args.artifact:
        body, trouble = _left(args.artifact, service, by, host.limit)
    else:
        body = _given(args) or comment_body(read_run(args.run), host.limit)
    posted = post(host, body, args.name)
    print(f"{host.change}: comment {posted.what}: {posted.url}")
    if trouble:
        raise trouble
    return 0


def _host(
    args: argparse.Namespace, service: Service, event: Mapping[str, Any], by: Triggered | None
) -> Host | None:
    """Return the change to comment on; None if there is none any more."""
    from harness.ci import GitHub, GitLab, pull_of  # noqa: PLC0415
    from harness.ci.pull import number_of  # noqa: PLC0415
    from harness.ci.service import number_in  # noqa: PLC0415

    if service.kind == "gitlab":
        number = args.pull or number_in(os.environ, "CI_MERGE_REQUEST_IID")
        url = os.environ.get("CI_PROJECT_URL", "")
        return GitLab(service.client, int(service.place), number, url)
    number = args.pull or number_of(event)
    if number is None and by is not None:
        number = pull_of(service.client, service.place, by)
        if number is None:
            return None
    if number is None:
        raise ServiceError("this event has no pull request", hint="name one: --pull N")
    return GitHub(service.client, service.place, number, args.login)


def _left(
    name: str, service: Service, by: Triggered | None, limit: int
) -> tuple[str, RunError | None]:
    """Return the comment on what a workflow run left, and what is wrong with that."""
    from harness.ci import fetch_run  # noqa: PLC0415
    from harness.ci.body import reported_body  # noqa: PLC0415

    if by is None:
        msg = "this workflow does not follow another"
        raise ServiceError(msg, where="--artifact", hint="start it on workflow_run")
    try:
        text = fetch_run(service.client, service.place, by.number, name)
        if text is None:
            return reported_body(None, by, "the workflow left no run"), None
        return reported_body(_checked(text, name), by, limit=limit), None
    except RunError as error:
        return reported_body(None, by, "the workflow left a run that can't be read"), error


def _checked(text: bytes, name: str) -> dict[str, Any]:
    """Hold what may be forged against the schema, as any run."""
    from harness.report.stored import read_run  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run.json"
        path.write_bytes(text)
        try:
            return read_run(path)
        except RunError as error:
            where = (error.where or "").replace(str(path), f"artifact {name}")
            raise RunError(error.message, where=where, hint=error.hint) from None


def _summary(args: argparse.Namespace) -> int:
    from harness.ci import append_summary, summary_body  # noqa: PLC0415
    from harness.ci.summary import room  # noqa: PLC0415
    from harness.report.stored import read_run  # noqa: PLC0415

    named = os.environ.get("GITHUB_STEP_SUMMARY")
    path = Path(named) if named else None
    body = _given(args) or summary_body(read_run(args.run), room(path))
    if path:
        append_summary(path, body)
    else:
        print(body)
    return 0


def _annotate(args: argparse.Namespace) -> int:
    from harness.ci import annotate  # noqa: PLC0415
    from harness.report.stored import read_run  # noqa: PLC0415

    for line in annotate(read_run(args.run)):
        print(line)
    return 0


def _given(args: argparse.Namespace) -> str | None:
    """Return the text that is to be said in the place of a run; None if there is none."""
    if args.body is None:
        return None
    try:
        text = str(args.body.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        msg = f"can't be read: {getattr(error, 'strerror', None) or 'it is no UTF-8'}"
        raise ServiceError(msg, where=f"--body {args.body}") from None
    if not text.strip():
        raise ServiceError("is empty", where=f"--body {args.body}")
    return text


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text)):
        msg = f"{text!r} is no number of a pull request"
        raise argparse.ArgumentTypeError(msg)
    return int(text)
