"""The embedded engine: CTranslate2 on the CPU, sampling draw by draw.

CTranslate2's own sampler returns hypotheses sorted by score and seeds one generator per thread,
so its draws are neither exchangeable nor repeatable. Here it computes next-token distributions,
and each draw takes its tokens from them by inversion with random numbers of its own. Draws of a
prompt that share a prefix share the work: a context is computed once, however many draws pass it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from harness.engines.base import Request
from harness.errors import EngineError
from harness.records import Sampling

if TYPE_CHECKING:
    import numpy.typing as npt

try:
    import ctranslate2
    import tokenizers
except ModuleNotFoundError as error:
    message = f"the embedded engine needs the package {error.name!r}"
    raise EngineError(message, hint="pip install 'rl-eval-harness[ctranslate2]'") from None

#: Prompts that are sampled together, and contexts in one call of the engine: what bounds memory.
PROMPTS_PER_CHUNK = 64
CONTEXTS_PER_CALL = 512
FILES = ("model.bin", "config.json", "tokenizer.json")


@dataclass(slots=True, kw_only=True)
class _Branch:
    """Draws (their rows in `uniforms`) of one request that have said the same so far."""

    request: int
    context: list[int]
    draws: npt.NDArray[np.intp]


class CTranslate2Engine:
    """A converted decoder-only model with its `tokenizer.json`."""

    def __init__(self, path: Path, fingerprint: str) -> None:
        self._threads = os.cpu_count() or 1
        ctranslate2.set_log_level(40)  # it warns at each load that a CPU computes in float32
        self._generator = ctranslate2.Generator(
            str(path), device="cpu", compute_type="float32", inter_threads=self._threads,
            intra_threads=1,
        )  # fmt: skip
        self._tokenizer = tokenizers.Tokenizer.from_file(str(path / "tokenizer.json"))
        config = json.loads((path / "config.json").read_text(encoding="utf-8"))
        end: str = config["eos_token"]
        found: int | None = self._tokenizer.token_to_id(end)
        if found is None:
            msg = f"its tokenizer lacks the end token {end!r}"
            raise ValueError(msg)
        self._end = found
        self.fingerprint = fingerprint

    def complete(self, requests: Sequence[Request], sampling: Sampling) -> Iterator[list[str]]:
        """Yield each request's texts; chunks of requests run side by side on all cores."""
        chunks = [
            requests[start : start + PROMPTS_PER_CHUNK]
            for start in range(0, len(requests), PROMPTS_PER_CHUNK)
        ]
        with ThreadPoolExecutor(self._threads) as pool:
            for texts in pool.map(lambda chunk: self._chunk(chunk, sampling), chunks):
                yield from texts

    def _chunk(self, requests: Sequence[Request], sampling: Sampling) -> list[list[str]]:
        prompts = [self._encoded(request.prompt) for request in requests]
        uniforms = [_uniforms(request, sampling.max_tokens) for request in requests]
        tokens: list[list[list[int]]] = [[[]] * request.count for request in requests]
        live = [
            _Branch(request=i, context=ids, draws=np.arange(requests[i].count))
            for i, ids in enumerate(prompts)
        ]
        for step in range(sampling.max_tokens):
            grown: list[_Branch] = []
            for branch, cumulative in self._distributions(live, sampling):
                drawn = np.searchsorted(cumulative, uniforms[branch.request][branch.draws, step],
                                        side="right")  # fmt: skip
                for token in np.unique(drawn).tolist():
                    context, draws = [*branch.context, token], branch.draws[drawn == token]
                    if token != self._end and step + 1 < sampling.max_tokens:
                        grown.append(_Branch(request=branch.request, context=context, draws=draws))
                    for draw in draws.tolist():
                        tokens[branch.request][draw] = context
            live = grown
            if not live:
                break
        return [self._texts(drawn, len(ids)) for drawn, ids in zip(tokens, prompts, strict=True)]

    def _encoded(self, prompt: str) -> list[int]:
        try:
            ids: list[int] = self._tokenizer.encode(prompt).ids
        except (TypeError, UnicodeError) as error:
            msg = f"the prompt {prompt[:200]!r} can't be tokenized: {error}"
            raise EngineError(msg) from None
        return ids

    def _texts(self, contexts: list[list[int]], prompt: int) -> list[str]:
        """Decode what follows the prompt, each different completion once."""
        unique = list(dict.fromkeys(tuple(context[prompt:]) for context in contexts))
        said = [[token for token in ids if token != self._end] for ids in unique]
        text = dict(zip(unique, self._tokenizer.decode_batch(said), strict=True))
        return [text[tuple(context[prompt:])] for context in contexts]

    def _distributions(
        self, branches: list[_Branch], sampling: Sampling
    ) -> Iterator[tuple[_Branch, npt.NDArray[np.float64]]]:
        """Yield each branch with the cumulative distribution of its next token."""
        branches.sort(key=lambda branch: len(branch.context))
        for start in range(0, len(branches), CONTEXTS_PER_CALL):
            batch = branches[start : start + CONTEXTS_PER_CALL]
            lengths = np.array([len(branch.context) for branch in batch], dtype=np.int32)
            ids = np.zeros((len(batch), int(lengths.max())), dtype=np.int32)
            for row, branch in enumerate(batch):
                ids[row, : lengths[row]] = branch.context
            view = ctranslate2.StorageView.from_array
            logits = np.asarray(self._generator.forward_batch(view(ids), view(lengths)))
            last: Any = logits[np.arange(len(batch)), lengths - 1]
            yield from zip(batch, cumulative(last.astype(np.float64), sampling), strict=True)


def _uniforms(request: Request, width: int) -> npt.NDArray[np.float64]:
    """Return the random numbers of the request's draws, [count, width].

    Row j of the sequence that `key` seeds belongs to draw j, so that asking for more draws later
    continues the sequence, and asking again repeats it.
    """
    generator = np.random.Generator(np.random.Philox(key=request.key))
    return generator.random((request.start + request.count, width))[request.start :]


def cumulative(logits: npt.NDArray[np.float64], sampling: Sampling) -> npt.NDArray[np.float64]:
    """Turn logits [rows, vocabulary] into cumulative distributions that end at exactly 1.

    Temperature 0 puts all mass on the first best token. `top_p` keeps the smallest set of tokens
    that holds at least that mass (Holtzman et al. 2020, "The Curious Case of Neural Text
    Degeneration", section 3.1).
    """
    if sampling.temperature == 0:
        mass = np.zeros_like(logits)
        mass[np.arange(len(logits)), logits.argmax(axis=1)] = 1.0
    else:
        scaled = (logits - logits.max(axis=1, keepdims=True)) / sampling.temperature
        mass = np.exp(scaled)
        mass /= mass.sum(axis=1, keepdims=True)
        if sampling.top_p < 1:
            order = np.argsort(-mass, axis=1, kind="stable")
            ranked = np.take_along_axis(mass, order, axis=1)
            ranked[np.cumsum(ranked, axis=1) - ranked >= sampling.top_p] = 0.0
            np.put_along_axis(mass, order, ranked, axis=1)
    total = np.cumsum(mass, axis=1)
    # A draw of u < 1 must never land beyond the last token that has mass.
    return np.where(total >= total[:, -1:], 1.0, total / total[:, -1:])


def open_model(model: str) -> CTranslate2Engine:
    """Open a converted model; its files and the engine's version are its identity.

    Raises
    ------
    EngineError
        If a file is missing or the model doesn't load.
    """
    path = Path(model)
    missing = [name for name in FILES if not (path / name).is_file()]
    if missing:
        state = f"lacks {', '.join(missing)}" if path.is_dir() else "is no folder"
        nearby = sorted(other.name for other in path.parent.glob("*/") if other.is_dir())
        hint = f"beside it: {', '.join(nearby)}" if nearby else "is the path right?"
        msg = f"the model {path} {state}"
        raise EngineError(msg, hint=hint)
    digest = hashlib.blake2b(f"ctranslate2 {ctranslate2.__version__}".encode(), digest_size=16)
    for name in FILES:
        digest.update((path / name).read_bytes())
    try:
        return CTranslate2Engine(path, digest.hexdigest())
    except Exception as error:
        # CTranslate2 and tokenizers raise plain RuntimeError, ValueError and Exception.
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        msg = f"the model {path} doesn't load: {reason}"
        raise EngineError(msg) from error
