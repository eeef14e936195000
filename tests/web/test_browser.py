"""The pages in a real browser: accessible in both languages and themes, without JavaScript, asking nobody else."""

import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest
import uvicorn
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import select, update

from outreach import asking, links
from outreach.database import session_scope
from outreach.models import Batch, FaultReport, Membership
from outreach.settings import settings
from outreach.web.app import create_app
from tests.conftest import NOON
from tests.provider_events.conftest import put_out, status_of
from tests.web.conftest import MakePerson, consents_of, person, with_studies
from tests.web.test_approval import central, lay_campaign
from tests.web.test_outbox import BATCH, post

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--no-first-run"]
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "resultTypes": ["violations"]}
IN_VIEW = "it => it.getBoundingClientRect().top >= 0 && it.getBoundingClientRect().bottom <= window.innerHeight"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1200, "height": 900}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of the real application on a free port of this machine. It reads each test's own settings."""
    with closing(socket.socket()) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()  # whoever connects before the server has started waits in line
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        server = uvicorn.Server(uvicorn.Config(create_app(), log_level="error", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        yield address
        server.should_exit = True
        thread.join(10)


@pytest.fixture
def served(server: str, sqlite_db: str, set_environment: object) -> str:
    """The application with a database of the test's own."""
    set_environment(public_url=server)  # type: ignore[operator]
    return server


@pytest.fixture
def addresses(served: str, make_person: MakePerson) -> dict[str, str]:
    """One address of every kind of page."""
    campaign_id = lay_campaign(make_person)
    make_person("member", membership=Membership.MEMBER, country="SE", city="Lund")
    with_studies("ada")
    put_out("una", "uno", claimed_at=NOON - timedelta(hours=30))
    unknown_in = put_out("ulf")
    with session_scope() as session:
        session.execute(update(Batch).values(detail="The connection broke after the request had left."))
        doubtful_id = session.scalars(select(Batch.campaign_id).where(Batch.id == unknown_in)).one()
    post(f"{BATCH}/1/new.eml", html='<p>Hej! <a href="https://elsewhere.example.org/">Ut</a></p>')
    return {
        "home": served,
        "join": links.url("join", links.token("join", "ada")),
        "joined": links.url("joined", links.token("joined", "member")),
        "already": links.url("join", links.token("join", "member")),
        "preferences": links.url("preferences", links.token("preferences", "member")),
        "unsubscribe": links.url("unsubscribe", links.token("unsubscribe", "ada", "newsletter")),
        "approve": asking.approval_url(campaign_id, 1, central().id),
        "unknown": asking.approval_url(doubtful_id, 1, central().id),
        "again": asking.approval_url(doubtful_id, 1, central().id) + "/again",
        "outbox": f"{served}/outbox",
        "mail": f"{served}/outbox/mail/{BATCH}/1/new.eml",
        "failure": f"{served}/nowhere",
        "accessibility": f"{served}/accessibility",
        "privacy": f"{served}/privacy",
        "purpose": f"{served}/privacy/newsletter",
    }


def violations(page: Page) -> list[str]:
    if page.evaluate("typeof axe") == "undefined":  # half a megabyte, once a page
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("options => axe.run(options).then(found => found.violations)", WCAG)
    return [f"{rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"]]


@pytest.mark.parametrize(("language", "theme"), [("sv", "light"), ("en", "dark")])  # colours know no language
def test_pages_are_accessible_and_ask_no_other_host(
    browser: Browser, addresses: dict[str, str], language: str, theme: str
) -> None:
    asked: set[str] = set()
    context = browser.new_context(color_scheme=theme, viewport=PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    page.on("request", lambda request: asked.add(request.url.split("/")[2]))
    problems = {}
    for name, address in addresses.items():
        page.goto(f"{address}?lang={language}")
        assert page.locator("html").get_attribute("lang") == language
        width = page.evaluate("document.documentElement.scrollWidth")
        problems[name] = violations(page) + ([f"scrolls sideways: {width}"] if width > PHONE["width"] else [])
    context.close()
    assert {name: found for name, found in problems.items() if found} == {}
    assert asked == {settings().public_url.split("/")[2]}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_form_with_errors_and_pages_after_a_post_are_accessible(
    browser: Browser, addresses: dict[str, str], theme: str
) -> None:
    context = browser.new_context(color_scheme=theme, viewport=DESK)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(addresses["join"])
    page.get_by_label("E-postadress").fill("nope")
    page.get_by_role("button", name="Gå med i nätverket").click()
    assert page.get_by_role("alert").is_visible()
    found = violations(page)
    page.get_by_role("link", name="E-postadress: Skriv en hel").click()
    assert page.evaluate("document.activeElement.id") == "email"
    page.goto(addresses["unsubscribe"])
    page.get_by_role("button", name="Sluta skicka: Nyhetsbrev").click()
    found += violations(page)
    page.goto(addresses["approve"])
    page.get_by_role("button", name="Skicka tillbaka").click()
    found += violations(page)
    context.close()
    assert found == []


def test_person_joins_and_leaves_without_javascript_and_by_keyboard(
    browser: Browser, addresses: dict[str, str]
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(addresses["join"])
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the link that skips to the content comes first
    page.get_by_label("Ort").fill("Göteborg")
    page.get_by_label("Land där du bor").select_option(label="Sverige")
    page.get_by_label("Nyhetsbrev").focus()
    page.keyboard.press("Space")
    page.get_by_label("Vara mentor för en student").check()
    page.get_by_role("button", name="Gå med i nätverket").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Välkommen, nu är du med!"
    joined = person("ada")
    assert (joined.membership, joined.city, joined.country) == (Membership.MEMBER, "Göteborg", "SE")
    assert consents_of("ada") == [("newsletter", True, "join page")]

    page.go_back()
    page.reload()
    assert page.get_by_role("heading", level=1).inner_text() == "Du är redan med i nätverket"
    page.get_by_role("link", name="Se och ändra dina val").click()
    page.get_by_role("button", name="Ja, jag vill lämna nätverket").click()
    assert "Du har lämnat nätverket" in page.get_by_role("status").inner_text()
    context.close()
    assert person("ada").membership == Membership.LEFT


def test_fault_is_told_without_javascript_and_what_was_typed_is_kept(
    browser: Browser, addresses: dict[str, str]
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{addresses['home']}/?lang=sv")
    page.get_by_role("link", name="Tillgänglighet").click()
    page.get_by_label("Vad hände?").fill("Knappen syns inte.")
    page.get_by_label("Din e-postadress").fill("nope")
    page.get_by_role("button", name="Skicka").click()
    assert "Skriv en hel e-postadress" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("Vad hände?").input_value() == "Knappen syns inte."
    page.get_by_label("Din e-postadress").fill("kim@example.org")
    page.get_by_role("button", name="Skicka").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Tack för att du berättade"
    context.close()
    with session_scope(reading=True) as session:
        assert session.scalars(select(FaultReport.description)).all() == ["Knappen syns inte."]


def test_links_of_a_mail_in_the_outbox_open_a_page_of_their_own(browser: Browser, addresses: dict[str, str]) -> None:
    post(f"{BATCH}/2/own.eml", html=f'<p><a href="{addresses["join"]}">Gå med</a></p>')
    context = browser.new_context()
    page = context.new_page()
    page.goto(addresses["mail"].replace("1/new.eml", "2/own.eml"))
    with page.expect_popup() as opened:
        page.frame_locator("iframe").get_by_role("link", name="Gå med").click()
    opened.value.wait_for_load_state()
    assert opened.value.get_by_role("heading", level=1).inner_text() == "Gå med i alumnnätverket"
    context.close()


def test_approving_in_the_browser_shows_the_letters(browser: Browser, addresses: dict[str, str]) -> None:
    context = browser.new_context(viewport=DESK)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(addresses["approve"])
    letter = page.frame_locator("iframe").first
    assert "Hej Kim!" in letter.locator("body").inner_text()
    page.get_by_role("link", name="Till beslutet").click()
    assert page.get_by_role("button", name="Godkänn och skicka").evaluate(IN_VIEW)
    page.get_by_role("button", name="Godkänn och skicka").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Utskicket är godkänt"
    assert page.get_by_role("status").evaluate(IN_VIEW)  # not where the link to the decision had led
    assert "Godkänt av Anna Lindqvist" in page.get_by_role("status").inner_text()
    found = violations(page)
    page.get_by_role("link", name="Ta tillbaka godkännandet").click()
    page.get_by_label("Kommentar").fill("Fel datum")
    page.get_by_role("button", name="Skicka tillbaka").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Utskicket är skickat tillbaka"
    assert "Fel datum" in page.get_by_role("status").inner_text()
    found += violations(page)
    context.close()
    assert found == []


def test_writing_again_is_confirmed_without_javascript(browser: Browser, addresses: dict[str, str]) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(addresses["unknown"])
    page.get_by_role("link", name="Skriv igen till dem").click()
    assert status_of("una")[0] == "unknown"
    page.get_by_role("button", name="Skriv igen till dem").click()
    assert "att skriva igen till 2 personer" in page.get_by_role("status").inner_text()
    context.close()
    assert {name: status_of(name)[0] for name in ("una", "uno", "ulf")} == {
        "una": "planned",
        "uno": "planned",
        "ulf": "unknown",
    }
