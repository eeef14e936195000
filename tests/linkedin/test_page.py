"""The page to look at: what stands on it, what cannot, and how it behaves in a browser."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright

from outreach.linkedin.choosing import Week
from outreach.linkedin.configuration import configuration
from outreach.linkedin.length import units
from outreach.linkedin.page import folded, page
from outreach.linkedin.post import Post
from outreach.settings import ROOT
from tests.linkedin.conftest import GROUP, POST, WEEK, Put, kept_picture, post, run

CHROMIUM = shutil.which("chromium")
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "resultTypes": ["violations"]}
HOSTILE = '</textarea><script>alert(1)</script><img src=x onerror="alert(2)">'
needs_chromium = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


def shown(*posts: Post) -> str:
    return page(posts, Week(WEEK, None), configuration(), {})


def test_a_post_shows_its_text_its_time_its_length_and_what_is_missing(home: Path) -> None:
    html = shown(POST, post(channel=GROUP, text="Kort", link=None))
    for words in (
        "vecka 48, 23–29 november 2026", "tisdag 24 november kl. 08.30", f"{units(POST.text)} av 3000 tecken",
        "Universitetets sida", "Alumngruppen", "Grupper tar inte emot inlägg från program",
    ):  # fmt: skip
        assert words in html


def test_nothing_a_story_says_becomes_markup(home: Path) -> None:
    html = shown(post(text=HOSTILE, hook=HOSTILE, headline=HOSTILE, alt=HOSTILE, link="https://e.org/\"'<x>"))
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert html.count("<script>") == 1


def test_the_page_asks_no_other_host_and_runs_no_other_script(home: Path) -> None:
    html = shown(POST)
    assert "default-src 'none'" in html
    assert not re.search(r"(?:src|srcset|data|action)=\"(?!data:)", html)
    assert not re.search(r"url\(|@import|<link|<iframe", html)


def test_a_text_that_begins_like_a_formula_is_warned_of(home: Path) -> None:
    assert "Texten börjar som en formel" in shown(post(text="=1+1"))
    assert "Texten börjar som en formel" not in shown(POST)


@pytest.mark.parametrize("text", ["x" * 300, "👩‍👩‍👧‍👦" * 40, "kort", "e\u0301" * 200])
def test_the_fold_is_at_140_characters_and_breaks_none(text: str) -> None:
    above, below = folded(text)
    assert above + below == text
    assert units(above) <= 140
    assert below == "" or units(above) > 120


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield launched
        launched.close()


class TestInABrowser:
    pytestmark = needs_chromium

    def test_it_is_accessible_on_desk_and_phone_and_does_not_scroll_sideways(
        self, sqlite_db: str, put: Put, browser: Browser
    ) -> None:
        put("en", picture=kept_picture(), link=f"https://www.example.org/{'lang' * 60}")
        index = run().folder / "index.html"
        for width in (1280, 390):
            tab = browser.new_page(viewport={"width": width, "height": 900})
            tab.goto(index.as_uri())
            for fold in tab.query_selector_all("details > summary"):
                fold.click()
            assert Axe().run(tab, options=WCAG).violations_count == 0
            assert tab.evaluate("document.documentElement.scrollWidth") <= width
            tab.close()

    def test_the_button_copies_the_whole_text_and_says_so(self, sqlite_db: str, put: Put, browser: Browser) -> None:
        put("en")
        exported = run()
        context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
        tab = context.new_page()
        said: list[str] = []
        tab.on("console", lambda message: said.append(message.text))
        tab.on("pageerror", lambda error: said.append(str(error)))
        tab.goto((exported.folder / "index.html").as_uri())
        tab.click("button[data-copies=text-1]")
        tab.wait_for_selector("#inlagg-1 [role=status]:text('Kopierat')")
        assert tab.evaluate("navigator.clipboard.readText()") == exported.posts[0].text
        assert said == []
        context.close()

    def test_without_javascript_there_is_the_text_and_no_button(
        self, sqlite_db: str, put: Put, browser: Browser
    ) -> None:
        put("en")
        exported = run()
        context = browser.new_context(java_script_enabled=False)
        tab = context.new_page()
        tab.goto((exported.folder / "index.html").as_uri())
        assert tab.locator("button").first.is_hidden()
        assert tab.input_value("#text-1") == exported.posts[0].text
        context.close()


def test_the_script_is_the_one_of_the_templates(home: Path) -> None:
    assert (ROOT / "templates" / "linkedin" / "copy.js").read_text(encoding="utf-8") in shown(POST)
