"""Every message passes WCAG 2.1 A and AA in a real browser, light and dark, on a desk and on a phone."""

import shutil
from collections.abc import Iterator

import pytest

from outreach.rendering import render_all, write_preview

CHROMIUM = shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed (Debian: apt-get install chromium)"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def letters(home, tmp_path, shipped_messages, example_context):
    variants = [
        variant
        for message, purpose in shipped_messages.items()
        for variant in render_all(message, departments=[None, "dsv"], purpose=purpose, context=example_context)
    ]
    return write_preview(variants, tmp_path / "preview").parent


@pytest.mark.parametrize(("width", "scheme"), [(1000, "light"), (380, "dark")])  # colours know no width
def test_no_message_breaks_wcag(browser, letters, scheme, width):
    from axe_playwright_python.sync_playwright import Axe

    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    found = {}
    names = [path for path in sorted(letters.glob("*.*.html")) if path.name.count(f".{scheme}.") == 0]
    names = [path for path in names if not path.name.endswith((".light.html", ".dark.html"))]
    for path in names:
        page.goto(path.as_uri())
        results = Axe().run(page, options=RULES)
        if results.violations_count:
            found[path.name] = results.generate_snapshot()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{path.name} scrolls sideways"
    page.close()
    assert len(names) == 20
    assert found == {}


def test_preview_page_breaks_no_wcag(browser, letters):
    from axe_playwright_python.sync_playwright import Axe

    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.goto((letters / "index.html").as_uri())
    results = Axe().run(page, options={**RULES, "iframes": False})
    page.close()
    assert results.generate_snapshot() == ""


def test_text_that_nobody_can_read_would_be_found(browser, letters):
    """The check above can fail: the same letter in pale grey on white does."""
    from axe_playwright_python.sync_playwright import Axe

    path = letters / "graduation-invitation.sv.html"
    path.write_text(path.read_text().replace("#1c2733", "#cccccc"))
    page = browser.new_page(color_scheme="light")
    page.goto(path.as_uri())
    results = Axe().run(page, options=RULES)
    page.close()
    assert "color-contrast" in results.generate_snapshot()
