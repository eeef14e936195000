"""What a coordinator may plan, see and change, and how their events stand. Nobody finds what is not theirs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, literal, select, true
from sqlalchemy.orm import Session

from outreach.duties import Language, duty
from outreach.event import Answer, Event, Seat, Visit
from outreach.models import Campaign, EventRow, Recipient, RecipientStatus, Rsvp, VisitRow
from outreach.queries import viewing, visits
from outreach.queries.audiences import event as audience

INVITATION = "event-invitation"
NEVER_INVITED = (RecipientStatus.EXCLUDED, RecipientStatus.PLANNED, RecipientStatus.CANCELLED)


@dataclass(frozen=True)
class Planner:
    """A coordinator with what they may plan for. `departments` None: for every one, and for the central office."""

    id: int
    name: str
    language: Language
    departments: frozenset[str] | None

    @property
    def actor(self) -> str:
        """What the audit trail calls them."""
        return f"coordinator:{self.id}"

    def may(self, department_code: str | None) -> bool:
        """Whether they may plan for this department (None: the central office)."""
        return self.departments is None or department_code in self.departments


@dataclass(frozen=True)
class Standing:
    """How an event stands. `invited`: to whom the invitation has left us; `answered`: who have said anything;
    `coming`: seated people, guests counted; `waiting`: people in line; `left`: seats nobody holds or is offered."""

    event: Event
    invited: int
    answered: int
    coming: int
    waiting: int
    left: int


def planner(session: Session, coordinator_id: int) -> Planner | None:
    """The active coordinator with this id, None when there is none or they speak for nobody any more."""
    found = viewing.of_coordinator(session, coordinator_id)
    return None if found is None else Planner(coordinator_id, found.name, found.language, found.departments)


def event(session: Session, who: Planner, public_id: str) -> Event | None:
    """The event, if it is theirs to plan."""
    wanted = select(EventRow.id).where(EventRow.public_id == public_id, _theirs(who, EventRow))
    found = session.scalar(wanted)
    return None if found is None else visits.event_by_id(session, found)


def visit(session: Session, who: Planner, public_id: str) -> Visit | None:
    """The visit, if it is theirs to plan."""
    wanted = select(VisitRow.public_id).where(VisitRow.public_id == public_id, _theirs(who, VisitRow))
    return None if session.scalar(wanted) is None else visits.visit(session, public_id)


def visits_of(session: Session, who: Planner) -> list[Visit]:
    """Every visit that is theirs, the last to begin first."""
    wanted = select(VisitRow.id).where(_theirs(who, VisitRow))
    theirs = set(session.scalars(wanted))
    found = [one for one in visits.visits(session) if one.id in theirs]
    return sorted(found, key=lambda one: (one.starts_on, one.id), reverse=True)


def events_of(session: Session, who: Planner) -> list[Standing]:
    """Every event that is theirs with its figures, the last to begin first. As many queries however many events."""
    theirs = set(session.scalars(select(EventRow.id).where(_theirs(who, EventRow))))
    found = [one for one in visits.events(session) if one.id in theirs]
    return sorted(standings(session, found), key=lambda one: (one.event.starts_at, one.event.id), reverse=True)


def to_call_off(session: Session, who: Planner, visit: Visit, now: datetime) -> list[Event]:
    """The events of a visit that are theirs and neither cancelled nor begun, by their start."""
    found = visits.events(session, visit_id=visit.id)
    return [one for one in found if who.may(one.department_code) and not one.cancelled and one.starts_at > now]


def standings(session: Session, events: Iterable[Event]) -> list[Standing]:
    """How these events stand, in the order given."""
    given = list(events)
    ids = [one.id for one in given]
    invited, answers, left = _invited(session, ids), _answers(session, ids), _left(session, ids)
    return [
        Standing(one, invited.get(one.id, 0), *answers.get(one.id, (0, 0, 0)), left=left.get(one.id, one.capacity))
        for one in given
    ]


def _theirs(who: Planner, table: type[EventRow] | type[VisitRow]) -> ColumnElement[bool]:
    return true() if who.departments is None else table.department_code.in_(who.departments)


def _invited(session: Session, ids: list[int]) -> dict[int, int]:
    """Event id -> people the invitation was handed over for, whatever became of it."""
    key = literal(f"{INVITATION}/") + EventRow.slug + "/" + func.coalesce(EventRow.department_code, "central")
    counted = (
        select(EventRow.id, func.count())
        .join(Campaign, Campaign.key == key)
        .join(Recipient, Recipient.campaign_id == Campaign.id)
        .where(EventRow.id.in_(ids), Recipient.wave == 1, Recipient.status.not_in(NEVER_INVITED))
        .group_by(EventRow.id)
    )
    return dict(session.execute(counted).tuples().all())


def _answers(session: Session, ids: list[int]) -> dict[int, tuple[int, int, int]]:
    """Event id -> (who have answered, people coming with their guests, people waiting with theirs)."""
    party = 1 + Rsvp.guests

    def people(seat: Seat) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((Rsvp.seat == seat, party), else_=0)), 0)

    counted = (
        select(Rsvp.event_id, func.count(), people(Seat.SEATED), people(Seat.WAITING))
        .where(Rsvp.event_id.in_(ids), Rsvp.walk_in.is_(False))
        .group_by(Rsvp.event_id)
    )
    return {event_id: (answered, coming, waiting) for event_id, answered, coming, waiting in session.execute(counted)}


def _left(session: Session, ids: list[int]) -> dict[int, int]:
    free = select(EventRow.id, EventRow.capacity - EventRow.seats_taken).where(EventRow.id.in_(ids))
    return {event_id: max(seats, 0) for event_id, seats in session.execute(free)}


@dataclass(frozen=True)
class Concerned:
    """Whom a change of an event concerns, in people who have answered (guests not counted), and who have not."""

    seated: int
    others: int  # perhaps, waiting or offered a seat
    no: int
    silent: int  # invited and not answered


def concerned(session: Session, event: Event) -> Concerned:
    """How many there are of each today."""
    rows = select(Rsvp.seat, Rsvp.answer, func.count()).where(Rsvp.event_id == event.id, Rsvp.walk_in.is_(False))
    seated = others = no = answered = 0
    for seat, answer, count in session.execute(rows.group_by(Rsvp.seat, Rsvp.answer)):
        answered += count
        if seat == Seat.SEATED:
            seated += count
        elif seat in (Seat.WAITING, Seat.OFFERED) or answer == Answer.PERHAPS:
            others += count
        elif answer == Answer.NO:
            no += count
    invited = _invited(session, [event.id]).get(event.id, 0)
    return Concerned(seated, others, no, max(invited - answered, 0))


@dataclass(frozen=True)
class Reached:
    """Whom an event would reach today. `near`: members whom it is meant for; `people`: those of them whom nothing
    keeps from being invited, but for the limit on letters, which is asked when they are."""

    near: int
    people: int


def would_reach(session: Session, event: Event) -> Reached:
    """How many there are. The event need not be there yet."""
    inviting = audience.invited(Campaign(department_code=event.department_code), duty(INVITATION), event).subquery()
    counted = select(func.count(), func.count().filter(inviting.c.reason.is_(None))).select_from(inviting)
    near, people = session.execute(counted).one()
    return Reached(near, people)


def to_come(session: Session, now: datetime) -> list[Event]:
    """The events of every department that have not begun and are not cancelled, the first to begin first."""
    return [one for one in visits.events(session, from_=now) if one.starts_at > now and not one.cancelled]
