"""Read a task: `evals/tasks/<name>.yaml` and the JSONL it points to."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from harness.config import YamlFile, read_yaml
from harness.errors import TaskError, did_you_mean
from harness.records import Task
from harness.tasks.items import read_items
from harness.tasks.metrics import read_answer, read_metrics
from harness.tasks.probes import read_probes, with_parts


def load_task(folder: Path, name: str, run: str = "") -> Task:
    """Load the task `name` from `folder`.

    Parameters
    ----------
    run
        The name of the run that its items are for, if some are made anew in each; where it is
        empty these are a sample of what a run may have.

    Raises
    ------
    TaskError
        If there is no such task, or an item is wrong or stands twice; names the line.
    ConfigError
        If the task's YAML is wrong; names the line and the key.
    """
    path = folder / f"{name}.yaml"
    if not path.is_file():
        known = [other.stem for other in folder.glob("*.yaml")]
        msg = f"there is no task {name!r} in {folder}"
        raise TaskError(msg, hint=did_you_mean(name, known))
    file = read_yaml(path, "task")
    task = _loaded(file, name, run)
    return dataclasses.replace(with_parts(file, task), probes=read_probes(file))


def _loaded(file: YamlFile, name: str, run: str) -> Task:
    if "lm_eval" in file.data:
        from harness.tasks.lm_eval import load_lm_eval  # noqa: PLC0415  lm-eval takes seconds

        return load_lm_eval(file, name)
    if "reasoning_gym" in file.data:
        from harness.tasks.reasoning_gym import load_reasoning_gym  # noqa: PLC0415  as it is needed

        return load_reasoning_gym(file, name, run)
    metrics = read_metrics(file)
    return Task(
        name=name,
        items=read_items(file.path.parent / file.data["items"], file.where(["items"])),
        metrics=metrics,
        answer=read_answer(file, metrics),
        truncated=file.data.get("truncated", "scored"),
    )
