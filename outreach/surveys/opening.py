"""Which surveys are due on a day, and the campaigns that send them."""

import calendar
import re
from collections.abc import Sequence
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from outreach import clock, departments, duties
from outreach.duties import Duty, SurveyTimes
from outreach.errors import PermanentFailure
from outreach.models import Campaign, Survey
from outreach.queries import campaigns, ledger, surveys
from outreach.queries.surveys import Plan
from outreach.questionnaires import Questionnaire, extra_sections, questionnaire

PROGRAMME, FIRST_MONTH, LAST_MONTH = "programme", "first_month", "last_month"  # a department's own survey
YEAR = 12
MOST_MONTHS = 36
LONGEST_SLUG = 60


def open_surveys(
    session: Session,
    duty_name: str,
    *,
    day: date,
    department: str | None,
    parameters: dict[str, Any],
    flow_run_id: str | None = None,
) -> list[Campaign]:
    """Every survey under way: those whose cohort is due today are opened, who got their degree late is added to those
    that are open, what has closed asks nobody any more.

    With PROGRAMME in `parameters` it is a department's own: of everyone with a degree from the programme from
    FIRST_MONTH to LAST_MONTH ("YYYY-MM"). Raises PermanentFailure for a department or month that does not exist, for a
    survey without its department, and for a cohort so small that an answer could be told to be somebody's.
    """
    duty = duties.duty(duty_name)
    times, now = times_of(duty), clock.now()
    if department:
        departments.department(department)
    surveys.stop_asking(session, now, len(duty.waves) - 1)
    campaigns.expire(session, now)
    if parameters.get(PROGRAMME):
        plans = [_own(session, times, department, parameters, day)]
    elif department:
        raise PermanentFailure("A department's own survey needs its programme's code and the months of the degrees.")
    else:
        plans = planned(session, duty, day)
    for plan in plans:
        _open(session, duty, surveys.open_survey(session, plan, now), flow_run_id)
    opened = [campaign for campaign in surveys.under_way(session, duty_name) if _mine(campaign, department)]
    for survey in [surveys.of_campaign(session, campaign) for campaign in opened]:
        keep_text(session, survey)
        if now < survey.closes_at:
            surveys.add_cohort(session, survey, now)
    return opened


def due(times: SurveyTimes, catch_up_days: int, day: date) -> list[tuple[date, int]]:
    """The cohorts whose survey opens on `day`, or opened at most `catch_up_days` before: (first day of the month of
    completion, months after). A survey opens on the first day of a month."""
    openings, first = [], day.replace(day=1)
    while (day - first).days <= catch_up_days:
        openings.append(first)
        first = _months_before(first, 1)
    return [(_months_before(first, months), months) for first in openings for months in times.months_after]


def planned(session: Session, duty: Duty, day: date) -> list[Plan]:
    """The surveys of the whole university that are opened on `day`, if they are not yet: of each cohort that is due
    and large enough."""
    times = times_of(duty)
    found = [_monthly(times, first, months, day) for first, months in due(times, duty.catch_up_days, day)]
    return [plan for plan in found if surveys.cohort_size(session, plan) >= times.hide_below]


def waves(session: Session, campaign: Campaign, duty: Duty, _day: date) -> Sequence[int]:
    """The invitation and the reminders while the survey is open; the thanks once it has closed and can be read."""
    survey = surveys.of_campaign(session, campaign)
    last = len(duty.waves)
    if clock.now() < survey.closes_at:
        return range(1, last) if ledger.has_begun(session, campaign.id) else (1,)
    return (last,) if survey.published_at and survey.cut_at is None else ()


def asked(survey: Survey) -> Questionnaire:
    """The questionnaire a survey asks today, with its department's own sections. Raises PermanentFailure."""
    whole = questionnaire(survey.questionnaire)
    return whole.appended(extra_sections(survey.department_code, whole.name)) if survey.department_code else whole


def keep_text(session: Session, survey: Survey) -> int:
    """Keep what the survey asks today, so that whoever begins now answers just that. The version's id."""
    whole = asked(survey)
    return surveys.keep_version(session, survey.id, whole.content(), whole.digest, clock.now())


def census_week(survey: Survey) -> tuple[date, date]:
    """The week the whole cohort is asked about: the last one, Monday to Sunday, before the survey opened."""
    opened = survey.opened_at.astimezone(clock.OFFICE_ZONE).date()
    sunday = opened - timedelta(days=opened.isoweekday())
    return sunday - timedelta(days=6), sunday


def _open(session: Session, duty: Duty, survey: Survey, flow_run_id: str | None) -> None:
    key = campaigns.natural_key(duty.name, survey.slug, survey.department_code)
    if campaigns.by_key(session, key) is not None:
        return
    campaigns.open_campaign(
        session,
        duty=duty.name,
        period=survey.slug,
        department=survey.department_code,
        parameters={"survey": survey.public_id},
        flow_run_id=flow_run_id,
        now=clock.now(),
        expires_at=clock.start_of(survey.cut_on),
    )


def _monthly(times: SurveyTimes, first: date, months: int, day: date) -> Plan:
    return _plan(times, f"{times.questionnaire}-{first:%Y-%m}-{months}m", first, _last_day(first), months, day)


def _own(session: Session, times: SurveyTimes, department: str | None, parameters: dict[str, Any], day: date) -> Plan:
    """A department's survey of one programme."""
    programme = str(parameters[PROGRAMME]).strip()
    if not department:
        raise PermanentFailure("Say which department the survey is for.")
    first, last = (_month(str(parameters.get(name) or "")) for name in (FIRST_MONTH, LAST_MONTH))
    until = _last_day(last)
    if not first <= last or until >= day or _months(first, last) >= MOST_MONTHS:
        raise PermanentFailure("The months must follow each other, lie in the past and be at most three years.")
    named = f"{times.questionnaire}-{programme}-{first:%Y-%m}-{last:%Y-%m}-{department}"
    plan = _plan(times, _slug(named), first, until, _months(last, day), day, department, programme)
    if (people := surveys.cohort_size(session, plan)) < times.hide_below:
        raise PermanentFailure(
            f"{people} people have a degree from {programme} in these months. With fewer than {times.hide_below} an "
            "answer could be told to be somebody's: take more months."
        )
    return plan


def _slug(named: str) -> str:
    """A name for addresses and files; one too long, or with signs it must lose, is told apart by a digest."""
    slug = re.sub(r"[^a-z0-9]+", "-", named.lower())
    digest = sha256(named.encode()).hexdigest()[:6]
    return slug if len(slug) <= LONGEST_SLUG and slug == named.lower() else f"{slug[: LONGEST_SLUG - 7]}-{digest}"


def _plan(
    times: SurveyTimes,
    slug: str,
    first: date,
    until: date,
    months: int,
    day: date,
    department: str | None = None,
    programme: str | None = None,
) -> Plan:
    closes = day + timedelta(days=times.open_days)
    return Plan(
        slug=slug,
        questionnaire=times.questionnaire,
        cohort_month=first,
        cohort_until=until,
        months_after=months,
        department_code=department,
        programme_code=programme,
        closes_at=clock.start_of(closes + timedelta(days=1)),
        cut_on=closes + timedelta(days=1 + times.cut_days_after_closing),
    )


def times_of(duty: Duty) -> SurveyTimes:
    """A survey duty's times. Raises PermanentFailure for a duty that has none."""
    if duty.survey is None:
        raise PermanentFailure(f"config/duties.toml: {duty.name} has no [{duty.name}.survey].")
    return duty.survey


def _mine(campaign: Campaign, department: str | None) -> bool:
    return department is None or campaign.department_code == department


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise PermanentFailure(f"{text!r} is not a month. Write year and month, such as 2025-06.") from None


def _months(first: date, last: date) -> int:
    return (last.year - first.year) * YEAR + last.month - first.month


def _months_before(first: date, months: int) -> date:
    place = first.year * YEAR + first.month - 1 - months
    return date(place // YEAR, place % YEAR + 1, 1)


def _last_day(first: date) -> date:
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])
