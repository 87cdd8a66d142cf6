"""The embedded engine: CTranslate2 on the CPU, sampling draw by draw.

CTranslate2's own sampler returns hypotheses sorted by score and seeds one generator per thread,
so its draws are neither exchangeable nor repeatable. Here it generates the likeliest continuation
of a context and returns the distribution of every token on the way; each draw takes its tokens from
these by inversion, with random numbers of its own. Where draws leave the path, they go on from
there as a branch, in the next round. Draws that say the same share the work, however many they are.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from harness.engines.base import Arrival, Request
from harness.engines.ctranslate2_choices import weigh
from harness.errors import EngineError
from harness.records import LENGTH, STOP, Draw, Sampling

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Indices = npt.NDArray[np.intp]

try:
    import ctranslate2
    import tokenizers
except ModuleNotFoundError as error:
    message = f"the embedded engine needs the package {error.name!r}"
    raise EngineError(message, hint="pip install 'rl-eval-harness[ctranslate2]'") from None

#: Prompts that are sampled together, and numbers (branches x tokens x vocabulary) that one call of
#: the engine returns: what bounds memory.
PROMPTS_PER_CHUNK = 64
NUMBERS_PER_CALL = 4_000_000
FILES = ("model.bin", "config.json", "tokenizer.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Branch:
    """Draws (by number) that have said the same so far: `said` tokens, the end of `context`."""

    context: list[int]
    said: int
    draws: Indices


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
        self._vocabulary = self._tokenizer.get_vocab_size()
        self._tokens = [self._tokenizer.id_to_token(token) for token in range(self._vocabulary)]
        self.fingerprint = fingerprint
        self.pinned = True  # the fingerprint is of the weights themselves

    def draw(self, requests: Sequence[Request], sampling: Sampling) -> Iterator[Arrival]:
        """Yield each request's draws; chunks of requests run side by side on all cores."""
        chunks = [
            requests[start : start + PROMPTS_PER_CHUNK]
            for start in range(0, len(requests), PROMPTS_PER_CHUNK)
        ]
        place = 0
        pool = ThreadPoolExecutor(self._threads)
        try:
            for found in pool.map(lambda chunk: self._chunk(chunk, sampling), chunks):
                for draws in found:
                    yield Arrival(place=place, start=requests[place].start, draws=draws)
                    place += 1
        finally:
            pool.shutdown(cancel_futures=True)

    def _chunk(self, requests: Sequence[Request], sampling: Sampling) -> list[tuple[Draw, ...]]:
        """Draw all completions of some requests, in rounds of ever rarer beginnings."""
        if any(request.choices for request in requests):
            weighed = (
                weigh(self._generator, request.choices, self._encoded, self._tokens, self._end)
                for request in requests
            )
            return [(draw,) * one.count for draw, one in zip(weighed, requests, strict=True)]
        prompts = [self._encoded(request.prompt) for request in requests]
        uniforms = np.concatenate([_uniforms(each, sampling.max_tokens) for each in requests])
        said: list[list[int]] = [[]] * len(uniforms)
        ends = np.cumsum([request.count for request in requests])
        draws = np.split(np.arange(len(uniforms)), ends[:-1])
        branches = [
            _Branch(context=prompt, said=0, draws=own)
            for prompt, own in zip(prompts, draws, strict=True)
        ]
        size = max(1, NUMBERS_PER_CALL // (self._vocabulary * sampling.max_tokens))
        while branches:
            branches.sort(key=lambda branch: len(branch.context))
            grown: list[_Branch] = []
            for start in range(0, len(branches), size):
                batch = branches[start : start + size]
                grown += self._follow(batch, uniforms, said, sampling)
            branches = grown
        drawn = iter(said)
        return [
            self._drawn(list(islice(drawn, request.count)), len(prompt))
            for request, prompt in zip(requests, prompts, strict=True)
        ]

    def _follow(
        self,
        branches: list[_Branch],
        uniforms: Floats,
        said: list[list[int]],
        sampling: Sampling,
    ) -> Iterator[_Branch]:
        """Let each draw follow its branch's likeliest path; yield where draws leave it.

        A draw that ends on its way is entered in `said`.
        """
        paths, shares, first = self._likeliest(branches, sampling)
        at = np.repeat(np.arange(len(branches)), [len(branch.draws) for branch in branches])
        draws = np.concatenate([branch.draws for branch in branches])
        before = np.array([branch.said for branch in branches])
        for step in range(paths.shape[1]):
            position = before[at] + step
            tokens = invert(shares, first[at] + step, uniforms[draws, position])
            over = (tokens == self._end) | (position + 1 == sampling.max_tokens)
            left = over | (tokens != paths[at, step])
            for index, token, own in _together(at[left], tokens[left], draws[left]):
                branch = branches[index]
                context = [*branch.context, *paths[index, :step].tolist(), token]
                count = branch.said + step + 1
                if token != self._end and count < sampling.max_tokens:
                    yield _Branch(context=context, said=count, draws=own)
                    continue
                for draw in own.tolist():
                    said[draw] = context
            at, draws = at[~left], draws[~left]
            if not len(draws):
                break

    def _likeliest(
        self, branches: list[_Branch], sampling: Sampling
    ) -> tuple[Indices, Floats, Indices]:
        """Generate the likeliest continuation of each branch, with all shares on its way.

        Returns
        -------
        tuple
            The continuations, [branches, longest], -1 where one is shorter; the cumulative
            shares of the tokens at each of their steps, [sum of lengths, vocabulary]; and the row
            at which each branch's begin, [branches].
        """
        longest = sampling.max_tokens - min(branch.said for branch in branches)
        results = self._generator.generate_batch(
            [[self._tokens[token] for token in branch.context] for branch in branches],
            max_length=longest,
            include_prompt_in_result=False,
            return_end_token=True,
            return_logits_vocab=True,
        )
        paths = np.full((len(branches), longest), -1)
        rows: list[Floats] = []
        for row, result in enumerate(results):
            path = result.sequences_ids[0]
            paths[row, : len(path)] = path
            # Shorter prompts of a batch are computed first: what precedes the path is the prompt's.
            rows += [np.asarray(view) for view in result.logits[0][-len(path) :]]
        lengths = np.count_nonzero(paths >= 0, axis=1)
        logits = np.stack(rows).astype(np.float64)
        return paths, cumulative(logits, sampling), np.cumsum(lengths) - lengths

    def _encoded(self, prompt: str) -> list[int]:
        try:
            encoding = self._tokenizer.encode(prompt)
        except (TypeError, UnicodeError) as error:
            msg = f"the prompt {prompt[:200]!r} can't be tokenized: {error}"
            raise EngineError(msg) from None
        seen = {place for start, end in encoding.offsets for place in range(start, end)}
        lost = [c for place, c in enumerate(prompt) if place not in seen and not c.isspace()]
        if lost:
            msg = f"the model's tokenizer does not know {lost[0]!r} (prompt {prompt[:200]!r})"
            raise EngineError(msg)
        ids: list[int] = encoding.ids
        return ids

    def _drawn(self, contexts: list[list[int]], prompt: int) -> tuple[Draw, ...]:
        """Decode what follows the prompt, each different completion once."""
        unique = list(dict.fromkeys(tuple(context[prompt:]) for context in contexts))
        said = [[token for token in ids if token != self._end] for ids in unique]
        draws = {
            ids: Draw(
                text=text,
                finish=STOP if ids and ids[-1] == self._end else LENGTH,
                prompt_tokens=prompt,
                tokens=len(ids),
            )
            for ids, text in zip(unique, self._tokenizer.decode_batch(said), strict=True)
        }
        return tuple(draws[tuple(context[prompt:])] for context in contexts)


def _together(at: Indices, tokens: Indices, draws: Indices) -> Iterator[tuple[int, int, Indices]]:
    """Gather the draws that leave one branch with one token: they go on together."""
    places, group = np.unique(np.stack([at, tokens], axis=1), axis=0, return_inverse=True)
    order = np.argsort(group, kind="stable")
    parts = np.split(draws[order], np.cumsum(np.bincount(group))[:-1])
    for (index, token), own in zip(places.tolist(), parts, strict=False):
        yield index, token, own


def _uniforms(request: Request, width: int) -> Floats:
    """Return the random numbers of the request's draws, [count, width].

    Row j of the sequence that `key` seeds belongs to draw j, so that asking for more draws later
    continues the sequence, and asking again repeats it.
    """
    generator = np.random.Generator(np.random.Philox(key=request.key))
    return generator.random((request.start + request.count, width))[request.start :]


def cumulative(logits: Floats, sampling: Sampling) -> Floats:
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


def invert(shares: Floats, rows: Indices, uniforms: Floats) -> Indices:
    """Take a token by inversion: the first whose cumulative share lies above a uniform number.

    Parameters
    ----------
    shares
        Cumulative distributions [contexts, vocabulary], each ending at 1.
    rows, uniforms
        For each draw its context, and its number in [0, 1); shape [draws].
    """
    # All rows in one ascending line: row r spans (r, r + 1].
    line = (shares + np.arange(len(shares))[:, None]).ravel()
    wanted = np.minimum(uniforms + rows, np.nextafter(rows + 1.0, 0.0))
    found: Indices = np.searchsorted(line, wanted, side="right") - rows * shares.shape[1]
    return found


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
