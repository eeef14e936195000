"""A person's page: what they said with the words they were shown, what was sent, what they answered and what stops."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, inspect, select, update

from outreach import links
from outreach.database import session_scope
from outreach.models import (
    Consent,
    EventRow,
    Interest,
    Notice,
    Person,
    Rsvp,
    StoryConsent,
    StoryRow,
    Study,
    Suppression,
    Survey,
    SurveyMember,
)
from outreach.web import texts
from outreach.web.portal import person_copy
from tests.conftest import NOON
from tests.seats.conftest import lay_event
from tests.web.conftest import MakePerson
from tests.web.portal.conftest import ANNA, TOVE, Visitor
from tests.web.portal.test_people import known

Make = Callable[[str], Visitor]
SHOWN = "Ja, skicka mig nyhetsbrevet fyra gånger om året."


@pytest.fixture
def asa(sqlite_db: str, make_person: MakePerson) -> str:
    """Somebody who said yes to the newsletter, comes to a meeting with a guest, was asked in a survey and has
    unsubscribed from events."""
    known(make_person, "asa", "arkeologi", first_name="Åsa", last_name="Öberg")
    event = lay_event()
    with session_scope() as session:
        id_ = session.scalars(select(Person.id).where(Person.public_id == "asa")).one()
        session.get_one(EventRow, event.id).title_sv = "Grävkväll"

        def put(table: Any, **values: Any) -> None:
            session.execute(insert(table).values(**values))

        put(Consent, person_id=id_, purpose="newsletter", given=True, legal_basis="consent", source="join page",
            wording=SHOWN, at=NOON - timedelta(days=3))  # fmt: skip
        put(Rsvp, person_id=id_, event_id=event.id, answer="yes", seat="seated", guests=1, needs="Nötter",
            answered_at=NOON, changed_at=NOON)  # fmt: skip
        put(Survey, id=1, public_id="s", slug="karriar-2025", questionnaire="career", cohort_month=NOON.date(),
            cohort_until=NOON.date(), months_after=15, opened_at=NOON, closes_at=NOON, cut_on=NOON.date())  # fmt: skip
        put(SurveyMember, survey_id=1, person_id=id_, answered=True, excluded="")
        put(Suppression, address_hash=links.address_hash("asa@student.example.org"), scope="events",
            reason="unsubscribed", at=NOON)  # fmt: skip
    return "asa"


@pytest.mark.parametrize("who", [ANNA, TOVE])
def test_what_somebody_said_stands_with_the_words_they_were_shown(asa: str, visitor: Make, who: str) -> None:
    page = visitor(who).get("/portal/people/asa").text
    said = page.split('id="consents"')[1].split("</section>")[0]
    assert SHOWN in said
    assert "19 november 2026 12:00" in said
    assert "Grävkväll" in page
    assert "en gäst" in page
    assert "karriar-2025" in page
    stopped = page.split('id="suppressions"')[1].split("</section>")[0]
    assert "Evenemang" in stopped
    assert "Personen avanmälde sig" in stopped


def test_what_is_handed_over_holds_what_was_said_answered_and_stopped(asa: str, visitor: Make) -> None:
    told = json.loads(visitor(ANNA).get("/portal/people/asa/export.json").text)
    assert [(one["purpose"], one["wording"]) for one in told["consents"]] == [("newsletter", SHOWN)]
    assert [(one["event"], one["needs"]) for one in told["rsvps"]] == [("Grävkväll", "Nötter")]
    assert [(one["scope"], one["reason"]) for one in told["suppressions"]] == [("events", "unsubscribed")]
    assert [(one["survey"], one["answered"]) for one in told["surveys"]] == [("karriar-2025", True)]


def test_copy_to_read_speaks_the_persons_language_down_to_its_fields(asa: str, visitor: Make) -> None:
    for language, words in (
        ("sv", ("Efternamn", "Ja", "Nyhetsbrev", "Behov", "Evenemang", "Personen avanmälde sig", "Har svarat")),
        ("en", ("Last name", "Yes", "Newsletter", "Needs", "Events", "Has answered")),
    ):
        with session_scope() as session:
            session.execute(update(Person).values(language=language))
        answer = visitor(ANNA).get("/portal/people/asa/export.html")
        assert f'<html lang="{language}">' in answer.text
        assert [word for word in words if word not in answer.text] == []
        labels = re.findall("<dt><strong>([^<]*)</strong>", answer.text)
        assert labels
        assert [label for label in labels if label != label.capitalize() and label[:1].islower()] == []


def test_every_field_that_may_be_handed_over_has_a_label(asa: str, visitor: Make) -> None:
    told = json.loads(visitor(ANNA).get("/portal/people/asa/export.json").text)
    tables = (StoryRow, StoryConsent, Study, Interest, Notice)  # what asa has none of
    fields = {column.key for table in tables for column in inspect(table).columns}
    fields |= {name for rows in told.values() for row in rows for name in row}
    assert {name for name in fields if person_copy._tells(name, "x") and not texts.has(f"copy.{name}")} == set()
