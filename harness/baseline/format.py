"""The baseline file: a header, then a line for each item, sorted, that git merges by itself.

Each item tells where it is from, so that the header stays as it is where some items are taken
anew. It also has a hash of how the header says that it was scored and sampled: a merge may bring
it beside the header of another branch. An empty line stands between two items: git merges changes
of neighbouring lines only where a line that stays lies between them.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from harness.baseline.figures import impossible, tally_of
from harness.baseline.migrate import HINT, migrated
from harness.baseline.record import Baseline, Origin
from harness.errors import BaselineError
from harness.schemas.read import parse_json

if TYPE_CHECKING:
    from harness.records.data import FloatArray

SCHEMA = 2  # 1: first version, one JSON object; 2: a line per item, with its origin and prompt
_END = '{"complete": true}'
_COUNT = r"[1-9][0-9]{0,8}"
_FIGURE = r"(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,17})?(?:e-[0-9]{1,3})?"
_FIGURES = rf"\[(?:{_FIGURE}(?:, {_FIGURE})*)?\]"
_ANSWER = rf'"[0-9a-f]{{0,8}}": {_COUNT}'
#: A line as it is written, which keeps to the schema. Others are held against it one by one.
_PLAIN = re.compile(
    r'\{"id": "[0-9a-f]{16}", "prompt": "(?:[0-9a-f]{16})?", '
    rf'"epoch": {_COUNT}, "taken": "[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}", '
    r'"model": "(?:[0-9a-f]{16})?", "how": "(?:drawn|record)", '
    r'(?:"measure": "[0-9a-f]{8}", )?'
    rf'"n": {_COUNT}, "sums": {_FIGURES}, "squares": {_FIGURES}, "products": {_FIGURES}, '
    rf'"answers": \{{(?:{_ANSWER}(?:, {_ANSWER})*)?\}}\}}'
)


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
    lines = [json.dumps(header, sort_keys=True), *map(json.dumps, rows), _END]
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
        twice, figures are such as no scores can have, or the end is missing.
    """
    first, *rest = text.replace("\r\n", "\n").split("\n")
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
        if _PLAIN.fullmatch(line):
            row = json.loads(line)
        else:  # the schema says what is wrong with it
            row = parse_json(line, schema="baseline_item", where=where, kind=BaselineError,
                             hint=HINT, line=number)  # fmt: skip
        yield place, row
    if not ended:
        raise BaselineError("the file was cut off: its last line is missing", where=where,
                            hint=HINT)  # fmt: skip


def _checked(
    header: Mapping[str, Any], rows: list[dict[str, Any]], places: list[str], where: str
) -> Baseline:
    """Put a baseline together from parts that are well-formed one by one."""
    if not rows:
        raise BaselineError("there is no item in it", where=where, hint=HINT)
    seen, measure = set[str](), _measure(header)
    for row, place in zip(rows, places, strict=True):
        if row.get("measure", measure) != measure:
            msg = f"item {row['id']} was scored, sampled or prompted otherwise than the header says"
            raise BaselineError(msg, where=place, hint=_OTHERWISE)
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


_OTHERWISE = "two branches may have met: take the file of one, then: harness baseline rebase"
_TWICE = (
    "two branches may have taken it: keep one of its lines, or take it anew: "
    "harness baseline accept"
)
