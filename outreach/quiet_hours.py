"""The hours of the night in which the office writes to nobody."""

from datetime import datetime, time, timedelta

from outreach.clock import OFFICE_ZONE
from outreach.settings import settings


def end(now: datetime) -> datetime | None:
    """When the office's quiet hours end (`now`'s zone), or None outside them and where none are set."""
    first, _, last = settings().quiet_hours.partition("-")
    return end_of(time.fromisoformat(first), time.fromisoformat(last), now) if last else None


def end_of(first: time, last: time, now: datetime) -> datetime | None:
    """When the night from `first` to `last` on the office's clocks ends, or None when `now` is not in it.

    The first minute belongs to it and the last does not; it may span midnight.
    """
    local = now.astimezone(OFFICE_ZONE)
    clock = local.time()
    inside = first <= clock < last if first < last else clock >= first or clock < last
    if not inside:
        return None
    day = local.date() + timedelta(days=clock >= last)
    return datetime.combine(day, last, OFFICE_ZONE).astimezone(now.tzinfo)
