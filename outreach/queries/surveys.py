"""Surveys and their cohorts: opened once, frozen, counted. What was answered is not read here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    bindparam,
    case,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.selectable import Subquery

from outreach import clock, database
from outreach.duties import Duty
from outreach.models import (
    Campaign,
    CampaignStatus,
    Person,
    Recipient,
    RecipientStatus,
    Study,
    Suppression,
    Survey,
    SurveyMember,
    SurveyVersion,
)
from outreach.queries import ledger, standing
from outreach.queries.random_token import random_token
from outreach.queries.suppressions import EVERYTHING

STILL_STUDYING, ASKED_IN_ANOTHER, CLOSED = "still_studying", "asked_in_another", "survey_closed"
BAD_ADDRESS = ("bounced", "bounced_softly")
_BY_PUBLIC_ID = select(Survey).where(Survey.public_id == bindparam("public_id"))
UNDER_WAY = (CampaignStatus.OPEN, CampaignStatus.PAUSED)


@dataclass(frozen=True)
class Plan:
    """A survey that is to be: whom it asks, and from when to when."""

    slug: str
    questionnaire: str
    cohort_month: date  # the first day
    cohort_until: date  # the last day
    months_after: int
    department_code: str | None
    programme_code: str | None
    closes_at: datetime
    cut_on: date


@dataclass(frozen=True)
class Cohort:
    """How a survey's cohort is made up, in people. `answered` of those who were asked."""

    people: int
    excluded: Mapping[str, int]
    unreached: int  # asked, but no address that works is known
    asked: int
    answered: int


def by_public_id(session: Session, public_id: str) -> Survey | None:
    return session.scalars(_BY_PUBLIC_ID, {"public_id": public_id}).one_or_none()


def by_slug(session: Session, slug: str) -> Survey | None:
    return session.scalars(select(Survey).where(Survey.slug == slug)).one_or_none()


def of_campaign(session: Session, campaign: Campaign) -> Survey:
    """The survey a campaign sends. Raises NoResultFound for a campaign of another duty."""
    return session.scalars(select(Survey).where(Survey.slug == campaign.period)).one()


def to_be_cut(session: Session, day: date) -> Sequence[Survey]:
    """The surveys whose link between people and answers is to be cut on `day` or was before, the oldest first."""
    return session.scalars(
        select(Survey).where(Survey.cut_at.is_(None), Survey.cut_on <= day).order_by(Survey.id)
    ).all()


def cohort_size(session: Session, plan: Plan) -> int:
    """How many people a survey's cohort would hold."""
    found = _completed(plan).subquery("completed")
    return session.scalar(select(func.count()).where(found.c.place == 1)) or 0


def would_ask(plan: Plan, now: datetime) -> Select[tuple[int]]:
    """Whom a survey that is yet to be would ask if it opened at `now`: person_id int, each once."""
    found = _completed(plan).subquery("completed")
    unborn = Survey(id=0, **{name: getattr(plan, name) for name in Plan.__dataclass_fields__})
    return select(found.c.person_id).where(found.c.place == 1, _left_out(unborn, found, now) == "")


def open_survey(session: Session, plan: Plan, now: datetime) -> Survey:
    """The survey of this slug, made and its cohort frozen if it is new; two runs at once get the same one."""
    database.lock(session, f"survey/{plan.slug}")
    if (found := by_slug(session, plan.slug)) is not None:
        return found
    values = {name: getattr(plan, name) for name in Plan.__dataclass_fields__}
    public_id = func.substr(random_token(), 1, 24)
    session.execute(insert(Survey).values(public_id=public_id, opened_at=now, **values))
    made = by_slug(session, plan.slug)
    assert made is not None
    add_cohort(session, made, now)
    return made


def add_cohort(session: Session, survey: Survey, now: datetime) -> int:
    """Write down whoever belongs to the cohort and does not stand there yet, in no order that says anything: everyone
    when it opens, later those whose degree the register learnt of late. Returns how many people."""
    found = _completed(survey).subquery("completed")
    columns = {
        "survey_id": literal(survey.id),
        "person_id": found.c.person_id,
        "department_code": found.c.department_code,
        "programme_code": found.c.programme_code,
        "level": func.nullif(found.c.level, ""),
        "reached": _reached(),
        "answered": literal(False),
        "excluded": _left_out(survey, found, now),
    }
    known = select(SurveyMember.person_id).where(SurveyMember.survey_id == survey.id)
    rows = select(*columns.values()).join(Person, Person.id == found.c.person_id)
    new = rows.where(found.c.place == 1, found.c.person_id.not_in(known.where(SurveyMember.person_id.is_not(None))))
    return ledger.rows(session, insert(SurveyMember).from_select(list(columns), new.order_by(func.random())))


def keep_version(session: Session, survey_id: int, content: Mapping[str, Any], digest: str, now: datetime) -> int:
    """The id of this text of the questionnaire, kept if it is new. Who has begun goes on with what they began with."""
    database.lock(session, f"survey-text/{survey_id}")
    known = select(SurveyVersion.id).where(SurveyVersion.survey_id == survey_id, SurveyVersion.digest == digest)
    if (found := session.scalar(known)) is not None:
        return found
    row = {"survey_id": survey_id, "digest": digest, "content": dict(content), "created_at": now}
    return session.execute(insert(SurveyVersion).values(row).returning(SurveyVersion.id)).scalar_one()


def cohort(session: Session, survey_id: int) -> Cohort:
    """The cohort in figures, as it was frozen and has answered since."""
    rows = session.execute(
        select(SurveyMember.excluded, SurveyMember.reached, SurveyMember.answered, func.count())
        .where(SurveyMember.survey_id == survey_id)
        .group_by(SurveyMember.excluded, SurveyMember.reached, SurveyMember.answered)
    ).all()
    excluded: dict[str, int] = {}
    for why, _, _, count in rows:
        if why:
            excluded[why] = excluded.get(why, 0) + count
    return Cohort(
        people=sum(row[3] for row in rows),
        excluded=excluded,
        unreached=sum(row[3] for row in rows if not row[0] and not row[1]),
        asked=sum(row[3] for row in rows if not row[0]),
        answered=sum(row[3] for row in rows if not row[0] and row[2]),
    )


def unwilling(session: Session, survey_id: int, duty: Duty) -> int:
    """How many of those who are asked, and have an address that works, are not written to: they said no, or left."""
    why_not = standing.reason(duty)
    found = (
        select(func.count())
        .select_from(SurveyMember)
        .join(Person, Person.id == SurveyMember.person_id)
        .where(
            SurveyMember.survey_id == survey_id,
            SurveyMember.excluded == "",
            SurveyMember.reached,
            SurveyMember.answered.is_(False),
            why_not.is_not(None),
        )
    )
    return session.scalar(found) or 0


def share_answered(session: Session, questionnaire: str, months_after: int, before: int) -> float | None:
    """The share of those asked and reached who answered the closed surveys of a kind; None when there are none yet."""
    asked = and_(SurveyMember.excluded == "", SurveyMember.reached)
    row = session.execute(
        select(func.count(), func.coalesce(func.sum(case((SurveyMember.answered, 1), else_=0)), 0))
        .select_from(SurveyMember)
        .join(Survey, Survey.id == SurveyMember.survey_id)
        .join(Campaign, Campaign.period == Survey.slug)
        .where(
            asked,
            Survey.questionnaire == questionnaire,
            Survey.months_after == months_after,
            Survey.id != before,
            Survey.closes_at < func.coalesce(_opened(before), Survey.closes_at),
        )
    ).one()
    return row[1] / row[0] if row[0] else None


def under_way(session: Session, duty: str) -> Sequence[Campaign]:
    """Every campaign of the duty that may still have something to do, of central and departments, the oldest first."""
    found = select(Campaign).where(Campaign.duty == duty, Campaign.status == CampaignStatus.OPEN)
    return session.scalars(found.order_by(Campaign.opened_at, Campaign.id)).all()


def stop_asking(session: Session, now: datetime, last_asking_wave: int) -> int:
    """Whoever still waits to be asked when their survey has closed is not written to. Returns how many."""
    closed = (
        select(Campaign.id)
        .join(Survey, Survey.slug == Campaign.period)
        .where(Survey.closes_at <= now, Campaign.status.in_(UNDER_WAY))
    )
    waiting = (Recipient.campaign_id.in_(closed), Recipient.wave <= last_asking_wave)
    return ledger.move(session, RecipientStatus.CANCELLED, *waiting, reason=CLOSED, settled_at=now)


def publish(session: Session, survey_id: int, now: datetime) -> bool:
    """Say that the survey's results can be read from now on. Whether that is news."""
    unpublished = (Survey.id == survey_id, Survey.published_at.is_(None))
    return ledger.rows(session, update(Survey).where(*unpublished).values(published_at=now)) > 0


def _opened(survey_id: int) -> Any:
    return select(Survey.opened_at).where(Survey.id == survey_id).scalar_subquery()


def _completed(of: Plan | Survey) -> Select[Any]:
    """Everyone with a degree of the cohort: person_id, study, `place` 1 for the study that counts (most credits)."""
    place = func.row_number().over(
        partition_by=Study.person_id,
        order_by=(func.coalesce(Study.credits_done, 0).desc(), Study.completed_on.desc(), Study.id),
    )
    found = select(
        Study.id.label("study_id"),
        Study.person_id,
        Study.department_code,
        Study.programme_code,
        Study.level,
        place.label("place"),
    ).where(Study.completed_on.between(of.cohort_month, of.cohort_until))
    if of.department_code:
        found = found.where(Study.department_code == of.department_code)
    if of.programme_code:
        found = found.where(Study.programme_code == of.programme_code)
    return found


def _left_out(survey: Survey, found: Subquery, now: datetime) -> ColumnElement[str]:
    """Why somebody who completed is not asked, "" for who is."""
    other, earlier, theirs = aliased(Study), aliased(Survey), aliased(SurveyMember)
    studying = exists().where(
        other.person_id == found.c.person_id,
        other.id != found.c.study_id,
        other.completed_on.is_(None),
        other.missing_since.is_(None),
        other.expected_end >= now.astimezone(clock.OFFICE_ZONE).date(),
    )
    asked = exists().where(
        theirs.survey_id == earlier.id,
        theirs.person_id == found.c.person_id,
        theirs.excluded == "",
        earlier.questionnaire == survey.questionnaire,
        earlier.months_after == survey.months_after,
        earlier.id != survey.id,
        earlier.closes_at > now,
    )
    return case((studying, literal(STILL_STUDYING, String)), (asked, literal(ASKED_IN_ANOTHER, String)), else_="")


def _reached() -> ColumnElement[bool]:
    """Whether an address is known that has not come back."""
    bad = exists().where(
        Suppression.address_hash == Person.address_hash,
        Suppression.scope == EVERYTHING,
        Suppression.reason.in_(BAD_ADDRESS),
    )
    return case((or_(Person.email.is_(None), bad), False), else_=true())
