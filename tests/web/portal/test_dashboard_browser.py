"""The overview in a real browser: accessible in both themes, on a phone and a desk, and it renews itself."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect
from sqlalchemy import update

from outreach.database import session_scope
from outreach.models import Batch
from outreach.queries import goals, snapshots
from tests.conftest import NOON
from tests.web.portal.conftest import ANNA, HENRIK, sign_in
from tests.web.portal.test_dashboard import lay
from tests.web.test_browser import DESK, PHONE, browser, pytestmark, served, server, violations

__all__ = ["browser", "pytestmark", "served", "server"]  # the same browser and application


PICTURES = os.environ.get("PICTURES")  # a folder: leave pictures of the pages there, to look at


class Jar:
    """Where `sign_in` leaves the session's cookie: in a browser's context."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.cookies, self._context, self._address = self, context, address

    def set(self, name: str, value: str) -> None:
        self._context.add_cookies([{"name": name, "value": value, "url": self._address}])


def figures() -> None:
    """A year with something in every plot."""
    with session_scope() as session:
        found = goals.count(session, NOON)
        for code in ("", "fysikum"):
            one = found[code]
            one |= {"members": 1234, "classes": [["2026-VT", 400, 320], ["2026-HT", 410, 140]]}
            one["joined"] = [[month, 10 * place] for place, (month, _) in enumerate(one["joined"])]
            one["messages"] = [[row[0], 1000, 20 * place, 1] for place, row in enumerate(one["messages"])]
            one["surveys"] = [{"slug": "s", "months_after": 15, "cohort": "2025-06", "asked": 900, "answered": 400}]
            one["delivery"] = {"sent": 12000, "arrived": 11800, "bounced": 150, "complained": 5, "unknown": 2}
        found[""]["suppressed"] = {"bounced": 12, "unsubscribed": 30}
        snapshots.keep(session, goals.NAME, found, NOON - timedelta(minutes=30))


@pytest.mark.parametrize(("language", "theme", "size"), [("sv", "light", DESK), ("en", "dark", PHONE)])
def test_overview_is_accessible_for_central_and_department(
    browser: Browser, served: str, language: str, theme: str, size: dict[str, int]
) -> None:
    figures()
    lay(1, batches={"accepted": 30, "posting": 10, "planned": 60})
    lay(3, batches={"planned": 5})
    for email in (ANNA, HENRIK):
        context = browser.new_context(color_scheme=theme, viewport=size)  # type: ignore[arg-type]
        sign_in(Jar(context, served), email)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(f"{served}/portal?lang={language}")
        for folded in page.locator("summary").all():
            folded.click()
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"overview-{email[:4]}-{theme}.png", full_page=True)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == size["width"]
        assert page.get_by_role("img").count() == 4  # each plot has a name
        context.close()


def test_progress_renews_itself_without_a_reload(browser: Browser, served: str) -> None:
    lay(1, batches={"accepted": 30, "planned": 60, "posting": 10})
    context = browser.new_context(viewport=DESK)  # type: ignore[arg-type]
    sign_in(Jar(context, served), HENRIK)  # type: ignore[arg-type]
    page = context.new_page()
    page.add_init_script("const later = setTimeout; window.setTimeout = (work, after) => later(work, after / 50);")
    page.goto(f"{served}/portal")
    expect(page.get_by_text("30 av 100 personer")).to_be_visible()
    with session_scope() as session:
        session.execute(update(Batch).where(Batch.number == 2).values(status="accepted"))
    expect(page.get_by_text("90 av 100 personer")).to_be_visible()
    context.close()
