"""Who has a seat at an event, who waits, and who is offered what became free. Exact under simultaneous answers.

Every change holds the event's row first (SQLite's writers queue already), so answers are taken one after another; the
order in which they are taken is the order of arrival (`Rsvp.place`). Two things are true whenever a transaction ends:
`EventRow.seats_taken` is the sum of 1 + guests over whoever is seated or offered a seat, and nobody waits whose party
fits into what is free. `Rsvp.version` counts what people changed themselves, not what befell them.
"""

import enum
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from outreach.event import Answer, Event, NoticeKind, Seat
from outreach.models import EventRow, Person, PlanStatus, Rsvp
from outreach.queries import audit, seating


class Refusal(enum.StrEnum):
    """Why an answer was not taken; what stood before still stands."""

    CONFLICT = "conflict"  # somebody with the same link has answered since the page was opened
    CANCELLED = "cancelled"
    STARTED = "started"
    CLOSED = "closed"  # after the last day to answer
    GUESTS = "guests"  # more than a person may bring
    FULL = "full"  # more guests than there is room for, by somebody who has a seat
    LAPSED = "lapsed"  # the seat was not confirmed in time, or never offered
    ERASED = "erased"  # the person, at this very moment


@dataclass(frozen=True)
class Answered:
    """What an answer led to, or what stands where it was refused. `place_in_line`: 1 for the next; None: not in it."""

    seat: Seat
    place_in_line: int | None
    version: int
    refused: Refusal | None = None


@dataclass(frozen=True)
class Standing:
    """One person's answer to one event, as it stands."""

    answer: Answer
    guests: int
    seat: Seat
    place_in_line: int | None
    confirm_until: datetime | None
    needs: str
    version: int
    came: bool
    feedback: str


def answer(
    session: Session,
    event: Event,
    person_id: int,
    answer: Answer,
    guests: int,
    needs: str,
    *,
    version: int,
    now: datetime,
) -> Answered:
    """Take somebody's answer. `version`: of the answer the page showed them, 0 where there was none.

    A yes to an offered seat confirms it. The same answer sent twice is one. Only a yes has guests, and a no no needs.
    """
    row = seating.hold(session, event.id)
    seating.settle(session, row, now)
    mine = _mine(session, event.id, person_id)
    guests, needs = (guests if answer == Answer.YES else 0), ("" if answer == Answer.NO else needs)
    if mine is not None and _says(mine, answer, guests, needs) and not _moves(mine, version):
        return _answered(session, mine)
    if refused := _refusal(_as_it_stands(event, row), mine, answer, guests, version, now):
        return _answered(session, mine, refused)
    if mine is None and not _known(session, person_id):
        return _answered(session, mine, Refusal.ERASED)
    mine = mine or _new(event.id, person_id, answer, now)
    was_seat, was_guests = Seat(mine.seat), mine.guests
    if answer != Answer.YES:
        seating.let_go(row, mine)
    elif not seating.sit_or_wait(row, mine, guests):
        return _answered(session, mine, Refusal.FULL)
    mine.answer, mine.needs, mine.changed_at = answer.value, needs, now
    mine.version += 1
    session.add(mine)
    _tell(session, row, mine, was_seat, guests != was_guests, now)
    seating.offer(session, row, now)
    _note(session, mine)
    return _answered(session, mine)


def confirm(session: Session, event: Event, person_id: int, now: datetime) -> Answered:
    """Take the seat that is offered, with the guests asked for. Confirming twice is harmless."""
    row = seating.hold(session, event.id)
    seating.settle(session, row, now)
    mine = _mine(session, event.id, person_id)
    if mine is None or mine.seat not in seating.HOLDING:
        return _answered(session, mine, _over(_as_it_stands(event, row), now) or Refusal.LAPSED)
    return answer(session, event, person_id, Answer.YES, mine.guests, mine.needs, version=mine.version, now=now)


def lapse_offers(session: Session, now: datetime) -> int:
    """Take back every offered seat that was not confirmed in time, and offer it on; how many lapsed."""
    late = (Rsvp.seat == Seat.OFFERED.value, Rsvp.confirm_until <= now, EventRow.status == PlanStatus.PLANNED)
    found = select(Rsvp.event_id).join(EventRow, EventRow.id == Rsvp.event_id).where(*late).distinct()
    lapsed = 0
    for event_id in sorted(session.scalars(found)):  # always in this order: two who do this never wait for each other
        row = seating.hold(session, event_id)
        lapsed += seating.lapse(session, row, now)
        seating.offer(session, row, now)
    return lapsed


def offer_free(session: Session, event_id: int, now: datetime) -> int:
    """Offer what is free, e.g. since the capacity was raised, to the first in line whose parties fit; how many."""
    row = seating.hold(session, event_id)
    seating.lapse(session, row, now)
    return seating.offer(session, row, now)


def recount(session: Session, event_id: int) -> int:
    """Count the seats taken anew, after a party was written at the door; how many are taken."""
    row = seating.hold(session, event_id)
    taken = select(func.coalesce(func.sum(1 + Rsvp.guests), 0)).where(
        Rsvp.event_id == event_id, Rsvp.seat.in_([seat.value for seat in seating.HOLDING])
    )
    row.seats_taken = int(session.scalar(taken) or 0)
    session.flush()
    return row.seats_taken


def standing(session: Session, event_id: int, person_id: int) -> Standing | None:
    """What a person has answered and got; None before they answer."""
    mine = _mine(session, event_id, person_id)
    if mine is None:
        return None
    return Standing(
        Answer(mine.answer),
        mine.guests,
        Seat(mine.seat),
        _place_in_line(session, mine),
        mine.confirm_until,
        mine.needs,
        mine.version,
        mine.checked_in_at is not None,
        mine.feedback,
    )


def most_guests(event: Event, held: int = 0) -> int:
    """How many guests a person may bring, who has `held` already: never more than there are seats."""
    return max(min(event.guests_allowed, event.capacity - 1), held, 0)


def say_after(session: Session, event: Event, person_id: int, feedback: str, now: datetime) -> bool:
    """Keep what somebody says of an event that is over; "" takes it back. False for who had no seat, or too early."""
    mine = _mine(session, event.id, person_id)
    if mine is None or mine.seat != Seat.SEATED or event.cancelled or now < event.ends_at:
        return False
    mine.feedback, mine.feedback_at = feedback, now if feedback else None
    return True


def forget(session: Session, people: Sequence[int], now: datetime) -> None:
    """Empty the answers of people who are being erased. What they held at an event to come is offered on.

    The rows stay without the person, as the figures of an event that was.
    """
    _empty(session, Rsvp.person_id.in_(people), now)


def forget_nobodys(session: Session, now: datetime) -> None:
    """The same for an answer that came in while its person was being erased. Call it once they are."""
    theirs = Rsvp.person_id.is_(None), Rsvp.walk_in.is_(False)
    kept = or_(Rsvp.seat.in_([Seat.WAITING, *seating.HOLDING]) & (EventRow.starts_at > now), Rsvp.needs != "")
    _empty(session, and_(*theirs, kept), now)


def _empty(session: Session, whose: ColumnElement[bool], now: datetime) -> None:
    found = select(Rsvp.event_id).join(EventRow, EventRow.id == Rsvp.event_id).where(whose).distinct()
    for event_id in sorted(session.scalars(found)):
        row = seating.hold(session, event_id)
        theirs = select(Rsvp).join(EventRow, EventRow.id == Rsvp.event_id).where(Rsvp.event_id == event_id, whose)
        for mine in session.scalars(theirs, execution_options={"populate_existing": True}).all():
            mine.needs = mine.feedback = mine.name = ""
            if now < row.starts_at:
                seating.let_go(row, mine)
                mine.answer = Answer.NO.value
            mine.person_id = None
        session.flush()
        seating.offer(session, row, now)


def _mine(session: Session, event_id: int, person_id: int) -> Rsvp | None:
    found = select(Rsvp).where(Rsvp.event_id == event_id, Rsvp.person_id == person_id)
    return session.scalars(found, execution_options={"populate_existing": True}).one_or_none()


def _known(session: Session, person_id: int) -> bool:
    """Whether there is such a person, who then cannot be erased before this is committed."""
    found = select(Person.id).where(Person.id == person_id).with_for_update(read=True, key_share=True)
    return session.scalar(found) is not None


def _new(event_id: int, person_id: int, answer: Answer, now: datetime) -> Rsvp:
    return Rsvp(
        event_id=event_id,
        person_id=person_id,
        answer=answer.value,
        guests=0,
        seat=Seat.NONE.value,
        version=0,
        answered_at=now,
        changed_at=now,
    )


def _as_it_stands(event: Event, row: EventRow) -> Event:
    """The event as it is now that its row is held: it may have been read before somebody changed it."""
    return replace(
        event,
        starts_at=row.starts_at,
        answer_by=row.answer_by,
        capacity=row.capacity,
        guests_allowed=row.guests_allowed,
        cancelled=row.status == PlanStatus.CANCELLED,
    )


def _over(event: Event, now: datetime) -> Refusal | None:
    """Why nothing can be changed any more."""
    if event.cancelled:
        return Refusal.CANCELLED
    return Refusal.STARTED if now >= event.starts_at else None


def _refusal(
    event: Event, mine: Rsvp | None, answer: Answer, guests: int, version: int, now: datetime
) -> Refusal | None:
    """Why an answer cannot be taken, whatever is free."""
    if over := _over(event, now):
        return over
    if version != (mine.version if mine else 0):
        return Refusal.CONFLICT
    held = mine.guests if mine else 0
    if now >= event.answers_until and not _may_still(mine, answer, guests):
        return Refusal.CLOSED
    if guests < 0 or guests > most_guests(event, held):
        return Refusal.GUESTS
    return None


def _may_still(mine: Rsvp | None, answer: Answer, guests: int) -> bool:
    """After the last day to answer: saying no after all, and confirming an offer."""
    if mine is None:
        return False
    if answer == Answer.NO:
        return True
    return answer == Answer.YES and mine.seat == Seat.OFFERED and guests <= mine.guests


def _says(mine: Rsvp, answer: Answer, guests: int, needs: str) -> bool:
    return (mine.answer, mine.guests, mine.needs) == (answer.value, guests, needs)


def _moves(mine: Rsvp, version: int) -> bool:
    """Whether the same yes again asks for something: to confirm an offer, or for a place in line after a lapse."""
    return mine.version == version and mine.seat in (Seat.OFFERED, Seat.LAPSED)


def _tell(session: Session, row: EventRow, mine: Rsvp, was: Seat, other_party: bool, now: datetime) -> None:
    """What an answer makes it right to confirm in a mail."""
    seat = Seat(mine.seat)
    if seat in (Seat.SEATED, Seat.WAITING) and (seat != was or other_party):
        kind = NoticeKind.CONFIRMED if seat == Seat.SEATED else NoticeKind.WAITING
        seating.notify(session, row, kind, [mine], now)
    elif mine.answer == Answer.NO and was in (*seating.HOLDING, Seat.WAITING):
        seating.notify(session, row, NoticeKind.GIVEN_UP, [mine], now)


def _note(session: Session, mine: Rsvp) -> None:
    said = {"answer": mine.answer, "seat": mine.seat, "guests": mine.guests}
    audit.note(
        session, actor=f"person:{mine.person_id}", action="answered", subject=f"event:{mine.event_id}", detail=said
    )


def _answered(session: Session, mine: Rsvp | None, refused: Refusal | None = None) -> Answered:
    if mine is None:
        return Answered(Seat.NONE, None, 0, refused)
    return Answered(Seat(mine.seat), _place_in_line(session, mine), mine.version, refused)


def _place_in_line(session: Session, mine: Rsvp) -> int | None:
    if mine.seat != Seat.WAITING:
        return None
    ahead = (Rsvp.event_id == mine.event_id, Rsvp.seat == Seat.WAITING.value, Rsvp.place <= mine.place)
    return session.scalar(select(func.count()).select_from(Rsvp).where(*ahead))
