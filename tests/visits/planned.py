"""Events of a department or the central office, and people who have answered to them, for the planners' tests."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import insert, select

from outreach import clock, links
from outreach.database import session_scope
from outreach.event import Answer, Event, Place
from outreach.models import Audit, Campaign, Notice, Person
from outreach.queries import seats, visits
from outreach.visits.drafts import EventDraft

BERLIN = Place("Berlin", "DE", 52.52437, 13.41053, "Europe/Berlin")
HAMBURG = Place("Hamburg", "DE", 53.57532, 10.01534, "Europe/Berlin")
TOKYO = Place("Tokyo", "JP", 35.6895, 139.69171, "Asia/Tokyo")
DRAFT = EventDraft(
    title_sv="Alumnkväll i Berlin",
    title_en="Alumni evening in Berlin",
    venue="Nordiska ambassaderna",
    place=BERLIN,
    starts_at=datetime(2027, 3, 12, 17, 0, tzinfo=UTC),
    ends_at=datetime(2027, 3, 12, 20, 0, tzinfo=UTC),
    answer_by=date(2027, 3, 5),
    capacity=2,
    guests_allowed=1,
)


def plan(**different: Any) -> Event:
    """An event as DRAFT says, but for what is different."""
    with session_scope() as session:
        return visits.add_event(session, replace(DRAFT, **different), clock.now())


def as_it_is(event: Event) -> Event:
    with session_scope(reading=True) as session:
        found = visits.event_by_id(session, event.id)
        assert found is not None
        return found


def guest(name: str) -> int:
    """Somebody in the register; their id."""
    now, email = clock.now(), f"{name}@example.org"
    with session_scope() as session:
        row = insert(Person).values(
            public_id=name, first_name=name, last_name="Öberg", email=email, address_hash=links.address_hash(email),
            language="sv", created_at=now, updated_at=now,
        )  # fmt: skip
        return session.execute(row.returning(Person.id)).scalar_one()


def answers(event: Event, name: str, answer: Answer = Answer.YES, guests: int = 0) -> str:
    """Somebody answers; what they got."""
    person_id = guest(name)
    with session_scope() as session:
        return seats.answer(session, event, person_id, answer, guests, "", version=0, now=clock.now()).seat.value


def told(event: Event, *kinds: str) -> set[tuple[str, str]]:
    """(who, what they are to be told), of these kinds, or of all but what an answer itself brings."""
    with session_scope(reading=True) as session:
        found = select(Person.public_id, Notice.kind).join(Notice, Notice.person_id == Person.id)
        rows = {tuple(row) for row in session.execute(found.where(Notice.event_id == event.id))}
        return {(who, kind) for who, kind in rows if kind in kinds}


def noted(action: str) -> list[tuple[str, str, dict[str, Any]]]:
    """(actor, subject, detail), oldest first."""
    with session_scope(reading=True) as session:
        found = select(Audit.actor, Audit.subject, Audit.detail).where(Audit.action == action).order_by(Audit.id)
        return [tuple(row) for row in session.execute(found)]


def invite(event: Event) -> int:
    """The campaign that invites to an event; its id."""
    now = clock.now()
    with session_scope() as session:
        row = insert(Campaign).values(
            key=f"event-invitation/{event.slug}/{event.department_code or 'central'}", duty="event-invitation",
            period=event.slug, department_code=event.department_code, parameters={"event": event.public_id},
            status="open", opened_at=now, expires_at=event.starts_at,
        )  # fmt: skip
        return session.execute(row.returning(Campaign.id)).scalar_one()
