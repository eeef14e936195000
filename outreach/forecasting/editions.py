"""The newsletter's editions to come, and those under way: every reader as the register and the consents stand now."""

from outreach import duties
from outreach.duties import Duty
from outreach.editions import calendar, opening
from outreach.forecasting import senders
from outreach.forecasting.building import build, new_people
from outreach.forecasting.reading import Read
from outreach.forecasting.shape import Coming
from outreach.models import Campaign
from outreach.queries import campaigns, coming
from outreach.queries.audiences import AUDIENCES
from outreach.queries.audiences.newsletter import SPECIAL

DUTY = "quarterly-newsletter"


def comings(read: Read) -> list[Coming]:
    """Editions under way, and those of the quarters that open on one of the days."""
    duty = duties.duty(DUTY)
    made = [_of(read, duty, campaign) for campaign in read.open_of(DUTY)]
    days = {quarter: day for day in reversed(range(read.when.days)) if (quarter := _due(read, duty, day))}
    keys = {quarter: campaigns.natural_key(DUTY, quarter.name, None) for quarter in days}
    known = read.keys_of(DUTY) | coming.closed(read.session, list(keys.values()))
    for quarter, day in sorted(days.items(), key=lambda one: one[1]):
        if keys[quarter] not in known:
            made.append(_to_be(read, duty, keys[quarter], quarter, day))
    return made


def _due(read: Read, duty: Duty, day: int) -> calendar.Quarter | None:
    return calendar.due(read.when.day(day), duty.catch_up_days)


def _of(read: Read, duty: Duty, campaign: Campaign) -> Coming:
    """Whoever waits in an edition; until it is settled also whoever would be selected for it now."""
    until = read.when.last_day_before(campaign.expires_at)
    extra = campaign.period.startswith(SPECIAL)
    sender = senders.named(
        campaign, read.unsigned, *senders.of_edition(campaign), edition=True, special=extra, movable=extra
    )
    new = None
    if not opening.is_settled(read.session, campaign):
        audience = AUDIENCES[DUTY](read.session, campaign, duty, 1, read.when.today)
        new = new_people(coming.willing(read.session, audience), 0, until)
    return build(sender, read.when, had=read.had_of(campaign), until=until, new=new, sharing=read.sharing)


def _to_be(read: Read, duty: Duty, key: str, quarter: calendar.Quarter, day: int) -> Coming:
    unborn = Campaign(duty=DUTY, period=quarter.name, department_code=None, parameters={})
    readers = coming.willing(read.session, AUDIENCES[DUTY](read.session, unborn, duty, 1, read.when.day(day)))
    until = read.when.number(quarter.opens) + duty.catch_up_days + opening.LAST_MORNING.days
    sender = senders.to_be(duty, key, None, read.when.day(day), *senders.titles(duty, quarter.name), edition=True)
    new = new_people(readers, day, until)
    return build(sender, read.when, had=read.nothing, until=until, new=new, sharing=read.sharing)
