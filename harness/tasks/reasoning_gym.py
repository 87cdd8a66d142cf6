"""Make a task of a data set of reasoning-gym: fresh items from seeds, in splits that are apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from itertools import pairwise

from harness.config import YamlFile
from harness.errors import ConfigError, HarnessError, TaskError
from harness.gym import DataSet, GymScorer, Made
from harness.records import Item, MetricSpec, Task
from harness.tasks.items import item_id
from harness.tasks.metrics import check_pattern

_BLOCK = "reasoning_gym"


def load_reasoning_gym(file: YamlFile, name: str) -> Task:
    """Load the task that a file's `reasoning_gym` block describes.

    Raises
    ------
    HarnessError
        If the package is missing, or the block is of no use; names the line and the key.
    """
    block, pattern = file.data[_BLOCK], file.data[_BLOCK].get("regex", "")
    check_pattern(pattern, file.where([_BLOCK, "regex"]), captures="regex" in block)
    _check_seeds(file)
    try:
        dataset = DataSet(block["dataset"], block.get("config", {}))
        made = {
            split: list(dataset.make(spec["seed"], spec["size"]))
            for split, spec in block["splits"].items()
        }
        kept = _without_repeats(made)
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
        about=f"{dataset.name} of reasoning-gym {dataset.version}, {repeats} repeats left out",
    )


def _check_splits(file: YamlFile, made: Iterable[str], left: Container[str]) -> None:
    for split in made:
        if split not in left:
            msg = "each prompt of this split stands in another split too"
            where = file.where([_BLOCK, "splits", split])
            raise TaskError(msg, where=where, hint="take a config that makes more different items")


def _without_repeats(
    made: Mapping[str, Sequence[Made]],
) -> list[tuple[Item, Mapping[str, object]]]:
    """Return the items and their entries, each prompt once.

    Within a split the first of a prompt stays. A prompt of two splits stays in neither: it would
    be held out from nothing, whichever of them was trained on.
    """
    splits = Counter(
        prompt for all_of in made.values() for prompt in {one.prompt for one in all_of}
    )
    kept: dict[str, tuple[Item, Mapping[str, object]]] = {}
    for split, all_of in made.items():
        for one in all_of:
            if splits[one.prompt] == 1 and one.prompt not in kept:
                identity = item_id(one.prompt, one.reference)
                item = Item(
                    id=identity, prompt=one.prompt, reference=one.reference, tags={"split": split}
                )
                kept[one.prompt] = (item, one.entry)
    return list(kept.values())


def _check_seeds(file: YamlFile) -> None:
    """Refuse splits that share seeds: item i of a split is made from its seed + i."""
    splits = file.data[_BLOCK]["splits"]
    ranges = sorted(
        (spec["seed"], spec["seed"] + spec["size"], name) for name, spec in splits.items()
    )
    for (_, end, before), (start, _, split) in pairwise(ranges):
        if start < end:
            msg = f"seed {start} is one of split {before!r} already, which takes one for each item"
            where = file.where([_BLOCK, "splits", split, "seed"])
            raise ConfigError(msg, where=where, hint=f"begin at {end} or later")
