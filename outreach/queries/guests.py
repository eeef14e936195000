"""The guests of one event as its hosts see them: who comes, who is here, and what is forgotten afterwards.

Checking in never touches the seats that answers hold (`queries.seats`): who is let in from the line, and who came
without an answer, is here and holds none. Two hosts may press at once: the first one counts, the second is told.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from unicodedata import combining, normalize

import pandas as pd
from sqlalchemy import ColumnElement, Select, Subquery, and_, case, extract, func, select, update
from sqlalchemy.orm import Session

from outreach.departments import SWEDISH_LAST
from outreach.event import Answer, Seat
from outreach.models import EventRow, Person, Rsvp, Study
from outreach.queries import ledger, names

MOST_GUESTS = 20  # who come with one person, at the door
HOLDING = (Seat.SEATED.value, Seat.OFFERED.value)


class Group(enum.StrEnum):
    """Where somebody stands on the host's list, in its order."""

    COMING = "coming"
    OFFERED = "offered"
    WAITING = "waiting"
    PERHAPS = "perhaps"
    WALK_IN = "walk_in"
    NO = "no"  # said no, or did not confirm in time


@dataclass(frozen=True)
class Counts:
    """How an event stands. `seated`, `offered`, `waiting`, `perhaps`, `no`: answers. The rest are people, with guests:
    `expected` hold a seat, `came` are here, `yet` hold a seat and are not here, of `capacity`."""

    seated: int
    expected: int
    came: int
    waiting: int
    offered: int
    perhaps: int
    no: int
    yet: int
    capacity: int

    @property
    def free(self) -> int:
        """Seats that nobody sits on and nobody is expected to; 0 where more are here than there are seats."""
        return max(self.capacity - self.came - self.yet, 0)


STORED = (
    "person_id", "guests", "answer", "seat", "place", "needs", "checked_in_at", "guests_came", "walk_in",
)  # fmt: skip
COLUMNS = ("rsvp_id", "name", "sorted_by", "folded", "party", "group", "department", "cohort", *STORED)


def listed(session: Session, event_id: int) -> pd.DataFrame:
    """Everybody who answered or came, by family name.

    rsvp_id, party (they and their guests), guests, guests_came int; person_id, place, cohort (year of the newest
    degree) int or None; name, sorted_by, folded (`names.fold`), answer, seat, group, needs, department (a code) text,
    "" for none; checked_in_at an aware time or None; walk_in bool. All as objects, None where empty.
    """
    rows = [_entry(row._asdict()) for row in session.execute(_everybody(event_id))]
    frame = pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)
    return frame.sort_values("sorted_by", key=lambda column: column.map(_alphabet), kind="stable", ignore_index=True)


def counts(session: Session, event_id: int) -> Counts:
    """The figures of one event, in one statement."""
    party, here = 1 + Rsvp.guests, Rsvp.checked_in_at.is_not(None)
    asked = Rsvp.walk_in.is_(False)
    holds = Rsvp.seat.in_(HOLDING)

    def total(what: ColumnElement[int] | int, *where: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((and_(*where), what), else_=0)), 0)

    found = session.execute(
        select(
            total(1, Rsvp.seat == Seat.SEATED),
            total(party, holds),
            total(1 + Rsvp.guests_came, here),
            total(1, Rsvp.seat == Seat.WAITING),
            total(1, Rsvp.seat == Seat.OFFERED),
            total(1, asked, Rsvp.answer == Answer.PERHAPS),
            total(1, asked, Rsvp.answer == Answer.NO),
            total(party, holds, here.is_(False)),
            select(EventRow.capacity).where(EventRow.id == event_id).scalar_subquery(),
        ).where(Rsvp.event_id == event_id)
    ).one()
    return Counts(*(int(value) for value in found))


def check_in(session: Session, event_id: int, rsvp_id: int, guests_came: int, now: datetime) -> bool:
    """Note that somebody is here with so many guests. False when they were already, which then stands as it is.

    An offered seat is taken by coming.
    """
    here = update(Rsvp).where(Rsvp.id == rsvp_id, Rsvp.event_id == event_id, Rsvp.checked_in_at.is_(None))
    taken = case((Rsvp.seat == Seat.OFFERED, Seat.SEATED.value), else_=Rsvp.seat)
    values = {"checked_in_at": now, "guests_came": min(max(guests_came, 0), MOST_GUESTS), "seat": taken}
    return bool(ledger.rows(session, here.values(values)))


def undo(session: Session, event_id: int, rsvp_id: int) -> bool:
    """Take a check-in back; False when there is none. A seat that was only offered is on offer again."""
    this = (Rsvp.id == rsvp_id, Rsvp.event_id == event_id, Rsvp.checked_in_at.is_not(None))
    held = case((and_(Rsvp.seat == Seat.SEATED, Rsvp.confirm_until.is_not(None)), Seat.OFFERED.value), else_=Rsvp.seat)
    return bool(ledger.rows(session, update(Rsvp).where(*this).values(checked_in_at=None, guests_came=0, seat=held)))


def on_list(session: Session, event_id: int, rsvp_id: int) -> bool:
    """Whether this is somebody of this event."""
    return session.scalar(select(Rsvp.id).where(Rsvp.id == rsvp_id, Rsvp.event_id == event_id)) is not None


def tidy(session: Session, event_id: int, now: datetime) -> int:
    """Delete what guests needed and the names of those we do not know; how many rows held any. The figures stay."""
    told = update(Rsvp).where(Rsvp.event_id == event_id, (Rsvp.needs != "") | (Rsvp.name != ""))
    count = ledger.rows(session, told.values(needs="", name=""))
    session.execute(update(EventRow).where(EventRow.id == event_id).values(tidied_at=now))
    return count


def _everybody(event_id: int) -> Select[Any]:
    newest = newest_studies(select(Rsvp.person_id).where(Rsvp.event_id == event_id, Rsvp.person_id.is_not(None)))
    return (
        select(
            *(getattr(Rsvp, name) for name in STORED),
            Rsvp.id.label("rsvp_id"),
            Rsvp.name.label("said_name"),
            Person.first_name,
            Person.last_name,
            newest.c.department_code,
            newest.c.year,
        )
        .outerjoin(Person, Person.id == Rsvp.person_id)
        .outerjoin(newest, newest.c.person_id == Rsvp.person_id)
        .where(Rsvp.event_id == event_id)
        .order_by(Rsvp.id)
    )


def newest_studies(people: Select[Any]) -> Subquery:
    """person_id, department_code and year (of the degree, else of its expected end) of each one's newest studies."""
    ended = func.coalesce(Study.completed_on, Study.expected_end)
    order = func.row_number().over(partition_by=Study.person_id, order_by=(ended.desc().nulls_last(), Study.id.desc()))
    ranked = (
        select(Study.person_id, Study.department_code, extract("year", ended).label("year"), order.label("newest"))
        .where(Study.person_id.in_(people))
        .subquery()
    )
    return select(ranked.c.person_id, ranked.c.department_code, ranked.c.year).where(ranked.c.newest == 1).subquery()


def _entry(row: Mapping[str, Any]) -> dict[str, Any]:
    """One line of the list, from a row of `_everybody`."""
    first, last = row["first_name"] or "", row["last_name"] or ""
    if row["first_name"] is None:  # nobody we know: the last word is taken for the family's
        first, _, last = row["said_name"].rpartition(" ")
    name = f"{first} {last}".strip()
    stored = {column: row[column] for column in STORED}
    return stored | {
        "rsvp_id": row["rsvp_id"],
        "name": name,
        "sorted_by": ", ".join(part for part in (last, first) if part),
        "folded": names.fold(name),
        "party": 1 + row["guests"],
        "group": _group(row["walk_in"], row["seat"], row["answer"]).value,
        "department": row["department_code"] or "",
        "cohort": int(row["year"]) if row["year"] is not None else None,
    }


def _group(walk_in: bool, seat: str, answer: str) -> Group:
    by_seat = {Seat.SEATED.value: Group.COMING, Seat.OFFERED.value: Group.OFFERED, Seat.WAITING.value: Group.WAITING}
    if walk_in:
        return Group.WALK_IN
    return by_seat.get(seat, Group.PERHAPS if answer == Answer.PERHAPS else Group.NO)


def _alphabet(name: str) -> str:
    """Where a name stands in a Swedish list: å, ä and ö come last, other accents do not count."""
    spread = normalize("NFKD", normalize("NFC", name).casefold().translate(SWEDISH_LAST))
    return "".join(sign for sign in spread if not combining(sign))
