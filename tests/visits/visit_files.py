"""Files of visits and what is in the database after reading them, for the tests of the import."""

import csv
from collections.abc import Sequence
from pathlib import Path

from outreach import database
from outreach.event import Event, Visit
from outreach.queries import visits

TOKYO = {
    "visit": "tokyo-27", "city": "Tokyo", "country": "Japan", "starts_on": "2027-05-10", "ends_on": "2027-05-14",
    "delegation": "Rektor och två dekaner", "purpose": "Avtal om utbyte", "title_sv": "Alumnkväll i Tokyo",
    "title_en": "Alumni evening in Tokyo", "venue": "Sveriges ambassad", "starts_at": "2027-05-12 18:00",
    "ends_at": "2027-05-12 20:30", "answer_by": "2027-05-05", "capacity": "60", "guests_allowed": "1",
}  # fmt: skip
AT_HOME = {
    "city": "Stockholm", "country": "Sverige", "title_sv": "Alumnpub", "title_en": "Alumni pub", "venue": "Puben",
    "starts_at": "2027-03-12 19:00", "ends_at": "22:00", "capacity": "40",
}  # fmt: skip


def write(path: Path, *rows: dict[str, str], delimiter: str = ";", names: Sequence[str] = ()) -> Path:
    """A CSV file of the rows; a column for every name that any of them has."""
    columns = list(names or dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, delimiter=delimiter)
        out.writerow(columns)
        out.writerows([row.get(name, "") for name in columns] for row in rows)
    return path


def known_events() -> list[Event]:
    with database.session_scope(reading=True) as session:
        return visits.events(session)


def known_visits() -> list[Visit]:
    with database.session_scope(reading=True) as session:
        return visits.visits(session)


def rejects(path: Path) -> list[dict[str, str]]:
    """The list of rejects beside a file; empty where there is none."""
    beside = path.with_name(f"{path.stem}.rejected.csv")
    if not beside.exists():
        return []
    with beside.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))
