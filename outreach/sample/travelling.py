"""The sample's visits and their events, as a file to import: six journeys in the coming months (`visits.toml`).

Berlin's event is small, so that it fills. The first three are near enough to be invited to at once.
"""

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from outreach.errors import PermanentFailure

FILE = Path(__file__).with_name("visits.toml")
VISIT_COLUMNS = (
    "visit", "city", "country", "starts_on", "ends_on", "delegation", "purpose", "event", "title_sv", "title_en",
    "body_sv", "body_en", "entry_sv", "entry_en", "venue", "starts_at", "ends_at", "answer_by", "capacity",
    "guests_allowed", "radius_km", "from_year",
)  # fmt: skip
OF_THE_EVENT = ("title_sv", "title_en", "body_sv", "body_en", "entry_sv", "entry_en", "venue", "radius_km", "from_year")
THURSDAY = 3
CHRISTMAS = ((12, 18), (1, 7))  # nobody travels from the one day until the other


@dataclass(frozen=True)
class VisitsWritten:
    """How many visits and events a file has."""

    visits: int
    events: int

    def sentence(self) -> str:
        """One line for the person who asked for the sample."""
        return f"Wrote {self.visits} visits with {self.events} events in the coming months."


def write_visits(path: Path, *, today: date) -> VisitsWritten:
    """Write the visits as seen on `today`, as .csv. The same day gives the same bytes.

    Raises PermanentFailure where the file cannot be written.
    """
    frame = visits(today)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        frame.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")
    except OSError as error:
        raise PermanentFailure(f"The visits cannot be written to {path.name}: {error.strerror}.") from None
    return VisitsWritten(frame["visit"].nunique(), len(frame))


def visits(today: date) -> pd.DataFrame:
    """One row an event (VISIT_COLUMNS, all str), by visit; times are by the clock of the place."""
    rows = [_row(visit, event, today) for visit in _told() for event in visit["event"]]
    return pd.DataFrame(rows, columns=list(VISIT_COLUMNS)).fillna("")


@cache
def _told() -> tuple[dict[str, Any], ...]:
    return tuple(tomllib.loads(FILE.read_text(encoding="utf-8"))["visit"])


def _row(visit: dict[str, Any], event: dict[str, Any], today: date) -> dict[str, str]:
    first = _working_day(today + timedelta(days=visit["in_days"]))
    day = first + timedelta(days=event.get("after", 0))
    of_the_visit = {name: visit[name] for name in ("city", "country", "delegation", "purpose")}
    return of_the_visit | {name: event.get(name, "").strip() for name in OF_THE_EVENT} | {
        "visit": visit["name"],
        "starts_on": f"{first}",
        "ends_on": f"{first + timedelta(days=visit['nights'])}",
        "event": event["name"],
        "starts_at": f"{day} {event['starts']}",
        "ends_at": f"{day} {event['ends']}",
        "answer_by": f"{day - timedelta(days=event['answer'])}",
        "capacity": str(event["capacity"]),
        "guests_allowed": str(event["guests_allowed"]),
    }  # fmt: skip


def _working_day(day: date) -> date:
    """The day, or the next one on which a journey may begin: Monday to Wednesday, and not at Christmas."""
    while day.weekday() >= THURSDAY or (day.month, day.day) >= CHRISTMAS[0] or (day.month, day.day) < CHRISTMAS[1]:
        day += timedelta(days=1)
    return day
