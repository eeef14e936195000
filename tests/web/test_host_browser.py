"""The hosts' pages in a real browser: accessible, good HTML, with JavaScript and without, two phones at one door."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from outreach import clock
from outreach.database import session_scope
from outreach.event import Event
from outreach.queries import guests
from outreach.settings import settings
from tests.newsletter.judging import HTML_VALIDATE, html_errors
from tests.web.conftest import MakePerson, with_studies
from tests.web.hosting import DOORS, all_rsvps, answered, coordinator_id, host_path, rsvp, tonight
from tests.web.test_browser import DESK, PHONE, browser, pytestmark, served, server, violations

__all__ = ["browser", "pytestmark", "served", "server"]  # the same browser and application

GUESTS = (
    ("asa", "Åsa", "Öberg"), ("bo", "Bo", "Ek"), ("cid", "Cid", "Ågren"), ("dag", "Dag", "Zorn"), ("eva", "Eva", "Äng"),
    ("fia", "Fia", "Bartholomäus-Wolfeschlegelsteinhausen"), ("gun", "Gun", "Lindqvist"), ("hal", "Hal", "Nyström"),
)  # fmt: skip
# Not asked: how lines end, the name of the list of figures, boxes of one name, and how long somebody's title is.
OF_OURS = ("no-trailing-whitespace", "aria-label-misuse", "no-implicit-button-type", "form-dup-name", "long-title")
SEES_WITHIN = 12_000  # milliseconds: a look every four seconds, on a busy machine


@pytest.fixture
def gathering(served: str, make_person: MakePerson) -> Event:
    """An evening whose doors are open, with guests of every kind; two are here."""
    event = tonight(capacity=9, title_sv="Alumnkväll: forskningen som flyttar gränser")
    for public_id, first, last in GUESTS:
        with_studies(make_person(public_id, first_name=first, last_name=last))
    answered(event, "asa", guests=1, needs="Rullstol. Äter inte nötter.", place=1)
    answered(event, "bo", place=2)
    answered(event, "fia", guests=2, place=3, checked_in_at=DOORS, guests_came=2)
    answered(event, "cid", seat="offered", place=4, confirm_until=DOORS + timedelta(hours=1))
    answered(event, "dag", seat="waiting", guests=2, place=5)
    answered(event, "gun", seat="waiting", place=6)
    answered(event, "eva", answer="perhaps", seat="none")
    answered(event, "hal", answer="no", seat="none")
    answered(event, name="Lo Ek", walk_in=True, seat="none", checked_in_at=DOORS)
    return event


def address(event: Event, page: str = "", who: int | None = None) -> str:
    return settings().public_url + host_path(event, who) + page


def problems(page: Page) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    small = page.evaluate(
        "[...document.querySelectorAll('main button')].filter(it => it.offsetHeight && it.offsetHeight < 44).length"
    )
    sideways = [f"scrolls sideways by {wide}"] if wide > 0 else []
    return violations(page) + sideways + ([f"{small} buttons are too small for a finger"] if small else [])


@pytest.mark.parametrize(
    ("language", "theme", "size"),
    [("sv", "light", PHONE), ("en", "dark", PHONE), ("en", "light", DESK), ("sv", "dark", DESK)],
)
def test_hosts_pages_are_accessible_and_ask_no_other_host(
    browser: Browser, gathering: Event, tmp_path: Path, language: str, theme: str, size: dict[str, int]
) -> None:
    asked: set[str] = set()
    wrong: list[str] = []
    context = browser.new_context(color_scheme=theme, viewport=size)  # type: ignore[arg-type]
    page = context.new_page()
    page.on("request", lambda request: asked.add(request.url.split("/")[2]))
    page.on("console", lambda said: wrong.append(said.text) if "Failed to load" not in said.text else None)  # 409, 422
    page.on("pageerror", lambda error: wrong.append(str(error)))
    found, documents = {}, {}
    with clock.frozen(DOORS):
        for name in ("", "/guests", "/door", "/walk-in"):
            answer = page.goto(f"{address(gathering, name)}?lang={language}")
            assert answer
            documents[name.strip("/") or "host"] = answer.text()
            found[name] = problems(page)
        page.locator("#q").fill("öberg")
        page.locator("form.find button").click()
        page.locator(".guests .name").wait_for()
        found["search"] = problems(page)
        page.locator("#first_name").fill("Lo")
        page.locator("#last_name").fill("Ek")
        page.locator("button.main").click()
        page.get_by_role("alert").wait_for()
        found["asked"] = problems(page)
        page.locator("summary").click()
        page.locator("#email").fill("nope")
        page.locator("button.main").click()
        page.locator("#agree-wrong").wait_for()
        found["errors"] = problems(page)
    context.close()
    assert {name: bad for name, bad in found.items() if bad} == {}
    assert wrong == []
    assert asked == {settings().public_url.split("/")[2]}
    if HTML_VALIDATE:
        assert html_errors(tmp_path / "html", documents, OF_OURS) == {}


def test_a_list_filters_as_one_types_and_a_tap_stays_on_the_page(browser: Browser, gathering: Event) -> None:
    context = browser.new_context(viewport=PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    loads: list[str] = []
    page.on("framenavigated", lambda frame: loads.append(frame.url))
    with clock.frozen(DOORS):
        page.goto(address(gathering, "/door"))
        page.locator("#q").type("oBERg")
        expect(page.locator(".guests li:visible")).to_have_count(1)
        page.get_by_role("button", name="Checka in Åsa Öberg").click()
        expect(page.locator("#said")).to_contain_text("Åsa Öberg är incheckad.")
        expect(page.locator("#counts strong").first).to_have_text("6")
        expect(page.locator(".guests li:visible")).to_have_count(1)
        assert (rsvp(1).checked_in_at, rsvp(1).guests_came) == (DOORS, 1)
        page.locator("#g1").get_by_role("button", name="Ångra").click()
        expect(page.locator("#said")).to_contain_text("inte incheckad längre")
        assert rsvp(1).checked_in_at is None
        page.locator("#q").fill("xyz")
        expect(page.locator("#nobody")).to_be_visible()
    assert len(loads) == 1
    context.close()


def test_two_phones_at_one_door_see_each_other(browser: Browser, gathering: Event) -> None:
    mine = browser.new_context(viewport=PHONE).new_page()  # type: ignore[arg-type]
    other = browser.new_context(viewport=PHONE).new_page()  # type: ignore[arg-type]
    with clock.frozen(DOORS):
        mine.goto(address(gathering, "/door"))
        other.goto(address(gathering, "/door", coordinator_id(None)))
        mine.locator("#g2").get_by_role("button").click()
        expect(other.locator("#g2")).to_contain_text("Här 19.00", timeout=SEES_WITHIN)
        expect(other.locator("#counts strong").first).to_have_text("5")
        with session_scope() as session:  # a third host adds somebody
            guests.undo(session, gathering.id, 2)
        answered(gathering, name="Mia Ny", walk_in=True, seat="none", checked_in_at=DOORS)
        expect(other.locator("#rows-walk_in")).to_contain_text("Mia Ny", timeout=SEES_WITHIN)
        expect(other.locator("#g2")).not_to_contain_text("Här")
    mine.context.close()
    other.context.close()


def test_a_tap_without_contact_says_that_nothing_was_saved(browser: Browser, gathering: Event) -> None:
    context = browser.new_context(viewport=PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    with clock.frozen(DOORS):
        page.goto(address(gathering, "/door"))
        context.set_offline(True)
        page.locator("#g2").get_by_role("button").click()
        expect(page.locator("#said")).to_contain_text("Inget har sparats")
        context.set_offline(False)
        assert rsvp(2).checked_in_at is None
        page.locator("#g2").get_by_role("button").click()
        expect(page.locator("#said")).to_contain_text("Bo Ek är incheckad.")
    context.close()


def test_the_door_works_without_javascript_and_by_keyboard(browser: Browser, gathering: Event) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    with clock.frozen(DOORS):
        page.goto(address(gathering))
        page.get_by_role("link", name="Checka in gäster").click()
        page.locator("#q").fill("oberg")
        page.keyboard.press("Enter")
        expect(page.locator(".guests li")).to_have_count(1)
        page.get_by_label("Personer, Åsa Öberg").select_option("0")
        page.get_by_role("button", name="Checka in Åsa Öberg").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("Åsa Öberg är incheckad.")
        assert rsvp(1).guests_came == 0
        page.get_by_role("button", name="Släpp in Gun Lindqvist").click()
        page.get_by_role("link", name="Lägg till en gäst").click()
        page.locator("#first_name").fill("Mia")
        page.locator("#last_name").fill("Ny")
        page.get_by_text("Vill gästen vara med").click()
        page.locator("#email").fill("mia@example.com")
        page.locator("#agree").check()
        page.get_by_label("Evenemang").check()
        page.get_by_role("button", name="Lägg till och checka in").click()
        assert "Gästen är nu med i alumnnätverket." in page.get_by_role("status").inner_text()
    context.close()
    assert [row.checked_in_at is not None for row in all_rsvps(gathering)].count(True) == 5


def test_the_guest_list_on_paper_is_a_clean_a4(browser: Browser, gathering: Event) -> None:
    context = browser.new_context(viewport=DESK, color_scheme="dark")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(address(gathering, "/guests"))
    page.emulate_media(media="print")
    for hidden in (".masthead", "footer", ".screen"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.locator(".box").first).to_be_visible()
    colours = page.locator(".guest-list th[scope=row]").first.evaluate("it => getComputedStyle(it).color")
    assert colours == "rgb(0, 0, 0)"  # also from a dark screen
    pdf = page.pdf(prefer_css_page_size=True)
    assert b"/MediaBox [0 0 594.95" in pdf or b"/MediaBox [0 0 595" in pdf
    context.close()
