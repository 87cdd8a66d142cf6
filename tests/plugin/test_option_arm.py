"""`--harness-arm NAME=OTHER`: an arm runs what another one is."""

from __future__ import annotations

import pytest

from .conftest import Project

EVAL = "def test_it(arms):\n    assert arms['rl'].pass_at(1) > arms['base'].pass_at(1) + 0.2\n"


@pytest.mark.parametrize("extra", [(), ("-n", "2"), ("-p", "no:terminal")])
def test_swapping_the_candidate_turns_the_build_red(
    project: Project, extra: tuple[str, ...]
) -> None:
    """With `rl` swapped for a model that is no better, the run exits with 1 and says why."""
    project.evals(EVAL)
    assert project.run_apart(*extra).ret == 0
    result = project.run_apart(*extra, "--harness-arm", "rl=again")
    assert result.ret == 1
    output = "\n".join([*result.outlines, *result.errlines])
    assert "refuted: rl.pass@1 > base.pass@1 + 0.2" in output
    assert "NOT PROVEN: 1 refuted" in output
    assert project.stored["verdict"] == "red"


@pytest.mark.parametrize(
    ("option", "parts"),
    [
        ("rl", ("not NAME=OTHER",)),
        ("rll=base", ("no arm 'rll'", "did you mean 'rl'?")),
        ("rl=basse", ("'basse' is neither an arm nor a path", "did you mean 'base'?")),
    ],
)
def test_a_wrong_override(project: Project, option: str, parts: tuple[str, ...]) -> None:
    """A misspelt override is refused before anything is sampled."""
    project.evals(EVAL)
    result = project.run("--harness-arm", option)
    assert result.ret == 4
    assert all(part in result.stderr.str() for part in parts)
