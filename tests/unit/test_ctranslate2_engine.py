"""The embedded engine: repeatable draws, from the model's own distribution.

The models are trained anew now and then: nothing here knows what they say.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from harness.engines import Request
from harness.errors import EngineError
from harness.records import Sampling

ctranslate2 = pytest.importorskip("ctranslate2", reason="the embedded engine is not installed")

from harness.engines.ctranslate2 import CTranslate2Engine, cumulative, open_model  # noqa: E402

if TYPE_CHECKING:
    import numpy.typing as npt

MODEL = Path(__file__).parents[2] / "fixtures" / "study" / "models" / "base"
PROMPTS = ("~eaec=", "^cfda=", "12+34=", "57-21=", "~ab=")
SHORT = Sampling(max_tokens=16)

pytestmark = pytest.mark.skipif(not MODEL.is_dir(), reason=f"there is no model in {MODEL}")


@pytest.fixture(scope="module")
def engine() -> CTranslate2Engine:
    """Return the study's base model."""
    return open_model(str(MODEL))


def request(prompt: str = PROMPTS[0], key: int = 7, start: int = 0, count: int = 20) -> Request:
    """Ask for draws."""
    return Request(prompt=prompt, key=key, start=start, count=count)


def run(
    engine: CTranslate2Engine, *requests: Request, sampling: Sampling = SHORT
) -> list[list[str]]:
    """Complete requests."""
    arrivals = list(engine.draw(requests, sampling))
    assert [arrival.place for arrival in arrivals] == list(range(len(requests)))
    return [[draw.text for draw in arrival.draws] for arrival in arrivals]


def goodness(observed: list[int], expected: list[float]) -> float:
    """Return the p-value of counts against expected counts, rare ones lumped together."""
    pairs = sorted(zip(observed, expected, strict=True), key=lambda pair: -pair[1])
    common = [pair for pair in pairs if pair[1] >= 5]
    rare = [pair for pair in pairs if pair[1] < 5]
    if rare:
        common.append((sum(pair[0] for pair in rare), sum(pair[1] for pair in rare)))
    if common[-1][1] < 5 and len(common) > 2:
        last, before = common.pop(), common.pop()
        common.append((last[0] + before[0], last[1] + before[1]))
    counts, means = np.array(common).T
    return float(stats.chisquare(counts, means).pvalue)


def test_a_key_repeats_its_draws(engine: CTranslate2Engine) -> None:
    """The same request gets the same texts; another key gets others."""
    assert run(engine, request()) == run(engine, request())
    assert run(engine, request(count=60)) != run(engine, request(key=8, count=60))


def test_more_draws_continue_the_sequence(engine: CTranslate2Engine) -> None:
    """Draws 0..9 and 10..19 are the draws 0..19."""
    ((*whole,),) = run(engine, request())
    ((*first,),) = run(engine, request(count=10))
    ((*second,),) = run(engine, request(start=10, count=10))
    assert first + second == whole
    assert len(set(whole)) > 1


def test_draws_dont_depend_on_company(engine: CTranslate2Engine) -> None:
    """A prompt's draws are the same alone, among others, and across chunks of prompts."""
    requests = [request(prompt, key) for key in range(30) for prompt in PROMPTS]
    together = run(engine, *requests)
    apart = [run(engine, one)[0] for one in requests[::29]]
    assert together[::29] == apart
    assert run(engine, *requests[::-1])[::-1] == together


def test_temperature_zero_draws_the_same_text(engine: CTranslate2Engine) -> None:
    """Without temperature, all draws and all keys agree."""
    cold = Sampling(temperature=0, max_tokens=16)
    found = run(engine, request(), request(key=8), sampling=cold)
    assert len({text for texts in found for text in texts}) == 1


def test_a_cold_draw_is_the_likely_one(engine: CTranslate2Engine) -> None:
    """Greedy decoding agrees with CTranslate2's own."""
    cold = Sampling(temperature=0, max_tokens=16)
    tokens = [engine._tokenizer.encode(prompt).tokens for prompt in PROMPTS]
    results = engine._generator.generate_batch(
        tokens, beam_size=1, max_length=16, include_prompt_in_result=False, end_token=[engine._end]
    )
    expected = [engine._tokenizer.decode(result.sequences_ids[0]) for result in results]
    found = run(engine, *(request(prompt, count=1) for prompt in PROMPTS), sampling=cold)
    assert [texts[0] for texts in found] == expected


def test_the_first_token_has_the_models_distribution(engine: CTranslate2Engine) -> None:
    """Thousands of first tokens fit the softmax of the model's logits (chi-square)."""
    ids = engine._tokenizer.encode(PROMPTS[0]).ids
    context = ctranslate2.StorageView.from_array(np.array([ids], dtype=np.int32))
    length = ctranslate2.StorageView.from_array(np.array([len(ids)], dtype=np.int32))
    logits = np.asarray(engine._generator.forward_batch(context, length))[0, -1].astype(np.float64)
    chances = np.exp(logits - logits.max())
    chances /= chances.sum()
    ((*texts,),) = run(engine, request(count=4000), sampling=Sampling(max_tokens=1))
    counts = Counter(texts)
    decoded = engine._tokenizer.decode_batch([[token] for token in range(len(chances))])
    expected: Counter[str] = Counter()
    for text, chance in zip(decoded, chances.tolist(), strict=True):
        expected[text] += 4000 * chance
    assert set(counts) <= set(expected)
    names = list(expected)
    assert goodness([counts[name] for name in names], [expected[name] for name in names]) > 1e-4


def test_completions_agree_with_the_engines_own_sampling(engine: CTranslate2Engine) -> None:
    """Whole completions are distributed as those of CTranslate2's own sampler (chi-square)."""
    tokens = engine._tokenizer.encode(PROMPTS[0]).tokens
    (result,) = engine._generator.generate_batch(
        [tokens], beam_size=1, sampling_topk=0, sampling_temperature=1.0, num_hypotheses=2000,
        max_length=16, include_prompt_in_result=False, end_token=[engine._end],
    )  # fmt: skip
    theirs = Counter(engine._tokenizer.decode_batch(result.sequences_ids))
    ((*texts,),) = run(engine, request(count=2000))
    ours = Counter(texts)
    common = [text for text in theirs | ours if theirs[text] + ours[text] >= 20]
    table = np.array([[side[text] for text in common] for side in (theirs, ours)])
    table = np.column_stack([table, 2000 - table.sum(axis=1)])
    table = table[:, table.sum(axis=0) > 0]
    assert table.shape[1] > 2
    assert stats.chi2_contingency(table).pvalue > 1e-4


def test_max_tokens_cuts(engine: CTranslate2Engine) -> None:
    """No completion is longer than asked, and a longer one begins with the shorter."""
    ((*short,),) = run(engine, request(), sampling=Sampling(temperature=0, max_tokens=3))
    ((*longer,),) = run(engine, request(), sampling=Sampling(temperature=0, max_tokens=16))
    assert longer[0].startswith(short[0])
    assert len(engine._tokenizer.encode(short[0], add_special_tokens=False).ids) <= 3


def test_no_requests_no_texts(engine: CTranslate2Engine) -> None:
    """Nothing is asked, nothing is drawn."""
    assert run(engine) == []


def test_a_prompt_that_is_no_text_is_refused(engine: CTranslate2Engine) -> None:
    """A lone surrogate can't be encoded: one clear error, not a traceback."""
    with pytest.raises(EngineError, match="prompt"):
        run(engine, request("1+1=\ud800"))


rows = st.lists(st.lists(st.floats(-30, 30), min_size=5, max_size=5), min_size=1, max_size=4).map(
    np.array
)
samplings = st.builds(
    Sampling, temperature=st.floats(0.05, 5), top_p=st.sampled_from([0.1, 0.5, 0.9, 1.0])
)


@given(rows, samplings)
def test_cumulative_distributions_rise_to_one(
    logits: npt.NDArray[np.float64], sampling: Sampling
) -> None:
    """Each row rises from its first mass and ends at exactly 1."""
    found = cumulative(logits, sampling)
    assert (np.diff(found, axis=1) >= 0).all()
    assert (found >= 0).all()
    assert (found[:, -1] == 1).all()


@given(rows, st.floats(0.05, 5))
def test_cumulative_distributions_are_the_softmax(
    logits: npt.NDArray[np.float64], temperature: float
) -> None:
    """Steps are the probabilities at that temperature."""
    found = np.diff(cumulative(logits, Sampling(temperature=temperature)), prepend=0)
    mass = np.exp(logits / temperature - np.max(logits / temperature, axis=1, keepdims=True))
    assert found == pytest.approx(mass / mass.sum(axis=1, keepdims=True), abs=1e-9)


@given(rows, samplings)
def test_top_p_keeps_the_smallest_set(logits: npt.NDArray[np.float64], sampling: Sampling) -> None:
    """What is kept holds top_p of the mass, and would not without its least likely token."""
    whole = np.diff(cumulative(logits, Sampling(temperature=sampling.temperature)), prepend=0)
    found = np.diff(cumulative(logits, sampling), prepend=0)
    for mass, kept in zip(whole, found > 0, strict=True):
        assert mass[kept].sum() >= sampling.top_p - 1e-9
        assert mass[kept].sum() - mass[kept].min() < sampling.top_p + 1e-9
        assert kept.all() or mass[kept].min() >= mass[~kept].max() - 1e-12


@given(rows, samplings, st.floats(0, 1, exclude_max=True))
def test_a_draw_never_lands_on_a_token_without_mass(
    logits: npt.NDArray[np.float64], sampling: Sampling, uniform: float
) -> None:
    """Inversion by any u in [0, 1) finds a token that was kept."""
    for row in cumulative(logits, sampling):
        token = int(np.searchsorted(row, uniform, side="right"))
        assert token < len(row)
        assert row[token] > (row[token - 1] if token else 0)


@given(rows)
def test_temperature_zero_takes_the_best_token(logits: npt.NDArray[np.float64]) -> None:
    """All mass is on the first of the best tokens."""
    found = np.diff(cumulative(logits, Sampling(temperature=0, top_p=0.5)), prepend=0)
    assert found.argmax(axis=1).tolist() == logits.argmax(axis=1).tolist()
    assert set(found.ravel().tolist()) == {0.0, 1.0}


@pytest.fixture
def copy(tmp_path: Path) -> Callable[[str, bytes | None], str]:
    """Return a maker of copies of the model with one file replaced, or gone."""

    def make(name: str, content: bytes | None) -> str:
        path = tmp_path / "model"
        shutil.copytree(MODEL, path)
        (path / name).unlink()
        if content is not None:
            (path / name).write_bytes(content)
        return str(path)

    return make


@pytest.mark.parametrize("name", ["model.bin", "tokenizer.json", "config.json"])
def test_the_files_are_the_identity(
    engine: CTranslate2Engine, copy: Callable[[str, bytes | None], str], name: str
) -> None:
    """A copy has the same fingerprint; a change of any file that matters, another one."""
    content = (MODEL / name).read_bytes()
    path = copy(name, content)
    assert open_model(path).fingerprint == engine.fingerprint
    assert engine.pinned
    (Path(path) / name).write_bytes(content + (b"\0" if name == "model.bin" else b"\n"))
    assert open_model(path).fingerprint != engine.fingerprint


BROKEN = {
    "no model": ("model.bin", None, "lacks model.bin"),
    "no tokenizer": ("tokenizer.json", None, "lacks tokenizer.json"),
    "no config": ("config.json", None, "lacks config.json"),
    "cut off": ("model.bin", MODEL.joinpath("model.bin").read_bytes()[:99_999] if MODEL.is_dir()
                else b"", "doesn't load"),
    "empty": ("model.bin", b"", "doesn't load"),
    "another file": ("model.bin", b"version https://git-lfs.github.com/spec/v1\n", "doesn't load"),
    "broken tokenizer": ("tokenizer.json", b"{", "doesn't load"),
    "broken config": ("config.json", b"{", "doesn't load"),
    "no end": ("config.json", b"{}", "doesn't load"),
    "unknown end": ("config.json", json.dumps({"bos_token": "<s>", "eos_token": "<nope>",
                    "unk_token": "<unk>", "layer_norm_epsilon": 1e-6,
                    "multi_query_attention": True}).encode(), "<nope>"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "content", "message"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_model_is_named(
    copy: Callable[[str, bytes | None], str], name: str, content: bytes | None, message: str
) -> None:
    """A model that is missing a file, or whose file is broken, is one line with its path."""
    path = copy(name, content)
    with pytest.raises(EngineError) as caught:
        open_model(path)
    assert message in str(caught.value)
    assert f"the model {path}" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_model_names_its_neighbours(tmp_path: Path) -> None:
    """A path that is no folder is answered with the folders beside it."""
    (tmp_path / "rl").mkdir()
    with pytest.raises(EngineError, match="is no folder; beside it: rl"):
        open_model(str(tmp_path / "rll"))
    with pytest.raises(EngineError, match="is no folder; is the path right"):
        open_model(str(tmp_path / "nowhere" / "rl"))


def weighed(engine: CTranslate2Engine, *choices: tuple[str, str]) -> list[tuple[float, bool]]:
    """Return the likelihoods of choices."""
    (arrival,) = engine.draw([Request(prompt="", key=1, start=0, count=1, choices=choices)], SHORT)
    return [(value, greedy) for value, greedy in json.loads(arrival.draws[0].text)]


def test_likelihoods_are_those_of_the_draws(engine: CTranslate2Engine) -> None:
    """First tokens are drawn as often as they are likely, and the likeliest text is greedy."""
    prompt = PROMPTS[2]
    (said,) = run(engine, request(prompt, count=4000), sampling=Sampling(max_tokens=1))
    counts = Counter(said)
    first = [token for token, _ in counts.most_common(4) if token]
    likely = [np.exp(value) for value, _ in weighed(engine, *((prompt, one) for one in first))]
    observed = [counts[token] for token in first]
    rest = 1 - sum(likely)
    expected = [4000 * share for share in (*likely, rest)]
    assert goodness([*observed, 4000 - sum(observed)], expected) > 1e-4
    ((greedy,),) = run(engine, request(prompt, count=1), sampling=Sampling(temperature=0))
    assert weighed(engine, (prompt, greedy))[0][1]
    others = weighed(engine, *((prompt, one) for one in first if not greedy.startswith(one)))
    assert not any(one for _, one in others)


def test_likelihoods_add_up(engine: CTranslate2Engine) -> None:
    """A continuation is as likely as its beginning and what follows; a text may begin with it."""
    whole, begin, then, alone = weighed(
        engine, (PROMPTS[2], "46"), (PROMPTS[2], "4"), (PROMPTS[2] + "4", "6"), ("", "12")
    )
    assert whole[0] == pytest.approx(begin[0] + then[0], rel=1e-5)
    assert alone[0] < 0
