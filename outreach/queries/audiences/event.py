"""Whom an event is for: members within its reach, and those of them who have not answered a while after."""

from datetime import date, timedelta

from sqlalchemy import ColumnElement, String, case, exists, func, literal, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import Subquery

from outreach import clock
from outreach.duties import Duty, Wave
from outreach.errors import PermanentFailure
from outreach.event import Event, Narrowing
from outreach.models import Campaign, EventRow, Interest, Person, Recipient, RecipientStatus, Rsvp, Study
from outreach.queries import ledger, reach, standing, visits
from outreach.queries.audiences.newsletter import MEMBERS
from outreach.queries.selection import Audience

S = RecipientStatus


def audience(session: Session, campaign: Campaign, duty: Duty, number: int, day: date) -> Audience:
    """The audience of wave `number` on `day`: person_id int, language str, department_code str | NULL, reason.

    The reason is str | NULL. The department is the campaign's own for everyone: an event has one text a language.
    """
    event = of(session, campaign)
    if number == 1:
        return invited(campaign, duty, event)
    return reminded(campaign, duty, duty.waves[number - 1], event, day)


def of(session: Session, campaign: Campaign) -> Event:
    """The event a campaign is about. Raises PermanentFailure when it is not there any more."""
    event = visits.event(session, str(campaign.parameters.get("event", "")))
    if event is None:
        raise PermanentFailure(f"{campaign.key} is about an event that is not there any more.")
    return event


def invited(campaign: Campaign, duty: Duty, event: Event) -> Audience:
    """Wave 1: every member within reach and, where the event is narrowed, among those it is meant for."""
    reason = case(
        (_has_answered(event), literal("answered", String)),
        else_=standing.reason(duty),
    )
    return _row(campaign, reason).where(MEMBERS, *reached(event))


def reminded(campaign: Campaign, duty: Duty, wave: Wave, event: Event, day: date) -> Audience:
    """A later wave: whoever this campaign has invited, at least `min_gap_days` ago."""
    asked = _asked(campaign)
    longest_ago = clock.start_of(day - timedelta(days=wave.min_gap_days - 1))
    reason = case(
        (_has_answered(event), literal("answered", String)),
        (asked.c.not_reached, literal("not_reached", String)),
        (asked.c.asked_at >= longest_ago, literal("asked_recently", String)),
        else_=standing.reason(duty),
    )
    return _row(campaign, reason).join(asked, asked.c.person_id == Person.id)


def reached(event: Event) -> list[ColumnElement[bool]]:
    """What is true of a person an event is meant for: they live near enough, and belong to those it is narrowed to."""
    return [reach.around(event.place, event.radius_km), *_narrowed(event.narrowing)]


def answered_since() -> ColumnElement[str]:
    """`answered` for a recipient who has answered the event of their campaign by now, else NULL."""
    answered = (
        select(Rsvp.id)
        .join(EventRow, EventRow.id == Rsvp.event_id)
        .join(Campaign, Campaign.period == EventRow.slug)
        .where(Campaign.id == Recipient.campaign_id, Rsvp.person_id == Recipient.person_id)
        .correlate(Recipient)
    )
    return case((exists(answered), literal("answered", String)))


def _row(campaign: Campaign, reason: ColumnElement[str | None]) -> Audience:
    department = literal(campaign.department_code, String).label("department_code")
    return select(Person.id.label("person_id"), Person.language, department, reason.label("reason"))


def _narrowed(narrowing: Narrowing) -> list[ColumnElement[bool]]:
    """Departments and years are asked of the same studies: "a degree of ours in law from 2010 to 2015"."""
    studies: list[ColumnElement[bool]] = []
    interests: list[ColumnElement[bool]] = []
    if narrowing.departments:
        studies.append(Study.department_code.in_(narrowing.departments))
    if narrowing.from_year is not None:
        studies.append(Study.completed_on >= date(narrowing.from_year, 1, 1))
    if narrowing.until_year is not None:
        studies.append(Study.completed_on <= date(narrowing.until_year, 12, 31))
    if narrowing.interests:
        interests.append(Interest.role.in_(narrowing.interests))
    asked = [(Study.person_id, studies), (Interest.person_id, interests)]
    return [Person.id.in_(select(whose).where(*conditions)) for whose, conditions in asked if conditions]


def _has_answered(event: Event) -> ColumnElement[bool]:
    return Person.id.in_(select(Rsvp.person_id).where(Rsvp.event_id == event.id, Rsvp.person_id.is_not(None)))


def _asked(campaign: Campaign) -> Subquery:
    """Everyone the invitation went to, when, and whether it came back."""
    came_back = Recipient.status.in_([S.BOUNCED, S.DROPPED, S.REJECTED, S.COMPLAINED])
    asked_at = func.coalesce(Recipient.accepted_at, Recipient.planned_at)
    return (
        select(Recipient.person_id, came_back.label("not_reached"), asked_at.label("asked_at"))
        .where(
            Recipient.campaign_id == campaign.id,
            Recipient.wave == 1,
            Recipient.status.in_([*ledger.MAY_HAVE_IT, S.REJECTED]),
        )
        .subquery("asked")
    )
