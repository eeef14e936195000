"""One story through everything that runs: a department starts its invitation by the portal, the central office says
yes, the worker sends, and the pages show it. Once with JavaScript, on a computer, and once without it, on a phone."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from sqlalchemy import func, select

from outreach import clock, duties
from outreach.database import session_scope
from outreach.departments import department
from outreach.models import Campaign, Recipient, RecipientStatus
from outreach.register import import_file
from outreach.sample import write_sample
from outreach.settings import settings
from tests.up.test_prefect_ui import CHROMIUM, FLAGS
from tests.web.portal.conftest import ANNA, HENRIK, TOVE
from tests.web.portal.knocking import mails, token_in
from tests.web.test_browser import DESK, PHONE
from tests.web.test_story_browser import problems

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.xdist_group("stack"),
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
    pytest.mark.usefixtures("data"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]
DUTY, TITLE = "graduation-invitation", "Inbjudan till examensklassen"
PEOPLE, SEED = 1500, 7
PATIENCE = 60  # seconds, for what a run does


@pytest.fixture
def register(data: Path, tmp_path: Path) -> None:
    """Students of every department."""
    file = tmp_path / "students.csv"
    write_sample(file, people=PEOPLE, seed=SEED, today=clock.today())
    import_file("students", file, force=True)


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()


@contextmanager
def person_at_a_screen(browser: Browser, *, scripts: bool) -> Iterator[Page]:
    """Their page. Nothing they see may have gone wrong or be out of somebody's reach."""
    theme, size = ("light", DESK) if scripts else ("dark", PHONE)
    looks: dict[str, Any] = {"color_scheme": theme, "viewport": size, "java_script_enabled": scripts}
    context = browser.new_context(locale="sv-SE", **looks)
    wrong: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("response", lambda answer: wrong.append(answer.url) if answer.status >= 500 else None)
    yield page
    context.close()
    assert wrong == []


def sign_in(page: Page, email: str, wanted: str) -> None:
    """From the page that was wanted to the door, the mail, and back to the page."""
    before = len(mails())
    page.goto(f"{settings().public_url}{wanted}")
    page.get_by_label("E-postadress").fill(email)
    page.get_by_role("button", name="Skicka länken").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Titta i din inkorg")
    mail = eventually(lambda: mails()[before:])[0]
    assert mail["To"] == email
    page.goto(f"{settings().public_url}/sign-in/{token_in(mail)}")
    page.get_by_role("button", name="Logga in").click()
    page.wait_for_url(f"**{wanted}")


def press(page: Page, button: str) -> None:
    """And do what the page says where Prefect has not answered within a second, as on a busy machine."""
    page.get_by_role("button", name=button).click()
    for _ in range(20):
        if not page.get_by_role("alert").filter(has_text="Försök igen om en stund").is_visible():
            break
        page.get_by_role("button", name="Försök igen").or_(page.get_by_role("button", name=button)).first.click()


def eventually(what: Callable[[], Any], patience: float = PATIENCE) -> Any:
    deadline = time.monotonic() + patience
    while not (found := what()):
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.2)
    return found


def shown(page: Page, locator: Callable[[], object], *, scripts: bool) -> None:
    """Wait until the page shows it: by itself with scripts, else when its reader loads it again."""
    if scripts:
        expect(locator()).to_be_visible(timeout=PATIENCE * 1000)  # type: ignore[call-overload]
        return
    eventually(lambda: page.reload() and locator().is_visible())  # type: ignore[attr-defined]


def left(campaign_id: int) -> tuple[int, int]:
    """(letters that have left, letters that are to leave)."""
    with session_scope(reading=True) as session:
        counted = select(Recipient.status, func.count()).where(Recipient.campaign_id == campaign_id)
        found = dict(session.execute(counted.group_by(Recipient.status)).tuples().all())
    return found.get(RecipientStatus.ACCEPTED, 0), sum(
        count for status, count in found.items() if status != RecipientStatus.EXCLUDED
    )


def campaign_of(code: str) -> Campaign:
    with session_scope(reading=True) as session:
        return session.scalars(select(Campaign).where(Campaign.duty == DUTY, Campaign.department_code == code)).one()


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize(("code", "email", "scripts"), [("arkeologi", TOVE, True), ("fysikum", HENRIK, False)])
def test_department_starts_the_central_office_approves_the_worker_sends_and_the_pages_show_it(
    browser: Browser, code: str, email: str, scripts: bool
) -> None:
    with (
        person_at_a_screen(browser, scripts=scripts) as coordinator,
        person_at_a_screen(browser, scripts=scripts) as central,
    ):
        sign_in(coordinator, email, "/portal/start")
        preview(coordinator, code, scripts=scripts)
        press(coordinator, "Starta på riktigt")
        period = duties.term_of(clock.today()).name
        campaign_name = f"{TITLE}, {period}"
        shown(coordinator, lambda: coordinator.get_by_role("link", name=campaign_name), scripts=scripts)
        campaign = eventually(lambda: waits_for_a_signature(code))
        coordinator.get_by_role("link", name=campaign_name).click()
        shown(coordinator, lambda: coordinator.get_by_text("Inte godkänt").first, scripts=scripts)
        assert left(campaign.id)[0] == 0  # nothing leaves before somebody has said yes

        sign_in(central, ANNA, "/portal")
        approve(central, code)
        eventually(lambda: left(campaign.id)[0] == left(campaign.id)[1])
        sent, letters = left(campaign.id)
        assert sent == letters > 0
        words = f"{sent} av {letters} brev har skickats"
        shown(coordinator, lambda: coordinator.get_by_text(words), scripts=scripts)
        coordinator.get_by_role("link", name="Översikt").first.click()
        shown(coordinator, lambda: coordinator.get_by_text(TITLE).first, scripts=scripts)
        assert department("fysikum" if code == "arkeologi" else "arkeologi").name_sv not in coordinator.content()
    mailed = list((settings().outbox / DUTY / period / code).rglob("*.eml"))
    assert len(mailed) == sent


def waits_for_a_signature(code: str) -> Campaign | None:
    campaign = campaign_of(code)
    return campaign if left(campaign.id)[1] else None


def preview(page: Page, code: str, *, scripts: bool) -> None:
    """The form of the duty, which knows the department, and what a run would do."""
    page.get_by_role("link", name=TITLE).first.click()
    assert department(code).name_sv in page.locator("main").inner_text()
    assert page.get_by_label("Institution").count() == 0  # she has one: there is nothing to choose
    press(page, "Förhandsgranska")
    shown(page, lambda: page.get_by_role("button", name="Starta på riktigt"), scripts=scripts)
    if scripts:
        assert problems(page) == []
    assert page.locator("iframe, pre").count() > 0  # the letters as they are read


def approve(page: Page, code: str) -> None:
    """From what waits on the overview to the letters and the yes."""
    waiting = page.get_by_role("region", name="Väntar på dig").or_(page.locator("section[aria-labelledby=waiting]"))
    waiting.get_by_role("link").filter(has_text=department(code).name_sv).first.click()
    page.get_by_role("link", name="Läs brevet").first.click()
    page.get_by_role("button", name="Godkänn och skicka").click()
    expect(page.get_by_text("Godkänt av Anna Lindqvist").first).to_be_visible()
