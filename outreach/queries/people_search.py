"""Finding somebody by an address, a student id or a name. Whoever looks finds only whom they may see."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from outreach.links import address_hash
from outreach.models import Membership, Person, Study
from outreach.queries import names, viewing
from outreach.viewer import Viewer

MOST = 50  # people in one answer
MOST_WORDS = 5
FEWEST_SIGNS = 2  # of a name


@dataclass(frozen=True)
class Found:
    """Somebody as a list of people shows them. `studies`: (department's code, programme sv, programme en) they are
    found by, the newest first."""

    public_id: str
    first_name: str
    last_name: str
    city: str | None
    membership: Membership
    studies: list[tuple[str, str, str]]


def by_address(session: Session, viewer: Viewer, email: str) -> list[Found]:
    """Whoever has this normalised address, or had it from the register."""
    hashed = address_hash(email)
    return _found(session, viewer, [or_(Person.address_hash == hashed, Person.register_address_hash == hashed)])


def by_student_uid(session: Session, viewer: Viewer, student_uid: str) -> list[Found]:
    """Whoever has this id in the register of studies."""
    return _found(session, viewer, [Person.student_uid == student_uid])


def by_name(session: Session, viewer: Viewer, typed: str) -> list[Found]:
    """Up to MOST + 1 people whose names begin like the words that were typed, by family name.

    In any order, without regard to case and accents. One of several words begins the family name, if anybody's does.
    """
    words = names.fold(typed).split()[:MOST_WORDS]
    if not words or max(map(len, words)) < FEWEST_SIGNS:
        return []
    found: dict[str, Found] = {}
    for column in (Person.last_folded, Person.first_folded):
        for word in words:  # a stretch of the index each, read no further than it is shown
            others = [name_has(other) for other in words if other != word]
            found |= {one.public_id: one for one in _found(session, viewer, [name_begins(column, word), *others])}
        if len(found) > MOST or (found and len(words) > 1):
            break
    return sorted(found.values(), key=_by_family_name)[: MOST + 1]


def _by_family_name(one: Found) -> tuple[str, str]:
    return names.fold(one.last_name), names.fold(one.first_name)


def name_begins(column: Any, word: str) -> ColumnElement[bool]:
    """A stretch of the index: from the word itself to the last sign there is behind it."""
    begins: ColumnElement[bool] = and_(column >= word, column < word + "\U0010ffff")
    return begins


def name_has(word: str) -> ColumnElement[bool]:
    """That a word of the name begins so."""
    return (" " + Person.first_folded + " " + Person.last_folded).contains(f" {word}", autoescape=True)


def may_see(viewer: Viewer) -> ColumnElement[bool]:
    """The condition on people that leaves whom the viewer may see: a department, whoever has studied with it."""
    of_department = func.coalesce(Study.department_code, "")  # so that SQLite goes by the person, not by the department
    studied = exists().where(Study.person_id == Person.id, viewing.theirs(viewer, of_department))
    return viewing.theirs(viewer, Person.id) if viewer.central else studied


def _found(session: Session, viewer: Viewer, where: list[ColumnElement[bool]]) -> list[Found]:
    columns = (Person.id, Person.public_id, Person.first_name, Person.last_name, Person.city, Person.membership)
    people: Select[Any] = select(*columns).where(*where, may_see(viewer))
    rows = session.execute(people.order_by(Person.last_folded, Person.first_folded, Person.id).limit(MOST + 1)).all()
    studies = _studies(session, viewer, [row.id for row in rows])
    return [
        Found(row.public_id, row.first_name, row.last_name, row.city, row.membership, studies.get(row.id, []))
        for row in rows
    ]


def _studies(session: Session, viewer: Viewer, people: Collection[int]) -> dict[int, list[tuple[str, str, str]]]:
    """What each has studied, as far as the viewer may see it."""
    found: dict[int, list[tuple[str, str, str]]] = {}
    told = (Study.person_id, Study.department_code, Study.programme_sv, Study.programme_en)
    theirs = select(*told).where(Study.person_id.in_(people), viewing.theirs(viewer, Study.department_code))
    for person_id, *study in session.execute(theirs.order_by(Study.expected_end.desc(), Study.id.desc())):
        found.setdefault(person_id, []).append((study[0], study[1], study[2]))
    return found
