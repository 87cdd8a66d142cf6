"""Likelihoods of choices from a CTranslate2 model, as lm-eval asks its models for them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from harness.records import Choices, Draw

Encode = Callable[[str], list[int]]


def weigh(
    generator: Any,  # noqa: ANN401  CTranslate2 has no types
    choices: Choices,
    encode: Encode,
    tokens: Sequence[str | None],
    end: int,
) -> Draw:
    """Return how likely each choice is: JSON, pairs of log-likelihood and whether it is greedy.

    Parameters
    ----------
    generator
        The model.
    choices
        Context and continuation of each.
    encode
        Gives the ids of a text's tokens.
    tokens
        The vocabulary, by id.
    end
        The token that stands before a text without one that begins it.
    """
    found = []
    for context, continuation in choices:
        before, after = _encoded(context, continuation, encode, end)
        text = [tokens[token] for token in (*before, *after)]
        # One row of the vocabulary for each token: what may come next.
        (rows,) = np.asarray(generator.forward_batch([text], return_log_probs=True))
        own, said = rows[len(before) - 1 : -1], np.array(after, dtype=np.intp)
        likely = own[np.arange(len(said)), said].astype(np.float64).sum()
        found.append((float(likely), bool((own.argmax(axis=1) == said).all())))
    return Draw(text=json.dumps(found))


def _encoded(
    context: str, continuation: str, encode: Encode, end: int
) -> tuple[list[int], list[int]]:
    """Split the tokens of both; spaces between go with the continuation."""
    whole, before = encode(context + continuation), encode(context.rstrip())
    if not before:
        return [end], whole
    return whole[: len(before)], whole[len(before) :]
