"""Any model of lm-eval's registry as an engine: hf, vllm, servers, or a class of your own."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

from harness.engines.base import Arrival, Request
from harness.engines.lm_eval_failure import fault_of
from harness.errors import EngineError
from harness.lmeval import contained, line
from harness.records import Draw, Sampling

_WAVE = 8  # batches, or requests of each thread, from one arrival to the next
_SCHEDULED = 512  # draws that vllm gets at once: it makes its own batches
# lm-eval's classes, by what their models take with a request. All others are asked in blocks.
_SERVER, _SEEDED, _LIKELIEST = "TemplateAPI", {"TemplateAPI", "VLLM"}, "HFLM"
_HF = ("torch", "transformers", "accelerate")  # what the extra of that name installs


class _Call(NamedTuple):
    """A draw of the request at a place; one that is not wanted only fills its batch."""

    place: int
    draw: int
    request: Request
    wanted: bool = True

    @property
    def seed(self) -> int:
        """A seed of the draw's own, of 31 bits: servers take no more."""
        content = f"{self.request.key}:{self.draw}".encode()
        return int.from_bytes(hashlib.blake2b(content, digest_size=4).digest(), "big") >> 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a model is asked.

    Attributes
    ----------
    batch_size
        How many draws are generated at once.
    threads
        How many requests to a server are under way at once.
    until
        Strings that end a completion.
    chat
        Whether a prompt is a user's message in the model's chat template.
    """

    batch_size: int = 1
    threads: int = 1
    until: tuple[str, ...] = ()
    chat: bool = False


class LmEvalEngine:
    """Asks a model of lm-eval's, which is loaded with the first draw.

    Servers and vllm get each draw's own seed with its request. Others sample from the global
    generators: those are seeded for each batch, and a batch holds draws of one prompt, in blocks
    that begin at multiples of its size. So draws do not depend on what else is asked for.
    """

    def __init__(
        self, name: str, load: Callable[[], Any], manner: Manner, fingerprint: str, *, pinned: bool
    ) -> None:
        self._name = name
        self._load = load
        self._manner = manner
        self._model: Any = None
        self._kinds: set[str] = set()
        self.fingerprint = fingerprint
        self.pinned = pinned

    def draw(self, requests: Sequence[Request], sampling: Sampling) -> Iterator[Arrival]:
        """Yield draws batch by batch.

        A server's request that fails is a fault of its draw; none answered at all, an error.
        """
        if self._model is None:
            with self._guarded("be loaded"):
                self._model = self._load()
                self._kinds = {kind.__name__ for kind in type(self._model).__mro__}
        for batch in self._batches(requests, sampling):
            doing = "tell likelihoods" if batch[0].request.choices else "answer"
            with self._guarded(doing, batch[0].seed):
                said = self._answer(batch, sampling)
            for call, draw in zip(batch, said, strict=True):
                if call.wanted:
                    yield Arrival(place=call.place, start=call.draw, draws=(draw,))

    @contextlib.contextmanager
    def _guarded(self, doing: str, seed: int | None = None) -> Iterator[None]:
        try:
            with contained(seed):
                yield
        except EngineError:
            raise
        except ModuleNotFoundError as error:
            what = f"the package {error.name!r}" if error.name else line(error)
            msg = f"lm-eval's model {self._name!r} needs {what}"
            extra = "rl-eval-harness[hf]" if error.name in _HF else f"lm_eval[{self._name}]"
            hint = f"for example: pip install '{extra}'"
            raise EngineError(msg, hint=hint) from error
        except Exception as error:
            msg = f"lm-eval's model {self._name!r} can't {doing}: {line(error)}"
            raise EngineError(msg) from error

    def _batches(self, requests: Sequence[Request], sampling: Sampling) -> Iterator[list[_Call]]:
        size = self._manner.batch_size
        likelihoods = any(request.choices for request in requests)
        if sampling.temperature == 0 or likelihoods or self._kinds & _SEEDED:
            calls = [_Call(*place, request) for place, request in _draws(requests)]
            size *= _WAVE
            if self._kinds & _SEEDED:
                size = _SCHEDULED
            if _SERVER in self._kinds:
                size = _WAVE * self._manner.threads
                calls.sort(key=lambda call: call.draw)  # a prompt that fails fills no batch alone
            yield from (calls[start : start + size] for start in range(0, len(calls), size))
            return
        for place, request in enumerate(requests):
            end = request.start + request.count
            for first in range(request.start // size * size, end, size):
                block = range(first, first + size)
                yield [_Call(place, j, request, request.start <= j < end) for j in block]

    def _answer(self, batch: list[_Call], sampling: Sampling) -> list[Draw]:
        """Ask for a batch: a server call by call, for each may fail; any other model at once."""
        if _SERVER not in self._kinds:
            return self._asked(batch, sampling)
        with ThreadPoolExecutor(self._manner.threads) as pool:
            found = list(pool.map(lambda call: self._asked_of_server(call, sampling), batch))
        errors = [one for one in found if isinstance(one, Exception)]
        if len(errors) == len(batch):
            raise errors[0]
        return [
            Draw(text="", fault=fault_of(one)) if isinstance(one, Exception) else one
            for one in found
        ]

    def _asked_of_server(self, call: _Call, sampling: Sampling) -> Draw | Exception:
        try:
            return self._asked([call], sampling)[0]
        except Exception as error:
            if not fault_of(error):
                raise
            return error

    def _asked(self, batch: list[_Call], sampling: Sampling) -> list[Draw]:
        if batch[0].request.choices:
            return self._likelihoods(batch)
        seeds = [call.seed if self._kinds & _SEEDED else batch[0].seed for call in batch]
        asked = [
            _instance("generate_until", call, self._prompt(call), self._parameters(call, sampling))
            for call in batch
        ]
        said = self._model.generate_until(asked)
        return [
            Draw(text=str(text), finish="unknown", seed=seed)
            for text, seed in zip(said, seeds, strict=True)
        ]

    def _likelihoods(self, batch: list[_Call]) -> list[Draw]:
        """Ask for the likelihood of each choice, as lm-eval does."""
        asked = [
            _instance("loglikelihood", call, *choice)
            for call in batch
            for choice in call.request.choices
        ]
        found = iter(self._model.loglikelihood(asked))
        texts = [
            json.dumps([(float(value), bool(greedy)) for value, greedy in islice(found, count)])
            for count in (len(call.request.choices) for call in batch)
        ]
        return [Draw(text=text) for text in texts]

    def _prompt(self, call: _Call) -> str:
        prompt = call.request.prompt
        if self._manner.chat:
            prompt = self._model.apply_chat_template([{"role": "user", "content": prompt}])
        return prompt

    def _parameters(self, call: _Call, sampling: Sampling) -> dict[str, object]:
        found: dict[str, object] = {
            "until": list(dict.fromkeys((*self._manner.until, *call.request.until))),
            "max_gen_toks": sampling.max_tokens,
            "temperature": sampling.temperature,
            "do_sample": sampling.temperature > 0,
        }
        if sampling.temperature > 0:
            found["top_p"] = sampling.top_p
            if _LIKELIEST in self._kinds:
                found["top_k"] = 0  # else transformers samples from the 50 likeliest tokens
        if self._kinds & _SEEDED:
            found["seed"] = call.seed
        return found


def _instance(kind: str, call: _Call, *arguments: object) -> Any:  # noqa: ANN401  of lm-eval
    from lm_eval.api.instance import Instance  # noqa: PLC0415  takes a second

    return Instance(
        request_type=kind, doc={}, idx=0, metadata=("", call.place, 1), arguments=arguments
    )


def _draws(requests: Sequence[Request]) -> Iterator[tuple[tuple[int, int], Request]]:
    for place, request in enumerate(requests):
        for draw in range(request.start, request.start + request.count):
            yield (place, draw), request
