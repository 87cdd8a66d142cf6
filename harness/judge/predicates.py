"""What a function of a text is known by: its name in a claim, and its source."""

from __future__ import annotations

import functools
import hashlib
import inspect
from collections.abc import Callable, Iterator, MutableMapping
from tokenize import TokenError

from harness.errors import ClaimError
from harness.records import Terms

_PLAIN = (str, bytes, int, float, bool, tuple, frozenset, type(None))


def functions_of(terms: Terms) -> Iterator[tuple[str, str]]:
    """Yield name and hash of each function that the rates of a claim are told by."""
    for _, statistic in terms:
        if statistic.predicate is not None:
            yield statistic.metric, _hash_of(statistic.predicate)


def check_names(terms: Terms, known: MutableMapping[str, str]) -> None:
    """Refuse two functions of one name in one eval: claims are known by it.

    Parameters
    ----------
    known
        The functions of the eval so far, by name; those of the claim are entered.

    Raises
    ------
    ClaimError
        If another one had the name.
    """
    for name, content in functions_of(terms):
        if known.setdefault(name, content) != content:
            msg = f"two functions of this eval are called {name!r}, and claims are known by that"
            raise ClaimError(msg, hint="give each a name of its own: def, or function.__name__")


def _hash_of(function: Callable[[str], object]) -> str:
    """Hash a function's source, the same for any version of Python, and what it has enclosed."""
    try:
        source = inspect.getsource(function)
    except (OSError, TypeError, SyntaxError, TokenError):  # a lambda's lines may be no whole
        source = ""
    enclosed = [cell.cell_contents for cell in getattr(function, "__closure__", None) or ()]
    if isinstance(function, functools.partial):
        source = _hash_of(function.func)
        enclosed = [*function.args, *sorted(function.keywords.items())]
    shown = [repr(one) if isinstance(one, _PLAIN) else type(one).__name__ for one in enclosed]
    return hashlib.blake2b(repr([source, shown]).encode(), digest_size=8).hexdigest()
