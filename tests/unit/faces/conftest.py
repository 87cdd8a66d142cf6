"""Runs to show, hostile completions, and what must not be left of them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options

HERE = Path(__file__).parent
CORPUS = HERE.parents[1] / "hostile" / "completions.jsonl"

_TAGS = {"p", "h3", "ul", "li", "strong", "code", "pre", "details", "summary",
         "table", "thead", "tbody", "tr", "th", "td"}  # fmt: skip
_ATTRIBUTES = {("td", "align"), ("th", "align"), ("pre", "lang")}
#: What GitHub makes links, notices or images of, in text that is no code.
_LINKED = re.compile(
    r"(?<![\w`])@[A-Za-z0-9]|(?<!\w)(?:[\w.-]+/[\w.-]+)?#\d|\bGH-\d|\b[0-9a-f]{7,40}\b"
    r"|(?:https?|ftp)://|\bwww\.|[\w.+-]@[\w-]+\.[a-z]|:[a-z0-9_+-]+:|\$[^ ]+\$",
    re.IGNORECASE,
)
_COMMAND = re.compile(r"^\s*::|##\w*\[", re.MULTILINE)
_CONTROL = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)


class _Page(HTMLParser):
    """Notes what acts in a page of HTML."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note tags and attributes that are not the report's own."""
        if tag not in _TAGS:
            self.found.append(f"<{tag}>")
        self.found += [f"<{tag} {name}>" for name, _ in attrs if (tag, name) not in _ATTRIBUTES]
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Note a tag that ends what is not open."""
        if not self._open or self._open.pop() != tag:
            self.found.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        """Note what GitHub would link."""
        if not {"code", "pre"} & set(self._open):
            self.found += _LINKED.findall(data)

    def handle_comment(self, data: str) -> None:
        """Note a comment: there is none of ours."""
        self.found.append(f"<!--{data}-->")

    def close(self) -> None:
        """Note what was left open."""
        super().close()
        self.found += [f"{tag} is left open" for tag in self._open]


def rendered(text: str) -> str:
    """Return GitHub's Markdown as HTML, as GitHub's own library has it before it is cleaned."""
    options = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_GITHUB_PRE_LANG
    html: str = cmarkgfm.github_flavored_markdown_to_html(text, options=options)
    return html


@pytest.fixture(scope="session")
def active() -> Callable[[str], list[str]]:
    """Return a function that lists what acts in a text of Markdown."""

    def found(text: str) -> list[str]:
        page = _Page()
        page.feed(rendered(text))
        page.close()
        looks = ["a marker"] if "<!--" in text else []
        return page.found + _COMMAND.findall(text) + _CONTROL.findall(text) + looks

    return found


@pytest.fixture(scope="session")
def acting() -> Callable[[str], list[str]]:
    """Return a function that lists what acts on a terminal or in a log."""
    return lambda text: _COMMAND.findall(text) + _CONTROL.findall(text)


@pytest.fixture(scope="session")
def hostile() -> dict[str, list[str]]:
    """Return hostile completions, by kind."""
    kinds: dict[str, list[str]] = {}
    for line in CORPUS.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        kinds.setdefault(row["kind"], []).append(row["text"])
    return kinds


@pytest.fixture
def red() -> dict[str, Any]:
    """Return a run of the embedded study in which random rewards stand in for `rl`."""
    data: dict[str, Any] = json.loads((HERE / "red.json").read_text(encoding="utf-8"))
    return data


_OURS = {"verdict", "kind", "outcome"}  # words of the format itself


def _poisoned(value: object, text: str, key: str) -> object:
    if isinstance(value, str):
        return value if key in _OURS else f"{text}{value}" if key == "nodeid" else text
    if isinstance(value, dict):
        tags = key == "tags"
        return {f"{text}{name}" if tags else name: _poisoned(own, text, "" if tags else name)
                for name, own in value.items()}  # fmt: skip
    return [_poisoned(own, text, key) for own in value] if isinstance(value, list) else value


@pytest.fixture
def poisoned(red: dict[str, Any]) -> Callable[[str], dict[str, Any]]:
    """Return a function that puts a text into each place of a run where a text can stand."""
    return lambda text: {key: _poisoned(value, text, key) for key, value in red.items()}


@pytest.fixture
def large(red: dict[str, Any], hostile: dict[str, list[str]]) -> dict[str, Any]:
    """Return a run with 300 claims in 60 evals, 50 of them failing, named by hostile texts.

    Some of these are of 100,000 characters.
    """
    texts = [text for own in hostile.values() for text in own]
    failing = [claim for claim in red["claims"] if claim["decision"]["verdict"] != "supported"]
    fine = [claim for claim in red["claims"] if claim["decision"]["verdict"] == "supported"]
    claims = []
    for number in range(300):
        claim = (failing if number % 6 == 0 else fine)[number % 4]
        text = texts[number] * (100_000 if number % 30 == 0 else 1)
        eval_id = f"evals/test_{number // 100}.py::test_{number // 5}"
        claims.append({**claim, "nodeid": eval_id, "text": text[:100_000], "effect_text": text})
    evals = [
        {"nodeid": nodeid, "outcome": "failed", "unasserted": []}
        for nodeid in dict.fromkeys(claim["nodeid"] for claim in claims)
    ]
    return {**red, "claims": claims, "evals": evals}
