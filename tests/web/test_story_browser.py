"""Telling a story in a real browser: accessible in both languages and themes, and without JavaScript."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from outreach import clock, links
from outreach.database import session_scope
from outreach.models import StoryStatus
from outreach.queries import stories
from outreach.sample.pictures import picture
from outreach.settings import settings
from outreach.stories import images
from tests.web.conftest import MakePerson, with_studies
from tests.web.test_browser import DESK, PHONE, browser, pytestmark, served, server, violations
from tests.web.test_outbox import BATCH, post
from tests.web.test_own_stories import office_portrait
from tests.web.test_story import told

__all__ = ["browser", "pytestmark", "served", "server"]  # the same browser and application


@pytest.fixture
def address(served: str, make_person: MakePerson) -> str:
    with_studies(make_person("kim"))
    return links.url("story", links.token("story", "kim"))


@pytest.fixture
def photograph(tmp_path: Path) -> Path:
    path = tmp_path / "jag.jpg"
    path.write_bytes(picture("coast", "jag"))
    return path


def problems(page: Page) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return violations(page) + ([f"scrolls sideways by {wide}"] if wide > 0 else [])


@pytest.mark.parametrize(("language", "theme", "size"), [("sv", "light", PHONE), ("en", "dark", DESK)])
def test_the_pages_about_stories_are_accessible(
    browser: Browser, address: str, photograph: Path, language: str, theme: str, size: dict[str, int]
) -> None:
    context = browser.new_context(color_scheme=theme, viewport=size)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{address}?lang={language}")
    found = {"form": problems(page)}
    page.locator("#picture").set_input_files(photograph)
    page.locator("#title").fill("Från fält till stab")
    page.get_by_role("button", name="Skicka berättelsen" if language == "sv" else "Send the story").click()
    page.get_by_role("alert").wait_for()
    page.wait_for_load_state("load")  # the picture is there
    assert page.locator("img.chosen").evaluate("it => it.naturalWidth") == 320
    found["errors"] = problems(page)
    page.locator("#body").fill("Jag läste **systemvetenskap**.\n\nNu arbetar jag i Kiruna.")
    page.locator("#alt").fill("Vågor")
    page.get_by_label("Nyhetsbrevet" if language == "sv" else "The newsletter").check()
    page.get_by_role("button", name="Skicka berättelsen" if language == "sv" else "Send the story").click()
    page.wait_for_url("**/mine?done=told*")
    office_portrait("kim")
    page.reload()
    for summary in page.locator("summary").all():
        summary.click()
    found["own"] = problems(page)
    button = "Ta tillbaka berättelsen" if language == "sv" else "Take the story back"
    page.get_by_role("button", name=button).first.click()
    page.wait_for_url("**/mine?done=withdrawn*")
    found["withdrawn"] = problems(page)
    context.close()
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_a_story_is_told_and_taken_back_without_javascript(browser: Browser, address: str, photograph: Path) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(links.url("preferences", links.token("preferences", "kim")))
    page.get_by_role("link", name="Berätta", exact=True).click()
    assert page.get_by_role("heading", level=1).inner_text() == "Berätta din historia"
    page.get_by_label("Ett råd till den som studerar").check()
    page.get_by_label("Text", exact=True).fill("Ring den som har samlat in siffrorna.")
    page.get_by_role("button", name="Skicka berättelsen").click()
    page.get_by_role("link", name="Rubrik: Ge berättelsen en rubrik.").click()
    assert page.evaluate("document.activeElement.id") == "title"
    assert page.get_by_label("Text", exact=True).input_value() == "Ring den som har samlat in siffrorna."
    assert page.get_by_label("Ett råd till den som studerar").is_checked()
    page.get_by_label("Rubrik").fill("Ring först")
    page.get_by_label("Alumngruppen på LinkedIn").check()
    page.get_by_label("Bild (valfritt)").set_input_files(photograph)
    page.get_by_label("Beskriv bilden").fill("Vågor")
    page.get_by_role("button", name="Skicka berättelsen").click()
    assert "Tack för att du berättar!" in page.get_by_role("status").inner_text()
    [story] = told()
    with session_scope() as session:
        assert {channel.value for channel, given in stories.answers(session, story.id).items() if given} == {
            "linkedin_group"
        }
        stories.make_ready(session, story.id, clock.now())
    page.get_by_role("button", name="Ta tillbaka berättelsen").click()
    assert "tillbakatagen" in page.get_by_role("status").inner_text()
    context.close()
    assert [(row.status, row.body_sv) for row in told()] == [(StoryStatus.WITHDRAWN, "")]


def test_a_letter_in_the_outbox_shows_its_pictures(browser: Browser, address: str, photograph: Path) -> None:
    kept = images.keep(photograph.read_bytes())
    picture_address = f"{settings().public_url}/images/{kept.digest}-640.jpg"
    post(f"{BATCH}/1/new.eml", html=f'<p><img src="{picture_address}" alt="Vågor"></p>')
    context = browser.new_context(viewport=DESK)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{settings().public_url}/outbox/mail/{BATCH}/1/new.eml")
    shown = page.frame_locator("iframe").locator("img")
    shown.scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    assert shown.evaluate("it => it.naturalWidth") == 640
    context.close()
