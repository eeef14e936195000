"""Whom an event is for: near enough, of those it is meant for, members who said yes and have not answered."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from outreach import campaigning, clock
from outreach.database import session_scope
from outreach.duties import duty
from outreach.event import Answer, Event, Narrowing, Place
from outreach.models import Interest, Membership, Person, Recipient, Study
from outreach.queries import audiences, campaigns, consents, visits
from outreach.visits.drafts import EventDraft
from tests.visits import living

TOKYO = Place("Tokyo", "JP", 35.6895, 139.69171, "Asia/Tokyo")
YOKOHAMA = Place("Yokohama", "JP", 35.43333, 139.65, "Asia/Tokyo")  # 28 km from Tokyo
OSAKA = Place("Osaka", "JP", 34.69374, 135.50218, "Asia/Tokyo")  # 400 km
SUVA = Place("Suva", "FJ", -18.1416, 178.4415, "Pacific/Fiji")
DRAFT = EventDraft(
    title_sv="Alumnträff i Tokyo",
    title_en="Alumni gathering in Tokyo",
    venue="Sveriges ambassad",
    place=TOKYO,
    starts_at=datetime(2026, 12, 16, 9, 0, tzinfo=UTC),
    ends_at=datetime(2026, 12, 16, 11, 0, tzinfo=UTC),
    answer_by=date(2026, 12, 9),
    capacity=60,
)


def plan(**different: Any) -> Event:
    with session_scope() as session:
        return visits.add_event(session, replace(DRAFT, **different), clock.now())


def studies(name: str, department: str, degree: date | None) -> None:
    with session_scope() as session:
        row = {"person_id": living.id_of(name), "department_code": department, "completed_on": degree}
        session.execute(insert(Study).values(programme_code=f"{department}-{degree}", **row))


def considered(event: Event, *, keep: bool = False) -> dict[str, str | None]:
    """Everyone a selection enters into the ledger of the event's invitation -> why they are left out, None for invited.
    It is taken back, so that it counts towards nobody's budget."""
    with session_scope(rehearsing=not keep) as session:
        for campaign in campaigning.open_campaigns(
            session, living.INVITING, day=clock.today(), department=None, parameters={"event": event.public_id}
        ):
            campaigning.select(session, campaign, clock.today())
        campaign_of = campaigns.by_key(session, f"event-invitation/{event.slug}/{event.department_code or 'central'}")
        assert campaign_of is not None
        found = session.execute(
            select(Person.public_id, Recipient.reason)
            .join(Recipient, Recipient.person_id == Person.id)
            .where(Recipient.campaign_id == campaign_of.id, Recipient.wave == 1)
        )
        return {public_id.removeprefix("p-"): reason for public_id, reason in found}


def test_members_within_the_radius_are_invited_and_all_others_are_not_even_considered(db):
    living.member("tokyo", TOKYO)
    living.member("yokohama", YOKOHAMA)
    living.member("osaka", OSAKA)
    living.member("suva", SUVA)
    living.member("unknown", None)
    living.member("graduate", TOKYO)
    with session_scope() as session:
        session.execute(update(Person).where(Person.public_id == "p-graduate").values(membership=Membership.NONE))
    assert considered(plan()) == {"tokyo": None, "yokohama": None}
    assert considered(plan(radius_km=20.0)) == {"tokyo": None}
    assert considered(plan(radius_km=450.0)) == {"tokyo": None, "yokohama": None, "osaka": None}


def test_an_event_for_a_country_is_for_everyone_in_it_wherever(db):
    living.member("tokyo", TOKYO)
    living.member("suva", SUVA)
    living.member("countryside", replace(TOKYO, name="Nowhere"))
    with session_scope() as session:
        somewhere = {"latitude": None, "longitude": None, "city": None}
        session.execute(update(Person).where(Person.public_id == "p-countryside").values(**somewhere))
    assert considered(plan(radius_km=None)) == {"tokyo": None, "countryside": None}


def test_who_may_not_be_written_to_stands_in_the_ledger_with_the_reason(db):
    living.member("silent", TOKYO, events=False)
    living.member("no", TOKYO)
    living.member("no_mail", TOKYO)
    living.take_back_consent("no")
    with session_scope() as session:
        session.execute(update(Person).where(Person.public_id == "p-no_mail").values(email=None, address_hash=None))
    assert considered(plan()) == {"silent": "no_consent", "no": "said_no", "no_mail": "no_address"}


def test_narrowed_to_departments_years_and_interests(db):
    for name in ("law", "law_old", "course_in_law", "physics", "mentor"):
        living.member(name, TOKYO)
    studies("law", "juridik", date(2012, 1, 1))
    studies("law_old", "juridik", date(2009, 12, 31))
    studies("course_in_law", "juridik", None)
    studies("course_in_law", "fysikum", date(2015, 12, 31))
    studies("physics", "fysikum", date(2015, 12, 31))
    studies("mentor", "fysikum", None)
    with session_scope() as session:
        mentor = {"person_id": living.id_of("mentor"), "role": "mentor", "at": clock.now()}
        session.execute(insert(Interest).values(**mentor))

    def invited(**narrowed: Any) -> set[str]:
        return set(considered(plan(narrowing=Narrowing(**narrowed))))

    assert invited() == {"law", "law_old", "course_in_law", "physics", "mentor"}
    assert invited(departments=("juridik",)) == {"law", "law_old", "course_in_law"}
    assert invited(from_year=2010, until_year=2015) == {"law", "course_in_law", "physics"}
    assert invited(from_year=2012, until_year=2012) == {"law"}
    assert invited(until_year=2009) == {"law_old"}
    assert invited(departments=("juridik",), from_year=2010) == {"law"}, "a degree of that department"
    assert invited(departments=("juridik", "fysikum"), from_year=2015) == {"course_in_law", "physics"}
    assert invited(interests=("mentor", "interview")) == {"mentor"}
    assert invited(departments=("juridik",), interests=("mentor",)) == set()


def test_who_has_answered_one_event_is_still_invited_to_the_next(db):
    living.member("both", TOKYO)
    dinner, lunch = plan(), plan(title_sv="Lunch")
    living.answer(dinner, "both", Answer.NO)
    assert considered(dinner) == {"both": "answered"}
    assert considered(lunch) == {"both": None}


def test_who_answers_while_the_invitation_waits_for_a_signature_gets_none(db):
    event = plan()
    living.member("asked", TOKYO)
    living.member("told_at_the_office", TOKYO)
    with session_scope() as session:
        [campaign] = campaigning.open_campaigns(
            session, living.INVITING, day=clock.today(), department=None, parameters={}
        )
        assert campaigning.select(session, campaign, clock.today()).considered == 2
    living.answer(event, "told_at_the_office", Answer.PERHAPS)
    living.run(living.INVITING)
    assert living.mailed() == {"asked": ["invitation"]}
    assert considered(event) == {"asked": None, "told_at_the_office": "answered"}


def test_everyone_has_the_departments_own_text_and_central_events_have_one_for_all(db):
    living.member("a", TOKYO)
    living.member("b", YOKOHAMA, language="en")
    studies("a", "fysikum", date(2012, 1, 1))
    for department in (None, "juridik"):
        event = plan(department_code=department)
        with session_scope() as session:
            [campaign] = campaigning.open_campaigns(
                session, living.INVITING, day=clock.today(), department=None, parameters={"event": event.slug}
            )
            audience = audiences.AUDIENCES[campaign.duty](session, campaign, duty(campaign.duty), 1, clock.today())
            found = [(row.language, row.department_code) for row in session.execute(audience)]
        assert sorted(found) == [("en", department), ("sv", department)]


@pytest.mark.parametrize("said", [True, False])
def test_consent_taken_back_after_the_selection_holds(db, said):
    living.member("a", TOKYO)
    event = plan()
    assert considered(event, keep=True) == {"a": None}
    with session_scope() as session:
        consents.answer(session, living.id_of("a"), {"events": said}, language="sv", source="test", at=clock.now())
    living.run(living.INVITING)
    assert living.mailed() == ({"a": ["invitation"]} if said else {})
