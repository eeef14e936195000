"""What has been kept for its time: who and what goes, and how it goes. The rules stand in the settings."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, inspect, or_, select, update
from sqlalchemy.orm import Session

from outreach.models import Audit, Base, EventRow, Membership, Notice, Person, Rsvp, Study
from outreach.queries import ledger
from outreach.settings import Retention

UNDECIDED = (Membership.NONE, Membership.INVITED)


def due_people(session: Session, rules: Retention, today: date, now: datetime, limit: int) -> list[Person]:
    """Up to so many people whose time is over, those who came first first."""
    return list(session.scalars(_people(rules, today, now).order_by(Person.id).limit(limit)))


def counts(session: Session, rules: Retention, today: date, now: datetime) -> dict[str, int]:
    """How many would go by each rule, by its name."""

    def number(found: Select[Any]) -> int:
        return session.scalar(select(func.count()).select_from(found.subquery())) or 0

    return {
        "never_joined_years": number(select(Person.id).where(_never_joined(rules, today, now))),
        "left_years": number(select(Person.id).where(_left(rules, now))),
        "event_answer_days": number(select(Rsvp.id).where(_old_answer(rules, now))),
        "audit_days": number(select(Audit.id).where(_old_line(rules, now))),
    }


def old_answers(session: Session, rules: Retention, now: datetime, limit: int) -> list[dict[str, Any]]:
    """Up to so many answers to events that have had their time: column -> value, the oldest first."""
    return _rows(session, select(Rsvp).where(_old_answer(rules, now)).order_by(Rsvp.id).limit(limit))


def old_lines(session: Session, rules: Retention, now: datetime, limit: int) -> list[dict[str, Any]]:
    """Up to so many lines of the audit trail that have had their time: column -> value, the oldest first."""
    return _rows(session, select(Audit).where(_old_line(rules, now)).order_by(Audit.id).limit(limit))


def empty_answers(session: Session, ids: Sequence[int]) -> int:
    """Let answers to events be nobody's: the figures of the event stay, and what was written goes."""
    events = list(session.scalars(select(Rsvp.event_id).where(Rsvp.id.in_(ids)).distinct()))
    session.execute(delete(Notice).where(Notice.event_id.in_(events)))
    nobody = {"person_id": None, "name": "", "needs": "", "feedback": ""}
    return ledger.rows(session, update(Rsvp).where(Rsvp.id.in_(ids)).values(**nobody))


def delete_lines(session: Session, ids: Sequence[int]) -> int:
    """Delete lines of the audit trail. Returns how many."""
    return ledger.rows(session, delete(Audit).where(Audit.id.in_(ids)))


def _people(rules: Retention, today: date, now: datetime) -> Select[tuple[Person]]:
    return select(Person).where(or_(_never_joined(rules, today, now), _left(rules, now)))


def _never_joined(rules: Retention, today: date, now: datetime) -> ColumnElement[bool]:
    """Whoever has not joined, has no studies that ended or were seen in the register since, and is no newcomer."""
    day = years_before(today, rules.never_joined_years)
    moment = now - timedelta(days=(today - day).days)
    of_person = Study.person_id == Person.id
    ended = func.coalesce(Study.completed_on, Study.expected_end)
    recent = or_(
        ended >= day,
        Study.missing_since >= moment,
        and_(Study.missing_since.is_(None), ended.is_(None)),  # still studying, for all we know
    )
    return and_(Person.membership.in_(UNDECIDED), Person.created_at < moment, ~exists().where(of_person, recent))


def _left(rules: Retention, now: datetime) -> ColumnElement[bool]:
    before = now - timedelta(days=round(rules.left_years * 365.25))
    return and_(Person.membership == Membership.LEFT, Person.left_at < before)


def _old_answer(rules: Retention, now: datetime) -> ColumnElement[bool]:
    before = now - timedelta(days=rules.event_answer_days)
    over = exists().where(EventRow.id == Rsvp.event_id, EventRow.ends_at < before)
    somebodys = or_(Rsvp.person_id.is_not(None), Rsvp.name != "", Rsvp.needs != "", Rsvp.feedback != "")
    return and_(over, somebodys)


def _old_line(rules: Retention, now: datetime) -> ColumnElement[bool]:
    return Audit.at < now - timedelta(days=rules.audit_days)


def years_before(day: date, years: int) -> date:
    """The same day some years earlier; the 28th for the 29th of February."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _rows(session: Session, found: Select[Any]) -> list[dict[str, Any]]:
    return [_plain(row) for row in session.scalars(found)]


def _plain(row: Base) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in inspect(type(row)).columns}
