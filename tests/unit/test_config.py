"""The config file: what it means, and one clear line for each thing that can be wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from harness.config import load_config, read_yaml, replace_arms
from harness.errors import ConfigError
from harness.records import Config, Policy, Price, Sampling

Write = Callable[[str, str | bytes], Path]

GOOD = """\
schema: 1

draws: 4
sampling:
  temperature: 0.7
  seed: 3
policy:
  alpha: 0.01
  effect: 0.1
  inconclusive: warn
baseline:
  draws: 32
arms:
  base:
    engine: ctranslate2
    model: models/base
  rl:
    engine: ctranslate2
    model: models/rl
    stream: fresh
    sampling:
      top_p: 0.9
  toy:
    engine: python
    function: models:toy
    revision: "2"
"""


@pytest.fixture
def config(write: Write) -> Config:
    """Return the good config, read."""
    return load_config(write("evals/harness.yaml", GOOD))


def refused(write: Write, text: str | bytes, message: str) -> None:
    """See that a config is refused in one line that begins with its place."""
    path = write("evals/harness.yaml", text)
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert message in str(caught.value).removeprefix(f"{path}")
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_a_good_file_is_read(config: Config, tmp_path: Path) -> None:
    """Every setting lands where it belongs."""
    assert (config.draws, config.baseline_draws, config.seed) == (4, 32, 3)
    assert config.policy == Policy(alpha=0.01, effect=0.1, inconclusive="warn")
    assert list(config.arms) == ["base", "rl", "toy"]
    rl = config.arms["rl"]
    assert rl.options == {"model": str(tmp_path / "evals/models/rl")}
    assert rl.where == f"{config.path}:17: arms.rl"
    assert config.arms["toy"].options == {"function": "models:toy", "revision": "2"}


def test_arms_share_the_sampling_unless_they_have_their_own(config: Config) -> None:
    """An arm's sampling overrides the common one key by key."""
    assert config.arms["base"].sampling == Sampling(temperature=0.7)
    assert config.arms["rl"].sampling == Sampling(temperature=0.7, top_p=0.9)


def test_each_arm_has_a_stream_of_its_own(config: Config) -> None:
    """An arm draws from the stream of its name, unless it names another."""
    assert {arm.name: arm.stream for arm in config.arms.values()} == {
        "base": "base", "rl": "fresh", "toy": "toy",
    }  # fmt: skip


def test_the_rest_has_defaults(write: Write) -> None:
    """A schema and one arm are enough."""
    text = "schema: 1\narms: {a: {engine: python, function: 'm:f'}}\n"
    config = load_config(write("evals/harness.yaml", text))
    assert (config.draws, config.baseline_draws, config.seed) == (16, 64, 0)
    assert config.policy == Policy()
    assert config.arms["a"].sampling == Sampling()


def test_a_fixed_number_of_draws_is_not_auto(config: Config) -> None:
    """Draws are fixed unless the config says auto, and the policy's estimand is the population."""
    assert config.auto is False
    assert (config.policy.items, config.policy.method) == ("population", "auto")


@pytest.mark.parametrize(
    ("text", "draws", "baseline"),
    [("draws: auto", 64, 256), ("draws: auto\ncap: 24", 24, 96)],
    ids=["default cap", "cap"],
)
def test_auto_has_a_cap(write: Write, text: str, draws: int, baseline: int) -> None:
    """Under auto the draws are the most that planned looks take; a baseline has four times that."""
    end = "\narms: {a: {engine: python, function: 'm:f'}}\n"
    config = load_config(write("evals/harness.yaml", f"schema: 1\n{text}{end}"))
    assert (config.auto, config.draws, config.baseline_draws) == (True, draws, baseline)


@pytest.mark.parametrize("method", ["auto", "t-floor", "t", "sign-flip", "bootstrap-t", "anytime"])
@pytest.mark.parametrize("items", ["population", "these"])
def test_the_policy_names_method_and_estimand(write: Write, method: str, items: str) -> None:
    """Each method and estimand is read as it is written."""
    text = GOOD.replace("inconclusive: warn", f"method: {method}\n  items: {items}")
    policy = load_config(write("evals/harness.yaml", text)).policy
    assert (policy.method, policy.items) == (method, items)


def test_an_arm_has_a_price(write: Write) -> None:
    """A price is per million tokens, of prompt and completion; without one none is made up."""
    text = GOOD.replace("stream: fresh", "price: {input: 0.25, output: 2}")
    arms = load_config(write("evals/harness.yaml", text)).arms
    assert arms["rl"].price == Price(input=0.25, output=2)
    assert arms["base"].price is None
    assert "price" not in arms["rl"].options


CHANGES = {
    "unknown key": ("draws: 4", "draw: 4", ":3: draw: unknown key; did you mean 'draws'?"),
    "unknown key of sampling": (
        "temperature: 0.7", "temprature: 0.7",
        ":5: sampling.temprature: unknown key; did you mean 'temperature'?",
    ),
    "unknown key of policy": (
        "  effect: 0.1", "  efect: 0.1", ":9: policy.efect: unknown key; did you mean 'effect'?",
    ),
    "unknown key of baseline": (
        "  draws: 32", "  drws: 32", ":12: baseline.drws: unknown key; did you mean 'draws'?",
    ),
    "unknown key of an arm": (
        "stream: fresh", "steam: fresh", ":20: arms.rl.steam: unknown key; did you mean 'stream'?",
    ),
    "unknown key of an arm's sampling": (
        "top_p: 0.9", "topp: 0.9", ":22: arms.rl.sampling.topp: unknown key; did you mean 'top_p'?",
    ),
    "unknown engine": (
        "engine: python", "engine: pyton",
        ":24: arms.toy.engine: unknown value 'pyton'; did you mean 'python'?",
    ),
    "unknown policy": (
        "inconclusive: warn", "inconclusive: warning",
        ":10: policy.inconclusive: unknown value 'warning'; did you mean 'warn'?",
    ),
    "word for a number": (
        "draws: 4", "draws: four", ":3: draws: unknown value 'four'; known: auto",
    ),
    "nearly auto": (
        "draws: 4", "draws: autp", ":3: draws: unknown value 'autp'; did you mean 'auto'?",
    ),
    "unknown estimand": (
        "inconclusive: warn", "items: thees",
        ":10: policy.items: unknown value 'thees'; did you mean 'these'?",
    ),
    "unknown method": (
        "inconclusive: warn", "method: bootstrap",
        ":10: policy.method: unknown value 'bootstrap'; did you mean 'bootstrap-t'?",
    ),
    "word for a cap": (
        "draws: 4", "draws: auto\ncap: all", ":4: cap: 'all' is not of type 'integer'",
    ),
    "cap of fixed draws": (
        "draws: 4", "draws: 4\ncap: 8",
        ":4: cap: a cap goes with `draws: auto` alone; set draws: auto, or take cap away",
    ),
    "cap of default draws": ("draws: 4", "cap: 8", ":3: cap: a cap goes with `draws: auto` alone"),
    "no cap": ("draws: 4", "draws: auto\ncap: 0", ":4: cap: 0 is less than the minimum of 1"),
    "half a price": (
        "stream: fresh", "price: {input: 1}", ":20: arms.rl.price: needs 'output'; add it",
    ),
    "unknown price": (
        "stream: fresh", "price: {inptu: 1, input: 1, output: 1}",
        ":20: arms.rl.price.inptu: unknown key; did you mean 'input'?",
    ),
    "gain for a price": (
        "stream: fresh", "price: {input: -1, output: 1}",
        ":20: arms.rl.price.input: -1 is less than the minimum of 0",
    ),
    "truth for a number": ("draws: 4", "draws: yes", ":3: draws: True is not of type 'integer'"),
    "part of a draw": ("draws: 4", "draws: 4.5", ":3: draws: 4.5 is not of type 'integer'"),
    "no draws": ("draws: 4", "draws: 0", ":3: draws: 0 is less than the minimum of 1"),
    "cold": ("0.7", "-1", ":5: sampling.temperature: -1 is less than the minimum of 0"),
    "alpha": ("alpha: 0.01", "alpha: 5", ":8: policy.alpha: 5 is greater than or equal to"),
    "list of arms": ("    model: models/rl", "    model: [a]", ":19: arms.rl.model: ['a'] is"),
    "missing model": ("    model: models/rl\n", "", ":17: arms.rl: needs 'model'; add it"),
    "missing function": ("    function: models:toy\n", "", ":23: arms.toy: needs 'function'"),
    "missing engine": (
        "    engine: ctranslate2\n    model: models/base", "    model: models/base",
        ":14: arms.base: needs 'engine'; add it",
    ),
    "key of another engine": (
        "    function: models:toy", "    function: models:toy\n    model: models/toy",
        ":26: arms.toy.model: this key does not go with the engine; remove it",
    ),
    "missing schema": ("schema: 1\n", "", ": needs 'schema'; add it"),
    "function without module": (
        "models:toy", "toy", ":25: arms.toy.function: 'toy' does not match",
    ),
    "name of an arm": ("  toy:", "  a toy:", ":13: arms: 'a toy' does not match"),
    "truth for a name": ("  toy:", "  on:", ":23: YAML reads the key 'on' as bool, not as text"),
    "number for a name": ("  toy:", "  7:", ":23: YAML reads the key '7' as int, not as text"),
    "duplicate key": ("baseline:", "policy:", ":11: key 'policy' stands twice; first on line 7"),
    "duplicate arm": ("  rl:", "  base:", ":17: key 'base' stands twice; first on line 14"),
    "no YAML": ("draws: 4", "draws: [4", "this is no YAML: "),
    "two documents": ("baseline:", "---\nbaseline:", ":11: this is no YAML"),
    "foreign object": ("draws: 4", "draws: !!python/name:os.system", ":3: this is no YAML: "),
    "future": ("schema: 1", "schema: 2",
               ":1: schema: schema 2 is from a later version; this one reads up to 1; update"),
    "schema as text": ("schema: 1", "schema: '1'", ":1: schema: 1 was expected"),
    "no number": ("0.7", ".nan", ":5: sampling.temperature"),
    "infinite": ("0.7", ".inf", ":5: sampling.temperature"),
    "alpha no number": ("alpha: 0.01", "alpha: .nan", ":8: policy.alpha"),
    "impossible date": ("draws: 4", "draws: 2026-13-45", ""),
    "endless number": ("draws: 4", f"draws: {'9' * 5000}", ""),
    "list as key": ("draws: 4", "[draws]: 4", ":3"),
    "loop": ("draws: 4", "draws: &a [*a]", ":3"),
    "depth": ("draws: 4", f"draws: {'[' * 3000}{']' * 3000}", ""),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), CHANGES.values(), ids=CHANGES.keys())
def test_a_mistake_is_named_with_its_place(write: Write, old: str, new: str, message: str) -> None:
    """One line says the file, the line, the key, the value and what to do."""
    assert GOOD.count(old) == 1
    refused(write, GOOD.replace(old, new), message)


WHOLE = {
    "empty": ("", "empty"),
    "comments": ("# nothing yet\n", "empty"),
    "list": ("- schema: 1\n", ":1: [{'schema': 1}] is not of type 'object'"),
    "no arms": ("schema: 1\narms: {}\n", ":2: arms: {} should be non-empty"),
    "binary": (b"\xff\xfe\x00\x01", "can't read this file"),
    "zero byte": (b"schema: 1\n\0", "this is no YAML"),
}


@pytest.mark.parametrize(("content", "message"), WHOLE.values(), ids=WHOLE.keys())
def test_a_file_that_is_no_config_is_named(
    write: Write, content: str | bytes, message: str
) -> None:
    """What is no config at all gets one line, too."""
    refused(write, content, message)


def test_a_missing_file_says_how_to_name_another(tmp_path: Path) -> None:
    """No config: the path, and the option that names another one: a command's, or pytest's."""
    with pytest.raises(ConfigError, match=r"nowhere\.yaml: there is no such .* with --config$"):
        load_config(tmp_path / "nowhere.yaml")
    with pytest.raises(ConfigError, match=r"with --harness-config$"):
        load_config(tmp_path / "nowhere.yaml", "--harness-config")


def test_whole_numbers_may_be_written_with_a_point(write: Write) -> None:
    """`draws: 4.0` is either refused, or counts as 4."""
    path = write("evals/harness.yaml", GOOD.replace("draws: 4", "draws: 4.0"))
    try:
        draws = load_config(path).draws
    except ConfigError as error:
        assert ":3: draws" in str(error)  # noqa: PT017  one of two good outcomes
    else:
        assert isinstance(draws, int)


def test_places_fall_back_to_the_nearest_parent(write: Write) -> None:
    """A key that is not there is placed where its parent stands."""
    file = read_yaml(write("evals/harness.yaml", GOOD), "config")
    assert file.where(["arms", "rl", "revision"]) == f"{file.path}:17: arms.rl.revision"
    assert file.where([]) == f"{file.path}:1"


def test_an_arm_can_run_what_another_is(config: Config) -> None:
    """An override takes the other arm's engine, model and sampling, and keeps the own stream."""
    replaced = replace_arms(config, ["rl=base"])
    rl = replaced.arms["rl"]
    assert (rl.name, rl.stream) == ("rl", "fresh")
    assert rl.options == config.arms["base"].options
    assert rl.sampling == config.arms["base"].sampling
    assert rl.where == "--harness-arm rl=base"
    assert replaced.arms["base"] == config.arms["base"]
    assert config.arms["rl"].options != rl.options


def test_an_arm_can_run_a_model_from_a_path(config: Config, tmp_path: Path) -> None:
    """A path that exists is a model; an `=` in it is part of it."""
    path = tmp_path / "step=200"
    path.mkdir()
    rl = replace_arms(config, [f"rl={path}"]).arms["rl"]
    assert rl.options == {"model": str(path)}
    assert (rl.stream, rl.sampling) == ("fresh", config.arms["rl"].sampling)


def test_arms_can_be_swapped(config: Config) -> None:
    """Overrides read the config, not each other."""
    arms = replace_arms(config, ["rl=base", "base=rl"]).arms
    assert arms["base"].options == config.arms["rl"].options
    assert arms["rl"].options == config.arms["base"].options


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("rl", "this is not NAME=OTHER; for example rl=base"),
        ("=base", "this is not NAME=OTHER"),
        ("rl=", "this is not NAME=OTHER"),
        ("rll=base", "no arm 'rll' in .*; did you mean 'rl'?"),
        ("rl=bsae", "'bsae' is neither an arm nor a path; did you mean 'base'?"),
        ("toy=models", "'models' is neither an arm nor a path"),
    ],
)
def test_a_wrong_override_is_named(config: Config, override: str, message: str) -> None:
    """A misspelt override names itself and the likeliest arm."""
    with pytest.raises(ConfigError, match=message.replace("?", r"\?")) as caught:
        replace_arms(config, [override])
    assert str(caught.value).startswith(f"--harness-arm {override}: ")
