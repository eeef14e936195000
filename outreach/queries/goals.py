"""The figures of the overview, for the whole university and for each department, counted in a few statements over
everybody. That takes seconds in a large register, so they are kept (`queries.snapshots`) and shown with their age."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, distinct, func, literal, or_, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.duties import term_named, term_of
from outreach.event import Seat
from outreach.models import (
    Campaign,
    Department,
    EventRow,
    Membership,
    Person,
    PlanStatus,
    Recipient,
    RecipientStatus,
    Rsvp,
    Study,
    Suppression,
    Survey,
    SurveyMember,
)
from outreach.queries import figures, snapshots
from outreach.queries.snapshots import WHOLE

NAME = "goals"
MONTHS = 12
TERMS = 6
SURVEYS = 12
DELIVERY_DAYS = 90
SMALL_REGISTER = 20_000  # people; so many are counted while somebody waits for the page
S = RecipientStatus
BOUNCED, ARRIVED = (S.BOUNCED, S.DROPPED), (S.DELIVERED, S.COMPLAINED)

Figures = dict[str, dict[str, Any]]  # department's code or WHOLE -> figures


@dataclass(frozen=True)
class Month:
    """A calendar month of the office. `name`: 2026-11."""

    name: str
    first: datetime
    end: datetime


def months(today: date) -> list[Month]:
    """The last twelve months, the current one last."""
    starts = [date(number // 12, number % 12 + 1, 1) for number in _numbers(today)]
    return [Month(f"{first:%Y-%m}", clock.start_of(first), clock.start_of(end)) for first, end in pairwise(starts)]


def _numbers(today: date) -> range:
    this = today.year * 12 + today.month - 1
    return range(this - MONTHS + 1, this + 2)


def is_small(session: Session) -> bool:
    """Whether the register is so small that the figures can be counted for a page at once."""
    return (session.scalar(select(func.max(Person.id))) or 0) <= SMALL_REGISTER


def keep(session: Session, found: Figures, now: datetime) -> None:
    """Keep what `count` found, in a transaction of its own: counting takes long, and nobody should wait for it."""
    snapshots.keep(session, NAME, found, now)


def count(session: Session, now: datetime) -> Figures:
    """Every figure of the overview by department's code and WHOLE, of what JSON can say:

    people, members, new_members (this year's), joined ([month, people] of twelve months), classes ([term, graduates,
    joined], the earliest first), events, coming, guests (this year's events held, seats held at those to come and who
    came, guests counted), surveys (the newest last: slug, months_after, cohort, own, closed, asked, answered), messages
    ([month, sent, bounced, complained]), delivery (of DELIVERY_DAYS: sent, arrived, bounced, complained, unknown), and
    for WHOLE suppressed (reason -> addresses of those days).
    """
    today = now.astimezone(clock.OFFICE_ZONE).date()
    found = _nothing(session, today)
    _members(session, found, today)
    _classes(session, found, today)
    _events(session, found, now, today)
    _surveys(session, found, now)
    _messages(session, found, now, today)
    found[WHOLE]["suppressed"] = _suppressed(session, now)
    return found


def _nothing(session: Session, today: date) -> Figures:
    names = [month.name for month in months(today)]
    return {
        code: {
            "people": 0, "members": 0, "new_members": 0, "joined": [[name, 0] for name in names], "classes": [],
            "events": 0, "coming": 0, "guests": 0, "surveys": [], "messages": [[name, 0, 0, 0] for name in names],
            "delivery": dict.fromkeys(("sent", "arrived", "bounced", "complained", "unknown"), 0),
        }
        for code in (WHOLE, *session.scalars(select(Department.code)))
    }  # fmt: skip


def _members(session: Session, found: Figures, today: date) -> None:
    """Members stand in every department they have studied at, and once in the whole."""
    spans = months(today)
    joined = _month(Person.joined_at, spans).label("month")
    this_year = func.sum(case((Person.joined_at >= clock.start_of(date(today.year, 1, 1)), 1), else_=0))
    member = Person.membership == Membership.MEMBER
    people = select(func.count()).select_from(Person)
    whole = select(literal(WHOLE, String), joined, func.count(), this_year).where(member).group_by("month")
    studied = select(distinct(Study.person_id).label("person_id"), Study.department_code).subquery()
    each = (
        select(studied.c.department_code, joined, func.count(), this_year)
        .join(Person, Person.id == studied.c.person_id)
        .where(member)
        .group_by(studied.c.department_code, "month")
    )
    for code, month, count, new in _rows(session, whole, each):
        figures_of = found.get(code)
        if figures_of is None:
            continue
        figures_of["members"] += count
        figures_of["new_members"] += new
        if month:
            figures_of["joined"][[span.name for span in spans].index(month)][1] = count
    found[WHOLE]["people"] = session.scalar(people) or 0
    register = select(Study.department_code, func.count(distinct(Study.person_id))).group_by(Study.department_code)
    for code, count in session.execute(register):
        found[code]["people"] = count


def _classes(session: Session, found: Figures, today: date) -> None:
    """The newest classes; later ones have not been asked yet."""
    shares = figures.share_joined(session)
    begun = [name for name in shares["term"].unique() if term_named(name).first <= term_of(today).first]
    shares = shares[shares["term"].isin(begun[-TERMS:])]
    for code, of_department in shares.groupby("department_code"):
        rows = of_department[["term", "graduates", "joined"]].values.tolist()
        found[str(code)]["classes"] = [[str(term), int(graduates), int(joined)] for term, graduates, joined in rows]
    whole = shares.groupby("term", sort=False)[["graduates", "joined"]].sum()
    found[WHOLE]["classes"] = [[str(term), int(row["graduates"]), int(row["joined"])] for term, row in whole.iterrows()]


def _events(session: Session, found: Figures, now: datetime, today: date) -> None:
    """Of the events that begin this year. A department's own stand with it, all of them in the whole."""
    this_year = and_(
        EventRow.starts_at >= clock.start_of(date(today.year, 1, 1)),
        EventRow.starts_at < clock.start_of(date(today.year + 1, 1, 1)),
        EventRow.status == PlanStatus.PLANNED,
    )
    came = func.sum(case((Rsvp.checked_in_at.is_not(None), 1 + Rsvp.guests_came), else_=0))
    to_come = and_(EventRow.starts_at > now, Rsvp.seat == Seat.SEATED)
    coming = func.sum(case((to_come, 1 + Rsvp.guests), else_=0))
    counted = (
        select(EventRow.department_code, func.count(distinct(EventRow.id)), func.coalesce(coming, 0),
               func.coalesce(came, 0))
        .outerjoin(Rsvp, Rsvp.event_id == EventRow.id)
        .where(this_year)
        .group_by(EventRow.department_code)
    )  # fmt: skip
    for code, *numbers in session.execute(counted):
        for one in {WHOLE, code or WHOLE}:
            for name, number in zip(("events", "coming", "guests"), numbers, strict=True):
                found[one][name] += number


def _surveys(session: Session, found: Figures, now: datetime) -> None:
    """The newest surveys. A department has its own ones, and its people's part of the university's."""
    answered = func.coalesce(func.sum(case((SurveyMember.answered, 1), else_=0)), 0)
    columns = (Survey.slug, Survey.months_after, Survey.cohort_month, Survey.department_code, Survey.closes_at)
    part = func.coalesce(SurveyMember.department_code, "").label("part")
    newest = select(Survey.id).where(Survey.opened_at <= now).order_by(Survey.closes_at.desc()).limit(SURVEYS * 20)
    counted = (
        select(*columns, part, func.count(), answered)
        .join(SurveyMember, and_(SurveyMember.survey_id == Survey.id, SurveyMember.excluded == ""))
        .where(Survey.id.in_(newest))
        .group_by(*columns, "part")
        .order_by(Survey.closes_at, Survey.slug)
    )
    by_code: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for slug, months_after, cohort, own, closes_at, of, people, answers in session.execute(counted):
        told = {
            "slug": slug, "months_after": months_after, "cohort": cohort.isoformat()[:7], "own": own or "",
            "closed": closes_at <= now, "asked": 0, "answered": 0,
        }  # fmt: skip
        for code in {WHOLE, own or of or WHOLE}:
            one = by_code[code].setdefault(slug, dict(told))
            one["asked"] += people
            one["answered"] += answers
    for code, surveys in by_code.items():
        if code in found:
            found[code]["surveys"] = list(surveys.values())[-SURVEYS:]


def _messages(session: Session, found: Figures, now: datetime, today: date) -> None:
    """What was handed over in each month, and what became of it. A department's campaigns stand with it."""
    spans = months(today)
    lately = case((Recipient.accepted_at >= now - timedelta(days=DELIVERY_DAYS), 1), else_=0).label("lately")
    counted = (
        select(Campaign.department_code, _month(Recipient.accepted_at, spans).label("month"), Recipient.status, lately,
               func.count())
        .join(Campaign, Campaign.id == Recipient.campaign_id)
        .where(or_(Recipient.accepted_at >= spans[0].first, Recipient.status == S.UNKNOWN))
        .group_by(Campaign.department_code, "month", Recipient.status, "lately")
    )  # fmt: skip
    names = [span.name for span in spans]
    for code, month, status, recent_days, people in session.execute(counted):
        for one in {WHOLE, code or WHOLE}:
            if month:
                _add(found[one]["messages"][names.index(month)], status, people)
            if recent_days or status == S.UNKNOWN:
                _add_delivery(found[one]["delivery"], status, people)


def _add(row: list[Any], status: RecipientStatus, people: int) -> None:
    row[1] += people
    row[2] += people if status in BOUNCED else 0
    row[3] += people if status == S.COMPLAINED else 0


def _add_delivery(row: dict[str, int], status: RecipientStatus, people: int) -> None:
    if status == S.UNKNOWN:
        row["unknown"] += people
        return
    row["sent"] += people
    for name, statuses in (("arrived", ARRIVED), ("bounced", BOUNCED), ("complained", (S.COMPLAINED,))):
        row[name] += people if status in statuses else 0


def _suppressed(session: Session, now: datetime) -> dict[str, int]:
    since = now - timedelta(days=DELIVERY_DAYS)
    counted = select(Suppression.reason, func.count(distinct(Suppression.address_hash))).where(Suppression.at >= since)
    return dict(session.execute(counted.group_by(Suppression.reason)).tuples().all())


def _month(at: Any, spans: list[Month]) -> ColumnElement[str]:
    """The month's name a moment lies in, "" for none of them."""
    within = ((and_(at >= span.first, at < span.end), literal(span.name, String)) for span in spans)
    return case(*within, else_=literal("", String))


def _rows(session: Session, *statements: Select[Any]) -> Iterator[Any]:
    for statement in statements:
        yield from session.execute(statement)
