"""Evals as pytest tests whose plain asserts are statistical claims over sampled model outputs.

Importing this package costs nothing: each public name is loaded when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.claims import Arm, Arms, Baselines, Claim, Quantity, no_evidence
    from harness.errors import HarnessError

__all__ = ["Arm", "Arms", "Baselines", "Claim", "HarnessError", "Quantity", "no_evidence"]
__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """Load a public name when it is first asked for (PEP 562)."""
    if name not in __all__:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    import importlib  # noqa: PLC0415  costs nothing until a name is used

    home = "harness.errors" if name == "HarnessError" else "harness.claims"
    value: object = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value
