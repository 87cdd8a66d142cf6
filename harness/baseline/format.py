"""The baseline file: a header, and one line per item, sorted, so that diffs stay small."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from harness.errors import BaselineError
from harness.records import Tally
from harness.schemas.read import parse_json

SCHEMA = 1  # 1: first version


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """An accepted tally of one arm on one task.

    Attributes
    ----------
    epoch
        How often it has been taken; names the stream of its draws.
    identity
        What must be the same in a comparison: `scorer` hash and `sampling` parameters.
    provenance
        Where it comes from: fingerprint of the model, seed, date, version.
    """

    task: str
    arm: str
    epoch: int
    identity: Mapping[str, Any]
    provenance: Mapping[str, Any]
    tally: Tally

    @property
    def digest(self) -> str:
        """Hash of the whole baseline."""
        return hashlib.blake2b(dump(self).encode(), digest_size=8).hexdigest()


def dump(baseline: Baseline) -> str:
    """Write a baseline as JSON with a line per item, sorted by id."""
    header = {
        "schema": SCHEMA,
        "task": baseline.task,
        "arm": baseline.arm,
        "epoch": baseline.epoch,
        "identity": dict(baseline.identity),
        "provenance": dict(baseline.provenance),
        "metrics": list(baseline.tally.metrics),
    }
    lines = [
        f" {json.dumps(key)}: {json.dumps(value, sort_keys=True)}," for key, value in header.items()
    ]
    rows = sorted(_rows(baseline.tally), key=lambda row: str(row["id"]))
    items = ",\n".join(f"  {json.dumps(row)}" for row in rows)
    return "\n".join(["{", *lines, ' "items": [', items, " ]", "}", ""])


def _rows(tally: Tally) -> list[dict[str, Any]]:
    upper = np.triu_indices(len(tally.metrics), k=1)
    return [
        {
            "id": identity,
            "n": int(tally.draws[row]),
            "sums": [_plain(value) for value in tally.sums[row]],
            "squares": [_plain(value) for value in np.diagonal(tally.products[row])],
            "products": [_plain(value) for value in tally.products[row][upper]],
            "answers": dict(sorted(tally.answers[row].items())),
        }
        for row, identity in enumerate(tally.ids)
    ]


def _plain(value: float) -> float | int:
    """Return a whole number as an int, so that counts read as counts."""
    return int(value) if float(value).is_integer() else float(value)


def parse(text: str, where: str) -> Baseline:
    """Read a baseline and check that its figures are possible.

    Raises
    ------
    BaselineError
        If the text is no JSON, breaks the schema, comes from a later version, repeats an item
        or holds sums that no scores can have.
    """
    data = parse_json(text, schema="baseline", where=where, kind=BaselineError, hint=_TAKE_ANEW)
    rows, count = data["items"], len(data["metrics"])
    seen: set[str] = set()
    for row in rows:
        if row["id"] in seen:
            msg = f"item {row['id']} stands twice"
            raise BaselineError(msg, where=where, hint=_TAKE_ANEW)
        seen.add(row["id"])
        if not _possible(row, count):
            msg = f"item {row['id']} holds sums that {row['n']} draws can't have"
            raise BaselineError(msg, where=where, hint=_TAKE_ANEW)
    return Baseline(
        task=data["task"],
        arm=data["arm"],
        epoch=data["epoch"],
        identity=data["identity"],
        provenance=data["provenance"],
        tally=_tally(rows, tuple(data["metrics"])),
    )


_TAKE_ANEW = "restore it from git, or take it anew with --harness-update-baseline"


def _possible(row: Mapping[str, Any], metrics: int) -> bool:
    """Say whether n draws with metrics in [0, 1] can have these sums."""
    n, sums, squares, products = row["n"], row["sums"], row["squares"], row["products"]
    if not (len(sums) == len(squares) == metrics and len(products) == math.comb(metrics, 2)):
        return False
    if max([*sums, *squares, *products]) > n:
        return False
    slack = 1e-9 * n
    return (
        all(
            total**2 / n - slack <= square <= total + slack
            for total, square in zip(sums, squares, strict=True)
        )
        and all(
            first + second - n - slack <= product <= min(first, second) + slack
            for (first, second), product in zip(combinations(sums, 2), products, strict=True)
        )
        and sum(row["answers"].values()) <= n
    )


def _tally(rows: list[dict[str, Any]], metrics: tuple[str, ...]) -> Tally:
    count = len(metrics)
    products = np.zeros((len(rows), count, count))
    upper = np.triu_indices(count, k=1)
    for index, row in enumerate(rows):
        products[index][upper] = row["products"]
        products[index] += products[index].T
        np.fill_diagonal(products[index], row["squares"])
    return Tally(
        ids=tuple(row["id"] for row in rows),
        draws=np.array([row["n"] for row in rows], dtype=np.int64),
        metrics=metrics,
        sums=np.array([row["sums"] for row in rows], dtype=np.float64),
        products=products,
        answers=tuple(row["answers"] for row in rows),
    )
