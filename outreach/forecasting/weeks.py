"""The weeks a forecast is of: ISO weeks, from the one that holds today. Pure functions over office days."""

from dataclasses import dataclass
from datetime import date, timedelta

WEEKS = 13  # a quarter of a year
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Week:
    """An ISO week. `year` is the week's own: 1 January may stand in week 53 of the year before."""

    year: int
    number: int
    monday: date

    @property
    def sunday(self) -> date:
        return self.monday + WEEK - timedelta(days=1)


def of(day: date) -> Week:
    """The week a day stands in."""
    year, number, weekday = day.isocalendar()
    return Week(year, number, day - timedelta(days=weekday - 1))


def coming(today: date, count: int = WEEKS) -> list[Week]:
    """Today's week and those after it."""
    first = of(today).monday
    return [of(first + WEEK * n) for n in range(count)]


def days_until_the_end(today: date, count: int = WEEKS) -> int:
    """How many days there are from today, counted, to the last Sunday."""
    return (coming(today, count)[-1].sunday - today).days + 1


def place(today: date, day: int) -> int:
    """Which of the coming weeks the day `day` days after today stands in, from 0."""
    return (today.weekday() + day) // 7
