"""Everything about one person, for their right of access, and its erasure."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, delete, exists, inspect, select
from sqlalchemy.orm import Session, aliased

from outreach import database, links
from outreach.models import (
    Base,
    Campaign,
    Consent,
    EventRow,
    Interest,
    Notice,
    Person,
    ProviderEvent,
    Recipient,
    Rsvp,
    StoryConsent,
    StoryRow,
    Study,
    Suppression,
    Survey,
    SurveyMember,
)
from outreach.queries import audit, contact_budget, forgotten_stories, names, seats, suppressions, survey_answers


def everything(session: Session, email: str, *, actor: str, action: str) -> dict[str, Any]:
    """All rows about whoever has this (normalised) address, by table; {} when nobody has. The look is audited."""
    return everything_of(session, with_address(session, email), actor=actor, action=action)


def with_address(session: Session, email: str) -> list[Person]:
    """Whoever has this (normalised) address."""
    return list(session.scalars(select(Person).where(Person.email == email).order_by(Person.id)))


def everything_of(session: Session, people: Collection[Person], *, actor: str, action: str) -> dict[str, Any]:
    """All rows about these people, by table; {} for nobody. The look is audited."""
    for person in people:
        audit.note(session, actor=actor, action=action, subject=person.public_id)
    return told(session, people) if people else {}


def told(session: Session, people: Collection[Person]) -> dict[str, list[dict[str, Any]]]:
    """All rows about these people, by table."""
    ids = [person.id for person in people]
    taker = aliased(Campaign)
    gone_first = case((Recipient.reason == contact_budget.OVER, taker.key)).label("yields_to")
    messages = session.execute(
        select(
            Recipient.person_id,
            Campaign.key,
            Recipient.wave,
            Recipient.status,
            Recipient.reason,
            gone_first,
            Recipient.accepted_at,
        )
        .join(Campaign, Campaign.id == Recipient.campaign_id)
        .outerjoin(taker, taker.id == Recipient.yields_to_id)
        .where(Recipient.person_id.in_(ids))
        .order_by(Recipient.id)
    )
    return {
        "people": [_plain(person) for person in people],
        "studies": [_plain(row) for row in session.scalars(select(Study).where(Study.person_id.in_(ids)))],
        "consents": [_plain(row) for row in session.scalars(select(Consent).where(Consent.person_id.in_(ids)))],
        "interests": [_plain(row) for row in session.scalars(select(Interest).where(Interest.person_id.in_(ids)))],
        "stories": [_plain(row) for row in session.scalars(select(StoryRow).where(StoryRow.person_id.in_(ids)))],
        "story_consents": [
            _plain(row) for row in session.scalars(select(StoryConsent).where(StoryConsent.person_id.in_(ids)))
        ],
        "rsvps": [
            {"event": event, **_plain(row)}
            for row, event in session.execute(_of_events(Rsvp).where(Rsvp.person_id.in_(ids)).order_by(Rsvp.id))
        ],
        "event_notices": [
            {"event": event, **_plain(row)}
            for row, event in session.execute(_of_events(Notice).where(Notice.person_id.in_(ids)).order_by(Notice.id))
        ],
        "suppressions": _suppressions(session, people),
        "surveys": _surveys(session, ids),
        "survey_answers": survey_answers.told(session, ids),
        "messages": [dict(row._mapping) for row in messages],
    }


def erase(session: Session, email: str, now: datetime, *, actor: str) -> int:
    """Delete whoever has this address (`erase_people`). Returns how many people were erased."""
    database.lock(session, "register")
    return erase_people(session, with_address(session, email), now, actor=actor)


def erase_people(
    session: Session, people: Collection[Person], now: datetime, *, actor: str, action: str = "erased"
) -> int:
    """Delete people, and what a provider reported of them. Returns how many were erased.

    The stories that tell of them are withdrawn and emptied. Their answers to events are emptied, and the seats they
    held at those to come are offered on. What they answered in surveys is deleted, as long as anything leads to them.
    The ledger keeps its rows without the person. Keyed hashes of the address, of the one the register gave and of the
    student_uid stay, so that no later file brings them back.
    """
    database.lock(session, "register")  # a file that is being read must not still hold them
    ids = [person.id for person in people]
    if not ids:
        return 0
    seats.forget(session, ids, now)
    forgotten_stories.forget(session, ids, now)
    survey_answers.forget(session, ids)
    hashes = {person.id: set(_hashes(session, person)) for person in people}
    suppressions.lay_for_ever(session, set().union(*hashes.values()), now)
    named = {names.fold(f"{one.first_name} {one.last_name}") for one in people if one.first_name and one.last_name}
    suppressions.lay_for_ever(session, {links.name_hash(name) for name in named}, now, suppressions.NAME)
    for person in people:
        audit.note(session, actor=actor, action=action, subject=person.public_id)
    sent = select(Recipient.id).where(Recipient.person_id.in_(ids))
    session.execute(delete(ProviderEvent).where(ProviderEvent.recipient_id.in_(sent)))
    session.execute(delete(ProviderEvent).where(ProviderEvent.address_hash.in_(set().union(*hashes.values()))))
    session.execute(delete(Person).where(Person.id.in_(ids)))
    seats.forget_nobodys(session, now)
    return len(ids)


def _of_events(kind: type[Rsvp] | type[Notice]) -> Select[tuple[Any, str]]:
    """Rows of a table, each with the title of its event."""
    return select(kind, EventRow.title_sv).join(EventRow, EventRow.id == kind.event_id)


def _suppressions(session: Session, people: Collection[Person]) -> list[dict[str, Any]]:
    """What may not be sent to their addresses, and why: scope, reason, at."""
    addresses = {person.address_hash for person in people if person.address_hash}
    found = select(Suppression.scope, Suppression.reason, Suppression.at).where(Suppression.address_hash.in_(addresses))
    return [dict(row._mapping) for row in session.execute(found.order_by(Suppression.id))]


def _surveys(session: Session, ids: Collection[int]) -> list[dict[str, Any]]:
    """In which surveys they were asked, or why they were not, and whether they have answered."""
    found = (
        select(Survey.slug.label("survey"), SurveyMember.answered, SurveyMember.excluded)
        .join(Survey, Survey.id == SurveyMember.survey_id)
        .where(SurveyMember.person_id.in_(ids))
        .order_by(SurveyMember.id)
    )
    return [dict(row._mapping) for row in session.execute(found)]


def _hashes(session: Session, person: Person) -> Iterator[str]:
    """What a later file could know an erased person by. An address that somebody else has too is theirs."""
    if person.email and not (person.student_uid and _others(session, person, links.address_hash(person.email))):
        yield links.address_hash(person.email)
    registered = person.register_address_hash
    if registered and not _others(session, person, registered):
        yield registered
    if person.student_uid:
        yield links.uid_hash(person.student_uid)


def _others(session: Session, person: Person, address_hash: str) -> bool:
    """Whether somebody else has this address."""
    found = exists().where(Person.address_hash == address_hash, Person.id != person.id)
    return bool(session.scalar(select(found)))


def _plain(row: Base) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in inspect(type(row)).columns}
