"""What the page says of recipes over training seeds, and of controls that are recipes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy import stats

from harness.config import load_config
from harness.diff.align import on_items
from harness.records import Policy
from harness.study.cast import cast_of, needed
from tests.unit.study.conftest import Pages, drawn

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    from harness.diff import Side
    from harness.study.answer import Answer, Figure
    from harness.study.page import Page

    FloatArray = npt.NDArray[np.float64]

CONFIG = """\
schema: 1
arms:
  base: {engine: python, function: "m:f"}
  rl: {engine: python, function: "m:f"}
  rl2: {engine: python, function: "m:f"}
  rl3: {engine: python, function: "m:f"}
  dud: {engine: python, function: "m:f"}
  dud2: {engine: python, function: "m:f"}
  recipe: {seeds: [rl, rl2, rl3]}
  duds: {seeds: [dud, dud2], control: {of: recipe, kind: placebo}}
"""


def sides(**skills: FloatArray) -> dict[str, Side]:
    """Draw arms by their skills."""
    return {name: drawn(name, skill) for name, skill in skills.items()}


def of(page: Page, key: str, arm: str = "rl") -> Answer:
    """Return the answer to a question for an arm."""
    return next(one for one in page.arms if one.name == arm).answers[key]


def values(answer: Answer, what: str, where: str) -> dict[str, Figure]:
    """Return figures of an answer on some items, by whom they are of."""
    return {one.of: one for one in answer.figures if (one.what, one.where) == (what, where)}


def test_a_recipe_has_the_mean_of_its_seeds_and_their_variance(
    page: Pages, base: FloatArray
) -> None:
    """The interval is at least as wide as Student's over the seeds, and each seed is told."""
    better = {name: base**power for name, power in (("rl", 0.4), ("rl2", 0.45), ("rl3", 0.5))}
    found = of(page(sides(base=base, **better), config=CONFIG), "recipe")
    assert found.verdict == "yes"
    assert found.words == {"even": "yes", "odd": "yes"}
    own = [one.value or 0 for one in values(found, "of it, gain of the seed", "even").values()]
    gain = values(found, "pass@1 of", "even")["recipe"]
    assert len(own) == 3
    assert gain.value == pytest.approx(np.mean(own))
    reach = stats.t.ppf(0.95, 2) * np.std(own, ddof=1) / np.sqrt(3)
    assert gain.low is not None
    assert np.mean(own) - gain.low >= reach


def test_on_these_items_alone_seeds_still_vary(page: Pages, base: FloatArray) -> None:
    """The items are fixed, and the interval is Student's over the seeds at the least."""
    better = {name: base**power for name, power in (("rl", 0.4), ("rl2", 0.45), ("rl3", 0.5))}
    made = page(sides(base=base, **better), Policy(items="these"), config=CONFIG)
    gain = values(of(made, "recipe"), "pass@1 of", "even")["recipe"]
    seeds = values(of(made, "recipe"), "of it, gain of the seed", "even").values()
    own = [one.value or 0 for one in seeds]
    reach = stats.t.ppf(0.95, 2) * np.std(own, ddof=1) / np.sqrt(3)
    assert gain.value is not None
    assert gain.low is not None
    assert gain.value - gain.low >= reach - 1e-9


def test_other_items_are_no_common_ones(page: Pages, base: FloatArray) -> None:
    """A seed that was drawn on one split alone leaves the recipe's answer to that split."""
    rl = {"rl": base**0.4, "rl2": base**0.42, "rl3": base**0.44}
    every = sides(base=base, **rl, dud=base, dud2=base)
    ids = every["base"].tally.ids
    every |= {"rl2": on_items(every["rl2"], ids[::2]), "dud": on_items(every["dud"], ids[1::2])}
    made = page(every, config=CONFIG)
    assert of(made, "recipe").words == {"even": "yes"}
    assert of(made, "controls").words == {"odd": "yes"}


def test_what_one_seed_shows_the_recipe_may_not(page: Pages, base: FloatArray) -> None:
    """One seed helps, the others do not: the arm is said to help, and its recipe not."""
    made = page(
        sides(base=base, rl=base**0.4, rl2=base, rl3=np.minimum(1.6 * base, 1) ** 1.4),
        config=CONFIG,
    )
    assert of(made, "helped").verdict == "yes"
    assert of(made, "recipe").verdict == "not shown"
    assert any("of " in str(one[0]) and "several seeds" in str(one[-1]) for one in made.caveats)


def test_seeds_that_were_not_drawn_are_told_and_nothing_is_asked(
    page: Pages, base: FloatArray
) -> None:
    """A recipe is about all of its seeds, or not asked about."""
    made = page(sides(base=base, rl=base**0.4, rl2=base**0.4), config=CONFIG)
    assert "recipe" not in made.arms[0].answers
    assert "recipe recipe is left out: the run drew nothing of rl3" in made.notes
    assert any("Does its recipe help" in str(one[0]) for one in made.caveats)


def test_a_control_that_is_a_recipe_stands_for_its_seeds(page: Pages, base: FloatArray) -> None:
    """An arm without a control has that of its recipe; both are net of all of its seeds."""
    rl = {"rl": base**0.4, "rl2": base**0.42, "rl3": base**0.44}
    made = page(sides(base=base, **rl, dud=base, dud2=base**0.95), config=CONFIG)
    controls, recipe = of(made, "controls"), of(made, "recipe")
    assert {one.of for one in controls.figures} == {"duds"}
    assert controls.verdict == "yes"
    assert ", 2 training seeds)" in controls.said
    net = values(recipe, "pass@1 of the recipe, net of", "odd")["duds"]
    gain = values(recipe, "pass@1 of", "odd")["recipe"]
    own = values(controls, "own gain of", "odd")["duds"]
    assert net.value == pytest.approx((gain.value or 0) - (own.value or 0))
    assert {"dud", "dud2", "rl2", "rl3"} <= {one.name for one in made.drawn}


def test_the_first_seed_on_the_page_stands_for_the_recipe(page: Pages, base: FloatArray) -> None:
    """Undeclared, it alone is on the page; declared ones are all there, and one is asked."""
    rl = {"rl": base**0.4, "rl2": base**0.42, "rl3": base**0.44}
    made = page(sides(base=base, **rl), config=CONFIG)
    assert [one.name for one in made.arms] == ["rl"]
    both = page(sides(base=base, **rl), config=CONFIG, arms=("rl3", "rl"))
    assert [("recipe" in one.answers) for one in both.arms] == [False, True]


def test_few_seeds_are_told(page: Pages, base: FloatArray) -> None:
    """Two seeds show large effects alone, which the answer says."""
    config = CONFIG.replace("[rl, rl2, rl3]", "[rl, rl2]")
    found = of(page(sides(base=base, rl=base**0.4, rl2=base**0.4), config=config), "recipe")
    assert " has 2 seeds: fewer than 3 show large effects alone" in found.caveats[0]


def test_all_that_a_page_may_read_is_loaded(tmp_path: Path) -> None:
    """Seeds, controls and their seeds, and the arms of series."""
    path = tmp_path / "harness.yaml"
    more = '  early: {engine: python, function: "m:f"}\n  none: {engine: python, function: "m:f"}\n'
    path.write_text(f"{CONFIG}{more}series: {{s: [early, base]}}\n", encoding="utf-8")
    config = load_config(path)
    models = {name: name for name in ("base", "rl")}
    cast = cast_of(config.arms, config.study, models, config.recipes)
    arms = needed(config, cast) & config.arms.keys()
    assert arms == {"base", "rl", "rl2", "rl3", "dud", "dud2", "early"}


def test_recipes_of_other_arms_are_not_told_of(page: Pages, base: FloatArray) -> None:
    """Nothing was read of them, for the page is not about them."""
    made = page(sides(base=base, dud=base**0.9), config=CONFIG, arms=("dud",))
    assert not [note for note in made.notes if note.startswith("recipe recipe")]
    assert "recipe duds is left out: the run drew nothing of dud2" in made.notes
