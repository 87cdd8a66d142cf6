"""`harness study` without sides: what training did, on one page."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from harness import __version__
from harness.cli.importing import import_as_pytest
from harness.cli.progress import Told
from harness.cli.selection import add_where, where_of
from harness.cli.sides import columns, put, without_collecting
from harness.errors import ConfigError, DiffError, did_you_mean

if TYPE_CHECKING:
    from harness.diff import Found
    from harness.records import Config, StudySpec
    from harness.study.page import Page


def add_page(parser: argparse.ArgumentParser) -> None:
    """Add the options that a page alone has."""
    group = parser.add_argument_group(
        "a page", "without A and B: each arm of the last run beside what it was trained from, as "
        "`study:` of the config declares",
    )  # fmt: skip
    group.add_argument("--run", type=Path, metavar="RUN.json", help="another run than the last")
    group.add_argument("--task", help="which one, where the run has several")
    add_where(group)
    group.add_argument("--base", metavar="ARM", help="what training started from")
    group.add_argument("--arms", nargs="+", metavar="ARM", help="what training made")
    group.add_argument("--by", metavar="TAG", help="the tag that items are told apart by (split)")


def write_page(args: argparse.Namespace) -> None:
    """Print or write the page.

    Raises
    ------
    HarnessError
        If the run, the task or an arm is not there.
    """
    with without_collecting():
        page = _page(args)
    if args.json or (not args.markdown and _ends(args.output, ".json")):
        from harness.report.page_json import page_json  # noqa: PLC0415  what is asked for

        put(page_json(page), args.output)
    elif args.markdown or _ends(args.output, ".md"):
        _put_markdown(page, args.output)
    else:
        from harness.report.page_table import page_lines  # noqa: PLC0415  what is asked for

        put("\n".join(page_lines(page, columns())) + "\n", args.output)


def _ends(path: Path | None, suffix: str) -> bool:
    return path is not None and path.suffix == suffix


def _put_markdown(page: Page, output: Path | None) -> None:
    """Write the page, and its chart beside it where it is a file."""
    from harness.report.page_chart import page_chart  # noqa: PLC0415  what is asked for
    from harness.report.page_markdown import page_markdown  # noqa: PLC0415  what is asked for

    if output is None:
        put(page_markdown(page), None)
        return
    chart = output.with_suffix(".svg")
    put(page_chart(page), chart)
    put(page_markdown(page, quote(chart.name)), output)


def _page(args: argparse.Namespace) -> Page:
    """Read what was drawn and make the page of it."""
    from harness.config import load_config, replace_arms  # noqa: PLC0415  what it needs
    from harness.diff import Library  # noqa: PLC0415
    from harness.study.cast import cast_of, needed  # noqa: PLC0415
    from harness.study.making import page_of  # noqa: PLC0415
    from harness.study.material import Material  # noqa: PLC0415
    from harness.study.page import Source  # noqa: PLC0415
    from harness.tasks import load_task  # noqa: PLC0415

    import_as_pytest(Path.cwd())  # functions of probes
    config = load_config(args.config)
    spec = _spec(config, args)
    with Library(args.config.parent, args.store) as library:
        found = _on_task(library.run(args.run), args.task or spec.task or None)
        models = {one.arm: one.fingerprint for one in found}
        told = library.provenance(args.run)
        known = [one for one in told.overrides if one.partition("=")[2] in config.arms]
        config = replace_arms(config, known)  # what they tell of their training is the other's
        cast = cast_of(config.arms, spec, models, config.recipes)
        notes = (
            f"the run was told to let arms run others: --harness-arm {one}"
            for one in told.overrides
        )
        cast = dataclasses.replace(cast, notes=(*notes, *cast.notes))
        named = needed(config, cast)
        progress = Told("arms")
        progress.begin("study", len(cast.starts))
        task = load_task(args.config.parent / "tasks", found[0].task, found[0].run)
        material = Material(
            task=task,
            policy=config.policy, spec=spec, metric=args.metric, arms=config.arms,
            sides={one.arm: one.load(task) for one in found if one.arm in named},
            recipes=config.recipes, series=config.series,
        )  # fmt: skip
        source = Source(
            where=where_of(args.where), models=models, seed=told.seed,
            version=__version__,
        )  # fmt: skip
        page = page_of(material, cast, source, told=lambda _: progress.advance(1))
        progress.end()
    return page


def _spec(config: Config, args: argparse.Namespace) -> StudySpec:
    """Return what the config declares, with what the command line says instead.

    Raises
    ------
    ConfigError
        If an arm is named that there is none of.
    """
    given = {
        "base": args.base,
        "arms": None if args.arms is None else tuple(dict.fromkeys(args.arms)),
        "by": args.by,
    }
    for name in (*([args.base] if args.base else []), *(args.arms or [])):
        if name not in config.arms:
            hint = did_you_mean(name, config.arms)
            raise ConfigError(f"no arm {name!r} in {config.path}", hint=hint)
    return dataclasses.replace(
        config.study, **{key: one for key, one in given.items() if one is not None}
    )


def _on_task(found: Sequence[Found], task: str | None) -> list[Found]:
    """Return what was drawn on one task.

    Raises
    ------
    DiffError
        If the run has several and none is named, or not that one.
    """
    names = sorted({one.task for one in found})
    if task is None and len(names) > 1:
        msg = f"the run has draws on several tasks: {', '.join(names)}"
        raise DiffError(msg, hint="name one by --task, or as `task` under `study:`")
    if task is not None and task not in names:
        msg = f"the run has no draws on task {task!r}"
        raise DiffError(msg, hint=did_you_mean(task, names))
    return [one for one in found if one.task == (task or names[0])]
