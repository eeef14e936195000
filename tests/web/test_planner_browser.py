"""The planning pages in a real browser: accessible in both themes, good HTML, and all of it without JavaScript."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from outreach import clock
from outreach.database import session_scope
from outreach.event import Event
from outreach.queries import visits
from tests.newsletter.judging import HTML_VALIDATE, html_errors
from tests.visits.planned import DRAFT, answers
from tests.web.test_browser import DESK, PHONE, browser, pytestmark, served, server, violations
from tests.web.test_planner import ANNA, TOVE, all_events, as_it_is, at
from tests.web.test_planner_access import journey

__all__ = ["browser", "pytestmark", "served", "server"]  # the same browser and application

# Not asked: how lines end, forms with buttons of one name, and how long somebody's title is.
OF_OURS = ("no-trailing-whitespace", "form-dup-name", "long-title", "no-implicit-button-type")


@pytest.fixture
def planned(served: str) -> Event:
    """An event that is full, with people in line, one of a department, one that is over, and two visits."""
    with session_scope() as session:
        event = visits.add_event(session, replace(DRAFT, body_sv="Välkommen!", body_en="Welcome"), clock.now())
        visits.add_event(session, replace(DRAFT, department_code="arkeologi", title_sv="Utgrävning"), clock.now())
        past = {"starts_at": datetime(2026, 3, 1, 17, tzinfo=UTC), "ends_at": datetime(2026, 3, 1, 19, tzinfo=UTC)}
        visits.add_event(session, replace(DRAFT, **past, title_sv="Vinterkväll"), clock.now())
    for name in ("sara", "sune", "vera"):
        answers(event, name)
    journey("arkeologi"), journey(None)
    return event


def fill(page: Page, **different: str) -> None:
    """Fill in a new event."""
    words = {
        "title_sv": "Vårkväll i Paris", "title_en": "A spring evening in Paris", "city": "Paris",
        "venue": "Svenska institutet",
        "starts_at": "2027-04-12T18:00", "ends_at": "2027-04-12T20:30", "capacity": "60", **different,
    }  # fmt: skip
    for name, words_ in words.items():
        page.locator(f"#{name}").fill(words_)


def problems(page: Page) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return violations(page) + ([f"scrolls sideways by {wide}"] if wide > 0 else [])


@pytest.mark.parametrize(
    ("language", "theme", "size"), [("sv", "light", PHONE), ("en", "dark", PHONE), ("sv", "dark", DESK)]
)
def test_planning_pages_are_accessible(
    browser: Browser, served: str, planned: Event, language: str, theme: str, size: dict[str, int]
) -> None:
    context = browser.new_context(color_scheme=theme, viewport=size)  # type: ignore[arg-type]
    page, found = context.new_page(), {}
    edit = f"/event/{planned.public_id}"
    for path in ("", "/event", "/visit", edit, f"{edit}/cancel"):
        page.goto(f"{served}{at(ANNA, path)}?lang={language}")
        assert page.locator("html").get_attribute("lang") == language
        found[path] = problems(page)
    page.goto(f"{served}{at(ANNA, '/event')}?lang={language}")
    fill(page, capacity="0")
    page.get_by_role("button").last.click()
    assert page.get_by_role("alert").is_visible()
    assert page.get_by_role("radio", name="Paris").count() > 1
    found["wrong"] = problems(page)
    page.goto(f"{served}{at(ANNA, edit)}?lang={language}")
    page.locator("#venue").fill("Rathaus")
    page.locator("button[value=review]").click()
    assert page.locator("iframe").count() == 2
    found["review"] = problems(page)
    context.close()
    assert {path: said for path, said in found.items() if said} == {}


def test_event_is_planned_and_called_off_without_javascript(browser: Browser, served: str, planned: Event) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(served + at(ANNA))
    page.get_by_role("link", name="Nytt evenemang").click()
    fill(page)
    page.get_by_role("button", name="Granska").click()
    page.get_by_role("radio", name="Paris, Frankrike").check()
    page.get_by_role("button", name="Granska").click()
    assert "Ingen skulle få inbjudan i dag" in page.locator("main").inner_text()
    assert page.frame_locator("iframe").first.locator("h1").inner_text()
    page.get_by_role("button", name="Gå tillbaka och ändra").click()
    page.get_by_role("textbox", name="Platser").fill("70")
    page.get_by_role("button", name="Granska").click()
    page.get_by_role("button", name="Spara evenemanget").click()
    assert "Evenemanget är sparat" in page.get_by_role("status").inner_text()
    made = next(event for event in all_events() if event.title_sv == "Vårkväll i Paris")
    assert (made.capacity, made.place.country, made.answer_by.isoformat()) == (70, "FR", "2027-04-05")

    card = page.get_by_role("article", name="Alumnkväll i Berlin")
    card.get_by_role("link", name="Ändra").click()
    page.get_by_label("Lokal och adress").fill("Rathaus")
    page.get_by_role("button", name="Granska").click()
    page.get_by_role("button", name="Spara ändringen").click()
    assert "3 personer får ett brev om den" in page.get_by_role("status").inner_text()
    assert as_it_is(planned).venue == "Rathaus"
    card.get_by_role("link", name="Ställ in").click()
    page.get_by_label("Varför ställs det in?").fill("Resan är inställd")
    page.get_by_role("button", name="Ja, ställ in evenemanget").click()
    assert "3 personer får ett brev om det" in page.get_by_role("status").inner_text()
    assert as_it_is(planned).cancelled
    context.close()


@pytest.mark.skipif(HTML_VALIDATE is None, reason="html-validate is not installed")
def test_planning_pages_are_good_html(served: str, planned: Event, tmp_path: Path, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=DESK)  # type: ignore[arg-type]
    page, documents = context.new_page(), {}
    edit = f"/event/{planned.public_id}"
    for name, path in {
        "list": "",
        "new": "/event",
        "visit": "/visit",
        "edit": edit,
        "cancel": f"{edit}/cancel",
    }.items():
        for email in (ANNA, TOVE):
            answer = context.request.get(served + at(email, path))
            documents[f"{name}-{email[:4]}"] = answer.text()
    page.goto(served + at(ANNA, "/event"))
    fill(page, capacity="0")
    with page.expect_response("**/event") as answered:
        page.get_by_role("button").last.click()
    documents["wrong"] = answered.value.text()
    page.goto(served + at(ANNA, edit))
    page.locator("#venue").fill("Rathaus")
    with page.expect_response(f"**{edit}") as answered:
        page.locator("button[value=review]").click()
    documents["review"] = answered.value.text()
    context.close()
    assert html_errors(tmp_path, documents, off=OF_OURS) == {}
