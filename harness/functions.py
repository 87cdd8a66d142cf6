"""Functions of the user's own, which config and tasks name as `module:function`."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable
from types import ModuleType
from typing import Any

from harness.errors import HarnessError, did_you_mean

_LONGEST = 200  # characters of what was raised
#: What a user's code may raise: a module may try to end the process.
FAULTS = (Exception, SystemExit)


def find_function(
    name: str, kind: type[HarnessError], where: str | None = None
) -> tuple[Callable[..., Any], ModuleType]:
    """Import ``module:function``, and return the function and its module.

    Parameters
    ----------
    kind
        Of the error, if there is no such function.
    where
        Where it is named: file, line and key, as far as known.

    Raises
    ------
    HarnessError
        Of that kind, if the module or the function is not there, or importing the module fails.
    """
    module_name, _, function_name = name.partition(":")
    try:
        module = importlib.import_module(module_name)
    except FAULTS as error:
        msg = f"can't import {module_name!r}: {described(error)}"
        lost = isinstance(error, ImportError)
        hint = "is its folder in pytest's `pythonpath`?" if lost else None
        raise kind(msg, where=where, hint=hint) from (None if lost else error)
    function = getattr(module, function_name, None)
    if not callable(function):
        msg = f"module {module_name!r} has no function {function_name!r}"
        known = [key for key, value in vars(module).items() if callable(value)]
        raise kind(msg, where=where, hint=did_you_mean(function_name, known))
    return function, module


def source_of(module: ModuleType) -> str:
    """Return the text of a module, which tells its version; empty where there is none."""
    try:
        return inspect.getsource(module)
    except (OSError, TypeError):
        return ""


def described(error: BaseException) -> str:
    """Say in one printable line what was raised."""
    return f"{type(error).__name__}: {repr(str(error))[1:-1][:_LONGEST]}"
