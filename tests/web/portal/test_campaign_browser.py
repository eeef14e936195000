"""The pages of a campaign in a real browser: accessible in both languages and themes, all of it without JavaScript."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import update

from outreach import clock
from outreach.database import session_scope
from outreach.models import Batch, BatchStatus
from outreach.web.app import create_app
from outreach.web.portal import door
from tests.web.conftest import MakePerson
from tests.web.portal.conftest import TOVE, Visitor, sign_in
from tests.web.portal.mailing import Mailing, lay, mail_out
from tests.web.test_browser import DESK, PHONE, browser, pytestmark, served, server, violations

__all__ = ["browser", "pytestmark", "served", "server"]


@pytest.fixture
def mailing(served: str, make_person: MakePerson) -> Mailing:
    made = lay(make_person, "arkeologi")
    doubtful = lay(make_person, "arkeologi", period="2026-VT")
    with session_scope() as session:
        doubted = {"status": BatchStatus.UNKNOWN, "claimed_at": clock.now() - timedelta(days=2)}
        session.execute(update(Batch).where(Batch.campaign_id == doubtful.id).values(**doubted))
    return made


def signed_in(browser: Browser, served: str, email: str, **kind: Any) -> Page:
    """A page of a browser in which somebody is signed in."""
    context = browser.new_context(**kind)
    secret = sign_in(Visitor(create_app()), email)
    context.add_cookies([{"name": door.cookie_name(), "value": secret, "url": served}])
    return context.new_page()


@pytest.mark.parametrize(("theme", "viewport", "language"), [("light", PHONE, "sv"), ("dark", DESK, "en")])
def test_every_page_is_accessible_and_fits(
    browser: Browser, served: str, mailing: Mailing, theme: str, viewport: dict[str, int], language: str
) -> None:
    page = signed_in(browser, served, TOVE, color_scheme=theme, viewport=viewport)
    base = f"/portal/campaigns/{mailing.id}"
    paths = ["/portal/campaigns", base, f"{base}/live", f"{base}/cancel", f"{base}/again", f"{base}/ledger"]
    paths += [f"{base}/letters/1?view={view}" for view in ("phone", "text", "dark")]
    problems = {}
    for path in paths:
        page.goto(f"{served}{path}{'&' if '?' in path else '?'}lang={language}")
        assert page.locator("html").get_attribute("lang") == language
        wide = page.evaluate("document.documentElement.scrollWidth") > viewport["width"]
        problems[path] = violations(page) + (["scrolls sideways"] if wide else [])
    page.context.close()
    assert {path: found for path, found in problems.items() if found} == {}


def test_coordinator_reads_approves_looks_up_and_pauses_without_javascript(
    browser: Browser, served: str, mailing: Mailing
) -> None:
    page = signed_in(browser, served, TOVE, viewport=PHONE, java_script_enabled=False)
    page.goto(f"{served}/portal/campaigns")
    page.get_by_role("link", name="Inbjudan till examensklassen, 2026-HT").click()
    page.get_by_role("link", name="Läs brevet och besluta").click()
    assert "Hej Kim!" in page.frame_locator("iframe").first.locator("body").inner_text()
    page.get_by_role("link", name="I mörkt läge").click()
    shown = page.frame_locator("iframe").first.locator("body")
    assert shown.evaluate("it => getComputedStyle(it).backgroundColor") == "rgb(14, 20, 27)"
    page.get_by_role("button", name="Skicka ett prov till mig").first.click()
    assert f"Ett prov är skickat till {TOVE}" in page.get_by_role("status").first.inner_text()
    page.get_by_role("button", name="Godkänn och skicka").click()
    assert "Godkänt av Tove Hallgren" in page.get_by_role("status").first.inner_text()
    assert mail_out(mailing) == 2
    page.get_by_role("link", name="Mottagare").click()
    page.get_by_label("E-postadress, student-id eller namn").fill("ada-arkeologi-2026-ht@student.example.org")
    page.get_by_role("button", name="Sök").click()
    assert "Mottaget av e-posttjänsten" in page.locator("table").inner_text()
    page.get_by_role("link", name="Översikt").last.click()
    page.get_by_role("button", name="Pausa utskicket").click()
    assert "Utskicket är pausat." in page.locator("main").inner_text()
    page.context.close()


def test_part_that_changes_follows_the_sending_by_itself(browser: Browser, served: str, mailing: Mailing) -> None:
    page: Page = signed_in(browser, served, TOVE, viewport=DESK)
    page.goto(f"{served}/portal/campaigns/{mailing.id}")
    assert "0 av 2 brev har skickats" in page.locator("#progress").inner_text()
    with session_scope() as session:
        session.execute(update(Batch).where(Batch.campaign_id == mailing.id).values(status=BatchStatus.ACCEPTED))
    page.get_by_text("2 av 2 brev har skickats").wait_for(timeout=10_000)
    assert page.locator("#progress").get_attribute("data-live") is None
    page.context.close()
