"""Answering an invitation in a real browser: accessible in every state, without JavaScript, on a phone and a desk."""

import json
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select, update

from outreach import clock, links
from outreach.database import session_scope
from outreach.event import Answer, Event
from outreach.models import EventRow, Person, PlanStatus
from outreach.queries import seats
from tests.conftest import NOON
from tests.newsletter.judging import HTML_VALIDATE
from tests.seats.conftest import lay_event, lay_visit
from tests.web.conftest import MakePerson
from tests.web.test_browser import DESK, PHONE, browser, pytestmark, served, server
from tests.web.test_rsvp import kept
from tests.web.test_story_browser import problems

__all__ = ["browser", "pytestmark", "served", "server"]  # the same browser and application

BODY = """Rektor berättar om forskningen, och du får träffa andra alumner i Tokyo. Vi bjuder på **mat och dryck**.

- 20.00 välkommen
- 20.30 samtal
- 21.30 mingel"""
STATES = (
    "unanswered",
    "seated",
    "waiting",
    "offered",
    "lapsed",
    "perhaps",
    "no",
    "closed",
    "begun",
    "cancelled",
    "over",
)

RICHEST = ("unanswered", "offered", "closed", "over")  # what stands in the others stands in these
LOOKS = (("sv", "light", PHONE), ("en", "dark", DESK))


@pytest.fixture
def event(served: str, make_person: MakePerson) -> Event:
    laid = lay_event(capacity=2, guests_allowed=1, body_sv=BODY, body_en=BODY)
    visit = lay_visit("Rektor Åsa Lind och fyra forskare")
    with session_scope() as session:
        session.execute(update(EventRow).values(visit_id=visit))
    for name in STATES:
        make_person(name, time_zone="Europe/Stockholm")
    return laid


def say(event: Event, name: str, answer: Answer, guests: int = 0, needs: str = "") -> None:
    with session_scope() as session:
        person = session.scalars(select(Person.id).where(Person.public_id == name)).one()
        stands = seats.standing(session, event.id, person)
        version = stands.version if stands else 0
        seats.answer(session, event, person, answer, guests, needs, version=version, now=clock.now())


def lay(event: Event, state: str) -> timedelta:
    """Bring `state`, a person, into the state they are named for; how long from now it is looked at."""
    match state:
        case "seated" | "closed" | "begun" | "over" | "cancelled":
            say(event, state, Answer.YES, 1, "Inga nötter <b>")
        case "waiting":
            say(event, "seated", Answer.YES, 1)
            say(event, state, Answer.YES, 1)
        case "offered" | "lapsed":
            say(event, "seated", Answer.YES, 1)
            say(event, state, Answer.YES)
            say(event, "seated", Answer.NO)
        case "perhaps" | "no":
            say(event, state, Answer(state))
    if state == "cancelled":
        with session_scope() as session:
            session.execute(update(EventRow).values(status=PlanStatus.CANCELLED))
    hours = {"lapsed": 30, "closed": 24 * 25, "begun": 24 * 30 + 1, "over": 24 * 31}
    return timedelta(hours=hours.get(state, 0))


def address(name: str) -> str:
    return links.url("rsvp", links.token("rsvp", name, "tokyo-evening"))


@pytest.mark.parametrize("state", STATES)
def test_page_is_accessible_in_every_state(browser: Browser, event: Event, state: str, tmp_path: Path) -> None:
    later = lay(event, state)
    found = {}
    with clock.frozen(NOON + later):
        for language, theme, size in LOOKS if state in RICHEST else LOOKS[:1]:
            context = browser.new_context(color_scheme=theme, viewport=size)  # type: ignore[arg-type]
            page = context.new_page()
            page.goto(f"{address(state)}?lang={language}")
            assert page.get_by_role("heading", level=1).is_visible()
            found[language] = problems(page) + invalid(context.request.get(page.url).text(), tmp_path)
            context.close()
    assert {language: wrong for language, wrong in found.items() if wrong} == {}


def invalid(html: str, folder: Path) -> list[str]:
    """What html-validate has against a page; nothing where it is not installed."""
    if HTML_VALIDATE is None:
        return []
    (folder / "page.html").write_text(html, encoding="utf-8")
    off = ("void-style", "doctype-style", "no-trailing-whitespace", "long-title", "no-implicit-button-type")
    (folder / ".htmlvalidate.json").write_text(
        json.dumps({"root": True, "extends": ["html-validate:recommended"], "rules": dict.fromkeys(off, "off")})
    )
    done = subprocess.run(
        [HTML_VALIDATE, "--formatter", "json", "page.html"], cwd=folder, capture_output=True, text=True, check=False
    )
    return [f"{said['ruleId']}: {said['message']}" for file in json.loads(done.stdout) for said in file["messages"]]


def test_form_with_errors_and_a_conflict_are_accessible(browser: Browser, event: Event) -> None:
    context = browser.new_context(viewport=PHONE)  # type: ignore[arg-type]
    page, other = context.new_page(), context.new_page()
    page.goto(address("unanswered"))
    other.goto(address("unanswered"))
    page.get_by_label("Ja, jag kommer").check()
    page.get_by_label("Hur många gäster").fill("10000")
    page.get_by_role("button", name="Skicka mitt svar").click()
    found = problems(page)
    page.get_by_role("link", name="Hur många gäster").click()
    assert page.evaluate("document.activeElement.id") == "guests"
    page.get_by_label("Hur många gäster").fill("1")
    page.get_by_role("button", name="Skicka mitt svar").click()
    assert "Du och en gäst har plats." in page.get_by_role("status").inner_text()
    other.get_by_label("Nej, jag kan inte komma").check()
    other.get_by_role("button", name="Skicka mitt svar").click()
    assert "Svaret har ändrats" in other.get_by_role("alert").inner_text()
    assert other.get_by_label("Nej, jag kan inte komma").is_checked()
    found += problems(other)
    context.close()
    assert found == []
    assert kept("unanswered") == ("yes", 1, "seated", "")


def test_whole_answer_without_javascript_and_by_keyboard(browser: Browser, event: Event) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(address("unanswered"))
    page.get_by_label("Ja, jag kommer").focus()
    page.keyboard.press("Space")
    page.get_by_label("Är det något vi behöver veta?").fill("Hiss")
    page.get_by_role("button", name="Skicka mitt svar").focus()
    page.keyboard.press("Enter")
    assert "Du har en plats." in page.get_by_role("status").inner_text()
    page.get_by_label("Nej, jag kan inte komma").check()
    assert not page.get_by_label("Är det något vi behöver veta?").is_visible()  # asked only of who may come
    page.get_by_role("button", name="Spara ändringen").click()
    assert "Du har svarat att du inte kan komma." in page.get_by_role("status").inner_text()
    context.close()
    assert kept("unanswered") == ("no", 0, "none", "")


def test_offered_place_is_taken_with_one_tap(browser: Browser, event: Event) -> None:
    lay(event, "offered")
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(address("offered"))
    button = page.get_by_role("button", name="Ja, jag tar platsen")
    assert button.evaluate("it => it.getBoundingClientRect().bottom <= window.innerHeight")
    button.click()
    assert "Du har en plats." in page.get_by_role("status").inner_text()
    context.close()
