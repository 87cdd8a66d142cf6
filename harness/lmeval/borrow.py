"""Load a task of lm-eval, and its documents as lm-eval prompts with them."""

from __future__ import annotations

import contextlib
import functools
import itertools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.errors import TaskError, did_you_mean
from harness.lmeval.contain import contained, offline
from harness.lmeval.document import Document, read_document

_FEWSHOT_SEED = 1234  # lm-eval's own
_LONGEST = 300
# Loaders of files; any other data set comes from the hub.
_FORMATS = {"arrow", "csv", "json", "parquet", "text", "xml"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Borrowed:
    """A task of lm-eval's, which filters and scores, and its documents."""

    name: str
    task: Any
    documents: tuple[Document, ...]


def borrow(
    name: str,
    include_path: Path | None,
    *,
    num_fewshot: int | None = None,
    limit: int | None = None,
    unsafe: bool = False,
) -> Borrowed:
    """Load the task `name`, from a folder of tasks or from lm-eval's own.

    Parameters
    ----------
    unsafe
        Whether it may run code that a model wrote.

    Raises
    ------
    TaskError
        If there is no such task, it can't be loaded, or it has no answers to score.
    """
    with contained():
        task = _load(name, include_path)
        _check(task, name, unsafe=unsafe)
        _set_fewshot(task, name, num_fewshot)
        try:
            task.build_all_requests(limit=limit)
        except Exception as error:
            msg = f"lm-eval can't build the prompts of task {name!r}: {line(error)}"
            raise TaskError(msg) from error
        documents = tuple(
            read_document(task, list(requests))
            for _, requests in itertools.groupby(task.instances, lambda one: one.doc_id)
        )
    return Borrowed(name=name, task=task, documents=documents)


def _load(name: str, include_path: Path | None) -> Any:  # noqa: ANN401  lm-eval has no types
    manager = _manager(include_path)
    if name not in manager.all_subtasks:
        several = name in manager.all_tasks
        msg = f"{name!r} is a group of tasks" if several else f"lm-eval knows no task {name!r}"
        place = f" in {include_path}" if include_path else ""
        hint = "name one of its tasks" if several else did_you_mean(name, manager.all_subtasks)
        raise TaskError(f"{msg}{place}", hint=hint)
    config = manager.task_index[name].cfg or {}
    local = _is_local(config)
    try:
        with offline() if local else contextlib.nullcontext():
            return manager.load(name)["tasks"][name]
    except Exception as error:
        msg = f"lm-eval can't load task {name!r}: {line(error)}"
        fetch = f"fetch its data set {config.get('dataset_path')!r} once, with network"
        hint = "do its files exist?" if local else fetch
        raise TaskError(msg, hint=hint) from error


@functools.cache
def _own_tasks() -> Any:  # noqa: ANN401  as above
    from lm_eval.tasks import TaskManager  # noqa: PLC0415  takes seconds

    return TaskManager()  # reads the files of all its tasks: 20 seconds


def _manager(include_path: Path | None) -> Any:  # noqa: ANN401  as above
    from lm_eval.tasks import TaskManager  # noqa: PLC0415  as above

    if include_path is None:
        return _own_tasks()
    if not include_path.is_dir():
        msg = f"there is no folder {include_path}"
        raise TaskError(msg, hint="is include_path right? It is relative to the task's file")
    return TaskManager(include_defaults=False, include_path=str(include_path))


def _is_local(config: dict[str, Any]) -> bool:
    """Say whether the data are files of this machine."""
    path = config.get("dataset_path")
    if not isinstance(path, str):
        return False
    files = json.dumps((config.get("dataset_kwargs") or {}).get("data_files", ""), default=str)
    return "://" not in files and (path in _FORMATS or Path(path).exists())


def _check(task: Any, name: str, *, unsafe: bool) -> None:  # noqa: ANN401  as above
    kind = task.OUTPUT_TYPE or task.get_config("output_type")
    if kind not in {"generate_until", "multiple_choice"}:
        msg = f"task {name!r} is of type {kind}: it measures likelihoods, and has no answers"
        raise TaskError(msg, hint="take one of type generate_until or multiple_choice")
    if getattr(task, "MULTIMODAL", False):
        raise TaskError(f"task {name!r} needs images or sound", hint="take one of text alone")
    if getattr(task, "UNSAFE_CODE", False) and not unsafe:
        msg = f"task {name!r} runs code that the model wrote, on this machine"
        raise TaskError(msg, hint="allow it with confirm_run_unsafe_code: true, in a sandbox")


def _set_fewshot(task: Any, name: str, wanted: int | None) -> None:  # noqa: ANN401  as above
    own = task.get_config("num_fewshot")
    if wanted and own == 0:
        msg = f"task {name!r} sets num_fewshot: 0 itself, and lm-eval then overrides it never"
        raise TaskError(msg, hint="leave num_fewshot out")
    task.set_config(key="num_fewshot", value=wanted if wanted is not None else own or 0)
    task.set_fewshot_seed(seed=_FEWSHOT_SEED)


def line(error: BaseException) -> str:
    """Return an exception's kind and text in one printable line."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text[:_LONGEST]}" if text else type(error).__name__
