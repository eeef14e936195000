"""What an event's own calendar brings: how to get in, thanks, and the day what people needed is deleted."""

from datetime import date, datetime, time, timedelta

from sqlalchemy import Select
from sqlalchemy.orm import Session

from outreach import duties
from outreach.duties import EventTimes
from outreach.event import Event, NoticeKind
from outreach.queries import event_life, guests, notices, visits

INVITING = "event-invitation"  # the duty whose times hold
MORNING = time(9)  # where the event is: nobody is told how to get in, or thanked, in the middle of the night
THANKED_LATE = timedelta(days=7)  # after a fault; later than that it would only be odd


def queue(session: Session, now: datetime) -> int:
    """Write the notices that are due by the calendar of each event, and tidy what is over. How many are new.

    A day that was missed is made up for: how to get in is told until the event begins, and thanks for a week.
    """
    times = _times()
    written = 0
    for event in visits.events(session, from_=now - THANKED_LATE - timedelta(days=times.thank_days_after + 1)):
        if event.cancelled:
            continue
        practical = _morning(event, event.starts_at, -times.practical_days_before)
        if practical <= now < event.starts_at:
            written += _tell(session, event, NoticeKind.PRACTICAL, event_life.expected(event.id, practical), now)
        thanks = _morning(event, event.ends_at, times.thank_days_after)
        if thanks <= now < thanks + THANKED_LATE:
            written += _tell(session, event, NoticeKind.THANKS, event_life.to_thank(session, event.id), now)
            written += _tell(session, event, NoticeKind.MISSED, event_life.missed(session, event.id), now)
    for over in event_life.untidied(session, now - timedelta(days=times.tidy_days_after)):
        guests.tidy(session, over, now)
    return written


def _tell(session: Session, event: Event, kind: NoticeKind, people: Select[tuple[int]] | None, now: datetime) -> int:
    """Asked first whether there is anybody: writing notices holds the event, which answers would have to wait for."""
    if people is None or not event_life.anyone(session, people):
        return 0
    return notices.add(session, event.id, kind, people, event.sequence, now)


def _morning(event: Event, of: datetime, days: int) -> datetime:
    """The morning so many days after (before: negative) the day of a moment, by the clock where the event is."""
    day: date = event.local(of).date() + timedelta(days=days)
    return datetime.combine(day, MORNING, event.zone)


def _times() -> EventTimes:
    times = duties.duty(INVITING).event
    assert times is not None  # the duty that invites says when
    return times
