"""The project that a command is run in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from harness.cli.importing import import_as_pytest

if TYPE_CHECKING:
    from harness.acceptance import Project

#: The config, unless another is named.
CONFIG = Path("evals") / "harness.yaml"
_FOLDER = ".harness"


def opened(config: Path) -> Project:
    """Open a project; its draws are kept in `.harness`, here or in the nearest folder above.

    Raises
    ------
    ConfigError
        If the config is missing or wrong.
    """
    from harness.acceptance import Project  # noqa: PLC0415  each command loads what it needs
    from harness.cli.progress import Told  # noqa: PLC0415

    import_as_pytest(Path.cwd())
    known = (folder / _FOLDER for folder in (Path(), *Path.cwd().parents))
    folder = next((folder for folder in known if folder.is_dir()), Path(_FOLDER))
    return Project(config, folder, Told())
