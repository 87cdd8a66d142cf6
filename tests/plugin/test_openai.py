"""Evals on arms that a server answers for, from config to verdict."""

from __future__ import annotations

import pytest

import harness.engines.openai  # loaded once, as what conftest loads
from tests.servers.client import LocalServer, dead_url

from .conftest import Project

assert harness.engines.openai

SECRET = "sk-a-very-secret-key"  # noqa: S105  the test's own
CONFIG = """
schema: 1
draws: 8
policy: {{effect: 0.1}}
arms:
  base: &base
    {{engine: openai, base_url: "{url}", model: weak, revision: "${{CHECKPOINT}}", key: MY_KEY}}
  again: *base
  rl:
    {{engine: openai, base_url: "{url}", model: strong, key: MY_KEY, api: completions,
     extra: {{top_k: 20}}, differs: [api, extra]}}
"""
EVALS = """
def test_gain(arms):
    assert arms["rl"].pass_at(1) > arms["base"].pass_at(1) + 0.1

def test_no_op(arms):
    assert -0.2 < arms["base"].pass_at(1) - arms["again"].pass_at(1) < 0.2

def test_loss(arms):
    assert arms["base"].pass_at(1) > arms["rl"].pass_at(1)
"""


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set what the config names."""
    monkeypatch.setenv("CHECKPOINT", "step-200")
    monkeypatch.setenv("MY_KEY", SECRET)


def hidden(project: Project, result: pytest.RunResult) -> bool:
    """Say whether the key is in nothing that was printed or written."""
    files = [path for path in project.path.rglob("*") if path.is_file()]
    written = b"".join(path.read_bytes() for path in files)
    return SECRET.encode() not in written and SECRET not in "\n".join(
        [*result.outlines, *result.errlines]
    )


def test_a_server_is_judged(
    project: Project, server: LocalServer, workers: tuple[str, ...]
) -> None:
    """A gain is supported, a no-op is one and a loss is refuted; the key stays out of all of it."""
    remote = server.open(key=SECRET)
    project.write("evals/harness.yaml", CONFIG.format(url=remote.url))
    project.evals(EVALS)
    result = project.run(*workers, "--showlocals")
    result.assert_outcomes(passed=2, failed=1)
    assert project.verdicts() == ["supported", "supported", "refuted"]
    assert hidden(project, result)
    arm = project.stored["settings"]["arms"]["base"]
    assert (arm["base_url"], arm["revision"], arm["key"]) == (remote.url, "step-200", "MY_KEY")


@pytest.mark.parametrize(
    ("behaviour", "message"),
    [
        ({"key": "another"}, "*HTTP 401: wrong key ?key?; check the key in the env*MY_KEY*"),
        ({"key": SECRET, "always": "404 no model"}, "*HTTP 404: no model; check base_url*"),
    ],
    ids=["key", "model"],
)
def test_a_server_that_refuses_fails_the_evals(
    project: Project, server: LocalServer, behaviour: dict[str, str], message: str
) -> None:
    """The error is the server's, with the arm's place and the next step, and never the key."""
    project.write("evals/harness.yaml", CONFIG.format(url=server.open(**behaviour).url))
    project.evals(EVALS)
    result = project.run("--showlocals")
    result.assert_outcomes(failed=3)
    result.stdout.fnmatch_lines([f"*harness.yaml:?: arms.{message}"])
    assert hidden(project, result)


def test_a_plan_needs_no_server(project: Project) -> None:
    """Planning asks for no draw, so that neither server nor key has to be there."""
    project.write("evals/harness.yaml", CONFIG.format(url=dead_url()))
    project.evals(EVALS)
    assert project.run("--harness-plan").ret == 0
    result = project.run()
    result.assert_outcomes(failed=3)
    result.stdout.fnmatch_lines(["*can't reach http://127.0.0.1:*: connection refused; is the*"])


def test_a_missing_variable_stops_the_run(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A revision that is not declared is told before anything is drawn."""
    monkeypatch.delenv("CHECKPOINT")
    project.write("evals/harness.yaml", CONFIG.format(url=dead_url()))
    project.evals(EVALS)
    result = project.run()
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*yaml:7: arms.base.revision: the environment variable CHECKPOI*"])
