"""Making a forecast and keeping its figures: the only part of it that writes, and it writes to nobody."""

from collections.abc import Sequence

from outreach import clock, departments, duties
from outreach.database import session_scope
from outreach.forecasting import collisions, editions, events, graduations, senders, summing, surveys, walking, weeks
from outreach.forecasting.building import Calendar, build
from outreach.forecasting.reading import Read, read
from outreach.forecasting.shape import Coming, Register, Sender
from outreach.forecasting.summing import Forecast
from outreach.models import Campaign, CampaignStatus
from outreach.queries import coming, snapshots

PARTS = {one.DUTY: one.comings for one in (graduations, editions, events, surveys)}


def make() -> int:
    """Work out the coming quarter and keep what its pages show. Returns how many campaigns are in it."""
    now = clock.now()
    forecast, register = work_out()
    made = summing.contents(forecast, register.studies, departments.departments())
    with session_scope() as session:
        snapshots.keep(session, snapshots.FORECAST, made, now)
    return len(made[snapshots.WHOLE]["campaigns"])


def work_out() -> tuple[Forecast, Register]:
    """The coming quarter as the database stands now. Reads only; the database is let go before the days are walked."""
    today, budget = clock.today(), duties.contact()
    when = Calendar(today, weeks.days_until_the_end(today))
    with session_scope(reading=True) as session:
        found = read(session, when)
        comings, paused = gather(found), _paused(found)
        recent = coming.recent(session, today, budget.days if budget else 1)
        named = coming.named(session, recent["campaign"].unique().tolist())
        register = Register(coming.studies(session), recent, {one.id: one.key for one in named})
    walked = walking.walk(comings, register, budget, when.days, today.weekday(), weeks.WEEKS)
    met = collisions.collisions(comings, walked, register, budget, when.days)
    titles = {one.key: _titles(one) for one in named}
    return Forecast(today, budget, comings, walked, met, paused, titles), register


def gather(found: Read) -> list[Coming]:
    """What every campaign will send, those under way and those to come."""
    comings = [one for part in PARTS.values() for one in part(found)]
    rest = [one for one in found.campaigns if one.duty not in PARTS and one.status == CampaignStatus.OPEN]
    return [one for one in (*comings, *(_waiting(found, campaign) for campaign in rest)) if len(one.sends)]


def _waiting(found: Read, campaign: Campaign) -> Coming:
    """A campaign of a duty whose occasions cannot be told: only whoever waits in it already."""
    until = found.when.last_day_before(campaign.expires_at)
    return build(_sender(found, campaign), found.when, had=found.had_of(campaign), until=until)


def _paused(found: Read) -> Sequence[tuple[Sender, int]]:
    paused = [one for one in found.campaigns if one.status == CampaignStatus.PAUSED]
    people = coming.people_waiting(found.session, [one.id for one in paused])
    return [(_sender(found, one), people.get(one.id, 0)) for one in paused]


def _sender(found: Read, campaign: Campaign) -> Sender:
    return senders.named(campaign, found.unsigned, *_titles(campaign))


def _titles(campaign: Campaign) -> tuple[str, str]:
    if campaign.duty == editions.DUTY:
        return senders.of_edition(campaign)
    known = duties.duties().get(campaign.duty)
    return (campaign.key, campaign.key) if known is None else senders.titles(known, campaign.period)
