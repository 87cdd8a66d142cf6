"""Functions of arms and tasks are found where pytest finds them."""

from __future__ import annotations

import configparser
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from harness.errors import ConfigError

#: Where pytest looks for its settings, in its order, with the table that they stand in.
_TABLES = {
    "pytest.toml": ("pytest",),
    ".pytest.toml": ("pytest",),
    "pytest.ini": ("pytest",),
    ".pytest.ini": ("pytest",),
    "pyproject.toml": ("tool", "pytest"),
    "tox.ini": ("pytest",),
    "setup.cfg": ("tool:pytest",),
}


def import_as_pytest(here: Path) -> None:
    """Let modules be imported from this folder, and from those of pytest's `pythonpath`.

    Raises
    ------
    ConfigError
        If pytest's settings can't be read.
    """
    for folder in ["", *map(str, _pythonpath(here))]:
        if folder not in sys.path:
            sys.path.insert(0, folder)


def _pythonpath(here: Path) -> Iterator[Path]:
    """Yield the folders that the nearest settings name, relative to their own."""
    for folder in (here, *here.parents):
        for name, table in _TABLES.items():
            settings = _settings(folder / name, table)
            if settings is not None:
                given = settings.get("pythonpath", [])
                names = given.split() if isinstance(given, str) else given
                yield from (folder / str(one) for one in names)
                return


def _settings(path: Path, table: tuple[str, ...]) -> dict[str, Any] | None:
    """Return pytest's settings in a file; None if it has none."""
    if not path.is_file():
        return None
    try:
        if path.suffix == ".toml":
            data = tomllib.loads(path.read_text(encoding="utf-8"))
            for key in table:
                data = data.get(key, {})
            return {**data, **data.get("ini_options", {})} or None
        parser = configparser.ConfigParser(interpolation=None)
        parser.read_string(path.read_text(encoding="utf-8"))
        return dict(parser[table[0]]) if table[0] in parser else None
    except (OSError, ValueError, TypeError, configparser.Error) as error:
        reason = str(error).partition("\n")[0]
        msg = f"pytest's settings can't be read: {reason}"
        raise ConfigError(msg, where=str(path), hint="does pytest read them?") from None
