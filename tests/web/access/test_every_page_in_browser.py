"""Every page of the matrix in Chromium: accessible in both themes and languages, and the same without JavaScript."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from outreach.web.portal import door
from tests.web.access.conftest import Office
from tests.web.access.matrix import ROWS, Row
from tests.web.access.words import DOOR, PAGE
from tests.web.serving import serve
from tests.web.test_browser import DESK, PHONE, browser
from tests.web.test_browser import pytestmark as in_a_browser
from tests.web.test_story_browser import problems

__all__ = ["browser"]
HTML_VALIDATE = shutil.which("html-validate")
pytestmark = [*in_a_browser, pytest.mark.xdist_group("access")]

# What is no page of its own, and what it is.
NO_PAGE = {
    "/portal/campaigns/{campaign_id}/letter/{message_id}": "a letter, shown in a frame",
    "/portal/runs/{run_id}/letters/{number}": "a letter, shown in a frame",
    "/portal/people/{public_id}/export.json": "a file",
    "/portal/people/{public_id}/export.html": "a file",
}
# The coordinators' own and the way to them; pages for alumni have tests of their own.
OURS = ("/portal", "/sign-in", "/oidc", "/accessibility", "/privacy")
SHOWN = [row for row in ROWS if row.method == "GET" and PAGE in row.expected.values()]
PAGES = [row for row in SHOWN if row.path.startswith(OURS) and row.path not in NO_PAGE]
LOOKS = {"sv": ("light", PHONE), "en": ("dark", DESK)}


def who_looks(row: Row) -> list[tuple[str, str]]:
    """(who, language): the central office in Swedish, a department in English where the page is for it; nobody where
    all may come."""
    if row.expected["nobody"] != DOOR:
        return [("nobody", "sv"), ("nobody", "en")]
    return [("central", "sv"), ("A" if row.expected["A"] == PAGE else "central", "en")]


@pytest.fixture(scope="module")
def address(laid: Office) -> Iterator[str]:
    """The same office on a port of this machine."""
    with serve() as served:
        yield served


def come(browser: Browser, address: str, office: Office, who: str, **options: object) -> BrowserContext:
    """A browser of somebody's. It follows no link of its own."""
    context = browser.new_context(**options)  # type: ignore[arg-type]
    if token := office.visitors[who].token:
        context.add_cookies([{"name": door.cookie_name(), "value": token, "url": address}])
    return context


def looked_at(page: Page, office: Office, address: str, row: Row, language: str) -> Page:
    path = office.a.at(row.asked)
    answer = page.goto(f"{address}{path}{'&' if '?' in path else '?'}lang={language}")
    assert answer
    assert answer.ok or str(answer.status) == row.expected["nobody"], (row, answer.status)
    assert page.locator("html").get_attribute("lang") == language
    return page


def test_what_is_said_to_be_no_page_is_none(office_web: Office) -> None:
    central = office_web.visitors["central"]
    for row in [row for row in ROWS if row.path in NO_PAGE]:
        answer = central.ask("GET", office_web.a.at(row.asked))
        a_file = "attachment" in answer.headers.get("content-disposition", "")
        in_a_frame = "sandbox" in answer.headers["content-security-policy"]
        assert a_file or in_a_frame or "<main" not in answer.text, row
    assert set(NO_PAGE) <= {row.path for row in ROWS}


@pytest.fixture(scope="module")
def readers(browser: Browser, address: str, laid: Office) -> Iterator[dict[tuple[str, str], Page]]:
    """A page of everybody who looks, in the theme and size that goes with their language."""
    found = {}
    for who, language in (("nobody", "sv"), ("nobody", "en"), ("central", "sv"), ("central", "en"), ("A", "en")):
        theme, size = LOOKS[language]
        found[who, language] = come(browser, address, laid, who, color_scheme=theme, viewport=size).new_page()
    yield found
    for page in found.values():
        page.context.close()


@pytest.mark.parametrize("row", PAGES, ids=str)
def test_page_is_accessible_in_both_themes_and_languages(
    readers: dict[tuple[str, str], Page], address: str, office_web: Office, row: Row
) -> None:
    found = {}
    for who, language in who_looks(row):
        found[who, language] = problems(looked_at(readers[who, language], office_web, address, row, language))
    assert {look: wrong for look, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("who", ["central", "A"])
def test_page_says_the_same_without_javascript(browser: Browser, address: str, office_web: Office, who: str) -> None:
    """And every button is one of a form, which sends itself."""
    contexts = [
        come(browser, address, office_web, who, java_script_enabled=scripts, viewport=PHONE)
        for scripts in (True, False)
    ]
    scripted, plain = (context.new_page() for context in contexts)
    for row in [row for row in PAGES if row.expected[who] == PAGE and row.path.startswith("/portal")]:
        said = [words(looked_at(page, office_web, address, row, "sv")) for page in (scripted, plain)]
        assert said[0] == said[1], row
        assert plain.locator("main button:visible").count() == plain.locator("main form button:visible").count(), row
    for context in contexts:
        context.close()


def words(page: Page) -> str:
    page.wait_for_load_state("load")
    return re.sub(r"\s+", " ", page.locator("main").inner_text())


@pytest.mark.skipif(HTML_VALIDATE is None, reason="html-validate is not installed")
def test_pages_are_valid_html(office_web: Office, tmp_path: Path) -> None:
    for number, row in enumerate(PAGES):
        for who, language in who_looks(row):
            path = office_web.a.at(row.asked)
            answer = office_web.visitors[who].ask("GET", f"{path}{'&' if '?' in path else '?'}lang={language}")
            (tmp_path / f"{number}-{language}.html").write_text(answer.text, encoding="utf-8")
    taste = ("void-style", "doctype-style", "no-trailing-whitespace", "long-title", "no-implicit-button-type")
    off = (*taste, "prefer-native-element", "valid-id")  # a region that scrolls; an id that holds a campaign's key
    rules = {"root": True, "extends": ["html-validate:recommended"], "rules": dict.fromkeys(off, "off")}
    (tmp_path / ".htmlvalidate.json").write_text(json.dumps(rules))
    told = tmp_path / "told.json"  # a pipe would lose what comes after its first 64 kB
    subprocess.run([str(HTML_VALIDATE), "--formatter", f"json={told}", "*.html"], cwd=tmp_path, check=False)
    found = {
        f"{PAGES[int(Path(file['filePath']).name.split('-')[0])]}: {said['ruleId']}: {said['message']}"
        for file in json.loads(told.read_text())
        for said in file["messages"]
    }
    assert found == set()
