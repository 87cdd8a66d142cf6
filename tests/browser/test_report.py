"""The page in a real browser: it shows all, asks for nothing, and runs nothing but its own."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bench.made_run import made_run
from harness.report.html import html_report
from harness.report.html.visible import visible
from harness.report.stored import read_run
from tests.browser.hostile import HOSTILE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))),
                None)  # fmt: skip
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium")
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytest.importorskip("vl_convert", reason="the extra `report` is not installed")

_WATCH = """
window.violations = [];
addEventListener('securitypolicyviolation', (event) => violations.push(event.violatedDirective));
"""


class Watched:
    """A page with all that it said and asked for."""

    def __init__(self, page: Page, path: Path) -> None:
        self.page = page
        self.said: list[str] = []
        self.asked: list[str] = []
        page.add_init_script(_WATCH)
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("dialog", lambda dialog: self.said.append(dialog.message))
        page.on("request", lambda request: self.asked.append(request.url))
        page.goto(path.as_uri())
        page.wait_for_selector("body[data-ready=yes]", state="attached")
        self.asked.remove(path.as_uri())

    def is_quiet(self) -> bool:
        """Say whether nothing was asked for, said, refused or run."""
        violations = self.page.evaluate("violations")
        acted = self.page.evaluate("'acted' in window")
        assert (self.said, self.asked, violations, acted) == ([], [], [], False)
        return True

    def rows(self) -> list[str]:
        """Return the texts of the rows of the list that are in the page."""
        found: list[str] = self.page.locator("#rows .row").all_inner_texts()
        return found

    def lists(self, text: str) -> None:
        """Wait until the page says that so many items are listed."""
        self.page.get_by_text(text, exact=True).wait_for()

    def selected(self) -> str:
        """Return the first line of the item that is selected."""
        found: str = self.page.locator("#rows [aria-selected=true] div").first.inner_text()
        return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Run a headless Chromium."""
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of 300 items, on whose first 100 rl is better, and on no other."""
    return written(
        tmp_path_factory.mktemp("usual"),
        prompts=[f"question {at}" for at in range(300)],
        arms=["rl", "base"],
        draws=12,
        said=lambda arm, at, n: (f"{arm} says {at}.{n}", at >= 200 or (arm == "rl" and at < 100)),
        tags={"split": ["id", "hard", None] * 100},
    )


def written(folder: Path, **parts: Any) -> Path:  # noqa: ANN401  those of `made_run`
    """Write a run and its page, and return the page's path."""
    run = read_run(made_run(folder, **parts))
    report = html_report(run, store=folder / "draws.sqlite", root=folder, limit=20_000_000)
    path = folder / "report.html"
    path.write_text(report.text, encoding="utf-8")
    return path


@pytest.fixture
def page(browser: Browser, usual: Path) -> Iterator[Watched]:
    """Open the usual page."""
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    yield Watched(context.new_page(), usual)
    context.close()


def choose(watched: Watched, name: str, value: str) -> None:
    """Choose an option of a filter."""
    watched.page.locator(f"[name={name}]").select_option(value)


def test_items_are_listed_and_read(page: Watched) -> None:
    """Only rows in sight are in the page; the first item is shown with draws of both arms."""
    page.lists("300 items")
    assert 5 < len(page.rows()) < 40
    item = page.page.locator("#item").inner_text()
    for text in ("question 0", "rl says 0.", "base says 0.", "8 of 12 draws, by lot", "split=id"):
        assert text in item
    assert page.is_quiet()


def test_filters_let_through_what_they_say(page: Watched) -> None:
    """By flips, results, tags and texts; `show all` undoes them."""
    page.page.locator("[name=flipped]").check()
    page.lists("100 of 300 items")
    choose(page, "tag", '[0,"split","hard"]')
    page.lists("33 of 300 items")
    page.page.get_by_role("button", name="show all").click()
    page.lists("300 items")
    choose(page, "resultA", "none")
    page.lists("100 of 300 items")
    choose(page, "resultB", "all")
    page.lists("0 of 300 items")
    assert "No item is like that." in page.page.locator("#item").inner_text()
    page.page.get_by_role("button", name="show all").click()
    page.page.locator("[name=search]").fill("QUESTION 29")
    page.lists("11 of 300 items")
    assert page.page.locator("#item mark").first.inner_text() == "question 29"
    assert page.is_quiet()


def test_arms_are_chosen_and_items_ordered(page: Watched) -> None:
    """Sides can be changed; the largest loss of one is the largest gain of the other."""
    choose(page, "sort", "loss")
    assert page.rows()[0].startswith("question 100")
    choose(page, "a", "base")
    choose(page, "b", "rl")
    assert page.rows()[0].startswith("question 0")
    assert page.page.locator("#item h4").all_inner_texts() == ["base", "rl"]


def test_keys_lead_through_the_list(page: Watched) -> None:
    """With j and k, arrows, pages and ends; / searches, Escape goes back; typing is typing."""
    keyboard = page.page.keyboard
    for key, row in (("j", 1), ("j", 2), ("k", 1)):
        keyboard.press(key)
        assert page.selected() == f"question {row}"
    keyboard.press("/")
    keyboard.type("j")
    assert page.page.locator("[name=search]").input_value() == "j"
    page.lists("0 of 300 items")
    page.page.locator("[name=search]").fill("")
    page.lists("300 items")
    keyboard.press("Escape")
    assert page.page.evaluate("document.activeElement.id") == "list"
    for key, row in (("End", 299), ("ArrowUp", 298), ("Home", 0), ("ArrowDown", 1)):
        keyboard.press(key)
        assert page.selected() == f"question {row}"
    active = page.page.locator("#list").get_attribute("aria-activedescendant")
    assert active == page.page.locator("#rows [aria-selected=true]").get_attribute("id")
    outline = page.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


def test_a_dot_and_a_flip_lead_to_their_items(page: Watched) -> None:
    """By mouse and by keyboard; one dot of a chart is in the order of tabs."""
    dots = page.page.locator("[data-pair='0'] .mark-symbol path")
    assert dots.count() == 3
    dots.nth(0).dispatch_event("click")
    page.lists("100 of 300 items, of the dot that was chosen")
    assert page.page.locator("[data-pair] path[tabindex='0']").count() == 1
    dots.nth(0).focus()
    page.page.keyboard.press("ArrowRight")
    page.page.keyboard.press("Enter")
    page.page.wait_for_timeout(50)
    assert page.selected() == "question 0"
    link = page.page.locator("#flips a").nth(3)
    place = int((link.get_attribute("href") or "").split(".")[1])
    link.click()
    page.page.wait_for_timeout(50)
    assert page.selected() == f"question {place}"
    assert page.is_quiet()


def test_all_controls_have_names(page: Watched) -> None:
    """Whoever hears the page is told what each control is, and each chart."""
    nameless = page.page.evaluate(
        "[...document.querySelectorAll('select, input')].filter((one) => !one.labels.length).length"
    )
    assert nameless == 0
    charts = page.page.locator("figure svg[role]")
    assert all(charts.nth(at).get_attribute("aria-label") for at in range(charts.count()))


def test_it_is_readable_in_the_dark_and_on_paper(page: Watched) -> None:
    """Colours follow the reader's scheme, in charts too; print leaves the draws out."""
    colour = "getComputedStyle(document.querySelector('figure text')).fill"
    light = page.page.evaluate(colour)
    page.page.emulate_media(color_scheme="dark")
    assert page.page.evaluate(colour) != light
    page.page.emulate_media(media="print")
    assert not page.page.locator("#browser").is_visible()
    assert page.page.get_by_text("they are left out in print").is_visible()


def test_a_narrow_screen_does_not_scroll_sideways(page: Watched) -> None:
    """On a phone, only tables and charts do, each by itself."""
    page.page.set_viewport_size({"width": 390, "height": 800})
    assert page.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_hostile_texts_are_texts(browser: Browser, tmp_path: Path) -> None:
    """Of more than sixty kinds, in every place: none acts, loads or hides, and all are read."""
    path = written(
        tmp_path,
        prompts=[f"{at} {text}" for at, text in enumerate(HOSTILE)],
        arms=[HOSTILE[0], HOSTILE[12], HOSTILE[40]],
        draws=2,
        said=lambda arm, at, _: (HOSTILE[at], arm == HOSTILE[0]),
        tags={
            HOSTILE[1]: [HOSTILE[at % 20] for at in range(len(HOSTILE))],
            "__proto__": ["constructor"] * len(HOSTILE),
        },
        task=HOSTILE[13], text=HOSTILE[2], nodeid=f"evals/x.py::{HOSTILE[3]}",
        selection=HOSTILE[44], reason=HOSTILE[41], needs=HOSTILE[47], warning=HOSTILE[48],
        note=HOSTILE[58],
    )  # fmt: skip
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    page = Watched(context.new_page(), path)
    page.page.locator("#list").focus()
    for text in HOSTILE:
        shown = page.page.locator(".draw pre").first.text_content() or ""
        assert _seen(shown) == (_seen(text) or "(nothing)")
        page.page.keyboard.press("j")
    for dot in page.page.locator("[data-pair='0'] .mark-symbol path").all()[:3]:
        dot.dispatch_event("click")
    assert page.page.evaluate("document.scripts.length") == 3
    assert page.page.evaluate(_FOREIGN) == []
    assert page.is_quiet()
    context.close()


#: Elements and attributes that the page has no need of.
_FOREIGN = """[...document.querySelectorAll('*')].flatMap((one) => [
  ...(one.matches('img, iframe, object, embed, link, base, video, math, foreignObject')
    ? [one.outerHTML] : []),
  ...[...one.attributes].filter(({name, value}) => name.startsWith('on') || name === 'src'
    || (/href$/.test(name) && !value.startsWith('#'))).map(({name}) => name),
])"""


def _seen(text: str) -> str:
    """Return a text as marks show it; an emoji keeps what joins it."""
    marked = re.sub("[⟨⟩]", "", visible(text))
    return marked.replace("U+200D", "\u200d")
