"""pytest's own `--junitxml`: each claim is among the properties of its test."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from .conftest import Project

BODY = """
def test_gain(arms):
    assert arms['rl'].pass_at(1) > arms['base'].pass_at(1) + 0.1
    assert arms['rl'].pass_at(1) < arms['base'].pass_at(1)

def test_plain():
    pass
"""


def test_claims_are_properties(project: Project, workers: tuple[str, ...]) -> None:
    """With and without workers: text, verdict and numbers are those of run.json."""
    project.evals(BODY)
    assert project.run("--junitxml=junit.xml", *workers).ret == 1
    cases = ET.parse(project.path / "junit.xml").iter("testcase")  # noqa: S314  our own
    found = {
        case.get("name"): {one.get("name"): one.get("value") for one in case.iter("property")}
        for case in cases
    }
    claims = project.stored["claims"]
    assert found["test_plain"] == {}
    assert len(found["test_gain"]) == 18
    for claim in claims:
        decision, prefix = claim["decision"], f"harness.{claim['ordinal']}"
        told = found["test_gain"]
        assert told[f"{prefix}.claim"] == claim["text"]
        assert told[f"{prefix}.verdict"] == decision["verdict"]
        assert float(told[f"{prefix}.value"] or "") == decision["effect"]
        assert float(told[f"{prefix}.high"] or "") == decision["high"]
        assert told[f"{prefix}.items"] == str(decision["items"])
    assert [claim["decision"]["verdict"] for claim in claims] == ["supported", "refuted"]
