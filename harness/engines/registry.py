"""Open the engine that an arm names; only that engine's module is imported."""

from __future__ import annotations

from harness.engines.base import Engine
from harness.errors import HarnessError
from harness.records import ArmSpec


def replays(arm: ArmSpec) -> bool:
    """Say whether an arm gives draws of earlier runs: the same ones, whatever its stream."""
    return arm.engine == "recorded"


def stops(arm: ArmSpec) -> bool:
    """Say whether an arm ends completions where a task says, so that its draws depend on that."""
    return arm.engine == "lm_eval"


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
        if arm.engine == "lm_eval":
            from harness.engines.lm_eval_open import open_lm_eval  # noqa: PLC0415

            return open_lm_eval(arm.options)
        if arm.engine == "recorded":
            from harness.engines.recorded import open_record  # noqa: PLC0415

            options = arm.options
            return open_record(
                options["path"], options.get("format", ""), options.get("columns", "{}")
            )
        if arm.engine == "openai":
            from harness.engines.openai import Endpoint, OpenAIEngine  # noqa: PLC0415

            return OpenAIEngine(Endpoint.of(arm.options, arm.where))
        from harness.engines.python import open_function  # noqa: PLC0415

        return open_function(arm.options["function"], arm.options.get("revision", ""))
    except HarnessError as error:
        error.where = f"{arm.where}: {error.where}" if error.where else arm.where
        raise
