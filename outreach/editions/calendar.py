"""When an edition opens: on the first Tuesday of a quarter's last month. Pure functions over office days."""

from dataclasses import dataclass
from datetime import date, timedelta

TUESDAY = 1
LAST_MONTHS = (3, 6, 9, 12)


@dataclass(frozen=True)
class Quarter:
    """The quarter an edition is for, such as `2026-Q4`, and the day its edition opens."""

    name: str
    opens: date


def quarter(year: int, number: int) -> Quarter:
    """The edition of quarter `number` (1 to 4)."""
    return Quarter(f"{year}-Q{number}", first_tuesday(year, LAST_MONTHS[number - 1]))


def first_tuesday(year: int, month: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(TUESDAY - first.weekday()) % 7)


def latest(day: date) -> Quarter:
    """The edition that opened last, on `day` or before."""
    return max((one for one in _around(day) if one.opens <= day), key=lambda one: one.opens)


def coming(day: date) -> Quarter:
    """The next edition that opens after `day`."""
    return min((one for one in _around(day) if one.opens > day), key=lambda one: one.opens)


def due(day: date, catch_up_days: int) -> Quarter | None:
    """The edition that may be opened on `day`: it opened today, or at most so many days ago."""
    last = latest(day)
    return last if day <= last.opens + timedelta(days=catch_up_days) else None


def named(name: str) -> Quarter | None:
    """The quarter of a period such as `2026-Q4`; None for another period, such as a special edition's."""
    year, _, number = name.partition("-Q")
    return quarter(int(year), int(number)) if year.isdigit() and number in {"1", "2", "3", "4"} else None


def _around(day: date) -> list[Quarter]:
    return [quarter(year, number) for year in (day.year - 1, day.year, day.year + 1) for number in (1, 2, 3, 4)]
