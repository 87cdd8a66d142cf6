"""Make a task of one of lm-eval's: its documents are items, its own metrics score."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from harness.config import YamlFile
from harness.errors import ConfigError, HarnessError, TaskError, did_you_mean
from harness.lmeval import Borrowed, LmEvalScorer, borrow
from harness.lmeval.document import Document
from harness.records import ONE_DRAW, Item, MetricSpec, Task
from harness.tasks.items import item_id

_ALONE = {"schema", "lm_eval", "form", "probes"}


def load_lm_eval(file: YamlFile, name: str) -> Task:
    """Load the task that a file's `lm_eval` block names.

    Raises
    ------
    HarnessError
        If lm-eval has no such task, or its items or metrics are of no use; names the key.
    """
    for key in file.data:
        if key not in _ALONE:
            msg = "this key does not go with lm_eval, whose task has items and metrics of its own"
            raise ConfigError(msg, where=file.where([key]), hint="remove it")
    block: dict[str, Any] = file.data["lm_eval"]
    path = block.get("include_path")
    try:
        borrowed = borrow(
            block["task"],
            None if path is None else (file.path.parent / path).resolve(),
            num_fewshot=block.get("num_fewshot"),
            limit=block.get("limit"),
            unsafe=block.get("confirm_run_unsafe_code", False),
        )
        documents = _documents(borrowed, set(block.get("exclude", ())))
        items = tuple(_item(identity, one, block) for identity, one in documents.items())
        scorer = LmEvalScorer(
            borrowed, documents, block.get("metrics"), block.get("think_end_token")
        )
    except HarnessError as error:
        error.where = error.where or file.where(["lm_eval"])
        raise
    return Task(
        name=name,
        items=items,
        metrics=tuple(_metric(metric, scorer.answer) for metric in scorer.metrics),
        answer=scorer.answer,
        scorer=scorer,
        about=ONE_DRAW if items[0].choices else "",
        until=_until(documents.values(), block),
    )


def _until(documents: Iterable[Document], block: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what ends each completion of a task; nothing does where reasoning comes first."""
    if "think_end_token" in block:
        return ()
    stops = [document.until for document in documents]
    return tuple(stop for stop in stops[0] if all(stop in others for others in stops))


def _metric(name: str, answer: str) -> MetricSpec:
    return MetricSpec(name=name, pattern="", equals="reference" if name == answer else None)


def _documents(borrowed: Borrowed, excluded: set[int]) -> dict[str, Document]:
    """Return the documents by the ids of their items."""
    numbers: dict[str, int] = {}
    found: dict[str, Document] = {}
    for document in borrowed.documents:
        if document.number in excluded:
            continue
        if document.prompt in numbers:
            # Two items on one prompt would share their draws and count them twice.
            both = f"documents {numbers[document.prompt]} and {document.number}"
            msg = f"{both} of task {borrowed.name!r} have one prompt"
            raise TaskError(msg, hint=f"leave one out: exclude: [{document.number}]")
        numbers[document.prompt] = document.number
        found[item_id(document.prompt, document.target)] = document
    if not found:
        raise TaskError(f"no document of task {borrowed.name!r} is left", hint="exclude fewer")
    return found


def _item(identity: str, document: Document, block: Mapping[str, Any]) -> Item:
    cluster = block.get("cluster")
    return Item(
        id=identity,
        prompt=document.prompt,
        reference=document.target,
        choices=document.choices,
        tags={key: _field(document, key) for key in block.get("tags", ())},
        cluster=None if cluster is None else _field(document, cluster),
    )


def _field(document: Document, key: str) -> str:
    if key not in document.doc:
        msg = f"document {document.number} has no field {key!r}"
        raise TaskError(msg, hint=did_you_mean(key, document.doc))
    return str(document.doc[key])
