"""Answering a survey in a real browser: accessible on every page, on a phone and a desk, by keyboard, without scripts."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from outreach import links
from outreach.questionnaires import questionnaire
from tests.surveys.conftest import Enrol, a_class, graduate, run_duty, the_survey  # noqa: F401
from tests.web.test_browser import DESK, PHONE, browser, pytestmark, served, server
from tests.web.test_rsvp_browser import invalid
from tests.web.test_story_browser import problems
from tests.web.test_survey import answered, answers

__all__ = ["browser", "pytestmark", "served", "server"]  # the same browser and application

SECTIONS = [section.code for section in questionnaire("career").sections]
NARROW = {"width": 320, "height": 640}
THUMB = 44  # CSS pixels, the least a thumb hits surely


@pytest.fixture
def address(served: str, graduate: Enrol) -> str:  # noqa: F811
    graduate(*a_class())
    run_duty()
    return links.url("survey", links.token("survey", "p-g0", the_survey().public_id))


def shoot(page: Page, name: str) -> None:
    if folder := os.environ.get("F4SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def go_on(page: Page, language: str) -> None:
    page.get_by_role("button", name="Spara och gå vidare" if language == "sv" else "Save and go on").click()


@pytest.mark.parametrize(("language", "theme", "size"), [("sv", "light", PHONE), ("en", "dark", DESK)])
def test_every_page_is_accessible(
    browser: Browser, address: str, language: str, theme: str, size: dict[str, int], tmp_path: Path
) -> None:
    context = browser.new_context(color_scheme=theme, viewport=size)  # type: ignore[arg-type]
    page = context.new_page()
    found = {}

    def judge(name: str, html: str | None = None) -> None:
        shoot(page, f"{language}-{name}")
        found[name] = problems(page) + invalid(html or context.request.get(page.url).text(), tmp_path)

    page.goto(f"{address}?lang={language}")
    judge("begin")
    page.goto(f"{address}/now?lang={language}")
    with page.expect_response(lambda response: response.status == 422) as refused:
        go_on(page, language)
    judge("error", refused.value.text())
    page.locator("[value=full_time]").check()
    go_on(page, language)
    judge("work")
    page.locator("#industry").fill("Utbildning" if language == "sv" else "Education")
    with page.expect_response(lambda response: response.request.method == "POST") as asked:
        go_on(page, language)
    judge("suggested", asked.value.text())
    go_on(page, language)
    for code in SECTIONS[2:]:
        assert f"/{code}" in page.url
        if code == "first_job":
            page.locator("[value=after]").check()
        judge(code)
        if code != SECTIONS[-1]:
            go_on(page, language)
    page.locator("button[value=send]:visible").click()
    judge("thanks")
    page.goto(f"{address}/now?lang={language}")
    judge("changing")
    context.close()
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
