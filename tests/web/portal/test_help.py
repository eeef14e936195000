"""Help explains every word it promises, in both languages, and leads to pages that are there."""

import re
from collections.abc import Callable

import pytest

from outreach.settings import ROOT
from outreach.web.portal.help import WORDS
from tests.web.portal.conftest import ANNA, TOVE, Visitor

Make = Callable[[str], Visitor]
LINKED = re.compile(r"/portal/help'\) \}\}\{\{ lang \}\}#([a-z-]+)")


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_word_has_an_anchor(sqlite_db: str, visitor: Make, language: str) -> None:
    page = visitor(TOVE).get(f"/portal/help?lang={language}").text
    assert {word for word in WORDS if f'<dt id="{word}">' not in page} == set()
    assert f'<html lang="{language}">' in page


def test_anchors_that_pages_lead_to_are_there(sqlite_db: str, visitor: Make) -> None:
    page = visitor(ANNA).get("/portal/help").text
    there = set(re.findall(r'id="([a-z-]+)"', page))
    templates = (ROOT / "templates" / "web").rglob("*.html")
    led_to = {anchor for one in templates for anchor in LINKED.findall(one.read_text(encoding="utf-8"))}
    assert "story" in led_to
    assert led_to <= there
    for anchor in re.findall(r'href="#([a-z-]+)"', page):
        assert anchor in there


def test_links_lead_to_pages(sqlite_db: str, visitor: Make) -> None:
    anna = visitor(ANNA)
    main = anna.get("/portal/help").text.partition("<main")[2]
    paths = set(re.findall(r'href="(/[^"]*)"', main))
    assert len(paths) >= 4
    assert {path: anna.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)


def test_only_central_is_told_of_what_only_central_does(sqlite_db: str, visitor: Make) -> None:
    assert "felanmälningar" in visitor(ANNA).get("/portal/help").text.partition("<main")[2]
    assert "felanmälningar" not in visitor(TOVE).get("/portal/help").text.partition("<main")[2]
