"""The audit trail as the central office reads it: newest first, a page at a time, by who, what or whom."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.models import Audit, Coordinator, Person

PAGE = 100
PERSON, COORDINATOR = "person:", "coordinator:"


@dataclass(frozen=True)
class Line:
    """One line. `actor_name`: a coordinator's. `actor_person`, `subject_person`: the public id of whom it is, where
    they are still in the register."""

    id: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: dict[str, Any]
    actor_name: str = ""
    actor_person: str = ""
    subject_person: str = ""


def page(session: Session, *, actor: str = "", action: str = "", subject: str = "", before: int = 0) -> list[Line]:
    """Up to PAGE + 1 lines older than the line `before` (0: the newest). Filters that are empty filter nothing.

    A person's public id as `actor` or `subject` finds what stands there under their number too.
    """
    found = select(Audit).order_by(Audit.id.desc()).limit(PAGE + 1)
    if before:
        found = found.where(Audit.id < before)
    if action:
        found = found.where(Audit.action == action)
    if actor:
        found = found.where(Audit.actor.in_(_names(session, actor)))
    if subject:
        found = found.where(Audit.subject.in_(_names(session, subject)))
    return _told(session, session.scalars(found).all())


def actions(session: Session) -> list[str]:
    """What has been noted at all, in the order of the alphabet. A skip from word to word, not a scan of the trail."""
    found: list[str] = []
    while (word := session.scalar(_next_word(found[-1] if found else ""))) is not None:
        found.append(word)
    return found


def coordinators(session: Session) -> Sequence[Coordinator]:
    """Everybody who may have done something, by name."""
    return session.scalars(select(Coordinator).order_by(Coordinator.name, Coordinator.id)).all()


def _next_word(after: str) -> Any:
    return select(Audit.action).where(Audit.action > after).order_by(Audit.action).limit(1)


def _names(session: Session, said: str) -> list[str]:
    number = session.scalar(select(Person.id).where(Person.public_id == said))
    return [said] if number is None else [said, f"{PERSON}{number}"]


def _told(session: Session, lines: Sequence[Audit]) -> list[Line]:
    said = {name for line in lines for name in (line.actor, line.subject)}
    staff = select(Coordinator.id, Coordinator.name).where(Coordinator.id.in_(_numbers(said, COORDINATOR)))
    coordinators = {f"{COORDINATOR}{number}": name for number, name in session.execute(staff)}
    by_number = select(Person.id, Person.public_id).where(Person.id.in_(_numbers(said, PERSON)))
    people = {f"{PERSON}{number}": public_id for number, public_id in session.execute(by_number)}
    by_id = select(Person.public_id).where(Person.public_id.in_([name for name in said if ":" not in name]))
    people |= {public_id: public_id for public_id in session.scalars(by_id)}
    return [
        Line(
            line.id,
            line.at,
            line.actor,
            line.action,
            line.subject,
            line.detail,
            coordinators.get(line.actor, ""),
            people.get(line.actor, ""),
            people.get(line.subject, ""),
        )
        for line in lines
    ]


def _numbers(said: Collection[str], kind: str) -> list[int]:
    numbers = [name.removeprefix(kind) for name in said if name.startswith(kind)]
    return [int(number) for number in numbers if number.isdecimal() and len(number) < 18]
