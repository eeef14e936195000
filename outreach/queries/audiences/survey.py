"""Whom a survey writes to: its frozen cohort, then those who have not answered, then those who have."""

from datetime import date, timedelta

from sqlalchemy import ColumnElement, String, and_, case, exists, func, literal, not_, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import Subquery

from outreach import clock
from outreach.duties import Duty, SurveyTimes, duties
from outreach.models import Campaign, Person, Recipient, RecipientStatus, Survey, SurveyMember
from outreach.queries import ledger, standing, surveys
from outreach.queries.selection import Audience

S = RecipientStatus
DUTY = "career-survey"
ANSWERED = "answered"
WEEK = 7


def audience(session: Session, campaign: Campaign, duty: Duty, number: int, day: date) -> Audience:
    """Wave `number` on `day`: person_id int, language str, department_code str | NULL, reason str | NULL.

    The first wave is the invitation, the last the thanks, those between are the reminders.
    """
    survey = surveys.of_campaign(session, campaign)
    if number == 1:
        return _invited(campaign, duty, survey)
    if number == len(duty.waves):
        return _thanked(campaign, duty, survey)
    assert duty.survey is not None
    return _reminded(campaign, duty, survey, number, duty.survey, day)


def answered_since() -> ColumnElement[str]:
    """`answered` for a recipient of a survey whose answer has come by now, else NULL; the thanks are for just those."""
    answered = (
        select(SurveyMember.id)
        .join(Survey, Survey.id == SurveyMember.survey_id)
        .join(Campaign, Campaign.period == Survey.slug)
        .where(
            Campaign.id == Recipient.campaign_id, SurveyMember.person_id == Recipient.person_id, SurveyMember.answered
        )
        .correlate(Recipient)
    )
    return case((and_(Recipient.wave < len(duties()[DUTY].waves), exists(answered)), literal(ANSWERED, String)))


def _invited(campaign: Campaign, duty: Duty, survey: Survey) -> Audience:
    frozen = case((SurveyMember.excluded != "", SurveyMember.excluded), (SurveyMember.answered, _word(ANSWERED)))
    return _members(campaign, func.coalesce(frozen, standing.reason(duty))).where(SurveyMember.survey_id == survey.id)


def _reminded(campaign: Campaign, duty: Duty, survey: Survey, number: int, times: SurveyTimes, day: date) -> Audience:
    """Whose own day for this reminder has come, on another weekday than everything they had from this survey before.

    Where an earlier message was late, or still waits, the next one is as many days later.
    """
    days = (0, *times.reminder_days)
    invited = _sent_first(campaign)
    due = invited.c.accepted_at < clock.start_of(day - timedelta(days=days[number - 1] - 1))
    theirs = (Recipient.campaign_id == campaign.id, Recipient.person_id == SurveyMember.person_id)
    in_the_way = exists().where(*theirs, Recipient.wave != number, _in_the_way(days, number, times, day))
    came_back = invited.c.status.in_([S.BOUNCED, S.DROPPED, S.REJECTED, S.COMPLAINED])
    reason = case(
        (SurveyMember.answered, _word(ANSWERED)),
        (came_back, _word("not_reached")),
        else_=standing.reason(duty),
    )
    found = _members(campaign, reason).join(invited, invited.c.person_id == SurveyMember.person_id)
    return found.where(SurveyMember.survey_id == survey.id, due, not_(in_the_way))


def _in_the_way(days: tuple[int, ...], number: int, times: SurveyTimes, day: date) -> ColumnElement[bool]:
    """Another message in the ledger that waits, is a later one, was sent on this weekday, or too few days ago."""
    sent = func.coalesce(Recipient.accepted_at, Recipient.planned_at)
    same_weekday = or_(
        *(
            and_(sent >= clock.start_of(each), sent < clock.start_of(each + timedelta(days=1)))
            for each in (day - timedelta(days=past) for past in range(0, times.open_days + WEEK, WEEK))
        )
    )
    too_soon = or_(
        *(
            and_(Recipient.wave == wave, sent >= clock.start_of(day - timedelta(days=days[number - 1] - earlier - 1)))
            for wave, earlier in enumerate(days[: number - 1], 1)
        )
    )
    left = Recipient.status.in_([*ledger.MAY_HAVE_IT, S.REJECTED])
    return or_(Recipient.status == S.PLANNED, and_(left, or_(Recipient.wave > number, same_weekday, too_soon)))


def _thanked(campaign: Campaign, duty: Duty, survey: Survey) -> Audience:
    answered = and_(SurveyMember.survey_id == survey.id, SurveyMember.answered)
    return _members(campaign, standing.reason(duty)).where(answered)


def _members(campaign: Campaign, reason: ColumnElement[str | None]) -> Audience:
    """The cohort's people. A department's own survey speaks for it; a central one for nobody in particular."""
    speaks_for: ColumnElement[str | None] = literal(campaign.department_code, String)
    return select(
        Person.id.label("person_id"), Person.language, speaks_for.label("department_code"), reason.label("reason")
    ).join(SurveyMember, SurveyMember.person_id == Person.id)


def _sent_first(campaign: Campaign) -> Subquery:
    return (
        select(
            Recipient.person_id,
            Recipient.status,
            func.coalesce(Recipient.accepted_at, Recipient.planned_at).label("accepted_at"),
        )
        .where(
            Recipient.campaign_id == campaign.id,
            Recipient.wave == 1,
            Recipient.status.in_([*ledger.MAY_HAVE_IT, S.REJECTED]),
        )
        .subquery("invited")
    )


def _word(reason: str) -> ColumnElement[str]:
    return literal(reason, String)
