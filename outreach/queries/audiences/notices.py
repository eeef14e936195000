"""Whom an event's notices go to: those they were written for, as long as what they say is still so."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import cast

from sqlalchemy import ColumnElement, String, and_, case, exists, func, literal, null, or_, select, true
from sqlalchemy.orm import Session, aliased

from outreach import clock
from outreach.duties import Duty
from outreach.event import Answer, NoticeKind, Seat
from outreach.models import Campaign, EventRow, Notice, Person, PlanStatus, Recipient, Rsvp
from outreach.queries import standing
from outreach.queries.selection import Audience

KINDS = tuple(NoticeKind)
# Of several that say how somebody's own answer stands, the last holds.
STANDING = (NoticeKind.CONFIRMED, NoticeKind.WAITING, NoticeKind.OFFERED, NoticeKind.LAPSED, NoticeKind.GIVEN_UP)
OVERTAKEN = "overtaken"


def kind_of(wave: int) -> NoticeKind:
    """What a wave of the duty tells."""
    return KINDS[wave - 1]


def audience(_session: Session, campaign: Campaign, duty: Duty, number: int, _day: date) -> Audience:
    """Everyone a notice of the wave's kind was written for in the campaign's round: person_id int, language str,
    department_code str | NULL (the campaign's), reason str | NULL; `overtaken` where it is not so any more."""
    kind = kind_of(number)
    reason = func.coalesce(
        standing.reason(duty),
        case((and_(_holds(clock.now())[kind], ~_superseded(kind)), null()), else_=literal(OVERTAKEN, String)),
    )
    department = literal(campaign.department_code, String).label("department_code")
    row = select(Person.id.label("person_id"), Person.language, department, reason.label("reason"))
    return cast(
        Audience,
        row.join(Notice, Notice.person_id == Person.id)
        .join(EventRow, EventRow.id == Notice.event_id)
        .outerjoin(Rsvp, and_(Rsvp.event_id == Notice.event_id, Rsvp.person_id == Notice.person_id))
        .where(
            EventRow.public_id == campaign.parameters["event"],
            Notice.round == campaign.parameters["round"],
            Notice.kind == kind.value,
        ),
    )


def overtaken_since() -> ColumnElement[str]:
    """`overtaken` for a recipient of whom the notice is not true by now, else NULL."""
    holds = or_(*(and_(Recipient.wave == KINDS.index(kind) + 1, so) for kind, so in _holds(None).items()))
    found = (
        select(case((holds, null()), else_=literal(OVERTAKEN, String)))
        .select_from(Rsvp)
        .join(EventRow, EventRow.id == Rsvp.event_id)
        .join(Campaign, Campaign.parameters["event"].as_string() == EventRow.public_id)
        .where(Campaign.id == Recipient.campaign_id, Rsvp.person_id == Recipient.person_id)
        .correlate(Recipient)
    )
    return found.scalar_subquery()


def _holds(now: datetime | None) -> Mapping[NoticeKind, ColumnElement[bool]]:
    """When what a notice says is so, of a row of `Rsvp` and its event. `now` None: whatever the time is."""
    planned = EventRow.status == PlanStatus.PLANNED
    to_come = and_(planned, true() if now is None else EventRow.starts_at > now)
    in_time = true() if now is None else Rsvp.confirm_until > now
    seated, offered = Rsvp.seat == Seat.SEATED.value, Rsvp.seat == Seat.OFFERED.value
    waiting, perhaps = Rsvp.seat == Seat.WAITING.value, Rsvp.answer == Answer.PERHAPS.value
    return {
        NoticeKind.CONFIRMED: and_(to_come, seated),
        NoticeKind.WAITING: and_(to_come, waiting),
        NoticeKind.OFFERED: and_(to_come, offered, in_time),
        NoticeKind.LAPSED: and_(to_come, Rsvp.seat == Seat.LAPSED.value),
        NoticeKind.GIVEN_UP: and_(to_come, Rsvp.answer == Answer.NO.value),
        NoticeKind.CHANGED: and_(to_come, seated),
        NoticeKind.CHANGED_OTHERS: and_(to_come, or_(waiting, offered, perhaps)),
        NoticeKind.CANCELLED: and_(~planned, seated),
        NoticeKind.CANCELLED_OTHERS: and_(~planned, or_(waiting, offered, perhaps)),
        NoticeKind.PRACTICAL: and_(to_come, seated),
        NoticeKind.THANKS: planned,
        NoticeKind.MISSED: and_(planned, seated, Rsvp.checked_in_at.is_(None)),
    }


def _superseded(kind: NoticeKind) -> ColumnElement[bool]:
    """Whether the person was to be told the same, or how their answer stands, once more since."""
    later = aliased(Notice)
    kinds = [one.value for one in STANDING] if kind in STANDING else [kind.value]
    return exists(
        select(later.id)
        .where(
            later.event_id == Notice.event_id,
            later.person_id == Notice.person_id,
            later.id > Notice.id,
            later.kind.in_(kinds),
        )
        .correlate(Notice)
    )
