"""An event that is changed or cancelled: one at a time, with what was different written down."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Select, insert, select, update
from sqlalchemy.orm import Session

from outreach.event import Answer, Event, Seat
from outreach.models import EventChange, EventRow, PlanStatus, Rsvp, VisitRow
from outreach.queries import visits

LINE = (Seat.WAITING, Seat.OFFERED)


def held(session: Session, event_id: int) -> Event | None:
    """The event as it stands now; nobody else changes it, or takes a seat, until this transaction ends."""
    row = select(EventRow).where(EventRow.id == event_id).with_for_update(key_share=True)
    return (
        None
        if session.scalars(row, execution_options={"populate_existing": True}).one_or_none() is None
        else visits.event_by_id(session, event_id)
    )


def source_key(session: Session, event_id: int) -> str | None:
    """What the file an event came from calls it."""
    return session.scalar(select(EventRow.source_key).where(EventRow.id == event_id))


def hold_visit(session: Session, visit_id: int) -> None:
    """Nobody else changes the visit until this transaction ends."""
    row = select(VisitRow).where(VisitRow.id == visit_id).with_for_update(key_share=True)
    session.scalars(row, execution_options={"populate_existing": True}).one()


def source_key_of_visit(session: Session, visit_id: int) -> str | None:
    """What the file a visit came from calls it."""
    return session.scalar(select(VisitRow.source_key).where(VisitRow.id == visit_id))


def note(session: Session, event: Event, before: Mapping[str, Any], after: Mapping[str, Any], now: datetime) -> int:
    """Raise the sequence and write down what was different: fields of `EventRow` by name, moments as ISO 8601 in UTC.
    Returns the new sequence."""
    sequence = event.sequence + 1
    session.execute(update(EventRow).where(EventRow.id == event.id).values(sequence=sequence, updated_at=now))
    session.execute(
        insert(EventChange).values(event_id=event.id, sequence=sequence, before=dict(before), after=dict(after), at=now)
    )
    return sequence


def cancel(session: Session, event_id: int) -> None:
    """The event will not be. Who was seated or in line still stands so: it is who was told."""
    session.execute(update(EventRow).where(EventRow.id == event_id).values(status=PlanStatus.CANCELLED))


def seated(event_id: int) -> Select[tuple[int]]:
    """The ids of the people who have a seat."""
    return _known(event_id).where(Rsvp.seat == Seat.SEATED)


def others(event_id: int) -> Select[tuple[int]]:
    """The ids of the people who may still come: in line, offered a seat, or perhaps."""
    return _known(event_id).where(Rsvp.seat.in_(LINE) | (Rsvp.answer == Answer.PERHAPS))


def _known(event_id: int) -> Select[tuple[int]]:
    found = select(Rsvp.person_id).where(Rsvp.event_id == event_id, Rsvp.walk_in.is_(False))
    return cast(Select[tuple[int]], found.where(Rsvp.person_id.is_not(None)))
