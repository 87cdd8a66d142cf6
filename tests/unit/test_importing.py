"""The commands import functions from where pytest does."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.cli.importing import import_as_pytest
from harness.errors import ConfigError

Write = Callable[[str, str | bytes], Path]
SETTINGS = {
    "pytest.toml": "[pytest]\npythonpath = ['src', 'lib']\n",
    "pytest.ini": "[pytest]\naddopts = -q %(x)s\npythonpath = src lib\n",
    "pyproject.toml": "[tool.pytest.ini_options]\npythonpath = 'src lib'\n",
    "setup.cfg": "[metadata]\nname = x\n[tool:pytest]\npythonpath =\n    src\n    lib\n",
}


@pytest.fixture(autouse=True)
def path(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the test have a module path of its own."""
    monkeypatch.setattr(sys, "path", ["elsewhere"])


@pytest.mark.parametrize(("name", "text"), SETTINGS.items(), ids=SETTINGS.keys())
def test_settings_of_pytest_are_followed(write: Write, name: str, text: str) -> None:
    """From a folder below, relative to the file; a file without such settings is passed by."""
    root = write(name, text).parent
    write("below/tox.ini", "[tox]\n")
    write("below/pyproject.toml", "[project]\nname = 'x'\n")
    import_as_pytest(root / "below")
    assert sys.path == [str(root / "lib"), str(root / "src"), "", "elsewhere"]


def test_without_settings_it_is_this_folder(tmp_path: Path) -> None:
    """As under `python -m`; once is enough."""
    for _ in range(2):
        import_as_pytest(tmp_path)
    assert sys.path == ["", "elsewhere"]


@pytest.mark.parametrize("text", ["[tool", "[tool]\npytest = 7\n"], ids=["no TOML", "no table"])
def test_broken_settings_are_named(write: Write, text: str) -> None:
    """One line, with the file."""
    path = write("pyproject.toml", text)
    with pytest.raises(ConfigError, match=r"pyproject\.toml: pytest's settings can't be read: "):
        import_as_pytest(path.parent)
