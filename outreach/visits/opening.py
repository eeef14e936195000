"""Which events people are invited to on a day: one campaign an event, for as long as answers are taken."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from outreach import clock, departments, duties
from outreach.duties import LANGUAGES, Duty, EventTimes
from outreach.errors import PermanentFailure
from outreach.event import Event
from outreach.models import Campaign, CampaignStatus
from outreach.queries import audiences, campaigns, visits
from outreach.rendering import Rendered, render
from outreach.visits import letters

EVENT = "event"  # the parameter that names one, by its public id or its slug


def open_invitations(
    session: Session,
    duty_name: str,
    *,
    day: date,
    department: str | None,
    parameters: dict[str, Any],
    flow_run_id: str | None = None,
) -> list[Campaign]:
    """One campaign for each event whose invitation is due on `day` and that still takes answers, by its start.

    `department`: only the events it holds; None for everyone's. `parameters` may name one event (EVENT). A campaign
    ends when its event takes no more answers, goes on when it takes them again, and is cancelled with it. Raises
    PermanentFailure for a duty, department or event that does not exist.
    """
    duty, now = duties.duty(duty_name), clock.now()
    if department:
        departments.department(department)
    _follow(session, duty_name, now)
    moment = now + (day - clock.today())
    due = [
        event
        for event in _chosen(session, department, str(parameters.get(EVENT, "")).strip())
        if is_due(event, times(duty), moment)
    ]
    opened = [_open(session, duty_name, event, flow_run_id, now) for event in due]
    return [campaign for campaign in opened if campaign.status == CampaignStatus.OPEN]


def _open(session: Session, duty_name: str, event: Event, flow_run_id: str | None, now: datetime) -> Campaign:
    """The campaign of an event. One whose time was over goes on where answers are taken until later now."""
    campaign = campaigns.open_campaign(
        session,
        duty=duty_name,
        period=event.slug,
        department=event.department_code,
        parameters={EVENT: event.public_id},
        flow_run_id=flow_run_id,
        now=now,
        expires_at=event.answers_until,
    )
    if campaign.status == CampaignStatus.EXPIRED and now < event.answers_until:
        campaigns.reopen(session, campaign.id, event.answers_until)
        session.refresh(campaign)
    return campaign


def is_due(event: Event, when: EventTimes, moment: datetime) -> bool:
    """Whether people are invited at `moment` (aware): from so many weeks before the day of the event, by the calendar
    where it is, for as long as it takes answers."""
    first = event.local(event.starts_at).date() - timedelta(weeks=when.invite_weeks_before)
    return not event.cancelled and first <= event.local(moment).date() and moment < event.answers_until


def reminds(event: Event, when: EventTimes, moment: datetime) -> bool:
    """Whether those who have not answered are reminded at `moment`: on the last days before the last day to answer."""
    first = event.answer_by - timedelta(days=when.remind_days_before_answer)
    return first <= event.local(moment).date() and moment < event.answers_until


def waves(session: Session, campaign: Campaign, duty: Duty, day: date) -> Sequence[int]:
    """The invitation until the last day to answer, whoever becomes a member or moves there meanwhile included; the
    reminder on its last days."""
    event = audiences.event.of(session, campaign)
    moment = clock.now() + (day - clock.today())
    if not is_due(event, times(duty), moment):
        return ()
    return range(1, len(duty.waves) + 1) if reminds(event, times(duty), moment) else (1,)


def letters_of(session: Session, campaign: Campaign, wave: int) -> list[Rendered]:
    """What a wave says, in each language."""
    duty, event = duties.duty(campaign.duty), audiences.event.of(session, campaign)
    return [
        render(
            duty.waves[wave - 1].message,
            language=language,
            department_code=campaign.department_code,
            purpose=duty.purpose,
            context={"event": letters.facts(event, language)},
        )
        for language in LANGUAGES
    ]


def times(duty: Duty) -> EventTimes:
    """When a duty that invites does what. Raises PermanentFailure for one that the configuration says nothing of."""
    if duty.event is None:
        raise PermanentFailure(f"config/duties.toml: {duty.name}: it has no table [{duty.name}.event] with its times.")
    return duty.event


def _follow(session: Session, duty_name: str, now: datetime) -> None:
    """Let campaigns under way end when their events now take the last answer; none outlives its event."""
    for campaign in campaigns.under_way(session, duty_name):
        event = visits.event(session, str(campaign.parameters.get(EVENT, "")))
        if event is None or event.cancelled:
            campaigns.cancel(session, campaign, now)
        elif event.answers_until != campaign.expires_at:
            campaigns.ends(session, campaign.id, event.answers_until)
    campaigns.expire(session, now)


def _chosen(session: Session, department: str | None, named: str) -> list[Event]:
    """The events a run is about. Raises PermanentFailure when it names one that is not there. For a department
    another's is not there either."""
    whose = department or visits.EVERY
    if not named:
        return visits.events(session, department=whose, from_=clock.now())
    event = visits.event(session, named) or visits.event_by_slug(session, named)
    if department and (event is None or event.department_code != department):
        whose = departments.department(department).name("en")
        raise PermanentFailure(f"{whose} holds no event {named!r}. Look in the list of events for what it is called.")
    if event is None:
        raise PermanentFailure(f"There is no event {named!r}. `outreach events list` shows them.")
    return [event]
