"""Make a task of a data set of reasoning-gym: items from seeds, in splits that are apart."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Any

from harness.config import YamlFile
from harness.errors import ConfigError, HarnessError, TaskError
from harness.gym import DataSet, GymScorer, Made
from harness.records import Item, MetricSpec, Seeds, Task
from harness.tasks.items import item_id
from harness.tasks.metrics import check_pattern

_BLOCK = "reasoning_gym"
_FRESH = "fresh"
#: Seeds from here on are those of fresh splits; some data sets take none of 2**32 or more.
_FIRST_FRESH, _END = 2**31, 2**32


def load_reasoning_gym(file: YamlFile, name: str, run: str) -> Task:
    """Load the task that a file's `reasoning_gym` block describes.

    `run` is the name of the run that the items of fresh splits are made for.

    Raises
    ------
    HarnessError
        If the package is missing, or the block is of no use; names the line and the key.
    """
    block, pattern = file.data[_BLOCK], file.data[_BLOCK].get("regex", "")
    check_pattern(pattern, file.where([_BLOCK, "regex"]), captures="regex" in block)
    _check_seeds(file)
    fresh = _fresh_seeds(block["splits"], run, name)
    try:
        dataset = DataSet(block["dataset"], block.get("config", {}))
        made = {
            split: list(dataset.make(_first(spec, fresh.get(split)), spec["size"]))
            for split, spec in block["splits"].items()
        }
        kept = _without_repeats(made, fresh)
        entries = {item.id: entry for item, entry in kept}
        scorer = GymScorer(dataset, entries, pattern)
    except HarnessError as error:
        keys = error.where.split(".") if error.where else []
        error.where = file.where([_BLOCK, *keys])
        raise
    items = tuple(item for item, _ in kept)
    _check_splits(file, made, {item.tags["split"] for item in items})
    repeats = sum(map(len, made.values())) - len(items)
    return Task(
        name=name,
        items=items,
        metrics=(MetricSpec(name="correct", equals="reference"), MetricSpec(name="score")),
        answer="correct",
        scorer=scorer,
        truncated=file.data.get("truncated", "scored"),
        about=f"{dataset.name} of reasoning-gym {dataset.version}, {repeats} repeats left out"
        + "".join(f"; {split}: {one.count} items anew in each run" for split, one in fresh.items()),
        fresh=fresh,
    )


def _fresh_seeds(splits: Mapping[str, Any], run: str, name: str) -> dict[str, Seeds]:
    """Return the seeds of the fresh splits: by chance for each run, and one after the other."""
    sizes = {split: splits[split]["size"] for split in sorted(splits) if _is_fresh(splits[split])}
    digest = hashlib.blake2b(json.dumps([run, name]).encode(), digest_size=8).digest()
    room = _END - _FIRST_FRESH - sum(sizes.values())
    first = _FIRST_FRESH + int.from_bytes(digest, "big") % max(room, 1)
    starts = accumulate(sizes.values(), initial=first)
    return {
        split: Seeds(first=start, count=count)
        for (split, count), start in zip(sizes.items(), starts, strict=False)
    }


def _is_fresh(spec: Mapping[str, Any]) -> bool:
    return bool(spec["seed"] == _FRESH)


def _first(spec: Mapping[str, Any], fresh: Seeds | None) -> int:
    return int(spec["seed"]) if fresh is None else fresh.first


def _check_splits(file: YamlFile, made: Iterable[str], left: Container[str]) -> None:
    for split in made:
        if split not in left:
            msg = "each prompt of this split stands in another split too"
            where = file.where([_BLOCK, "splits", split])
            raise TaskError(msg, where=where, hint="take a config that makes more different items")


def _without_repeats(
    made: Mapping[str, Sequence[Made]], fresh: Container[str]
) -> list[tuple[Item, Mapping[str, object]]]:
    """Return the items and their entries, each prompt once.

    Within a split the first of a prompt stays. A prompt of two splits stays in neither: it would
    be held out from nothing, whichever of them was trained on. But what fresh items repeat leaves
    other splits as they are: these would have other items in each run.
    """
    lasting = _splits_of_prompts(made[split] for split in made if split not in fresh)
    everywhere = _splits_of_prompts(made.values())
    kept: dict[str, tuple[Item, Mapping[str, object]]] = {}
    for split, all_of in made.items():
        splits = everywhere if split in fresh else lasting
        for one in all_of:
            if splits[one.prompt] == 1 and one.prompt not in kept:
                identity = item_id(one.prompt, one.reference)
                item = Item(
                    id=identity, prompt=one.prompt, reference=one.reference, tags={"split": split}
                )
                kept[one.prompt] = (item, one.entry)
    return list(kept.values())


def _splits_of_prompts(splits: Iterable[Sequence[Made]]) -> Counter[str]:
    """Count in how many splits a prompt is."""
    return Counter(prompt for all_of in splits for prompt in {one.prompt for one in all_of})


def _check_seeds(file: YamlFile) -> None:
    """Refuse splits that share seeds: item i of a split is made from its seed + i."""
    splits = file.data[_BLOCK]["splits"]
    ranges = sorted(
        (spec["seed"], spec["seed"] + spec["size"], name)
        for name, spec in splits.items()
        if not _is_fresh(spec)
    )
    if ranges and ranges[-1][1] > _FIRST_FRESH and any(map(_is_fresh, splits.values())):
        msg = f"seeds from {_FIRST_FRESH} on are those of fresh splits"
        where = file.where([_BLOCK, "splits", ranges[-1][2], "seed"])
        raise ConfigError(msg, where=where, hint="begin at a smaller one")
    for (_, end, before), (start, _, split) in pairwise(ranges):
        if start < end:
            msg = f"seed {start} is one of split {before!r} already, which takes one for each item"
            where = file.where([_BLOCK, "splits", split, "seed"])
            raise ConfigError(msg, where=where, hint=f"begin at {end} or later")
