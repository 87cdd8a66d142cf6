"""A user's mistake gets one clear line with place, value and suggestion, and no traceback."""

from __future__ import annotations

import pytest

from .conftest import Project

EVAL = "def test_it(arms):\n    assert arms['rl'].pass_at(1) > 0.5\n"


def _one_line(result: pytest.RunResult, *parts: str) -> None:
    """Check that some line of the output holds all parts, and that there is no traceback."""
    lines = [*result.outlines, *result.errlines]
    assert any(all(part in line for part in parts) for line in lines), "\n".join(lines)
    assert not any("Traceback" in line or "INTERNALERROR" in line for line in lines)


def _usage(project: Project, workers: tuple[str, ...], *parts: str) -> None:
    """Check that a run ends with code 4, or 1 where workers have to say it, and says why."""
    result = project.run(*workers)
    assert result.ret == (1 if workers else 4)
    _one_line(result, *parts)


def test_a_misspelt_arm(project: Project, workers: tuple[str, ...]) -> None:
    """An unknown arm is named with its place and the likely one."""
    project.evals("def test_it(arms):\n    assert arms['rll'].pass_at(1) > 0.5\n")
    result = project.run(*workers)
    assert result.ret == 1
    _one_line(result, "evals/test_evals.py:6", "no arm 'rll'", "did you mean 'rl'?")


def test_a_misspelt_task(project: Project, workers: tuple[str, ...]) -> None:
    """An unknown task is named before anything is sampled."""
    project.evals(f'@pytest.mark.harness(task="summs")\n{EVAL}')
    _usage(project, workers, "test_evals.py::test_it", "no task 'summs'", "did you mean 'sums'?")


def test_a_misspelt_marker_argument(project: Project, workers: tuple[str, ...]) -> None:
    """An unknown argument of the marker is named with the likely one."""
    project.evals(f"@pytest.mark.harness(drawss=4)\n{EVAL}")
    _usage(project, workers, "test_evals.py::test_it", "'drawss'", "did you mean 'draws'?")


@pytest.mark.parametrize(
    ("mark", "parts"),
    [
        ("harness('sums')", ("without a name", 'harness(task="...")')),
        ("harness(draws=0)", ("draws=0", "whole number")),
        ("harness(draws=True)", ("draws=True", "whole number")),
        ("harness(task=7)", ("task=7",)),
        ("harness(where='hard')", ("where='hard'", "tags")),
        ("harness(where={'spilt': 'odd'})", ("'spilt'", "did you mean 'split'?")),
        ("harness(where={'split': 'od'})", ("'od'", "did you mean 'odd'?")),
    ],
)
def test_wrong_marker_arguments(project: Project, mark: str, parts: tuple[str, ...]) -> None:
    """A wrong value in a marker is named with the eval and what is right."""
    project.evals(f"@pytest.mark.{mark}\n{EVAL}")
    _usage(project, (), "test_evals.py::test_it", *parts)


def test_no_marker(project: Project) -> None:
    """A test that uses arms without the marker is told how to mark it."""
    project.write("evals/test_bare.py", EVAL)
    result = project.run()
    assert result.ret == 1
    _one_line(result, "is not marked as an eval", "pytest.mark.harness(task=")


def test_a_misspelt_config_key(project: Project, workers: tuple[str, ...]) -> None:
    """An unknown key of the config is named with file and line."""
    project.edit("evals/harness.yaml", "draws: 8", "drows: 8")
    project.evals(EVAL)
    _usage(project, workers, "evals/harness.yaml:3: drows", "did you mean 'draws'?")


def test_a_jsonl_line_that_is_no_json(project: Project, workers: tuple[str, ...]) -> None:
    """A broken line of a task's items is named with file and line."""
    path = project.path / "evals/tasks/sums.jsonl"
    path.write_text(path.read_text(encoding="utf-8") + '{"prompt": \n', encoding="utf-8")
    project.evals(EVAL)
    _usage(project, workers, "evals/tasks/sums.jsonl:61", "no JSON")


def test_a_missing_model(project: Project, workers: tuple[str, ...]) -> None:
    """A model that is not there is named with the arm's place and what is beside it."""
    pytest.importorskip("ctranslate2", reason="the embedded engine is an extra")
    (project.path / "models" / "rl").mkdir(parents=True)
    project.edit(
        "evals/harness.yaml",
        'rl: {engine: python, function: "models:strong"}',
        "rl: {engine: ctranslate2, model: ../models/r1}",
    )
    project.evals(EVAL)
    result = project.run(*workers)
    assert result.ret == 1
    _one_line(result, "evals/harness.yaml:9: arms.rl", "models/r1", "is no folder", "beside it: rl")


def test_a_model_without_its_files(project: Project) -> None:
    """A folder that holds no model says which files it lacks."""
    pytest.importorskip("ctranslate2", reason="the embedded engine is an extra")
    (project.path / "models" / "rl").mkdir(parents=True)
    project.evals(EVAL)
    project.edit(
        "evals/harness.yaml",
        'rl: {engine: python, function: "models:strong"}',
        "rl: {engine: ctranslate2, model: ../models/rl}",
    )
    result = project.run()
    assert result.ret == 1
    _one_line(result, "lacks model.bin, config.json, tokenizer.json")


def test_an_engine_that_fails(project: Project, workers: tuple[str, ...]) -> None:
    """An arm that raises makes its claim an error, never a score of 0."""
    project.evals("def test_it(arms):\n    assert arms['broken'].pass_at(1) < 0.5\n")
    result = project.run(*workers)
    assert result.ret == 1
    _one_line(result, "evals/test_evals.py:6", "ValueError: out of memory")


def test_too_few_draws(project: Project) -> None:
    """A k beyond the draws is refused with the setting that mends it."""
    project.evals("def test_it(arms):\n    assert arms['rl'].pass_at(64) > 0.5\n")
    result = project.run()
    assert result.ret == 1
    _one_line(result, "needs at least 64 draws per item, and there are 8", "draws=64")


def test_shared_draws_are_refused(project: Project) -> None:
    """Two arms on one checkpoint and one stream don't compare."""
    old = 'again: {engine: python, function: "models:weak"}'
    project.edit("evals/harness.yaml", old, old.replace("}", ", stream: base}"))
    claim = "arms['base'].pass_at(1) < arms['again'].pass_at(1) + 0.2"
    project.evals(f"def test_it(arms):\n    assert {claim}\n")
    result = project.run()
    assert result.ret == 1
    _one_line(result, "'base' and 'again' share their draws", "stream:")


def test_different_sampling_is_refused(project: Project) -> None:
    """Arms that sample differently are incomparable, and the difference is named."""
    old = 'again: {engine: python, function: "models:weak"}'
    project.edit("evals/harness.yaml", old, old.replace("}", ", sampling: {temperature: 0.5}}"))
    claim = "arms['base'].pass_at(1) < arms['again'].pass_at(1) + 0.2"
    project.evals(f"def test_it(arms):\n    assert {claim}\n")
    result = project.run()
    assert result.ret == 1
    _one_line(result, "incomparable", "temperature is 1.0 and 0.5")


def test_stripped_asserts_are_refused(
    project: Project, workers: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under python -O no claim would be decided, so that the run is refused."""
    monkeypatch.setenv("PYTHONOPTIMIZE", "1")
    project.evals(EVAL)
    result = project.run_apart(*workers)
    assert result.ret == (1 if workers else 4)
    _one_line(result, "python -O strips asserts")


def test_a_missing_config(project: Project) -> None:
    """Without a config the path that was tried is named, with the option."""
    (project.path / "evals/harness.yaml").unlink()
    project.evals(EVAL)
    _usage(project, (), "evals/harness.yaml", "no such config file", "--harness-config")
