"""Answering a survey in a real browser: accessible on every page, for thumbs, by keyboard, without JavaScript."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from outreach import clock, links
from outreach.questionnaires import questionnaire
from tests.surveys.conftest import Enrol, a_class, graduate, open_survey, the_survey  # noqa: F401
from tests.web.test_browser import DESK, PHONE, browser, pytestmark, served, server
from tests.web.test_rsvp_browser import invalid
from tests.web.test_story_browser import problems
from tests.web.test_survey import answered, answers

__all__ = ["browser", "pytestmark", "served", "server"]  # the same browser and application

SECTIONS = [section.code for section in questionnaire("career").sections]
NARROW = {"width": 320, "height": 640}
SEVERAL = "form-dup-name"  # boxes of one question bear one name
THUMB = 44  # CSS pixels, the least a thumb hits surely


@pytest.fixture
def address(served: str, graduate: Enrol) -> str:  # noqa: F811
    graduate(*a_class())
    open_survey()
    return links.url("survey", links.token("survey", "p-g0", the_survey().public_id))


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
        page.wait_for_load_state("load")
        wrong = invalid(html or context.request.get(page.url).text(), tmp_path)
        found[name] = problems(page) + [one for one in wrong if not one.startswith(SEVERAL)]

    page.goto(f"{address}?lang={language}")
    judge("begin")
    page.goto(f"{address}/now?lang={language}")
    with page.expect_response(lambda response: response.status == 422) as refused:
        go_on(page, language)
    page.get_by_role("alert").wait_for()
    judge("error", refused.value.text())
    page.locator("[value=full_time]").check()
    go_on(page, language)
    judge("work")
    page.locator("#industry").fill("Utbildning" if language == "sv" else "Education")
    with page.expect_response(lambda response: response.request.method == "POST") as asked:
        go_on(page, language)
    page.get_by_role("status").wait_for()
    judge("suggested", asked.value.text())
    go_on(page, language)
    for code in SECTIONS[2:]:
        page.wait_for_url(f"**/{code}?lang={language}")
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


def test_a_mistake_has_the_focus_and_leads_to_its_question(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=True, viewport=PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{address}/now")
    go_on(page, "sv")
    assert page.title().startswith("Fel: ")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    page.get_by_role("link", name="Svara på den här frågan.").click()
    assert page.evaluate("document.activeElement.value") == "full_time"
    group = page.get_by_role("radiogroup", name="Vad gjorde du huvudsakligen under veckan")
    assert group.get_attribute("aria-required") == "true"
    assert "Svara på den här frågan." in group.evaluate("it => document.getElementById("
        "it.getAttribute('aria-describedby').split(' ')[0]).textContent")  # fmt: skip
    context.close()


@pytest.mark.parametrize("size", [NARROW, PHONE])
def test_everything_to_press_is_as_large_as_a_thumb(browser: Browser, address: str, size: dict[str, int]) -> None:
    context = browser.new_context(viewport=size, has_touch=True)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{address}/now")
    page.get_by_label("Arbetade, minst 30 timmar").tap()
    go_on(page, "sv")
    small = []
    for code in ("work", "reflections", "contact"):
        page.goto(f"{address}/{code}")
        assert problems(page) == []
        for part in page.locator(
            "main label:has(input), main button:visible, main select, main input[type=text]"
        ).all():
            box = part.bounding_box()
            assert box is not None
            if min(box["width"], box["height"]) < THUMB:
                small.append((code, part.inner_text(), box["width"], box["height"]))
    assert small == []
    page.goto(f"{address}/reflections")
    page.get_by_role("radiogroup", name="Det jag gör känns meningsfullt").get_by_label("5 Instämmer helt").check()
    go_on(page, "sv")
    assert answers()["meaningful"] == "5"
    context.close()


def test_a_whole_survey_without_javascript_by_keyboard_and_in_two_languages(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(address)
    page.get_by_role("link", name="Börja").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Arbetade, minst 30 timmar").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")  # as a button would
    page.get_by_label("Var arbetar du?").fill("Region <Skåne>")
    page.get_by_role("button", name="In English").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Your work").wait_for()
    assert page.get_by_label("Where do you work?").input_value() == "Region <Skåne>"
    page.get_by_label("What does your workplace do?").fill("Education")
    page.get_by_label("What does your workplace do?").press("Enter")  # goes on, and does not change the language
    page.get_by_text("Which suggestion fits best?").wait_for()
    assert page.evaluate("document.activeElement.name") == "industry_pick"
    page.get_by_label("Education", exact=True).check()
    go_on(page, "en")
    go_on(page, "en")
    page.wait_for_load_state("networkidle")  # Chromium cannot go back from a page it is still arriving at
    page.go_back()
    page.get_by_role("button", name="Save and go back").click()
    assert page.get_by_label("What does your workplace do?").input_value() == "Education"
    go_on(page, "en")
    for code in SECTIONS[2:-1]:
        page.wait_for_url(f"**/{code}?lang=en")
        go_on(page, "en")
    page.get_by_label("Being a mentor to a student").check()
    page.get_by_role("button", name="Send my answers").click()
    assert "Thank you!" in page.get_by_role("status").inner_text()
    assert answered()
    assert answers() == {"activity": "full_time", "employer": "Region <Skåne>", "industry": "P"}
    context.close()


def test_what_came_too_late_and_what_is_not_asked_any_more_are_accessible(
    browser: Browser, address: str, tmp_path: Path
) -> None:
    context = browser.new_context(viewport=PHONE)  # type: ignore[arg-type]
    page, other = context.new_page(), context.new_page()
    page.goto(f"{address}/now")
    page.get_by_label("Arbetade, minst 30 timmar").check()
    go_on(page, "sv")
    page.get_by_label("Var arbetar du?").fill("Ericsson")
    other.goto(f"{address}/now")
    other.get_by_label("Sökte arbete").check()
    go_on(other, "sv")
    go_on(page, "sv")
    assert page.get_by_role("heading", level=1).inner_text() == "Den sidan behövs inte längre"
    assert page.locator("blockquote").inner_text() == "Ericsson"
    found = problems(page)
    page.get_by_role("link", name="Fortsätt där du var").click()
    page.goto(f"{address}/looking_back")
    page.get_by_label("Vad saknade du").fill("Mer tid")
    with clock.frozen(the_survey().closes_at):
        go_on(page, "sv")
        assert page.locator("blockquote").inner_text() == "Mer tid"
        found += problems(page) + invalid(context.request.get(address).text(), tmp_path)
    context.close()
    assert found == []
