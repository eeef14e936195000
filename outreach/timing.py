"""When batches may leave: on the recipients' own morning where the duty has an hour, and never in the quiet hours."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy.orm import Session

from outreach import arriving, quiet_hours
from outreach.duties import Duty
from outreach.queries import arrivals, campaigns
from outreach.queries.batching import Zones


def zones_shared(duty: Duty, day: date) -> Zones | None:
    """How time zones share the duty's batches; None for a duty that arrives at no hour of its own."""
    arrive_at = duty.arrive_at
    return None if arrive_at is None else lambda zones: arriving.groups(zones, day, arrive_at)


def set_moments(session: Session, campaign_id: int, duty: Duty, waves: Collection[int], now: datetime) -> None:
    """Set the moment of every batch that waits in these waves, as it follows from `now`.

    A batch with a time zone leaves at the duty's hour there; the office's night does not hold it back. One whose
    morning was missed gets the next. The others wait for the end of the quiet hours, if these are and the duty keeps
    them. The caller holds the campaign.
    """
    night_ends = _night_ends(duty, now)

    def moment(zone: str | None) -> datetime | None:
        if zone is None:
            return night_ends
        return arriving.next_arrival(zone, duty.arrive_at, now) if duty.arrive_at else night_ends or now

    zones = arrivals.zones(session, campaign_id, waves)
    arrivals.set_moments(session, campaign_id, waves, {zone: moment(zone) for zone in zones})


def hold_at_night(session: Session, campaign_id: int, duty: Duty, waves: Collection[int], now: datetime) -> None:
    """When the quiet hours have begun: whatever goes by the office's clock waits until they end."""
    if night_ends := _night_ends(duty, now):
        campaigns.hold(session, campaign_id)
        arrivals.set_moments(session, campaign_id, waves, {None: night_ends})


def _night_ends(duty: Duty, now: datetime) -> datetime | None:
    """When the quiet hours end. What people have asked for (`Duty.counts`) does not wait for it: a seat that is held
    for somebody until the morning must be told of at once."""
    return quiet_hours.end(now) if duty.counts else None
