"""Turn the validated config into records."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from harness.config.controls import check_controls, control_of
from harness.config.environment import expanded
from harness.config.recipes import read_recipes
from harness.config.series import series_of
from harness.config.study import study_of
from harness.config.yaml_file import YamlFile, read_yaml
from harness.errors import ConfigError, did_you_mean
from harness.records import ArmSpec, Config, Policy, Price, Sampling

_COMMON = ("engine", "sampling", "stream", "price", "differs", "control", "training")
_DRAWS = 16
_CAP = 64
#: Options that are paths, by engine.
PATHS = {"ctranslate2": ("model",), "recorded": ("path",)}
_LM_EVAL_PATHS = ("pretrained", "tokenizer", "peft")  # where they are folders, not names in a hub


def load_config(path: Path, option: str = "--config") -> Config:
    """Read and validate `evals/harness.yaml`.

    Paths in it are relative to its own folder.

    Parameters
    ----------
    option
        By which the user names another.

    Raises
    ------
    ConfigError
        If the file is missing or wrong; it names the line and the key.
    """
    if not path.is_file():
        hint = f"write one, or name it with {option}"
        raise ConfigError("there is no such config file", where=str(path), hint=hint)
    file = read_yaml(path, "config")
    data: dict[str, Any] = file.data
    sampling = dict(data.get("sampling", {}))
    seed = int(sampling.pop("seed", 0))
    shared = _sampling(Sampling(), sampling)
    auto = data.get("draws") == "auto"
    draws = int(data.get("cap", _CAP) if auto else data.get("draws", _DRAWS))
    if "cap" in data and not auto:
        msg = "a cap goes with `draws: auto` alone"
        raise ConfigError(msg, where=file.where(["cap"]), hint="set draws: auto, or take cap away")
    arms = {
        name: _arm(file, name, spec, shared)
        for name, spec in data["arms"].items()
        if "seeds" not in spec
    }
    recipes = read_recipes(file, arms)
    check_controls({**arms, **recipes}, file)
    return Config(
        path=path,
        arms=arms,
        policy=Policy(**data.get("policy", {})),
        draws=draws,
        auto=auto,
        baseline_draws=int(data.get("baseline", {}).get("draws", 4 * draws)),
        seed=seed,
        baseline_age=data.get("baseline", {}).get("max_age"),
        study=study_of(arms, file),
        series=series_of(file, {**arms, **recipes}),
        recipes=recipes,
    )


def _sampling(default: Sampling, given: Mapping[str, Any]) -> Sampling:
    """Override parameters; 16.0 is a whole number to JSON schema, and 16 from here on."""
    found = dataclasses.replace(default, **given)
    return dataclasses.replace(found, max_tokens=int(found.max_tokens))


def _arm(file: YamlFile, name: str, spec: Mapping[str, Any], shared: Sampling) -> ArmSpec:
    given = {key: value for key, value in spec.items() if key not in {*_COMMON, "args"}}
    options = {
        key: value if isinstance(value, str) else json.dumps(value, sort_keys=True)
        for key, value in expanded(file, ("arms", name), given).items()
    }
    if spec["engine"] == "lm_eval":  # it reads variables itself: its arguments may hold secrets
        placed = _placed(file.path.parent, spec.get("args", {}))
        options["args"] = json.dumps(placed, sort_keys=True)
    for key in PATHS.get(spec["engine"], ()):
        options[key] = str(file.path.parent / options[key])
    if "base_url" in options:
        _check_url(options["base_url"], file.where(["arms", name, "base_url"]))
    return ArmSpec(
        name=name,
        engine=spec["engine"],
        options=options,
        sampling=_sampling(shared, spec.get("sampling", {})),
        # An arm's own stream keeps two arms on one checkpoint from sharing their draws.
        stream=spec.get("stream", name),
        where=file.where(["arms", name]),
        price=Price(**spec["price"]) if "price" in spec else None,
        differs=tuple(spec.get("differs", ())),
        control=control_of(spec.get("control")),
        training=expanded(file, ("arms", name, "training"), spec.get("training", {})),
    )


def _placed(folder: Path, args: Mapping[str, Any]) -> dict[str, Any]:
    """Find the checkpoints that arguments name, where they lie on this machine."""
    return {
        key: str(folder / value) if key in _LM_EVAL_PATHS and (folder / value).is_dir() else value
        for key, value in args.items()
    }


def _with_path(arm: ArmSpec, path: str) -> dict[str, str]:
    """Return the options of an arm that runs another model, or reads another record."""
    if arm.engine in PATHS:
        own = PATHS[arm.engine]
        return {key: path if key in own else value for key, value in arm.options.items()}
    args = {**json.loads(arm.options["args"]), "pretrained": path}
    return {**arm.options, "args": json.dumps(args, sort_keys=True)}


def _check_url(url: str, where: str) -> None:
    """Refuse what is no address, and secrets in one: options are written down, and printed."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        good, parts = None, urlsplit("")
    if "@" in url or "?" in url or "#" in url:
        msg = "the address holds a password or a query"
        hint = "take it out; a key's environment variable is named under `key`"
        raise ConfigError(msg, where=where, hint=hint)
    if not good:
        msg = f"{url[:200]!r} is no address"
        raise ConfigError(msg, where=where, hint="for example http://127.0.0.1:8000/v1")


def replace_arms(config: Config, overrides: Iterable[str]) -> Config:
    """Apply `NAME=OTHER` overrides: arm NAME runs what OTHER (an arm or a path) is.

    NAME keeps its stream, so that its draws are its own, what it is a control of, and the recipe
    that it is a seed of.

    Raises
    ------
    ConfigError
        If the override is misspelt, or names no arm, such as a recipe.
    """
    arms = dict(config.arms)
    for override in overrides:
        where = f"--harness-arm {override}"
        name, sign, other = override.partition("=")
        if not (name and sign and other):
            raise ConfigError("this is not NAME=OTHER", where=where, hint="for example rl=base")
        for one, say in ((name, "replace one of them"), (other, "name one of them")):
            if one in config.recipes:
                msg = f"{one!r} is a recipe, of {', '.join(config.recipes[one].seeds)}"
                raise ConfigError(msg, where=where, hint=say)
        if name not in config.arms:
            msg = f"no arm {name!r} in {config.path}"
            raise ConfigError(msg, where=where, hint=did_you_mean(name, config.arms))
        old = config.arms[name]
        if other in config.arms:
            source = config.arms[other]
            arms[name] = dataclasses.replace(
                source, name=name, stream=old.stream, where=where, control=old.control
            )
        elif (old.engine in PATHS or old.engine == "lm_eval") and Path(other).exists():
            arms[name] = dataclasses.replace(old, options=_with_path(old, other), where=where)
        else:
            msg = f"{other!r} is neither an arm nor a path"
            raise ConfigError(msg, where=where, hint=did_you_mean(other, config.arms))
    return dataclasses.replace(config, arms=arms)
