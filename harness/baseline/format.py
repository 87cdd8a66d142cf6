"""The baseline file: a header, then a line for each item, sorted, that git merges by itself.

Each item tells where it is from, so that the header stays as it is where some items are taken
anew. It also has a hash of how the header says that it was scored and sampled: a merge may bring
it beside the header of another branch. An empty line stands between two items: git merges changes
of neighbouring lines only where a line that stays lies between them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from harness.baseline.columns import Columns
from harness.baseline.lines import END, check_merged, fields, fields_of, line_of
from harness.baseline.migrate import HINT, migrated
from harness.baseline.record import Baseline
from harness.baseline.sound import check_figures, check_rows
from harness.errors import BaselineError
from harness.schemas.read import parse_json

if TYPE_CHECKING:
    from harness.records.data import FloatArray

SCHEMA = 2  # 1: first version, one JSON object; 2: a line per item, with its origin and prompt


def dump(baseline: Baseline) -> str:
    """Write a baseline: its header, a line per item, sorted by id, and a last line."""
    header = {
        "schema": SCHEMA,
        "task": baseline.task,
        "arm": baseline.arm,
        "identity": dict(baseline.identity),
        "metrics": list(baseline.tally.metrics),
        "seed": baseline.seed,
    }
    rows = sorted(_rows(baseline, _measure(header)), key=lambda row: str(row["id"]))
    lines = [json.dumps(header, sort_keys=True), *map(json.dumps, rows), END]
    return "\n\n".join(lines) + "\n"


def _measure(header: Mapping[str, Any]) -> str:
    """Hash how the items of a baseline were scored, sampled and prompted."""
    parts = json.dumps([header["identity"], header["metrics"]], sort_keys=True)
    return hashlib.blake2b(parts.encode(), digest_size=4).hexdigest()


def digest(baseline: Baseline) -> str:
    """Return the hash of a whole baseline."""
    return hashlib.blake2b(dump(baseline).encode(), digest_size=8).hexdigest()


def _rows(baseline: Baseline, measure: str) -> Iterator[dict[str, Any]]:
    tally = baseline.tally
    upper = np.triu_indices(len(tally.metrics), k=1)
    squares = np.diagonal(tally.products, axis1=1, axis2=2)
    columns = zip(
        tally.ids, baseline.prompts, baseline.origins, tally.draws.tolist(),
        _plain(tally.sums), _plain(squares), _plain(tally.products[:, upper[0], upper[1]]),
        tally.answers, strict=True,
    )  # fmt: skip
    for identity, prompt, origin, draws, sums, squared, products, answers in columns:
        yield {
            "id": identity,
            "prompt": prompt,
            "epoch": origin.epoch,
            "taken": origin.taken,
            "model": origin.model,
            "how": origin.how,
            "measure": measure,
            "n": draws,
            "sums": sums,
            "squares": squared,
            "products": products,
            "answers": dict(sorted(answers.items())),
        }


def _plain(values: FloatArray) -> list[list[float | int]]:
    """Return rows of numbers, whole ones as int, so that counts read as counts."""
    found: list[list[float | int]] = values.tolist()
    return [[int(one) if float(one).is_integer() else one for one in row] for row in found]


def parse(text: str, where: str) -> Baseline:
    """Read a baseline of any version, and check that its figures are possible.

    Raises
    ------
    BaselineError
        If a line is no JSON, breaks the schema or comes from a later version, an item stands
        twice or was taken on no day that was, figures or answers are such as no draws can have,
        the end is missing, or a merge was left undone.
    """
    text = text.replace("\r\n", "\n")
    try:
        return _parsed(text, where)
    except BaselineError:
        check_merged(text, where)
        raise


def _parsed(text: str, where: str) -> Baseline:
    first = text[: text.find("\n")] if "\n" in text else text
    if first.strip() == "{":
        header, items = migrated(text, where)
        width = len(header["metrics"])
        old = [(0, fields_of(item, width, where)) for item in items]
        return _checked(header, Columns(old), lambda _: where)
    header = parse_json(first, schema="baseline", where=where, kind=BaselineError,
                        hint=HINT, fixed=True, line=1)  # fmt: skip
    rows = fields(text, len(first) + 1, len(header["metrics"]), where)
    return _checked(header, Columns(rows), lambda place: f"{where}:{line_of(text, place)}")


def _checked(header: Mapping[str, Any], columns: Columns, told: Callable[[int], str]) -> Baseline:
    """Put a baseline together from rows that are well-formed one by one.

    `told` names the place of a row, by where it stands in the file.
    """
    check_rows(columns, _measure(header), told)
    tally = columns.tally(tuple(header["metrics"]))
    check_figures(tally, columns, told)
    return Baseline(
        task=header["task"],
        arm=header["arm"],
        identity=header["identity"],
        seed=header["seed"],
        origins=tuple(columns.origins),
        prompts=tuple(columns.prompts),
        tally=tally,
    )
