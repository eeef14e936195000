"""The numbers behind the figures of events: who was invited, answered, comes and came; where members live; whom a visit
would reach. Everybody stands in one department and one cohort: those of their newest degree."""

from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
from sqlalchemy import ColumnElement, Integer, Select, String, Subquery, case, extract, func, literal, select, union_all
from sqlalchemy.orm import Session

from outreach.duties import Duty
from outreach.event import Seat
from outreach.models import (
    Campaign,
    EventRow,
    Membership,
    Person,
    PlanStatus,
    Recipient,
    RecipientStatus,
    Rsvp,
    Study,
    VisitRow,
)
from outreach.queries import ledger, standing

INVITATION = "event-invitation"
NOT_REACHED = (RecipientStatus.BOUNCED, RecipientStatus.DROPPED)
INVITED = tuple(status for status in ledger.MAY_HAVE_IT if status not in NOT_REACHED)
MEASURES = ("invited", "answered", "coming", "came")
NO_DEGREE = 0  # the cohort of who has no degree in the register


def events(session: Session) -> pd.DataFrame:
    """Every event, the earliest first: event_id (int), slug, title_sv, title_en (str), visit_id (Int64, NA at home),
    city, country (str; of the visit, else its own), day (date where it is), year (int, of the visit's first day, else
    of the event's), capacity (int), cancelled (bool).
    """
    found = session.execute(
        select(EventRow, VisitRow).outerjoin(VisitRow, VisitRow.id == EventRow.visit_id).order_by(EventRow.starts_at)
    )
    rows = [_event(event, visit) for event, visit in found]
    kinds = {"event_id": "int64", "slug": "str", "title_sv": "str", "title_en": "str", "visit_id": "Int64"} | {
        "city": "str", "country": "str", "day": "object", "year": "int64", "capacity": "int64", "cancelled": "bool",
    }  # fmt: skip
    return pd.DataFrame(rows, columns=list(kinds)).astype(kinds)


def _event(event: EventRow, visit: VisitRow | None) -> tuple[object, ...]:
    day = event.starts_at.astimezone(ZoneInfo(event.time_zone)).date()
    at = visit or event
    year = visit.starts_on.year if visit else day.year
    cancelled = event.status == PlanStatus.CANCELLED
    named = (event.id, event.slug, event.title_sv, event.title_en, event.visit_id)
    return (*named, at.city, at.country, day, year, event.capacity, cancelled)


def turnout(session: Session) -> pd.DataFrame:
    """event_id (int), department_code (str, "" for not known), cohort (int, year of the degree, 0 for none), invited
    and answered (people, int), coming (seats held) and came (checked in), both with guests.

    Invited: whose mail server had the invitation, as far as is known. Who came without an answer has not answered.
    """
    facts = union_all(_invited(), _answers()).subquery()
    home = _home(select(facts.c.person_id))
    groups = (facts.c.event_id, *_groups(home))
    sums = [func.sum(facts.c[name]) for name in MEASURES]
    counted = select(*groups, *sums).outerjoin(home, home.c.person_id == facts.c.person_id).group_by(*groups)
    kinds = {"event_id": "int64", "department_code": "str", "cohort": "int64"} | dict.fromkeys(MEASURES, "int64")
    return _frame(session, counted, kinds)


def _invited() -> Select[tuple[int, int | None, int, int, int, int]]:
    nothing = literal(0, Integer)
    return (
        select(
            EventRow.id.label("event_id"), Recipient.person_id, literal(1, Integer).label("invited"),
            nothing.label("answered"), nothing.label("coming"), nothing.label("came"),
        )
        .join(Campaign, Campaign.period == EventRow.slug)
        .join(Recipient, Recipient.campaign_id == Campaign.id)
        .where(Campaign.duty == INVITATION, Recipient.wave == 1, Recipient.status.in_(INVITED))
    )  # fmt: skip


def _answers() -> Select[tuple[int, int | None, int, int, int, int]]:
    answered = Rsvp.walk_in.is_(False)
    came = Rsvp.checked_in_at.is_not(None)
    return select(
        Rsvp.event_id, Rsvp.person_id, literal(0, Integer), case((answered, 1), else_=0),
        case((answered & (Rsvp.seat == Seat.SEATED), 1 + Rsvp.guests), else_=0),
        case((came, 1 + Rsvp.guests_came), else_=0),
    )  # fmt: skip


def _home(people: Select[Any]) -> Subquery:
    """person_id, department_code, cohort (NULL without a degree) of the newest degree, else of the newest studies."""
    newest = func.row_number().over(
        partition_by=Study.person_id,
        order_by=(
            Study.completed_on.is_(None), Study.completed_on.desc(),
            Study.expected_end.is_(None), Study.expected_end.desc(), Study.id.desc(),
        ),
    )  # fmt: skip
    ranked = (
        select(Study.person_id, Study.department_code, Study.completed_on, newest.label("place"))
        .where(Study.person_id.in_(people))
        .subquery()
    )
    cohort = extract("year", ranked.c.completed_on).label("cohort")
    return select(ranked.c.person_id, ranked.c.department_code, cohort).where(ranked.c.place == 1).subquery()


def _groups(home: Subquery) -> tuple[ColumnElement[str], ColumnElement[int]]:
    return func.coalesce(home.c.department_code, ""), func.coalesce(home.c.cohort, NO_DEGREE)


def members_by_city(session: Session) -> pd.DataFrame:
    """Members whose place is known, by place: city, country (str), latitude, longitude (degrees, float), people (int).

    Places a thousandth of a degree apart are one; the largest number first.
    """
    at = (func.round(Person.latitude * 1000), func.round(Person.longitude * 1000))
    counted = (
        select(Person.city, Person.country, func.avg(Person.latitude), func.avg(Person.longitude), func.count())
        .where(Person.membership == Membership.MEMBER, Person.latitude.is_not(None), Person.longitude.is_not(None))
        .where(Person.city.is_not(None), Person.country.is_not(None))
        .group_by(Person.city, Person.country, *at)
        .order_by(func.count().desc(), Person.country, Person.city)
    )
    kinds = {"city": "str", "country": "str", "latitude": "float64", "longitude": "float64", "people": "int64"}
    return _frame(session, counted, kinds)


def reached(session: Session, within: ColumnElement[bool], duty: Duty) -> pd.DataFrame:
    """Whom a visit would reach: department_code (str, "" for not known), cohort (int, 0 for none), language (str),
    member (bool), reason (str: why `duty` would not write to them, "" for would be written to), people (int).

    `within`: a condition on Person, `queries.reach.within`'s.
    """
    home = _home(select(Person.id).where(within))
    reason = func.coalesce(standing.reason(duty), literal("", String)).label("reason")
    member = (Person.membership == Membership.MEMBER).label("member")
    department, cohort = _groups(home)
    people = (
        select(department.label("department"), cohort.label("cohort"), Person.language, member, reason)
        .outerjoin(home, home.c.person_id == Person.id)
        .where(within)
        .subquery()
    )
    counted = select(*people.c, func.count()).group_by(*people.c)
    kinds = {"department_code": "str", "cohort": "int64", "language": "str", "member": "bool", "reason": "str"}
    return _frame(session, counted, kinds | {"people": "int64"})


def _frame(session: Session, statement: Select[Any], kinds: dict[str, str]) -> pd.DataFrame:
    """Rows as a frame whose columns have their types even when there is no row."""
    rows = [tuple(row) for row in session.execute(statement)]
    return pd.DataFrame(rows, columns=list(kinds)).astype(kinds)
