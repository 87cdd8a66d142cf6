"""Open the engine that an arm names; only that engine's module is imported."""

from __future__ import annotations

from harness.engines.base import Engine
from harness.errors import HarnessError
from harness.records import ArmSpec


def open_engine(arm: ArmSpec) -> Engine:
    """Open the arm's engine.

    Raises
    ------
    EngineError
        If the engine's package, its model or its function is not there.
    """
    try:
        if arm.engine == "ctranslate2":
            from harness.engines.ctranslate2 import open_model  # noqa: PLC0415

            return open_model(arm.options["model"])
        if arm.engine == "openai":
            from harness.engines.openai import Endpoint, OpenAIEngine  # noqa: PLC0415

            return OpenAIEngine(Endpoint.of(arm.options, arm.where))
        from harness.engines.python import open_function  # noqa: PLC0415

        return open_function(arm.options["function"], arm.options.get("revision", ""))
    except HarnessError as error:
        error.where = arm.where
        raise
