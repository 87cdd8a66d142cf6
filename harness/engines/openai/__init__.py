"""The engine of any server that speaks OpenAI's HTTP protocol, such as vLLM's or llama.cpp's."""

from __future__ import annotations

from harness.errors import EngineError

try:
    from harness.engines.openai.engine import OpenAIEngine
except ModuleNotFoundError as error:
    message = f"the engine openai needs the package {error.name!r}"
    raise EngineError(message, hint="pip install 'rl-eval-harness[openai]'") from None
from harness.engines.openai.endpoint import Endpoint

__all__ = ["Endpoint", "OpenAIEngine"]
