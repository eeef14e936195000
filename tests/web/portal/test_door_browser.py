"""The way in, the account and the keys in a real browser: accessible, and all of it without JavaScript."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Response, expect
from sqlalchemy import update

from outreach import clock
from outreach.database import session_scope
from outreach.models import Coordinator
from outreach.queries import rates
from outreach.web import sign_in
from tests.newsletter.judging import HTML_VALIDATE, html_errors
from tests.web.portal.conftest import TOVE
from tests.web.portal.knocking import mails, token_in
from tests.web.portal.stand_in_issuer import CLIENT, SECRET, Issuer, issuing
from tests.web.test_browser import DESK, PHONE, browser, pytestmark, served, server, violations

__all__ = ["browser", "pytestmark", "served", "server"]  # the same browser and application

PICTURES = os.environ.get("PICTURES")  # a folder: leave pictures of the pages there, to look at
OF_OURS = ("no-trailing-whitespace", "aria-label-misuse", "no-implicit-button-type", "form-dup-name", "long-title")


@pytest.fixture
def issuer(served: str, set_environment: Callable[..., None]) -> Iterator[Issuer]:
    with issuing() as made:
        set_environment(oidc_issuer=made.url, oidc_client_id=CLIENT, oidc_client_secret=SECRET)
        yield made


class Judge:
    """Judges the page as it stands: axe's rules, no sideways scrolling, targets large enough, good HTML."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.page, self.folder = page, folder
        self.documents: list[Response] = []
        page.on("response", self._keep)

    def _keep(self, response: Response) -> None:
        if response.request.resource_type == "document" and response.status not in (302, 303):
            self.documents.append(response)

    def __call__(self, name: str) -> None:
        page = self.page
        dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
        if PICTURES:
            width = page.evaluate("innerWidth")
            page.screenshot(path=Path(PICTURES) / f"{name}-{width}-{'dark' if dark else 'light'}.png", full_page=True)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        small = page.evaluate(
            "[...document.querySelectorAll('main :is(button, a.button, input, select)')]"
            ".filter(it => it.offsetHeight && it.offsetHeight < 22).map(it => it.outerHTML)"
        )
        assert [*violations(page), *(["scrolls sideways"] if wide > 0 else []), *small] == [], name
        if HTML_VALIDATE and not dark:
            assert html_errors(self.folder / "html", {name: self.documents[-1].text()}, OF_OURS) == {}


def mailed_link(page: Page, address: str, before: int = 0) -> str:
    """The address in the newest mail, which is written after the answer: wait for one more than there was before."""
    for _ in range(500):
        if len(mails()) > before:
            return f"{address}/sign-in/{token_in(mails()[-1])}"
        page.wait_for_timeout(20)
    raise AssertionError("no mail came")


def press_link(page: Page, address: str, before: int = 0) -> None:
    page.goto(mailed_link(page, address, before))
    page.get_by_role("button", name=re.compile("^(Logga in|Sign in)$")).click()


@pytest.mark.parametrize(("viewport", "theme", "language"), [(PHONE, "light", "sv"), (DESK, "dark", "en")])
def test_every_page_of_the_door_is_accessible(
    browser: Browser, served: str, issuer: Issuer, tmp_path: Path, viewport: dict[str, int], theme: str, language: str
) -> None:
    context = browser.new_context(color_scheme=theme, viewport=viewport, locale=language)  # type: ignore[arg-type]
    page = context.new_page()
    judge = Judge(page, tmp_path)
    with session_scope() as session:
        session.execute(update(Coordinator).where(Coordinator.email == TOVE).values(language=language))
    page.goto(f"{served}/portal/keys")
    expect(page).to_have_url(re.compile("/sign-in.next="))
    judge("1-sign-in")
    page.get_by_role("textbox").fill("tove")
    page.locator("main form button").click()
    judge("2-no-address")
    page.get_by_role("textbox").fill(TOVE)
    page.locator("main form button").click()
    judge("3-sent")
    page.goto(mailed_link(page, served))
    judge("4-button")
    page.goto(f"{served}/sign-in/{'x' * 43}")
    judge("5-expired")
    page.goto(f"{served}/oidc/callback?code=x")
    judge("6-failed")
    press_link(page, served)
    expect(page).to_have_url(re.compile("/portal/keys$"))
    judge("7-no-keys")
    page.locator("form.part button").click()  # without a name
    page.locator("#name").fill("Utskick från kalendern")
    page.locator("form.part button").click()
    judge("8-key-made")
    page.goto(f"{served}/portal/account")
    judge("9-account")
    with session_scope() as session:
        while rates.allow(session, "sign-in-to", TOVE, sign_in.MAILED, sign_in.STRETCH, clock.now()):
            pass
    page.locator(".whoami button").click()
    page.get_by_role("textbox").fill(TOVE)
    page.locator("main form button").click()
    judge("10-wait")
    context.close()


def test_coordinator_signs_in_makes_a_key_and_leaves_without_javascript(browser: Browser, served: str) -> None:
    """Chromium itself: what it says of where a form comes from, and which cookies it keeps."""
    for signed_in_before, javascript in enumerate((True, False)):
        context = browser.new_context(java_script_enabled=javascript, viewport=PHONE, locale="sv")  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(f"{served}/portal/account")
        page.get_by_label("E-postadress").fill(TOVE)
        page.get_by_role("button", name="Skicka länken").click()
        expect(page.get_by_role("heading", name="Titta i din inkorg")).to_be_visible()
        press_link(page, served, signed_in_before)
        expect(page).to_have_url(f"{served}/portal/account")
        expect(page.get_by_text("Chrome, Linux")).to_be_visible()
        (cookie,) = [one for one in context.cookies() if one["name"] == "outreach-session"]
        assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")
        page.get_by_role("link", name="Visa nycklarna").click()
        page.get_by_label("Namn").fill("Kalendern")
        page.get_by_role("button", name="Gör nyckeln").click()
        expect(page.get_by_text(re.compile("^outreach_[0-9a-f]{12}_"))).to_be_visible()
        page.get_by_role("button", name="Dra in nyckeln Kalendern").first.click()
        expect(page.get_by_text("Indragen").first).to_be_visible()
        page.get_by_role("button", name="Logga ut").click()
        expect(page.get_by_text("Du är utloggad.")).to_be_visible()
        page.goto(f"{served}/portal/account")
        expect(page.get_by_label("E-postadress")).to_be_visible()
        context.close()


def test_page_elsewhere_cannot_sign_a_reader_in(browser: Browser, served: str) -> None:
    """A form on another site that posts somebody's link, in a browser that has been at our door."""
    context = browser.new_context(locale="sv")
    page = context.new_page()
    page.goto(f"{served}/sign-in")
    page.get_by_label("E-postadress").fill(TOVE)
    page.get_by_role("button", name="Skicka länken").click()
    link = mailed_link(page, served)
    elsewhere = served.replace("127.0.0.1", "localhost")  # another site to a browser
    page.route(
        f"{elsewhere}/trap",
        lambda route: route.fulfill(
            content_type="text/html", body=f'<form method="post" action="{link}"><button>Win</button></form>'
        ),
    )
    page.goto(f"{elsewhere}/trap")
    page.get_by_role("button", name="Win").click()
    expect(page.get_by_text("Tryck på knappen en gång till.")).to_be_visible()
    assert [one for one in context.cookies() if one["name"] == "outreach-session"] == []
    context.close()
