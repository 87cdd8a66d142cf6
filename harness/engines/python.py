"""A Python function as an engine: `function(prompt: str, seed: int) -> str`."""

from __future__ import annotations

import hashlib
import importlib
import inspect
from collections.abc import Callable, Iterator, Sequence

from harness.engines.base import Request
from harness.errors import EngineError, did_you_mean
from harness.records import Sampling

_LONGEST = 200


class FunctionEngine:
    """Calls a function once for each draw, with a seed of that draw's own.

    What the function calls in turn can change behind its back: only a declared revision pins it.
    """

    def __init__(
        self, function: Callable[[str, int], str], fingerprint: str, *, pinned: bool = False
    ) -> None:
        self._function = function
        self.fingerprint = fingerprint
        self.pinned = pinned

    def complete(self, requests: Sequence[Request], sampling: Sampling) -> Iterator[list[str]]:
        """Yield each request's texts; sampling parameters are the function's own affair."""
        del sampling
        for request in requests:
            draws = range(request.start, request.start + request.count)
            yield [self._call(request.prompt, _seed(request.key, draw)) for draw in draws]

    def _call(self, prompt: str, seed: int) -> str:
        try:
            text: object = self._function(prompt, seed)
        except Exception as error:
            msg = f"the arm's function raised {type(error).__name__}: {_line(error)}{_at(prompt)}"
            raise EngineError(msg) from error
        if not isinstance(text, str):
            msg = f"the arm's function returned {type(text).__name__}, not str{_at(prompt)}"
            raise EngineError(msg)
        return text


def _line(error: Exception) -> str:
    """Return an exception's text in one printable line."""
    return repr(str(error))[1:-1][:_LONGEST]


def _at(prompt: str) -> str:
    shown = prompt if len(prompt) <= _LONGEST else f"{prompt[:_LONGEST]}..."
    return f" (prompt {shown!r})"


def _seed(key: int, draw: int) -> int:
    digest = hashlib.blake2b(f"{key}:{draw}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big")


def open_function(name: str, revision: str) -> FunctionEngine:
    """Import `module:function`; its module's source and `revision` are its identity.

    Raises
    ------
    EngineError
        If the module or the function is not there.
    """
    module_name, _, function_name = name.partition(":")
    try:
        module = importlib.import_module(module_name)
    except ImportError as error:
        msg = f"can't import {module_name!r}: {_line(error)}"
        raise EngineError(msg, hint="is its folder in pytest's `pythonpath`?") from None
    except Exception as error:
        msg = f"can't import {module_name!r}: {type(error).__name__}: {_line(error)}"
        raise EngineError(msg) from error
    function = getattr(module, function_name, None)
    if not callable(function):
        msg = f"module {module_name!r} has no function {function_name!r}"
        known = [key for key, value in vars(module).items() if callable(value)]
        raise EngineError(msg, hint=did_you_mean(function_name, known))
    try:
        source = inspect.getsource(module)
    except (OSError, TypeError):
        source = ""
    identity = f"python\n{name}\n{revision}\n{source}"
    digest = hashlib.blake2b(identity.encode(), digest_size=16).hexdigest()
    return FunctionEngine(function, digest, pinned=bool(revision))
