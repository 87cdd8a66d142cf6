"""What examples were drawn from, and what is told of each draw, in words."""

from __future__ import annotations

from collections.abc import Iterator

from harness.examples import Examples, Shown, Stratum
from harness.examples.stratum import OF_ITEMS
from harness.records import LENGTH
from harness.report.diff_words import hit
from harness.report.numbers import counted
from harness.report.untrusted import shortened, visible

_ANSWER = 60


def title(found: Examples) -> str:
    """Name what was drawn."""
    sides = " and ".join(map(visible, found.sides))
    of = f"{len(found.examples)} of {counted(found.stratum.items, 'item')}"
    return f"{sides} on {visible(found.task)}: {of}, drawn with seed {found.seed}"


def lines(found: Examples) -> Iterator[str]:
    """Say what was drawn from, how, and what it can miss."""
    yield _source(found)
    yield f"drawn: items uniformly, then one draw of {_each(found)}"
    if found.unseen is not None:
        such = "draws" if _everything(found.stratum) else "such draws"
        yield (
            f"what {counted(len(found.examples), 'draw')} of a side {_do(found)} not show, up to "
            f"{found.unseen:.0%} of {such} may; to see once what {found.rare:.0%} show, read "
            f"{found.needed} (95%, the rule of three)"
        )


def rated(found: Examples, shown: Shown) -> str:
    """Say whether a draw is right, or what it scored."""
    value = shown.scores.get(found.metric)
    if value is None:
        return f"{visible(found.metric)} unknown"
    if found.binary and found.metric == "correct":
        return "right" if value else "wrong"
    return f"{visible(found.metric)} {value:g}"


def facts(found: Examples, shown: Shown) -> str:
    """Say what is known of a draw beside its text and its score."""
    told = []
    if found.answers and shown.text is not None:
        answer = "none" if shown.answer is None else shortened(shown.answer, _ANSWER)
        told.append(f"answer {visible(answer)}")
    told += [
        f"{visible(name)} {value:g}" for name, value in shown.scores.items() if name != found.metric
    ]
    if shown.tokens is not None:
        told.append(counted(shown.tokens, "token"))
    told.append("cut off" if shown.finish == LENGTH else f"ended: {visible(shown.finish)}")
    what = f"{shown.right:g} {hit(found.metric)}" if found.binary else f"{shown.right:.3g} in all"
    told.append(f"draw {shown.number} of {shown.draws} ({what})")
    return ", ".join(told)


def _source(found: Examples) -> str:
    stratum = found.stratum
    of = f"{stratum.items} of {counted(stratum.of_items, 'item')}"
    if _everything(stratum):
        return f"from: all {counted(stratum.of_items, 'item')}"
    draws = ""
    if stratum.draws is not None:
        last = visible(found.sides[-1])
        draws = f" with {stratum.draws:,} of {stratum.of_draws:,} draws of {last}"
    return f"from: {of}{draws} ({', '.join(_filters(found))})"


def _filters(found: Examples) -> Iterator[str]:
    last = visible(found.sides[-1])
    for name in found.stratum.only:
        yield f"{name} by {last}" if name in OF_ITEMS else visible(name)
    for tag, values in found.stratum.where.items():
        yield f"{visible(tag)}={visible('|'.join(values))}"


def _everything(stratum: Stratum) -> bool:
    return not stratum.only and not stratum.where


def _each(found: Examples) -> str:
    first, last = visible(found.sides[0]), visible(found.sides[-1])
    if len(found.sides) == 1:
        return last
    if found.stratum.draws is None:
        return "each side"
    return f"{last} among these, and one of all draws of {first}"


def _do(found: Examples) -> str:
    return "does" if len(found.examples) == 1 else "do"
