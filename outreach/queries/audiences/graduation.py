"""The graduating class: students near the end of their studies, and those of them a reminder is due for.

A person's *end* is the day their degree was awarded, else the expected end. Someone in several programmes belongs to
the class of the one that ends first.
"""

from datetime import date, timedelta

from sqlalchemy import ColumnElement, String, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import Subquery

from outreach import clock
from outreach.duties import Duty, Term, Wave, term_named, term_of
from outreach.models import Campaign, Person, Recipient, RecipientStatus, Study
from outreach.queries import ledger, standing
from outreach.queries.selection import Audience

S = RecipientStatus
MISSING = and_(Study.missing_since.is_not(None), Study.completed_on.is_(None))
END = func.coalesce(Study.completed_on, Study.expected_end)


def terms_due(session: Session, duty: Duty, day: date, within_days: int, department: str | None) -> list[Term]:
    """The graduating terms in which someone is near the end of their studies on `day`, earliest first."""
    near = _near_the_end(duty, day, within_days, department)
    ends = session.scalars(select(near.c.end_day).distinct()).all()
    terms = {term_of(end or day).name: term_of(end or day) for end in ends}
    return [terms[name] for name in sorted(terms, key=lambda name: terms[name].first)]


def audience(_session: Session, campaign: Campaign, duty: Duty, number: int, day: date) -> Audience:
    """The audience of wave `number` on `day`: person_id int, language str, department_code str, reason str | NULL."""
    if number == 1:
        return invited(campaign, duty, day)
    return reminded(campaign, duty, duty.waves[number - 1], day)


def invited(campaign: Campaign, duty: Duty, day: date) -> Audience:
    """Wave 1: all of the term's class who are near the end, or have applied for their degree."""
    term, within_days = term_named(campaign.period), int(campaign.parameters["within_days"])
    near = _near_the_end(duty, day, within_days, campaign.department_code)
    in_term: ColumnElement[bool] = near.c.end_day.between(term.first, term.last)
    if term_of(day).name == term.name:
        in_term = or_(in_term, near.c.end_day.is_(None))
    reason = case(
        (_asked_elsewhere(campaign, duty), _word("already_asked")),
        (near.c.missing, _word("not_in_register")),
        else_=standing.reason(duty),
    )
    return (
        select(Person.id.label("person_id"), Person.language, near.c.department_code, reason.label("reason"))
        .join(near, near.c.person_id == Person.id)
        .where(near.c.place == 1, in_term)
    )


def reminded(campaign: Campaign, duty: Duty, wave: Wave, day: date) -> Audience:
    """A later wave: whoever this campaign asked, once their own day has come.

    The day counts from the end the register gives *now*: who is delayed by a term is reminded a term later.
    """
    assert wave.days_from_end is not None
    asked, ends = _asked(campaign), _ends(term_named(campaign.period))
    last_end_due = day - timedelta(days=wave.days_from_end)
    last_end_too_late = last_end_due - timedelta(days=wave.grace_days + 1)
    not_now = case(
        (asked.c.not_reached, _word("not_reached")),
        (ends.c.missing, _word("not_in_register")),
        (ends.c.end_day <= last_end_too_late, _word("wave_passed")),
        (_written_to_since(duty, day - timedelta(days=wave.min_gap_days - 1)), _word("asked_recently")),
    )
    reason = func.coalesce(standing.reason(duty), not_now)
    return (
        select(Person.id.label("person_id"), Person.language, asked.c.department_code, reason.label("reason"))
        .join(asked, asked.c.person_id == Person.id)
        .join(ends, and_(ends.c.person_id == Person.id, ends.c.department_code == asked.c.department_code))
        .where(ends.c.place == 1, ends.c.end_day <= last_end_due)
    )


def _near_the_end(duty: Duty, day: date, within_days: int, department: str | None) -> Subquery:
    """Studies near their end; `place` 1 is the one a person belongs to the class of."""
    earliest = day - timedelta(days=duty.catch_up_days)
    in_window = END.between(earliest, day + timedelta(days=within_days))
    applied = and_(Study.degree_applied, Study.completed_on.is_(None), or_(END.is_(None), earliest <= END))
    place = func.row_number().over(
        partition_by=Study.person_id,
        order_by=(Study.missing_since.is_not(None), END.is_(None), END, Study.credits_done.desc(), Study.id),
    )
    columns = (
        Study.person_id,
        Study.department_code,
        END.label("end_day"),
        MISSING.label("missing"),
        place.label("place"),
    )
    found = select(*columns).where(or_(in_window, applied))
    if department:
        found = found.where(Study.department_code == department)
    return found.subquery("near")


def _ends(term: Term) -> Subquery:
    """The end each person was asked for, by department, as the register knows it now: their first from the term on.

    What they completed before is an older degree. Only where no end is left in the term or after it has theirs been
    moved back, and the last one before it counts.
    """
    older = term.first > END
    place = func.row_number().over(
        partition_by=(Study.person_id, Study.department_code),
        order_by=(older, case((older, None), else_=END), END.desc(), Study.id),
    )
    return (
        select(
            Study.person_id, Study.department_code, END.label("end_day"), MISSING.label("missing"), place.label("place")
        )
        .where(END.is_not(None))
        .subquery("ends")
    )


def _asked(campaign: Campaign) -> Subquery:
    """Everyone the campaign's first wave went to, and whether it came back."""
    came_back = Recipient.status.in_([S.BOUNCED, S.DROPPED, S.REJECTED, S.COMPLAINED])
    return (
        select(Recipient.person_id, Recipient.department_code, came_back.label("not_reached"))
        .where(
            Recipient.campaign_id == campaign.id,
            Recipient.wave == 1,
            Recipient.status.in_([*ledger.MAY_HAVE_IT, S.REJECTED]),
        )
        .subquery("asked")
    )


def _asked_elsewhere(campaign: Campaign, duty: Duty) -> ColumnElement[bool]:
    """Another campaign of the duty has asked, or will: central and a department never ask the same person twice."""
    return Person.id.in_(
        select(Recipient.person_id)
        .join(Campaign, Campaign.id == Recipient.campaign_id)
        .where(
            Recipient.wave == 1,
            Recipient.campaign_id != campaign.id,
            Campaign.duty == duty.name,
            Recipient.status.in_(ledger.SPOKEN_FOR),
        )
    )


def _written_to_since(duty: Duty, day: date) -> ColumnElement[bool]:
    """A message of this duty went to the person on `day` or later, or waits to go."""
    return Person.id.in_(
        select(Recipient.person_id)
        .join(Campaign, Campaign.id == Recipient.campaign_id)
        .where(
            Campaign.duty == duty.name,
            Recipient.status.in_(ledger.SPOKEN_FOR),
            func.coalesce(Recipient.accepted_at, Recipient.planned_at) >= clock.start_of(day),
        )
    )


def _word(reason: str) -> ColumnElement[str]:
    return literal(reason, String)
