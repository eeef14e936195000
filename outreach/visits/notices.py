"""What those who have answered are told: one campaign for an event's round of notices, one wave for each kind."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from outreach import clock, duties
from outreach.duties import LANGUAGES, Duty, Language
from outreach.event import Event, NoticeKind
from outreach.models import Campaign, CampaignStatus
from outreach.queries import audiences, campaigns, untold, visits
from outreach.queries.audiences.notices import kind_of
from outreach.rendering import Rendered, render
from outreach.visits import calendar, changes, letters

OPEN_AFTER = timedelta(weeks=4)  # after the event: the last thanks have long been sent, and their bounces read
WITH_CALENDAR = (NoticeKind.CONFIRMED, NoticeKind.CHANGED, NoticeKind.CANCELLED)
SAYS_CHANGES = (NoticeKind.CHANGED, NoticeKind.CHANGED_OTHERS)


def open_notices(
    session: Session,
    duty_name: str,
    *,
    day: date,
    department: str | None,
    parameters: dict[str, Any],
    flow_run_id: str | None = None,
) -> list[Campaign]:
    """The campaigns with somebody to tell: those notices were written for, and those left behind by a run that broke
    off. Whoever starts it, it is about every event."""
    untold.follow_events(session, OPEN_AFTER)
    opened = [
        campaigns.open_campaign(
            session,
            duty=duty_name,
            period=untold.period(event.slug, one.round),
            department=event.department_code,
            parameters={"event": one.public_id, "round": one.round},
            flow_run_id=flow_run_id,
            now=clock.now(),
            expires_at=event.ends_at + OPEN_AFTER,
        )
        for one in untold.untold(session, clock.now() - OPEN_AFTER)
        if (event := visits.event(session, one.public_id))
    ]
    found = {campaign.id: campaign for campaign in (*opened, *untold.under_way(session))}
    return [campaign for campaign in found.values() if campaign.status == CampaignStatus.OPEN]


def waves(session: Session, campaign: Campaign, _duty: Duty, _day: date) -> Sequence[int]:
    """Those somebody was to be told and does not stand in yet."""
    missing = untold.untold(session, clock.now() - OPEN_AFTER, campaign.parameters["event"])
    return next((one.waves for one in missing if one.round == campaign.parameters["round"]), ())


def letters_of(session: Session, campaign: Campaign, wave: int) -> list[Rendered]:
    """What a wave says, in each language."""
    duty, event, kind = duties.duty(campaign.duty), audiences.event.of(session, campaign), kind_of(wave)
    before: Mapping[str, Any] = {}
    if kind in SAYS_CHANGES and (first := untold.first_untold_change(session, campaign, wave)) is not None:
        before = untold.before(session, event.id, first)
    return [
        letter(duty.waves[wave - 1].message, kind, event, campaign.department_code, duty.purpose, language, before)
        for language in LANGUAGES
    ]


def letter(
    message: str,
    kind: NoticeKind,
    event: Event,
    department_code: str | None,
    purpose: str,
    language: Language,
    before: Mapping[str, Any],
) -> Rendered:
    """One version of a notice. `before`: what changed fields were (`EventChange.before`), for those that say it."""
    return render(
        message,
        language=language,
        department_code=department_code,
        purpose=purpose,
        context={
            "event": letters.facts(event, language),
            "changes": changes.said(event, before, language),
            "answers_open": clock.now() < event.answers_until,
        },
        calendar=calendar.file_of(event, language) if kind in WITH_CALENDAR else None,
    )
