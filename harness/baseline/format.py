"""The baseline file: a header, then a line for each item, sorted, that git merges by itself.

Each item tells where it is from, so that the header stays as it is where some items are taken
anew. An empty line stands between two items: git merges changes of neighbouring lines only where
a line that stays lies between them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from harness.baseline.figures import impossible, tally_of
from harness.baseline.migrate import HINT, migrated
from harness.baseline.record import Baseline, Origin
from harness.errors import BaselineError
from harness.schemas.read import parse_json

SCHEMA = 2  # 1: first version, one JSON object; 2: a line per item, with its origin and prompt
_END = '{"complete": true}'
_KEYS = frozenset(
    ["id", "prompt", "epoch", "taken", "model", "how", "n", "sums", "squares", "products",
     "answers"]
)  # fmt: skip
_LARGEST = 10**9


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
    rows = sorted(_rows(baseline), key=lambda row: str(row["id"]))
    lines = [json.dumps(header, sort_keys=True), *map(json.dumps, rows), _END]
    return "\n\n".join(lines) + "\n"


def digest(baseline: Baseline) -> str:
    """Return the hash of a whole baseline."""
    return hashlib.blake2b(dump(baseline).encode(), digest_size=8).hexdigest()


def _rows(baseline: Baseline) -> Iterator[dict[str, Any]]:
    tally = baseline.tally
    upper = np.triu_indices(len(tally.metrics), k=1)
    for row, identity in enumerate(tally.ids):
        origin, products = baseline.origins[row], tally.products[row]
        yield {
            "id": identity,
            "prompt": baseline.prompts[row],
            "epoch": origin.epoch,
            "taken": origin.taken,
            "model": origin.model,
            "how": origin.how,
            "n": int(tally.draws[row]),
            "sums": [_plain(value) for value in tally.sums[row]],
            "squares": [_plain(value) for value in np.diagonal(products)],
            "products": [_plain(value) for value in products[upper]],
            "answers": dict(sorted(tally.answers[row].items())),
        }


def _plain(value: float) -> float | int:
    """Return a whole number as an int, so that counts read as counts."""
    return int(value) if float(value).is_integer() else float(value)


def parse(text: str, where: str) -> Baseline:
    """Read a baseline of any version, and check that its figures are possible.

    Raises
    ------
    BaselineError
        If a line is no JSON, breaks the schema or comes from a later version, an item stands
        twice, figures are such as no scores can have, or the end is missing.
    """
    first, *rest = text.split("\n")
    if first.strip() == "{":
        header, rows = migrated(text, where)
        places = [where] * len(rows)
    else:
        header = parse_json(first, schema="baseline", where=where, kind=BaselineError,
                            hint=HINT, line=1)  # fmt: skip
        found = list(_lines(rest, where))
        places, rows = [place for place, _ in found], [row for _, row in found]
    return _checked(header, rows, places, where)


def _lines(lines: list[str], where: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the row of each item, with the place of its line; the last line ends the file."""
    decoder = json.JSONDecoder(parse_constant=_no_number)
    ended = False
    for number, line in enumerate(lines, start=2):
        if not line or line.isspace():
            continue
        place = f"{where}:{number}"
        if ended:
            raise BaselineError("something stands after the end", where=place, hint=HINT)
        if line == _END:
            ended = True
            continue
        try:
            row = decoder.decode(line)
        except (ValueError, RecursionError):
            row = None
        if not _is_plain(row):
            row = parse_json(line, schema="baseline_item", where=where, kind=BaselineError,
                             hint=HINT, line=number)  # fmt: skip
        yield place, row
    if not ended:
        raise BaselineError("the file was cut off: its last line is missing", where=where,
                            hint=HINT)  # fmt: skip


def _no_number(name: str) -> float:
    msg = f"{name} is no number"
    raise ValueError(msg)


def _is_plain(row: Any) -> bool:  # noqa: ANN401  any JSON
    """Say whether a row is well-formed, at a glance: the schema says what is wrong with others."""
    if type(row) is not dict or row.keys() != _KEYS or type(row["answers"]) is not dict:
        return False
    texts = (row["id"], row["prompt"], row["taken"], row["model"], row["how"])
    counts = (row["n"], row["epoch"], *row["answers"].values())
    return all(
        [
            all(type(text) is str for text in texts),
            all(type(count) is int and 0 < count <= _LARGEST for count in counts),
            all(type(row[key]) is list and all(type(one) in {int, float}
                                               and 0 <= one <= _LARGEST for one in row[key])
                for key in ("sums", "squares", "products")),
            all(len(answer) <= 8 and _is_hex(answer) for answer in row["answers"]),  # noqa: PLR2004
            len(row["id"]) == 16 and _is_hex(row["id"]),  # noqa: PLR2004  as the schema says
            len(row["prompt"]) in {0, 16} and _is_hex(row["prompt"]),
            len(row["model"]) in {0, 16} and _is_hex(row["model"]),
            len(row["taken"]) == 10 and row["taken"].replace("-", "").isdecimal(),  # noqa: PLR2004
            row["how"] in {"drawn", "record"},
        ]
    )  # fmt: skip


_HEX = frozenset("0123456789abcdef")


def _is_hex(text: str) -> bool:
    return _HEX.issuperset(text)


def _checked(
    header: Mapping[str, Any], rows: list[dict[str, Any]], places: list[str], where: str
) -> Baseline:
    """Put a baseline together from parts that are well-formed one by one."""
    if not rows:
        raise BaselineError("there is no item in it", where=where, hint=HINT)
    seen: set[str] = set()
    for row, place in zip(rows, places, strict=True):
        if row["id"] in seen:
            msg = f"item {row['id']} stands twice"
            raise BaselineError(msg, where=place, hint=_TWICE)
        seen.add(row["id"])
    metrics = tuple(header["metrics"])
    wide = (len(metrics), len(metrics), len(metrics) * (len(metrics) - 1) // 2)
    bad = next(
        (number for number, row in enumerate(rows)
         if tuple(map(len, (row["sums"], row["squares"], row["products"]))) != wide), None,
    )  # fmt: skip
    tally = None if bad is not None else tally_of(rows, metrics)
    bad = impossible(tally) if tally is not None else bad
    if tally is None or bad is not None:
        row = rows[bad or 0]
        msg = f"item {row['id']} holds sums that {row['n']} draws can't have"
        raise BaselineError(msg, where=places[bad or 0], hint=HINT)
    return Baseline(
        task=header["task"],
        arm=header["arm"],
        identity=header["identity"],
        seed=header["seed"],
        origins=tuple(
            Origin(epoch=row["epoch"], taken=row["taken"], model=row["model"], how=row["how"])
            for row in rows
        ),
        prompts=tuple(row["prompt"] for row in rows),
        tally=tally,
    )


_TWICE = (
    "two branches may have taken it: keep one of its lines, or take it anew: "
    "harness baseline accept"
)
