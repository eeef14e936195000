"""When a message arrives: at an hour the duty has set, on the recipient's own clock. Pure functions."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

from outreach.clock import OFFICE_ZONE

GRACE = timedelta(hours=2)  # so much later than the hour set is still the same morning
HORIZON_DAYS = 60  # an approval may take its time, and summer time begins meanwhile
DAY = timedelta(days=1)


def groups(zones: Iterable[str | None], day: date, arrive_at: time) -> dict[str | None, str]:
    """Zone -> the zone that stands for all whose clocks show `arrive_at` at the same moments as in this one.

    The moments are those of `day` and of the `HORIZON_DAYS` after it, so that a batch made now is still right when it
    is approved later. Paris and Berlin go with the office's own zone, and so does whoever's zone is missing or unknown.
    Zones are IANA names; the answer holds each of `zones` once.
    """
    given = set(zones)
    stands_for = {_moments(OFFICE_ZONE.key, day, arrive_at): OFFICE_ZONE.key}
    for zone in sorted({_known(zone).key for zone in given}):
        stands_for.setdefault(_moments(zone, day, arrive_at), zone)
    return {zone: stands_for[_moments(_known(zone).key, day, arrive_at)] for zone in given}


def next_arrival(zone: str | None, arrive_at: time, now: datetime) -> datetime:
    """The moment (`now`'s zone) from which a message may leave so that it arrives at `arrive_at` in `zone`.

    Today's, also when it has passed by no more than `GRACE`: it may then leave at once. Otherwise tomorrow's. An hour
    that summer time skips is an hour later by the clock; one that comes twice is the first of the two.
    """
    local = _known(zone)
    yesterday = now.astimezone(local).date() - DAY  # an hour before midnight is still there after it
    moments = (_moment(yesterday + DAY * n, arrive_at, local) for n in range(3))
    return next(moment for moment in moments if now <= moment + GRACE).astimezone(now.tzinfo)


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """In UTC, because aware times of one zone are compared by their clocks and not by the moments they name."""
    return datetime.combine(day, at, zone).astimezone(UTC)


@lru_cache(maxsize=1024)
def _moments(zone: str, day: date, arrive_at: time) -> tuple[datetime, ...]:
    return tuple(_moment(day + DAY * n, arrive_at, ZoneInfo(zone)) for n in range(HORIZON_DAYS))


def _known(zone: str | None) -> ZoneInfo:
    """The zone of this name, the office's for none and for one that no clock knows: names come from files."""
    return ZoneInfo(zone) if zone and zone in _names() else OFFICE_ZONE


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones())
