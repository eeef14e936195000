"""Who comes without having answered: found in the register, or added by a name. Never the same twice."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, insert, literal, select
from sqlalchemy.orm import Session

from outreach.event import Answer, Seat
from outreach.links import address_hash
from outreach.models import Audit, Person, Rsvp
from outreach.queries import audit, guests, names
from outreach.queries.inserting import insert_or

ADDED = "added_walk_in"


@dataclass(frozen=True)
class Candidate:
    """Somebody in the register, with no more than tells two of the same name apart. `department`: a code, "" for none;
    `cohort`: year of the newest degree; `here`: whether they are checked in already."""

    public_id: str
    name: str
    department: str
    cohort: int | None
    here: bool


def named(session: Session, event_id: int, query: str, *, limit: int) -> list[Candidate]:
    """People in the register with a name that has, for each word of `query`, a word that begins with it."""
    words = names.fold(query).split()
    if not words:
        return []
    return _candidates(session, event_id, names.says(Person.first_name + literal(" ") + Person.last_name, words), limit)


def with_address(session: Session, event_id: int, address: str, *, limit: int) -> list[Candidate]:
    """People in the register with this address, which is normalised already."""
    return _candidates(session, event_id, [Person.address_hash == address_hash(address)], limit)


def _candidates(
    session: Session, event_id: int, conditions: Sequence[ColumnElement[bool]], limit: int
) -> list[Candidate]:
    in_order = (Person.last_name, Person.first_name, Person.id)
    picked = session.scalars(select(Person.id).where(*conditions).order_by(*in_order).limit(limit)).all()
    newest = guests.newest_studies(select(Person.id).where(Person.id.in_(picked)))
    found = (
        select(Person, newest.c.department_code, newest.c.year, Rsvp.checked_in_at)
        .outerjoin(newest, newest.c.person_id == Person.id)
        .outerjoin(Rsvp, (Rsvp.person_id == Person.id) & (Rsvp.event_id == event_id))
        .where(Person.id.in_(picked))
        .order_by(*in_order)
    )
    return [
        Candidate(
            person.public_id,
            f"{person.first_name} {person.last_name}".strip(),
            department or "",
            None if year is None else int(year),
            came is not None,
        )
        for person, department, year, came in session.execute(found)
    ]


def add_known(session: Session, event_id: int, person_id: int, guests_came: int, now: datetime) -> tuple[int, bool]:
    """Check in somebody we know, on the list or not: the answer's id, and whether they were not here before."""
    row = _row(event_id, guests_came, now) | {"person_id": person_id}
    new = insert_or(session, Rsvp.__table__).values(row)
    session.execute(new.on_conflict_do_nothing(index_elements=["event_id", "person_id"]))
    theirs = select(Rsvp.id).where(Rsvp.event_id == event_id, Rsvp.person_id == person_id)
    rsvp_id = session.scalars(theirs).one()
    return rsvp_id, guests.check_in(session, event_id, rsvp_id, guests_came, now)


def add_unknown(session: Session, event_id: int, name: str, guests_came: int, now: datetime) -> int:
    """Check in somebody of whom only the name is kept, until the event is tidied; the answer's id."""
    row = _row(event_id, guests_came, now) | {"name": name, "checked_in_at": now, "guests_came": guests_came}
    return session.scalars(insert(Rsvp).values(row).returning(Rsvp.id)).one()


def added_by(session: Session, form: str) -> set[int]:
    """The answers that this very form, sent before, has made."""
    found = select(Audit.detail).where(Audit.subject == _subject(form), Audit.action == ADDED)
    return {int(detail["rsvp"]) for detail in session.scalars(found)}


def note(
    session: Session, form: str, *, coordinator_id: int, event_id: int, rsvp_id: int, person_id: int | None
) -> None:
    """Enter a walk-in into the audit trail, by ids, with the form that made it."""
    detail = {"event": event_id, "rsvp": rsvp_id, "person": person_id}
    audit.note(session, actor=f"coordinator:{coordinator_id}", action=ADDED, subject=_subject(form), detail=detail)


def _subject(form: str) -> str:
    return f"form:{form}"


def _row(event_id: int, guests_came: int, now: datetime) -> dict[str, Any]:
    """A yes that holds no seat: whoever is let in is counted by being here."""
    return {
        "event_id": event_id,
        "answer": Answer.YES.value,
        "guests": guests_came,
        "seat": Seat.NONE.value,
        "walk_in": True,
        "answered_at": now,
        "changed_at": now,
    }


def owners(session: Session, hashed: str) -> Sequence[Person]:
    """Who has the address with this hash, held until the end; the first in the register first."""
    return session.scalars(
        select(Person).where(Person.address_hash == hashed).order_by(Person.id).with_for_update()
    ).all()


def add_person(session: Session, now: datetime) -> Person:
    """Somebody new, of whom nothing is known yet."""
    person = Person(public_id=secrets.token_urlsafe(12), created_at=now, updated_at=now)
    session.add(person)
    session.flush()
    return person
