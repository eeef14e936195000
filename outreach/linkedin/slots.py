"""When to post: the free slots of the week, in office time."""

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import islice

from outreach.clock import OFFICE_ZONE
from outreach.errors import PermanentFailure
from outreach.linkedin.configuration import Slot

LEAD = timedelta(hours=1)  # somebody must have time to look at it and to upload it (Sprout wants ten minutes)
WEEKS_AHEAD = 8


def monday_of(week: str) -> date:
    """The first day of an ISO week like 2026-W47. Raises PermanentFailure for a week that is none."""
    try:
        year, number = week.split("-W")
        return date.fromisocalendar(int(year), int(number), 1)
    except ValueError:
        raise PermanentFailure(f"{week!r} is not a week. Write it like 2026-W47.") from None


def week_of(day: date) -> str:
    """The ISO week of a day, e.g. 2026-W47."""
    year, number, _ = day.isocalendar()
    return f"{year}-W{number:02}"


def week_to_fill(slots: Sequence[Slot], now: datetime) -> str:
    """The week an export is for when nobody names one: this one, or the next when this one's last time has passed."""
    this = week_of(now.astimezone(OFFICE_ZONE).date())
    monday = monday_of(this)
    left = any(moment >= now + LEAD for moment in _of_week(slots, monday))
    return this if left or not slots else week_of(monday + timedelta(weeks=1))


def free(slots: Sequence[Slot], week: str, taken: Collection[datetime], now: datetime) -> list[datetime]:
    """As many times as a week has slots, the first that are free: of this week, then of those after it.

    Never before `now` and an hour, so an export at the end of the week proposes times of the next. Aware UTC, in order.
    """
    times = (moment for moment in _times(slots, monday_of(week)) if moment >= now + LEAD and moment not in taken)
    return list(islice(times, len(slots)))


def _times(slots: Sequence[Slot], monday: date) -> Iterator[datetime]:
    for number in range(WEEKS_AHEAD):
        yield from _of_week(slots, monday + timedelta(weeks=number))


def _of_week(slots: Sequence[Slot], monday: date) -> Iterator[datetime]:
    for slot in slots:
        yield datetime.combine(monday + timedelta(days=slot.weekday), slot.at, OFFICE_ZONE).astimezone(UTC)
