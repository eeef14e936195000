"""Invitations to the events that are planned: the days are asked of `outreach.visits.opening`, the people of the
audience itself. Nobody is taken to answer before they are reminded."""

import pandas as pd

from outreach import clock, duties
from outreach.duties import Duty
from outreach.event import Event
from outreach.forecasting import senders
from outreach.forecasting.building import LATER, build, new_people, reminders
from outreach.forecasting.reading import Read
from outreach.forecasting.shape import Coming, frame
from outreach.models import Campaign, CampaignStatus
from outreach.queries import audiences, campaigns, coming, visits
from outreach.visits import opening

DUTY = "event-invitation"


def comings(read: Read) -> list[Coming]:
    """One for each event that people are invited to on one of the days."""
    duty = duties.duty(DUTY)
    events = visits.events(read.session, from_=clock.now())
    keys = {one.id: campaigns.natural_key(DUTY, one.slug, one.department_code) for one in events}
    there = {one.key: one for one in read.campaigns if one.duty == DUTY}
    shut = coming.closed(read.session, list(keys.values()))
    willing = coming.open_to_reminders(read.session, duty, [one.id for one in read.open_of(DUTY)])
    made = [
        _of(read, duty, one, keys[one.id], there.get(keys[one.id]), willing)
        for one in events
        if keys[one.id] not in shut
    ]
    return [one for one in made if one is not None]


def _of(
    read: Read, duty: Duty, event: Event, key: str, campaign: Campaign | None, willing: pd.DataFrame
) -> Coming | None:
    if campaign is not None and campaign.status == CampaignStatus.PAUSED:
        return None
    when, times = read.when, opening.times(duty)
    inviting = [day for day in range(when.days) if opening.is_due(event, times, when.run(day))]
    if not inviting:
        return None
    until = when.last_day_before(event.answers_until)
    reminding = [day for day in inviting if opening.reminds(event, times, when.run(day))]
    unborn = Campaign(duty=DUTY, period=event.slug, department_code=event.department_code)
    people = coming.willing(read.session, audiences.event.invited(campaign or unborn, duty, event))
    had = read.nothing if campaign is None else read.had_of(campaign)
    asked = [pd.Series(people), had.loc[had["planned"], "person"]]
    if campaign is not None:
        asked.append(willing.loc[willing["campaign"] == campaign.id, "person"])
    later = frame(LATER)
    if reminding:
        everyone = pd.concat(asked).drop_duplicates()
        later = reminders(everyone, 2, reminding[0], until, gap=duty.waves[1].min_gap_days)
    named = senders.of_event(duty, event)
    if campaign is None:
        sender = senders.to_be(duty, key, event.department_code, when.day(inviting[0]), *named, movable=True)
    else:
        sender = senders.named(campaign, read.unsigned, *named, movable=True)
    new = new_people(people, inviting[0], until)
    return build(sender, when, had=had, until=until, new=new, later=later, sharing=read.sharing)
