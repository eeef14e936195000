"""A time zone as iCalendar defines it (VTIMEZONE, RFC 5545 section 3.6.5), for the time around one event.

Written here because `Calendar.add_missing_timezones` of icalendar 7.3 begins summer time an hour late: it gives the
onset by the new clock, and the standard asks for the old one.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

AROUND = timedelta(days=400)  # before and after the event
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def definition(zone: ZoneInfo, event_at: datetime) -> Timezone:
    """The zone's offsets for a year and more before and after an event (`event_at` aware UTC)."""
    first = event_at - AROUND
    defined = Timezone()
    defined.add("tzid", zone.key)
    defined.add_component(_observance(zone, first, first))
    for change in _changes(zone, first, event_at + AROUND):
        defined.add_component(_observance(zone, change - SECOND, change))
    return defined


def _observance(zone: ZoneInfo, before: datetime, at: datetime) -> TimezoneDaylight | TimezoneStandard:
    """What the clock shows from `at` on. Its DTSTART is by the clock as it was `before`."""
    old, new = before.astimezone(zone), at.astimezone(zone)
    observance = TimezoneDaylight() if new.dst() else TimezoneStandard()
    observance.add("dtstart", (at + _offset(old)).replace(tzinfo=None))
    observance.add("tzoffsetfrom", _offset(old))
    observance.add("tzoffsetto", _offset(new))
    observance.add("tzname", new.tzname())
    return observance


def _changes(zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[datetime]:
    """The moments (UTC, whole seconds) at which the clock there is changed."""
    at = first.replace(microsecond=0)
    while at < last:
        if _offset(at.astimezone(zone)) != _offset((at + DAY).astimezone(zone)):
            yield _moment(zone, at, at + DAY)
        at += DAY


def _moment(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The first second with the offset of `after`, by halving."""
    while after - before > SECOND:
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        if _offset(middle.astimezone(zone)) == _offset(before.astimezone(zone)):
            before = middle
        else:
            after = middle
    return after


def _offset(local: datetime) -> timedelta:
    return local.utcoffset() or timedelta()
