"""The forms about a person in a real browser: everything they ask for is to be seen on a computer and on a phone."""

import pytest
from playwright.sync_api import Browser

from tests.web.conftest import MakePerson, with_studies
from tests.web.portal.conftest import ANNA
from tests.web.portal.test_campaign_browser import signed_in
from tests.web.test_browser import DESK, PHONE, browser, pytestmark, served, server

__all__ = ["browser", "pytestmark", "served", "server"]


@pytest.mark.parametrize("viewport", [PHONE, DESK])
def test_forms_to_correct_stop_and_erase_can_be_seen_and_pressed(
    browser: Browser, served: str, make_person: MakePerson, viewport: dict[str, int]
) -> None:
    public_id = make_person()
    with_studies(public_id)
    page = signed_in(browser, served, ANNA, viewport=viewport, java_script_enabled=False)
    for form, button in (("correct", "Spara"), ("suppress", "Stoppa"), ("erase", "Radera för alltid")):
        page.goto(f"{served}/portal/people/{public_id}/{form}")
        asked = page.locator("main form :is(input:not([type=hidden]), select)")
        assert asked.count() > 0
        assert all(one.is_visible() for one in asked.all())
        assert page.get_by_role("button", name=button, exact=True).is_visible()
    page.goto(f"{served}/portal/people/{public_id}/correct")
    page.locator("#city").fill("Lund")
    page.get_by_role("button", name="Spara").click()
    assert "Rättat." in page.get_by_role("status").inner_text()
    page.context.close()
