"""What the office sees in Prefect, in a real browser: deployments, readable forms, and no other host asked."""

import shutil
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from outreach import prefect_api
from outreach.departments import WHOLE_UNIVERSITY, department_choices
from outreach.settings import ROOT, settings
from outreach.up.environment import LOOPBACK
from outreach.up.lay import read_deployments

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.xdist_group("stack"),
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
    pytest.mark.usefixtures("data"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--no-first-run"]
FIELDS = {
    "graduation-invitation": {
        "Institution / Department": "Vems studenter det gäller.",
        "Dagar före slutet / Days before the end": "Hur långt före slutet en student först får brev.",
        "Bara förhandsgranska / Preview only": "Inget skickas.",
        "Förhandsgranska som om det vore / Preview as if it were": "bara för förhandsgranskning.",
    },
    "event-invitation": {
        "Institution / Department": "Vars evenemang det gäller.",
        "Bara ett evenemang / One event only": "Tomt: alla.",
        "Bara förhandsgranska / Preview only": "Inget skickas.",
        "Förhandsgranska som om det vore / Preview as if it were": "bara för förhandsgranskning.",
        "Vilka når vi i staden / Whom would we reach in the city": "utan att något evenemang finns.",
        "Stadens land / The city's country": "när flera städer heter så.",
        "Hur långt ifrån staden, i km / How far from the city, in km": "0: hela landet.",
    },
    "career-survey": {
        "Bara förhandsgranska / Preview only": "Inget skickas.",
        "Institutionens egen uppföljning / A department's own survey": "Lämna tomt för universitetets gemensamma.",
        "Programmets kod / The programme's code": "Bara för en institutions egen uppföljning.",
        "Examen från och med / Degrees from": "t.ex. 2025-01.",
        "Examen till och med / Degrees until": "t.ex. 2025-06.",
    },
    "import-register": {
        "Tillåt stora ändringar / Allow large changes": "avvisas annars.",
        "Bara en del av registret / Part of the register only": "räknas då inte som borta.",
    },
    "approve-campaign": {
        "Kod / Code": "K7Q2-M9XD",
        "Din e-postadress / Your e-mail address": "som alumnkoordinator.",
        "Beslut / Decision": "Godkänn och skicka / Approve and send",
        "Kommentar / Comment": "",
    },
    "resend-unknown": {
        "Utskick / Campaign": "graduation-invitation/2026-HT/central",
        "Din e-postadress / Your e-mail address": "som alumnkoordinator.",
    },
    "read-bounces": {},
    "forecast": {},
    "housekeeping": {},
}


@pytest.fixture
def browsed() -> Iterator[Page]:
    """A page that may ask this machine only; the test fails when it asks another."""
    elsewhere: set[str] = set()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1200, "height": 1000})
        page.on("request", lambda request: elsewhere.update(beyond_loopback(request.url)))
        page.on("websocket", lambda opened: elsewhere.update(beyond_loopback(opened.url)))
        yield page
        browser.close()
    assert elsewhere == set()


def beyond_loopback(url: str) -> set[str]:
    parts = urlsplit(url)
    return {url} if parts.scheme not in ("data", "blob") and parts.hostname not in LOOPBACK else set()


def open_form(page: Page, deployment: str) -> None:
    found = prefect_api.deployment_named(deployment)
    page.goto(f"{settings().prefect_url}/deployments/deployment/{found['id']}/run")
    expect(page.get_by_role("button", name="Submit")).to_be_visible()


def test_deployments_stand_there_with_their_descriptions(browsed: Page) -> None:
    browsed.goto(f"{settings().prefect_url}/deployments")
    names = [item["name"] for item in read_deployments(ROOT / "prefect.yaml")]
    shown = [browsed.get_by_role("link", name=name, exact=True) for name in sorted(names)]
    expect(shown[0].first).to_be_visible()
    browsed.get_by_text("Page 1 of 2").wait_for()  # ten on a page, by name
    for link in shown[:10]:
        expect(link.first).to_be_visible()
    browsed.locator("xpath=//p[starts-with(normalize-space(.), 'Page ')]/following::button[1]").click()
    for link in shown[10:]:
        expect(link.first).to_be_visible()
    first = prefect_api.deployment_named("graduation-invitation")
    browsed.goto(f"{settings().prefect_url}/deployments/deployment/{first['id']}")
    browsed.get_by_role("listitem").filter(has_text="Description").click()
    expect(browsed.get_by_text("Bjuder in examensklassen till alumnnätverket.")).to_be_visible()


@pytest.mark.parametrize("deployment", FIELDS)
def test_form_says_in_words_what_each_field_is(browsed: Page, deployment: str) -> None:
    open_form(browsed, deployment)
    for title, description in FIELDS[deployment].items():
        expect(browsed.get_by_text(title).first).to_be_visible()
        expect(browsed.get_by_text(description).first).to_be_visible()
    assert "None" not in browsed.inner_text("body")


def test_department_is_chosen_by_name_and_day_in_a_picker_and_prefect_takes_both(browsed: Page) -> None:
    open_form(browsed, "graduation-invitation")
    expect(browsed.locator(".p-select-button__value").first).to_have_text(WHOLE_UNIVERSITY)
    browsed.locator(".p-select-button__control").first.press("ArrowDown")
    choices = browsed.get_by_role("listbox").get_by_role("option")
    expect(choices.first).to_have_text(WHOLE_UNIVERSITY)
    shown = [words.strip() for words in choices.all_inner_texts()]
    assert shown == list(department_choices())[: len(shown)]
    browsed.get_by_role("listbox").get_by_role("combobox").fill("ämnes")
    browsed.get_by_role("option", name="Institutionen för ämnesdidaktik").click()
    browsed.locator(".p-toggle__control, [role=switch]").first.click()
    browsed.get_by_text("Select date").click()
    browsed.get_by_role("button", name="Today").click()
    browsed.get_by_role("button", name="Apply").click()
    with browsed.expect_response(lambda answer: "create_flow_run" in answer.url) as started:
        browsed.get_by_role("button", name="Submit").click()
    assert started.value.status == 201, started.value.text()
    run = started.value.json()
    assert run["parameters"]["params"]["department"] == "Institutionen för ämnesdidaktik"
    state = prefect_api.wait_for(run["id"], 60)
    assert state.name == "Previewed"


@pytest.mark.parametrize("path", ["/", "/health", "/outbox"])
def test_our_own_pages_ask_nobody_else_either(browsed: Page, path: str) -> None:
    answer = browsed.goto(settings().public_url + path)
    assert answer
    assert answer.ok
