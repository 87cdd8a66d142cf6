"""Fill the page's template: what comes from outside is escaped, and nothing is ever loaded."""

from __future__ import annotations

import base64
import datetime as dt
import functools
import hashlib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from harness.report.headline import headline
from harness.report.html.claims import groups, next_steps
from harness.report.html.forest import scale
from harness.report.html.traces import Traces
from harness.report.html.visible import visible
from harness.report.numbers import counted
from harness.report.remarks import readings, remarks
from harness.report.restored import run_of

#: The scripts, in the order in which they are put together.
_SCRIPTS = ("text.js", "data.js", "filters.js", "list.js", "reading.js", "traces.js")


def page(run: Mapping[str, Any], content: Mapping[str, Any], texts: Traces) -> str:
    """Return the page.

    Parameters
    ----------
    run
        A stored run.
    content
        What was made of it: charts, pairs, flips and the data of the list of items.
    texts
        The draws' texts.
    """
    style, script = _source("report.css"), "".join(map(_source, _SCRIPTS))
    made = run_of(run)
    on = scale(made.rulings)
    evals = groups(made, on)
    return (
        _environment()
        .from_string(_source("page.html.j2"))
        .render(
            run=run,
            headline=headline(made),
            green=made.green,
            scale=on,
            groups=evals,
            failing=[row for group in evals for row in group.rows if not row.good],
            broken=[group for group in evals if _is_broken(group.outcome, group.rows)],
            steps=next_steps(evals),
            remarks=[*remarks(made), *readings(made)],
            facts=_facts(run),
            content=content,
            texts=texts,
            style=Markup(style),  # noqa: S704  our own file
            script=Markup(script),  # noqa: S704  our own file
            policy=_policy(script, style),
        )
    )


def _is_broken(outcome: str, rows: tuple[object, ...]) -> bool:
    return outcome in {"error", "failed"} and not rows


def _policy(script: str, style: str) -> str:
    """Return the policy of the page: our script and style, and nothing from anywhere."""
    return (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"


@functools.cache
def _source(name: str) -> str:
    return (files("harness.report.html") / "parts" / name).read_text(encoding="utf-8")


@functools.cache
def _environment() -> Environment:
    made = Environment(
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=lambda value: visible(value) if type(value) is str else value,
    )
    made.filters["counted"] = counted
    made.filters["day"] = _day
    made.filters["thousands"] = lambda value: "-" if value is None else f"{value:,}"
    return made


def _day(seconds: float) -> str:
    return dt.datetime.fromtimestamp(seconds, dt.UTC).strftime("%Y-%m-%d %H:%M UTC")


def _facts(run: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return where the run comes from, a label and a text each."""
    told, settings = run["provenance"], run["settings"]
    git = told.get("git") or {}
    found = {
        "run": told.get("run"),
        "started": _day(told["started"]) if "started" in told else None,
        "took": f"{told['seconds']:.1f} s" if "seconds" in told else None,
        "commit": f"{git['sha'][:12]}{' with changes' if git['dirty'] else ''}" if git else None,
        "branch": git["branch"] if git else None,
        "CI job": told.get("job"),
        "policy": _listed(settings.get("policy", {})),
        "seed": settings.get("seed"),
        "draws per item": settings.get("draws"),
        "versions": _listed(told.get("versions", {})),
        "machine": _listed(told.get("machine", {})),
        "options": _listed(told.get("options", {})),
        "content": run["content"],
    }
    found |= {f"arm {name}": _listed(arm) for name, arm in settings.get("arms", {}).items()}
    return [(label, str(text)) for label, text in found.items() if text not in {None, ""}]


def _listed(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} {value}" for key, value in values.items() if value is not None)
