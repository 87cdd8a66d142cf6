"""`harness draws verify`: damage is told with the next step, and so is what is odd."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from harness.records import ArmSpec

from .conftest import Run, change, draw

MakeArm = Callable[[float], ArmSpec]


@pytest.fixture
def alike(function_arm: Callable[..., ArmSpec]) -> MakeArm:
    """Return a maker of arms that say the same whatever the seed, at some temperature."""

    def say(prompt: str, seed: int) -> str:
        del seed
        return prompt

    return lambda temperature: function_arm(say, stream="same", temperature=temperature)


def test_a_sound_store(store: Path, harness: Run) -> None:
    """Nothing is found, and the exit code is 0."""
    assert harness("verify") == f"{store}: sound\n"


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("DELETE FROM streams WHERE id = 1", "40 draws have no stream"),
        ("DELETE FROM prompts WHERE id = 1", "16 draws have no prompt"),
        ("DELETE FROM scorers", "80 scores have no scorer"),
        ("DELETE FROM draws WHERE stream = 1", "40 scores have no draw"),
        ("DELETE FROM streams WHERE id = 3", "20 scores have no stream"),
        ("UPDATE scores SET metrics = x'00' WHERE n = 7", "5 scores have more or fewer metrics"),
    ],
)
def test_orphans_are_damage(store: Path, statement: str, message: str, harness: Run) -> None:
    """What refers to nothing is counted, with exit code 1; `prune` mends it."""
    change(store, statement)
    out = harness("verify", code=1)
    assert f"damage: {message}" in out
    assert "; `harness draws prune --yes` deletes them" in out
    assert out.endswith("damaged\n")
    harness("prune", "--yes")
    assert harness("verify") == f"{store}: sound\n"


def test_a_prompt_that_was_changed_is_damage(store: Path, harness: Run) -> None:
    """A prompt whose text is not the one that was hashed is told."""
    change(store, "UPDATE prompts SET text = x'00' WHERE id = 2")
    assert "damage: 1 prompts are not those that were entered; move" in harness("verify", code=1)


def test_a_broken_file_is_damage(store: Path, harness: Run) -> None:
    """A page that was overwritten is exit code 1, in lines and no traceback."""
    change(store, "PRAGMA journal_mode = DELETE")
    content = bytearray(store.read_bytes())
    half = len(content) // 2 // 4096 * 4096
    content[half : half + 8192] = b"\xff" * 8192
    store.write_bytes(content)
    assert "move" in harness("verify", code=1)


def test_gaps_are_told(store: Path, harness: Run) -> None:
    """Indices that lack before later ones are no damage: a run takes them."""
    change(store, "DELETE FROM draws WHERE stream = 1 AND n = 2 AND prompt < 3",
           "DELETE FROM scores WHERE stream = 1 AND n = 2")  # fmt: skip
    out = harness("verify")
    assert "note: 2 draws of 2 prompts lack in stream 1 of arm 'sure'; a run" in out


@pytest.mark.parametrize(("drawn", "told"), [((1.0, 4), 1), ((0.0, 4), 0), ((1.0, 3), 0)])
def test_draws_that_are_all_alike(
    store: Path, alike: MakeArm, harness: Run, drawn: tuple[float, int], told: int
) -> None:
    """A server that uses one seed for all is told as a warning; temperature 0 is no wonder."""
    temperature, draws = drawn
    draw(store, alike(temperature), draws)
    out = harness("verify")
    assert out.count("warning: all draws of a prompt are alike in stream 4 of arm 'rl'") == told
    assert out.endswith("sound\n")
