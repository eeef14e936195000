"""The rows of a guest list as pages and workbook show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import pandas as pd

from outreach.departments import departments
from outreach.duties import Language
from outreach.event import Event
from outreach.queries import names
from outreach.queries.guests import Counts, Group

CLOCKS = {"sv": "%H.%M", "en": "%H:%M"}


@dataclass(frozen=True)
class Line:
    """One guest. `about`: department and year, "" for neither; `here`: the hour they came, "" for not here; `bring`:
    how many guests the form offers to note; `in_line`: 1 for the next who waits;
    `state` is another one whenever anything of it is."""

    rsvp_id: int
    name: str  # "" for who has been forgotten
    sorted_by: str
    folded: str
    department: str
    cohort: int | None
    party: int
    guests: int
    bring: int
    group: str
    in_line: int | None
    needs: str
    here: str
    came: int  # they and their guests, who are here
    state: str

    @property
    def about(self) -> str:
        return ", ".join(part for part in (self.department, str(self.cohort or "")) if part)


def lines(frame: pd.DataFrame, event: Event, language: Language) -> list[Line]:
    """The lines of `queries.guests.listed`, in its order."""
    rows = frame.to_dict("records")
    waiting = sorted((row for row in rows if row["group"] == Group.WAITING), key=lambda row: row["place"] or 0)
    in_line = {row["rsvp_id"]: number for number, row in enumerate(waiting, start=1)}
    return [_line(row, in_line.get(row["rsvp_id"]), event, language) for row in rows]


def _line(row: dict[Any, Any], in_line: int | None, event: Event, language: Language) -> Line:
    came_at = row["checked_in_at"]
    here = "" if came_at is None else event.local(came_at).strftime(CLOCKS[language])
    came = 0 if came_at is None else 1 + row["guests_came"]
    return Line(
        rsvp_id=row["rsvp_id"],
        name=row["name"],
        sorted_by=row["sorted_by"],
        folded=row["folded"],
        department=department_name(row["department"], language),
        cohort=row["cohort"],
        party=row["party"],
        guests=row["guests"],
        bring=max(row["guests"], event.guests_allowed),
        group=row["group"],
        in_line=in_line,
        needs=row["needs"],
        here=here,
        came=came,
        state=f"{row['group']}-{row['party']}-{here}-{came}",
    )


def department_name(code: str, language: Language) -> str:
    """A department as people call it; "" for none, and for one that is not in the configuration any more."""
    known = departments().get(code)
    return known.name(language) if known else ""


def matching(given: Iterable[Line], query: str) -> list[Line]:
    """Those whose name holds every word of `query`, accents and case ignored; all of them for an empty one."""
    words = names.fold(query).split()
    return [line for line in given if all(word in line.folded for word in words)]


def alike(given: Iterable[Line], name: str) -> list[Line]:
    """Those who have the same name, in whatever order its words stand."""
    wanted = sorted(names.fold(name).split())
    return [line for line in given if sorted(line.folded.split()) == wanted]


def grouped(given: Iterable[Line]) -> dict[str, list[Line]]:
    """Group -> its lines; every group is there."""
    found: dict[str, list[Line]] = {group.value: [] for group in Group}
    for line in given:
        found[line.group].append(line)
    return found


def stamp(given: Iterable[Line], counts: Counts) -> str:
    """Another text whenever a page of theirs would look different."""
    said = "|".join(f"{line.rsvp_id}:{line.state}:{line.name}" for line in given)
    return sha256(f"{said}|{counts}".encode()).hexdigest()[:16]
