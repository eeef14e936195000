"""What happens to seats while an event's row is held (`hold`): taken, given back, offered, lapsed.

`queries.seats` decides who may answer what; nothing else changes `EventRow.seats_taken` and `last_place`.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.duties import duty
from outreach.event import NoticeKind, Seat
from outreach.models import EventRow, PlanStatus, Rsvp
from outreach.queries import notices

INVITING = "event-invitation"  # the duty whose times hold
HOLDING = (Seat.SEATED, Seat.OFFERED)
SHORTEST_OFFER = timedelta(hours=1)
SHARE_OF_WHAT_IS_LEFT = 4  # an offer near the event is held for a quarter of the time until it begins


def hold(session: Session, event_id: int) -> EventRow:
    """The event's row, as it is now, until the transaction ends."""
    found = select(EventRow).where(EventRow.id == event_id).with_for_update(key_share=True)
    return session.scalars(found, execution_options={"populate_existing": True}).one()


def sit_or_wait(row: EventRow, mine: Rsvp, guests: int) -> bool:
    """Seat a party or put it in line; False where it has a seat and would need more room than there is.

    Nobody who waits fits into what is free (`offer`), so whoever fits takes nobody's turn.
    """
    party, held = 1 + guests, _held_by(mine)
    fits = party <= held or row.seats_taken - held + party <= row.capacity
    if held and not fits:
        return False
    if not held and mine.seat != Seat.WAITING:
        row.last_place += 1
        mine.place = row.last_place
    if fits:
        row.seats_taken += party - held
    mine.seat = (Seat.SEATED if fits else Seat.WAITING).value
    mine.guests, mine.confirm_until = guests, None
    return True


def let_go(row: EventRow, mine: Rsvp) -> None:
    row.seats_taken -= _held_by(mine)
    mine.seat, mine.guests, mine.place, mine.confirm_until = Seat.NONE.value, 0, None, None


def _held_by(mine: Rsvp) -> int:
    return 1 + mine.guests if mine.seat in HOLDING else 0


def settle(session: Session, row: EventRow, now: datetime) -> None:
    """What time alone has made true: late offers lapse and are offered on."""
    if row.status == PlanStatus.PLANNED:
        lapse(session, row, now)
        offer(session, row, now)


def lapse(session: Session, row: EventRow, now: datetime) -> int:
    late = (Rsvp.event_id == row.id, Rsvp.seat == Seat.OFFERED.value, Rsvp.confirm_until <= now)
    found = session.scalars(select(Rsvp).where(*late), execution_options={"populate_existing": True}).all()
    for mine in found:
        _let_go_of_offer(row, mine)
    if found and now < row.starts_at:
        notify(session, row, NoticeKind.LAPSED, found, now)
    return len(found)


def _let_go_of_offer(row: EventRow, mine: Rsvp) -> None:
    row.seats_taken -= _held_by(mine)
    mine.seat, mine.place, mine.confirm_until = Seat.LAPSED.value, None, None


def offer(session: Session, row: EventRow, now: datetime) -> int:
    """Offer what is free to the first in line whose party fits, until nobody's does."""
    offered: list[Rsvp] = []
    while row.status == PlanStatus.PLANNED and now < row.starts_at and (mine := _next_in_line(session, row)):
        mine.seat, mine.confirm_until = Seat.OFFERED.value, _held_until(row.starts_at, now)
        row.seats_taken += 1 + mine.guests
        offered.append(mine)
    if offered:
        notify(session, row, NoticeKind.OFFERED, offered, now)
    return len(offered)


def _next_in_line(session: Session, row: EventRow) -> Rsvp | None:
    free = row.capacity - row.seats_taken
    if free < 1:
        return None
    fits = (Rsvp.event_id == row.id, Rsvp.seat == Seat.WAITING.value, 1 + Rsvp.guests <= free)
    found = select(Rsvp).where(*fits).order_by(Rsvp.place).limit(1)
    return session.scalars(found, execution_options={"populate_existing": True}).first()


def _held_until(starts_at: datetime, now: datetime) -> datetime:
    """How long an offered seat is held: shorter near the event, so that it can still be offered on."""
    times = duty(INVITING).event
    assert times is not None  # a duty that invites to events says when
    left = starts_at - now
    near = max(left / SHARE_OF_WHAT_IS_LEFT, SHORTEST_OFFER)
    return now + min(timedelta(hours=times.confirm_hours), near, left)


def notify(session: Session, row: EventRow, kind: NoticeKind, whom: Sequence[Rsvp], now: datetime) -> None:
    people = [mine.person_id for mine in whom if mine.person_id is not None]
    notices.add(session, row.id, kind, people, row.sequence, now)
