"""The accessibility statement says what there is to say, and anybody may tell of a fault."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from outreach import clock, links
from outreach.database import session_scope
from outreach.models import FaultReport
from outreach.queries import faults
from outreach.settings import settings
from outreach.web import fault_mail
from outreach.web.accessibility import TESTED_ON
from tests.conftest import NOON

STORY = "Min skärmläsare läste bara 'knapp', inte vad den gör."


def told() -> list[FaultReport]:
    with session_scope(reading=True) as session:
        return list(session.scalars(select(FaultReport).order_by(FaultReport.id)))


def tell(client: Any, **changes: str) -> Any:
    fields = {"fault_page": "/join", "fault_story": STORY, "fault_email": "", "website": "", **changes}
    return client.post("/accessibility?lang=sv", data=fields)


def letters() -> list[str]:
    return sorted(path.read_text(encoding="utf-8") for path in settings().outbox.rglob("*.eml"))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("sv", ["delvis förenlig", "2018:1937", "https://www.digg.se/tdosanmalan", "skärmläsare", "alumn@alumni"]),
        (
            "en",
            ["partially compliant", "2018:1937", "https://www.digg.se/tdosanmalan", "screen reader", "alumn@alumni"],
        ),
    ],
)
def test_statement_has_what_the_law_asks_for(client: Any, sqlite_db: str, language: str, words: list[str]) -> None:
    page = client.get(f"/accessibility?lang={language}").text
    assert [word for word in words if word not in page] == []


def test_statement_says_what_the_office_has_set(client: Any, sqlite_db: str, set_environment: Any) -> None:
    before = client.get("/accessibility?lang=sv").text
    set_environment(
        accessibility='{"responsible_sv": "Högskolan", "phone": "08-16 20 00", "reviewed_on": "2027-01-11",'
        ' "known": [{"sv": "Filmen saknar text.", "en": "The film has no captions."}]}'
    )
    after = client.get("/accessibility?lang=sv").text
    assert "inte gått igenom sidorna" in before
    assert "inte gått igenom sidorna" not in after
    for words in ("Högskolan", 'href="tel:08-162000"', "11 januari 2027", "Filmen saknar text."):
        assert words in after
        assert words not in before


def test_swedish_address_leads_to_the_statement(client: Any, sqlite_db: str) -> None:
    answer = client.get("/tillganglighet")
    assert (answer.status_code, answer.headers["location"]) == (308, "/accessibility?lang=sv")


def test_report_is_kept_thanked_for_and_told_the_central_office(client: Any, db: str) -> None:
    answer = tell(client, fault_email=" Kim@Example.ORG ")
    assert (answer.status_code, answer.headers["location"]) == (303, "/accessibility/thanks?lang=sv")
    assert "Tack" in client.get(answer.headers["location"]).text
    (kept,) = told()
    assert (kept.page, kept.description, kept.email, kept.language) == ("/join", STORY, "kim@example.org", "sv")
    assert kept.handled_at is None
    mails = letters()
    assert len(mails) == 2  # to Anna and Erik, the central coordinators
    assert all("/portal/faults" in mail for mail in mails)
    assert not any("kim@example.org" in mail or "knapp" in mail for mail in mails)


@pytest.mark.parametrize(
    "changes",
    [{"fault_story": " \n "}, {"fault_story": "x" * 4001}, {"fault_email": "nope"}, {"fault_page": "x" * 501}],
)
def test_report_that_cannot_be_kept_is_shown_again_with_what_was_typed(
    client: Any, sqlite_db: str, changes: dict[str, str]
) -> None:
    answer = tell(client, **changes)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert changes.get("fault_story", "skärmläsare läste") in answer.text
    assert told() == []


def test_machine_that_fills_in_the_hidden_field_is_thanked_and_forgotten(client: Any, sqlite_db: str) -> None:
    assert tell(client, website="https://buy.example.org").status_code == 303
    assert told() == []
    assert letters() == []


def test_own_link_in_a_report_opens_nothing_for_who_reads_it(client: Any, sqlite_db: str) -> None:
    token = links.token("preferences", "kim")
    tell(client, fault_page=links.url("preferences", token), fault_story=f"Se {links.url('join', token)} !")
    (kept,) = told()
    assert token not in kept.page + kept.description
    assert kept.page == "http://127.0.0.1:8400/preferences/…"
    assert kept.description == "Se http://127.0.0.1:8400/join/… !"


def test_what_is_written_is_shown_as_text_and_steers_nothing(client: Any, sqlite_db: str) -> None:
    tell(client, fault_story="<script>alert(1)</script>\r\n\r\n\r\n\r\nrad\x1b[2J två \u202egnav")
    (kept,) = told()
    assert kept.description == "<script>alert(1)</script>\n\nrad [2J två gnav"
    page = tell(client, fault_story="<script>", fault_email="nope").text
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_somebody_who_tells_too_often_is_asked_to_wait_and_others_are_not(client: Any, db: str) -> None:
    with clock.frozen(NOON):
        answers = [tell(client).status_code for _ in range(7)]
    assert answers == [303] * 5 + [429] * 2
    assert "skärmläsare läste" in tell(client).text  # what was typed is not lost
    assert len(told()) == 5
    with clock.frozen(NOON + timedelta(hours=1, seconds=1)):
        assert tell(client).status_code == 303


def test_office_is_mailed_of_six_an_hour_however_many_come(sqlite_db: str) -> None:
    for number in range(8):
        fault_mail.tell(number)
    assert len(letters()) == 6 * 2  # to each of the two


def test_what_was_handled_a_year_ago_is_forgotten(db: str) -> None:
    def laid(page: str) -> int:
        return faults.add(session, page=page, description=STORY, email=None, language="sv", now=NOON)

    with session_scope() as session:
        old, fresh, waiting = laid("old"), laid("fresh"), laid("waiting")
        assert faults.mark_handled(session, old, 1, NOON)
        assert faults.mark_handled(session, fresh, 1, NOON + timedelta(days=1))
        assert not faults.mark_handled(session, fresh, 1, NOON)
    with session_scope() as session:
        assert faults.forget_old(session, NOON + timedelta(days=365, hours=1)) == 1
        assert faults.forget_old(session, NOON + timedelta(days=365, hours=1)) == 0
    assert {row.id for row in told()} == {fresh, waiting}


def test_every_page_leads_to_the_statement_and_to_privacy(client: Any, sqlite_db: str) -> None:
    for path in ("/", "/nowhere", "/newsletter", "/accessibility", "/privacy"):
        page = client.get(f"{path}?lang=en").text
        assert 'href="/accessibility?lang=en"' in page
        assert 'href="/privacy?lang=en"' in page


def test_day_of_the_tests_is_a_day_that_has_been(home: object) -> None:
    assert date(2026, 1, 1) < TESTED_ON <= clock.today()
