"""Opening an edition, and settling what stands in it until it is signed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from outreach import clock, departments, duties
from outreach.duties import Duty, Section
from outreach.editions import calendar, filling, special
from outreach.editions.filling import Missing, Plan
from outreach.errors import PermanentFailure
from outreach.models import Campaign, CampaignStatus
from outreach.queries import approvals, campaigns, editions, stories
from outreach.story import Channel

LAST_MORNING = timedelta(days=1)  # who signs on the last day still reaches everyone's next morning
WAVE = 1
EARLY = "early"  # the parameter that opens the next edition before its day


@dataclass(frozen=True)
class Edition:
    """What an edition holds: its sections in their order, and the stories in them."""

    sections: tuple[Section, ...]
    plan: Plan
    missing: tuple[Missing, ...] = ()


def open_editions(
    session: Session,
    duty_name: str,
    *,
    day: date,
    department: str | None,
    parameters: dict[str, Any],
    flow_run_id: str | None = None,
) -> list[Campaign]:
    """The editions that may have something to do: a special one when `parameters` name it, else the quarter's, if it is
    time for it or EARLY is asked for, and all that are under way.

    Raises PermanentFailure for a duty or department that does not exist, a special edition without a name or content,
    and for a department without a special edition: the quarter's goes to all.
    """
    duty, now = duties.duty(duty_name), clock.now()
    if department:
        departments.department(department)
    campaigns.expire(session, now)
    extra = special.read(parameters)
    if extra is None and department:
        raise PermanentFailure("The quarter's edition goes to everyone. A department can send a special edition.")
    due = calendar.due(day, duty.catch_up_days)
    if due is None and parameters.get(EARLY):
        due = replace(calendar.coming(day), opens=day)
    if extra is not None:
        period, opens = extra.period, day
        if campaigns.by_key(session, campaigns.natural_key(duty_name, period, department)) is None:
            special.check(session, extra, department)  # refused before anything is opened
    elif due is not None:
        period, opens = due.name, due.opens
    else:
        return list(editions.under_way(session, duty_name, now))
    mine = campaigns.open_campaign(
        session,
        duty=duty_name,
        period=period,
        department=department,
        parameters=parameters,
        flow_run_id=flow_run_id,
        now=now,
        expires_at=clock.start_of(opens + timedelta(days=duty.catch_up_days + 1) + LAST_MORNING),
    )
    if extra is not None:
        return [mine] if mine.status == CampaignStatus.OPEN else []
    return list(editions.under_way(session, duty_name, now))


def edition(session: Session, campaign: Campaign, day: date) -> Edition:
    """What stands in an edition now, worked out anew and written down.

    Until it is signed it is filled from the pool, and what stood there keeps its place; what may no longer be used is
    gone, always. Signed or begun, nothing is added to it.
    """
    duty, extra = duties.duty(campaign.duty), special.read(campaign.parameters)
    chosen = _special(session, extra) if extra is not None else _filled(session, campaign, duty, day)
    written = [(section, story.id) for section, story in chosen.plan.placed() if story.id != special.WRITTEN]
    editions.place(session, campaign.id, written)
    return chosen


def waves(session: Session, campaign: Campaign, duty: Duty, _day: date) -> Sequence[int]:
    """All of them, until it is settled: whoever says yes after the signature gets the next edition."""
    return () if is_settled(session, campaign) else range(1, len(duty.waves) + 1)


def is_settled(session: Session, campaign: Campaign) -> bool:
    """Whether nothing and nobody is added any more: it is signed as it stands, or somebody may have it."""
    if editions.has_begun(session, campaign.id):
        return True
    return duties.duty(campaign.duty).approval != "never" and approvals.is_approved(session, campaign, WAVE)


def _special(session: Session, extra: special.Special) -> Edition:
    section, plan = special.section(extra), special.plan(session, extra)
    return Edition((section,), plan, tuple(filling.missing([section], plan)))


def _filled(session: Session, campaign: Campaign, duty: Duty, day: date) -> Edition:
    kept = editions.placed(session, campaign.id)
    if is_settled(session, campaign):
        plan = filling.standing(duty.sections, stories.by_ids(session, list(kept)), kept)
        return Edition(duty.sections, plan)
    had = editions.had_before(session, duty.name, campaign.id)
    pool = [story for story in stories.usable(session, Channel.NEWSLETTER, day) if story.id not in had]
    plan = filling.fill(duty.sections, pool, kept=kept, now=clock.now())
    return Edition(duty.sections, plan, tuple(filling.missing(duty.sections, plan)))
