"""An event with guests of every kind, and its hosts' links."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from outreach import clock, links
from outreach.database import session_scope
from outreach.event import Event, Place
from outreach.models import Coordinator, EventRow, Person, Rsvp
from outreach.queries import office
from tests.conftest import NOON
from tests.seats.conftest import lay_event

DEPARTMENT = "dsv"
STOCKHOLM = Place("Stockholm", "SE", 59.32938, 18.06871, "Europe/Stockholm")
DOORS = NOON + timedelta(hours=7)  # the event begins an hour later


def tonight(**changes: Any) -> Event:
    """An event of one department this evening, in Stockholm's time by the office's own clock."""
    starts = NOON + timedelta(hours=8)
    told = {
        "place": STOCKHOLM,
        "starts_at": starts,
        "ends_at": starts + timedelta(hours=3),
        "department_code": DEPARTMENT,
        "capacity": 5,
    }
    return lay_event(**{**told, **changes})


def answered(event: Event, public_id: str | None = None, **fields: Any) -> int:
    """Put somebody on the list; the id of their answer."""
    now = clock.now()
    values = {"answer": "yes", "seat": "seated", "answered_at": now, "changed_at": now, "event_id": event.id, **fields}
    with session_scope() as session:
        if public_id:
            values["person_id"] = session.scalars(select(Person.id).where(Person.public_id == public_id)).one()
        rsvp_id = session.scalars(insert(Rsvp).values(values).returning(Rsvp.id)).one()
        if values["seat"] in ("seated", "offered"):
            session.get_one(EventRow, event.id).seats_taken += 1 + values.get("guests", 0)
    return rsvp_id


def rsvp(rsvp_id: int) -> Rsvp:
    with session_scope(reading=True) as session:
        return session.get_one(Rsvp, rsvp_id)


def all_rsvps(event: Event) -> list[Rsvp]:
    with session_scope(reading=True) as session:
        return list(session.scalars(select(Rsvp).where(Rsvp.event_id == event.id).order_by(Rsvp.id)))


def coordinator_id(department: str | None = DEPARTMENT) -> int:
    """A coordinator of this department, or of the central office."""
    with session_scope(reading=True) as session:
        able = office.approvers(session, department)
        return next(one.id for one in able if one.central == (department is None))


def host_path(event: Event, who: int | None = None, expires: datetime | None = None) -> str:
    subject = str(coordinator_id() if who is None else who)
    return f"/host/{links.token('host', subject, event.public_id, expires=expires)}"


def retire(who: int) -> None:
    with session_scope() as session:
        session.get_one(Coordinator, who).active = False
