"""How an edition stands, in sentences: what it lacks, and what becomes of one that is not there."""

from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from outreach import departments
from outreach.duties import Duty
from outreach.editions import calendar
from outreach.editions.opening import Edition
from outreach.editions.special import Special
from outreach.models import Campaign, CampaignStatus
from outreach.queries import campaigns, contributions, editions

NAMES_SHOWN = 6


class Standing(NamedTuple):
    """The name of the state a run ends in, and its sentence."""

    name: str
    sentence: str


def lacking(session: Session, campaign: Campaign, duty: Duty, holds: Edition) -> str:
    """What an edition with too little content lacks, section by section, and which departments were asked for more."""
    gaps = ", ".join(
        f"{one.section.title_sv} / {one.section.title_en} has {one.found} of at least {one.section.at_least}"
        for one in holds.missing
    )
    quarter = calendar.named(campaign.period)
    if quarter is None:
        return f"{campaign.key} is not sent: {gaps} stories."
    asked = contributions.departments_asked(session, campaign.period)
    told = contributions.have_told(session, quarter.opens, editions.had_before(session, duty.name, campaign.id))
    return (
        f"{campaign.key} is not sent yet: {gaps} stories. {len(asked)} departments were asked for stories; "
        f"{_named(asked - told)} still to hear from. Add stories by {_last_day(quarter, duty)}; the next run goes on."
    )


def standing(session: Session, duty: Duty, day: date) -> Standing:
    """How a run ends that had no edition to work on: not due, sent already, or expired, and when the next one opens."""
    last, following = calendar.latest(day), calendar.coming(day)
    next_one = f"The next edition, {following.name}, opens on {following.opens}."
    campaign = campaigns.by_key(session, campaigns.natural_key(duty.name, last.name, None))
    this_month = (day.year, day.month) == (last.opens.year, last.opens.month)
    if campaign is not None and editions.has_begun(session, campaign.id):
        return Standing("Completed", f"{last.name} has been sent. {next_one}")
    if campaign is not None and campaign.status is CampaignStatus.CANCELLED:
        return Standing("No edition due", f"{last.name} was cancelled. {next_one}")
    if this_month or campaign is not None:
        until = _last_day(last, duty)
        return Standing("Expired", f"{last.name} was not sent by {until}, so it has expired. {next_one}")
    return Standing("No edition due", next_one)


def standing_of_special(session: Session, duty: Duty, extra: Special, department: str | None) -> Standing:
    """The same of a special edition, which is over when it cannot be opened."""
    key = campaigns.natural_key(duty.name, extra.period, department)
    campaign = campaigns.by_key(session, key)
    status = campaign.status if campaign else "not there"
    return Standing("Over", f"{key} is {status}, so nobody is written to. To write again, give it another name.")


def _last_day(quarter: calendar.Quarter, duty: Duty) -> date:
    return quarter.opens + timedelta(days=duty.catch_up_days)


def _named(codes: set[str]) -> str:
    """The first few departments by name, and how many more."""
    known = departments.departments()
    names = sorted(known[code].name_sv for code in codes if code in known)
    if not names:
        return "none"
    more = f" and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else ""
    return ", ".join(names[:NAMES_SHOWN]) + more
