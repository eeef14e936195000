"""An event to answer to, people who answer, and the seats counted anew from the answers."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.database import session_scope
from outreach.event import Event, Narrowing, NoticeKind, Place, Seat
from outreach.models import EventRow, Notice, Person, Rsvp, VisitRow
from tests.conftest import NOON

TOKYO = Place("Tokyo", "JP", 35.6895, 139.69171, "Asia/Tokyo")
EVENING = Event(
    id=1,
    public_id="tokyo-evening",
    slug="tokyo-evening",
    visit_id=None,
    department_code=None,
    title_sv="Alumnkväll i Tokyo",
    title_en="Alumni evening in Tokyo",
    body_sv="En kväll om forskning.",
    body_en="An evening about research.",
    entry_sv="",
    entry_en="",
    venue="Sveriges ambassad, 1-10-3 Roppongi",
    place=TOKYO,
    starts_at=NOON + timedelta(days=30),
    ends_at=NOON + timedelta(days=30, hours=3),
    answer_by=(NOON + timedelta(days=20)).date(),
    capacity=3,
    guests_allowed=3,
    radius_km=100.0,
    narrowing=Narrowing(),
    sequence=0,
    cancelled=False,
    updated_at=NOON,
    delegation="",
)


def lay_event(**changes: Any) -> Event:
    """Put an event into the database as its row."""
    event = replace(EVENING, **changes)
    with session_scope() as session:
        session.add(_row(event))
        session.flush()
        laid = session.scalars(select(EventRow.id).where(EventRow.public_id == event.public_id)).one()
    return replace(event, id=laid)


def lay_visit(delegation: str) -> int:
    """A journey to Tokyo with whom it brings; its id."""
    with session_scope() as session:
        row = VisitRow(
            public_id="tokyo-visit",
            city=TOKYO.name,
            country=TOKYO.country,
            latitude=TOKYO.latitude,
            longitude=TOKYO.longitude,
            time_zone=TOKYO.time_zone,
            starts_on=NOON.date() + timedelta(days=28),
            ends_on=NOON.date() + timedelta(days=32),
            delegation=delegation,
            created_at=NOON,
            updated_at=NOON,
        )
        session.add(row)
        session.flush()
        return row.id


def _row(event: Event) -> EventRow:
    alike = {
        name: getattr(event, name)
        for name in (column.key for column in EventRow.__table__.columns)
        if hasattr(event, name) and name not in ("id", "narrowing")
    }
    place = event.place
    return EventRow(
        **alike,
        city=place.name,
        country=place.country,
        latitude=place.latitude,
        longitude=place.longitude,
        time_zone=place.time_zone,
        narrowing=event.narrowing.as_json(),
        created_at=event.updated_at,
    )


def lay_people(count: int) -> list[int]:
    """Members of the network, by id."""
    now = clock.now()
    rows = [
        {
            "public_id": f"p{number}",
            "first_name": f"Kim{number}",
            "last_name": "Öberg",
            "email": f"p{number}@example.org",
            "language": "sv",
            "membership": "member",
            "created_at": now,
            "updated_at": now,
        }
        for number in range(1, count + 1)
    ]
    with session_scope() as session:
        session.execute(insert(Person), rows)
        return list(session.scalars(select(Person.id).where(Person.public_id.like("p%")).order_by(Person.id)))


def seats_of(event: Event) -> dict[int, tuple[Seat, int]]:
    """Person -> (seat, guests), for everyone who answered."""
    with session_scope(reading=True) as session:
        found = select(Rsvp.person_id, Rsvp.seat, Rsvp.guests).where(Rsvp.event_id == event.id)
        return {person: (Seat(seat), guests) for person, seat, guests in session.execute(found)}


def told(event: Event, kind: NoticeKind | None = None) -> list[tuple[int, str, int]]:
    """(person, kind, round) of the notices, in the order of those."""
    with session_scope(reading=True) as session:
        found = select(Notice.person_id, Notice.kind, Notice.round).where(Notice.event_id == event.id)
        rows = sorted(tuple(row) for row in session.execute(found))
    return [row for row in rows if kind is None or row[1] == kind]


def recounted(session: Session, event: Event) -> tuple[int, int]:
    """(seats taken as kept, seats taken as counted anew)."""
    kept = session.scalars(select(EventRow.seats_taken).where(EventRow.id == event.id)).one()
    rows = session.execute(select(Rsvp.seat, Rsvp.guests).where(Rsvp.event_id == event.id))
    return kept, sum(1 + guests for seat, guests in rows if seat in ("seated", "offered"))
