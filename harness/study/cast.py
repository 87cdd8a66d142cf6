"""Which arm plays which part in a study: starts, what training made of them, and controls."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from harness.errors import DiffError, did_you_mean
from harness.records import ArmSpec, Config, Recipe, StudySpec

_BASE = "base"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """The parts that arms play.

    Attributes
    ----------
    base
        What training started from.
    starts
        By arm that training made, in the order of the page: what it was trained from.
    notes
        Arms that are left out, and why.
    """

    base: str
    starts: Mapping[str, str]
    notes: tuple[str, ...]


def cast_of(
    arms: Mapping[str, ArmSpec],
    spec: StudySpec,
    models: Mapping[str, str],
    recipes: Mapping[str, Recipe] | None = None,
) -> Cast:
    """Tell the parts from what the config declares.

    Where `study: {arms: ...}` does not name them, the first seed of a recipe stands for all.

    Parameters
    ----------
    arms
        As configured.
    models
        Of the arms that were drawn: what each ran on.
    recipes
        As configured; none if left out.

    Raises
    ------
    DiffError
        If there is no base, or nothing that training made of it was drawn.
    """
    base = _base(arms, spec, models)
    starts, notes = {}, []
    for name in spec.arms or _made(arms, base, recipes or {}):
        start = _start(arms[name], base, arms)
        missing = [one for one in dict.fromkeys((name, start)) if one not in models]
        if name == start:
            notes.append(f"{name} is the base, and no arm that training made")
        elif missing:
            notes.append(
                f"{name} is left out: the run drew nothing of {' and '.join(missing)} here"
            )
        elif models[name] and models[name] == models[start]:
            notes.append(f"{name} is left out: it runs on the same model as {start}")
        else:
            starts[name] = start
    drawn = {*models, *spec.arms}  # what was named and not drawn is told above
    notes += _controls_left_out(arms, starts, drawn)
    if not starts:
        msg = f"the run has no draws of an arm that training made of {base!r}"
        hint = "; ".join(notes) or "name some under `study: {arms: [...]}`"
        raise DiffError(msg, hint=hint)
    return Cast(base=base, starts=starts, notes=tuple(notes))


def needed(config: Config, cast: Cast) -> set[str]:
    """Return the arms that a page may read: its own, their recipes, all controls, and series."""
    recipes, own = config.recipes, {*cast.starts}
    kin = {*own, *(name for name, one in recipes.items() if own & {*one.seeds})}
    kin |= {seed for name in kin & recipes.keys() for seed in recipes[name].seeds}
    known: dict[str, ArmSpec | Recipe] = {**config.arms, **recipes}
    controls = {
        name for name, one in known.items() if one.control is not None and one.control.of in kin
    }
    series = {arm for one in config.series.values() for arm in one.arms}
    named = {cast.base, *cast.starts.values()} | kin | controls | series
    return named | {seed for name in named & recipes.keys() for seed in recipes[name].seeds}


def _controls_left_out(
    arms: Mapping[str, ArmSpec], starts: Collection[str], drawn: Collection[str]
) -> Iterator[str]:
    """Say which declared controls the page lacks: more than its controls may then mean fewer."""
    for name, arm in arms.items():
        if arm.control is not None and arm.control.of in starts and name not in drawn:
            what = f"a control of {arm.control.of} ({arm.control.kind})"
            yield f"{name}, {what}, is left out: the run drew nothing of it here"


def _base(arms: Mapping[str, ArmSpec], spec: StudySpec, models: Collection[str]) -> str:
    """Return the base: as declared, the one start that trainings name, or the arm `base`."""
    named = {str(arm.training["start"]) for arm in arms.values() if "start" in arm.training}
    known = sorted(named & set(arms))
    base = spec.base or (known[0] if len(known) == 1 else _BASE)
    if base not in arms:
        msg = "what training started from is not known"
        raise DiffError(msg, hint="declare `study: {base: NAME}`, or name it by --base")
    if base not in models:
        msg = f"the run has no draws of the base {base!r}"
        raise DiffError(msg, hint=did_you_mean(base, models))
    return base


def _start(arm: ArmSpec, base: str, arms: Collection[str]) -> str:
    """Return what an arm was trained from: what its training says, if that is an arm."""
    start = arm.training.get("start")
    return start if isinstance(start, str) and start in arms else base


def _made(arms: Mapping[str, ArmSpec], base: str, recipes: Mapping[str, Recipe]) -> list[str]:
    """Return all arms but starts, controls, and the seeds of a recipe after its first."""
    left_out = {base, *(arm.training.get("start") for arm in arms.values())}
    for recipe in recipes.values():
        left_out |= set(recipe.seeds[1:] if recipe.control is None else recipe.seeds)
    return [name for name, arm in arms.items() if name not in left_out and arm.control is None]
