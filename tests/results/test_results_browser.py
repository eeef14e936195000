"""Results in a real browser: accessible in both themes, on phone and desktop; the report on two A4 pages."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from outreach.results import Results
from outreach.results.report import report
from tests.web.serving import serve

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--no-first-run"]
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "resultTypes": ["violations"]}
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1200, "height": 900}
PDF_PAGE = re.compile(rb"/Type\s*/Page\b")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def address(results: list[Results], set_environment: object) -> Iterator[str]:
    with serve() as served:
        set_environment(public_url=served)  # type: ignore[operator]
        yield served


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options=WCAG).response["violations"]
    return [f"{rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"]]


@pytest.mark.parametrize(
    ("language", "theme", "viewport"), [("sv", "light", PHONE), ("en", "dark", DESK), ("sv", "dark", PHONE)]
)
def test_pages_of_results_are_accessible_and_fit_the_screen(
    browser: Browser, address: str, results: list[Results], language: str, theme: str, viewport: dict[str, int]
) -> None:
    newest = results[0]
    department = newest.departments()[0]
    own = f"{address}/results/{newest.slug}"
    paths = {
        "index": f"{address}/results?lang={language}",
        "page": f"{own}?lang={language}",
        "department": f"{own}?lang={language}&department={department}",
        "report": f"{own}/report?lang={language}&department={department}",
    }
    context = browser.new_context(color_scheme=theme, viewport=viewport)  # type: ignore[arg-type]
    page, problems = context.new_page(), {}
    for name, path in paths.items():
        page.goto(path)
        assert page.locator("html").get_attribute("lang") == language
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
        page.evaluate("document.querySelectorAll('img').forEach(each => { each.loading = 'eager' })")
        page.wait_for_load_state("networkidle")
        broken = page.evaluate("[...document.images].filter(each => !each.naturalWidth).map(each => each.src)")
        width = page.evaluate("document.documentElement.scrollWidth")
        problems[name] = violations(page) + broken
        problems[name] += [f"scrolls sideways: {width}"] if width > viewport["width"] else []
    context.close()
    assert {name: found for name, found in problems.items() if found} == {}


def test_a_report_prints_on_two_pages_and_nothing_is_cut_off(
    browser: Browser, results: list[Results], tmp_path: Path
) -> None:
    newest, page = results[0], browser.new_page()
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 1000})  # 180 mm, as wide as the paper's text
    for department, language in [("", "sv"), ("", "en"), *((code, "sv") for code in newest.departments())]:
        file = tmp_path / f"{department}-{language}.html"
        file.write_text(report(newest, language, department, results[1:]), "utf-8")  # type: ignore[arg-type]
        page.goto(file.as_uri())
        sheets = "[...document.querySelectorAll('.sheet')].map(each => each.scrollHeight - each.clientHeight)"
        spilled = page.evaluate(sheets)
        assert len(PDF_PAGE.findall(page.pdf(prefer_css_page_size=True))) == 2, file.name
        assert max(spilled) <= 1, (file.name, spilled)
    page.close()
