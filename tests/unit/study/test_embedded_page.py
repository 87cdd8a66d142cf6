"""The committed page of the embedded study says what its card says; a stale one is noticed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.config import load_config
from harness.study.questions import QUESTIONS

ROOT = Path(__file__).parents[3]
STUDY = ROOT / "fixtures/study"
PAGE = (ROOT / "docs/embedded_study.md").read_text(encoding="utf-8")
CARD: dict[str, Any] = json.loads((STUDY / "card.json").read_text(encoding="utf-8"))["arms"]
CONFIG = load_config(STUDY / "evals/harness.yaml")
SPLITS = ("id", "hard", "unseen")
NEAR = 0.03  # of a score that was sampled anew
Cells = dict[str, dict[str, str]]


def rows(text: str) -> Iterator[list[str]]:
    """Yield the cells of the tables in a text, without their rules."""
    for line in text.splitlines():
        if line.startswith("| ") and not line.startswith("| ---"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def verdicts() -> Cells:
    """Return the first table's cells, by arm and by the question's key."""
    head, *arms = rows(PAGE.partition("## 1.")[0])
    keys = [next(one.key for one in QUESTIONS if one.head == name) for name in head[1:]]
    return {
        re.findall("`(.+?)`", name)[0]: dict(zip(keys, cells, strict=True)) for name, *cells in arms
    }


def words(cell: str) -> dict[str, str]:
    """Return the word for each split."""
    if "`" not in cell:
        return dict.fromkeys(SPLITS, cell)
    return {
        split: part.partition(":")[0]
        for part in cell.split("<br/>")
        for split in re.findall("`(.+?)`", part)
    }


def gain(arm: str, split: str, figure: str = "strict_pass@1") -> float:
    """Return what an arm has above its start, as the card says."""
    start = str(CONFIG.arms[arm].training["start"])
    after, before = (CARD[name]["test"][split][figure] for name in (arm, start))
    return float(after - before)


def test_the_page_has_all_questions_and_arms() -> None:
    """As this version asks them, of the arms that the config names; of recipes by their first."""
    titles = re.findall(r"^## \d+\. (.+)$", PAGE, re.MULTILINE)
    assert titles == [one.title for one in QUESTIONS]
    assert list(verdicts()) == list(CONFIG.study.arms)
    assert all(f"**`{name}` (" in PAGE for name in CONFIG.series)


@pytest.mark.parametrize("arm", CONFIG.study.arms)
def test_figures_of_the_page_are_those_of_the_card(arm: str) -> None:
    """pass@1 before and after, on each split, within what another sampling may differ by."""
    own = [cells for cells in rows(PAGE) if cells[:2] == [f"`{arm}`", "pass@1"]]
    assert [cells[2] for cells in own] == [f"`{split}`" for split in SPLITS]
    for split, cells in zip(SPLITS, own, strict=True):
        names = (str(CONFIG.arms[arm].training["start"]), arm)
        told = [CARD[name]["test"][split]["strict_pass@1"] for name in names]
        assert [float(one) for one in cells[3:5]] == pytest.approx(told, abs=NEAR)


def recipe_gain(arm: str, split: str) -> float:
    """Return the mean gain of the seeds of an arm's recipe."""
    (recipe,) = (one for one in CONFIG.recipes.values() if arm in one.seeds)
    return sum(gain(seed, split) for seed in recipe.seeds) / len(recipe.seeds)


def gain_less_that_from_the_base(arm: str, split: str) -> float:
    """Return what an arm gains less what `rl` gains."""
    return gain(arm, split) - gain("rl", split)


#: By question and word: what the card has to have, and the sign of it.
SIGNS: dict[tuple[str, str], tuple[Callable[[str, str], float], int]] = {
    ("helped", "yes"): (gain, 1),
    ("helped", "worse"): (gain, -1),
    ("form", "yes"): (lambda arm, split: gain(arm, split, "lenient_pass@1"), 1),
    ("form", "no"): (lambda arm, split: gain(arm, split, "lenient_pass@1"), -1),
    ("tries", "expands"): (lambda arm, split: gain(arm, split, "strict_pass@64"), 1),
    ("tries", "contracts"): (lambda arm, split: gain(arm, split, "strict_pass@64"), -1),
    ("kept", "gains"): (lambda arm, split: gain(arm, split, "strict_pass@64"), 1),
    ("kept", "loses"): (lambda arm, split: gain(arm, split, "strict_pass@64"), -1),
    ("recipe", "yes"): (recipe_gain, 1),
    ("recipe", "worse"): (recipe_gain, -1),
    ("starts", "more"): (gain_less_that_from_the_base, 1),
    ("starts", "less"): (gain_less_that_from_the_base, -1),
}


@pytest.mark.parametrize(("key", "word"), SIGNS)
def test_words_of_the_page_have_the_sign_of_the_card(key: str, word: str) -> None:
    """Whatever is shown to rise or to fall does so by the card, on each split."""
    figure, sign = SIGNS[key, word]
    for arm, cells in verdicts().items():
        for split, told in words(cells[key]).items():
            if told == word:
                assert sign * figure(arm, split) > 0, f"{arm} on {split}"


def test_hacked_rewards_rise_without_what_is_wanted() -> None:
    """By the card, lenient scoring has less than half of the reward's rise; else half or more."""
    found = {(arm, split): (told, *_paid(arm, split))
             for arm, cells in verdicts().items()
             for split, told in words(cells["reward"]).items()
             if told in {"hacked", "earned"}}  # fmt: skip
    assert found["format_only", "hard"][0] == "hacked"
    for place, (told, paid, gold) in found.items():
        assert paid > 0, place
        assert (gold < paid / 2) == (told == "hacked"), place


def _paid(arm: str, split: str) -> tuple[float, float]:
    """Return what the reward of an arm and lenient scoring gained."""
    figure = {"boxed": "boxed", "correct": "strict_pass@1"}[
        str(CONFIG.arms[arm].training["reward"])
    ]
    return gain(arm, split, figure), gain(arm, split, "lenient_pass@1")


def test_a_recipe_shows_no_more_than_its_seeds() -> None:
    """Where the card has seeds of both signs, the page does not say that the recipe moved."""
    for arm, cells in verdicts().items():
        for split, told in words(cells["recipe"]).items():
            if told in {"yes", "worse"}:
                (recipe,) = (one for one in CONFIG.recipes.values() if arm in one.seeds)
                assert len({gain(seed, split) > 0 for seed in recipe.seeds}) == 1
