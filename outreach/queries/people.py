"""One person, as they see themselves: their profile, what they offered, and their way in and out of the network."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.orm import Session

from outreach.links import address_hash
from outreach.models import Interest, Membership, Person, Study
from outreach.queries import audit, names, people_places, suppressions

PLACE = {"city", "country"}
_TO_READ = select(Person).where(Person.public_id == bindparam("public_id"))  # put together once: each page asks it
_TO_CHANGE = _TO_READ.with_for_update()


def any_at_all(session: Session) -> bool:
    """Whether the register holds anybody: the trivial question that shows the database answers."""
    return session.execute(select(Person.id).limit(1)).first() is not None


def by_public_id(session: Session, public_id: str, *, to_change: bool = False) -> Person | None:
    """The person a link names; None when they have been erased. `to_change` holds their row until the end."""
    return session.scalars(_TO_CHANGE if to_change else _TO_READ, {"public_id": public_id}).one_or_none()


def by_public_ids(session: Session, public_ids: Collection[str]) -> list[Person]:
    """The people with these public ids, as far as they are there; few at a time."""
    return list(session.scalars(select(Person).where(Person.public_id.in_(public_ids)).order_by(Person.id)))


def with_address(session: Session, membership: Membership, *, limit: int) -> Sequence[Person]:
    """Some people of a membership who can be written to, the first in the register."""
    found = select(Person).where(Person.membership == membership, Person.email.is_not(None))
    return session.scalars(found.order_by(Person.id).limit(limit)).all()


def newest_study(session: Session, person_id: int) -> Study | None:
    """The studies to greet someone with: those that end last, and of several the newest in the register."""
    ends_last = (Study.expected_end.desc().nulls_last(), Study.id.desc())
    return session.scalars(select(Study).where(Study.person_id == person_id).order_by(*ends_last)).first()


def save_profile(session: Session, person: Person, fields: Mapping[str, str | None], at: datetime) -> set[str]:
    """Write what a person said of themselves; the names of the fields that changed.

    Whoever presses the button under a filled-in form confirms all of it, so every field that holds a value, and every
    field they emptied, becomes their own: the register does not overwrite it any more.

    A new address is taken at their word, though the link was mailed to the old one: the student address ends with the
    studies, which is why we ask. Whatever they have stopped follows them to the new address, every mail to it carries
    a way out, and the audit trail notes the change (not the addresses).
    """
    before = {name: getattr(person, name) for name in fields}
    changed = {name for name, value in fields.items() if (value or None) != (before[name] or None)}
    _write(session, person, {name: fields[name] for name in changed}, at)
    own = changed | {name for name, value in fields.items() if value}
    person.own_fields = " ".join(sorted(own.union(person.own_fields.split())))
    person.profile_updated_at = at
    if changed:
        note(session, person, "changed_profile", fields=sorted(changed))
    return changed


def correct(
    session: Session, person: Person, fields: Mapping[str, str | None], at: datetime, *, actor: str
) -> set[str]:
    """Write what a coordinator corrected at the person's word; the names of the fields that changed.

    Those become the person's own: the register does not undo them. What was left as it stood stays the register's.
    """
    changed = {name for name, value in fields.items() if (value or None) != (getattr(person, name) or None)}
    _write(session, person, {name: fields[name] for name in changed}, at)
    person.own_fields = " ".join(sorted(changed.union(person.own_fields.split())))
    if changed:
        audit.note(
            session, actor=actor, action="corrected", subject=person.public_id, detail={"fields": sorted(changed)}
        )
    return changed


def _write(session: Session, person: Person, fields: Mapping[str, str | None], at: datetime) -> None:
    """Put values in their columns, and what is derived from them in theirs."""
    for name, value in fields.items():
        setattr(person, name, value)
    person.first_folded, person.last_folded = names.fold(person.first_name), names.fold(person.last_name)
    if PLACE & fields.keys():
        _locate(person)
    if "email" in fields:
        _move(session, person, at)
    person.updated_at = at


def _locate(person: Person) -> None:
    """Where they live now, as far as the list of towns goes."""
    place = people_places.place_of(person.city, person.country)
    person.latitude, person.longitude, person.time_zone = (
        (place.latitude, place.longitude, place.time_zone) if place else (None, None, None)
    )


def _move(session: Session, person: Person, at: datetime) -> None:
    old, new = person.address_hash, address_hash(person.email) if person.email else None
    person.address_hash = new
    if old and new:
        suppressions.follow(session, person.id, old, new)


def join(session: Session, person: Person, at: datetime) -> None:
    """Make someone a member, whatever they were before."""
    person.membership = Membership.MEMBER
    person.joined_at, person.left_at, person.updated_at = at, None, at
    note(session, person, "joined")


def leave(session: Session, person: Person, at: datetime) -> None:
    """Let a member go. They stay known, so that nobody invites them again."""
    person.membership = Membership.LEFT
    person.left_at = person.updated_at = at
    note(session, person, "left")


def interests(session: Session, person_id: int) -> set[str]:
    """The roles someone has offered to take."""
    return set(session.scalars(select(Interest.role).where(Interest.person_id == person_id)))


def set_interests(session: Session, person_id: int, roles: Collection[str], at: datetime) -> None:
    """Make `roles` the ones someone offers. A role that stays keeps its date."""
    before = interests(session, person_id)
    session.execute(delete(Interest).where(Interest.person_id == person_id, Interest.role.not_in(roles)))
    new = [{"person_id": person_id, "role": role, "at": at} for role in sorted(set(roles) - before)]
    if new:
        session.execute(insert(Interest), new)


def note(session: Session, person: Person, action: str, **detail: Any) -> None:
    """Enter what a person did themselves into the audit trail: ids and field names, no values."""
    who = f"person:{person.id}"
    audit.note(session, actor=who, action=action, subject=who, detail=detail)
