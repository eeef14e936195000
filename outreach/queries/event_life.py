"""What comes due at an event by the calendar alone: who is told how to get in, who is thanked."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement, Select, and_, exists, select, true
from sqlalchemy.orm import Session

from outreach.event import NoticeKind, Seat
from outreach.models import EventRow, Notice, Rsvp

SEATED = Rsvp.seat == Seat.SEATED.value
CAME = Rsvp.checked_in_at.is_not(None)


def expected(event_id: int, since: datetime) -> Select[tuple[int]]:
    """The ids of the people who have a seat and have not been told how to get in `since` it came due: who was told
    before the event was moved is told anew."""
    return _people(event_id, SEATED, NoticeKind.PRACTICAL, since=since)


def to_thank(session: Session, event_id: int) -> Select[tuple[int]]:
    """The ids of the people who came and have not been thanked; where nobody was checked in, there was no list at the
    door, and everyone who had a seat is taken to have come."""
    came = CAME if _kept_a_list(session, event_id) else SEATED
    return _people(event_id, came, NoticeKind.THANKS, NoticeKind.MISSED)


def missed(session: Session, event_id: int) -> Select[tuple[int]] | None:
    """The ids of the people who had a seat and were not checked in; None where there was no list at the door."""
    if not _kept_a_list(session, event_id):
        return None
    return _people(event_id, and_(SEATED, ~CAME), NoticeKind.THANKS, NoticeKind.MISSED)


def anyone(session: Session, people: Select[tuple[int]]) -> bool:
    return bool(session.scalar(select(exists(people))))


def untidied(session: Session, ended_before: datetime) -> Sequence[int]:
    """The ids of the events that ended so long ago and still hold what people needed."""
    found = select(EventRow.id).where(EventRow.tidied_at.is_(None), EventRow.ends_at <= ended_before)
    return session.scalars(found.order_by(EventRow.id)).all()


def _kept_a_list(session: Session, event_id: int) -> bool:
    return bool(session.scalar(select(exists().where(Rsvp.event_id == event_id, CAME))))


def _people(
    event_id: int, which: ColumnElement[bool], *not_told: NoticeKind, since: datetime | None = None
) -> Select[tuple[int]]:
    told = exists().where(
        Notice.event_id == event_id,
        Notice.person_id == Rsvp.person_id,
        Notice.kind.in_([kind.value for kind in not_told]),
        true() if since is None else Notice.created_at >= since,
    )
    found = select(Rsvp.person_id).where(Rsvp.event_id == event_id, Rsvp.person_id.is_not(None), which, ~told)
    return cast(Select[tuple[int]], found)
