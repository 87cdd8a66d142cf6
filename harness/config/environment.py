"""Put environment variables into an arm's options: `revision: ${CHECKPOINT}`."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any

from harness.config.yaml_file import Key, YamlFile
from harness.errors import ConfigError

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_USE = re.compile(r"(\$?)\$\{([^}]*)(\}?)")


def expanded(file: YamlFile, keys: tuple[Key, ...], value: Any) -> Any:  # noqa: ANN401  it is YAML
    """Replace each `${VAR}` in the texts of a value; `$${VAR}` stays, as `${VAR}`.

    Raises
    ------
    ConfigError
        If a variable is not set, or empty, which a build's settings make of one that is missing.
    """
    if isinstance(value, Mapping):
        return {key: expanded(file, (*keys, key), one) for key, one in value.items()}
    if isinstance(value, list):
        return [expanded(file, (*keys, index), one) for index, one in enumerate(value)]
    if not isinstance(value, str):
        return value

    def found(use: re.Match[str]) -> str:
        escaped, name, closed = use.groups()
        if escaped:
            return use[0][1:]
        if not closed or not _NAME.match(name):
            msg = f"{use[0][:80]!r} names no environment variable"
            hint = "write ${NAME}, or $${ for a plain ${"
            raise ConfigError(msg, where=file.where(keys), hint=hint)
        if not os.environ.get(name):
            state = "empty" if name in os.environ else "not set"
            msg = f"the environment variable {name} is {state}"
            raise ConfigError(msg, where=file.where(keys), hint=f"export {name}=...")
        return os.environ[name]

    return _USE.sub(found, value)
