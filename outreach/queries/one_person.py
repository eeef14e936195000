"""Everything about one person, for their right of access, and its erasure."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, inspect, select
from sqlalchemy.orm import Session

from outreach import links
from outreach.models import Base, Campaign, Consent, Interest, Person, Recipient, Study
from outreach.queries import audit, suppressions


def everything(session: Session, email: str, *, actor: str, action: str) -> dict[str, Any]:
    """All rows about whoever has this (normalised) address, by table; {} when nobody has. The look is audited."""
    people = list(session.scalars(select(Person).where(Person.email == email)))
    ids = [person.id for person in people]
    for person in people:
        audit.note(session, actor=actor, action=action, subject=person.public_id)
    if not people:
        return {}
    messages = session.execute(
        select(Campaign.key, Recipient.wave, Recipient.status, Recipient.reason, Recipient.accepted_at)
        .join(Campaign, Campaign.id == Recipient.campaign_id)
        .where(Recipient.person_id.in_(ids))
        .order_by(Recipient.id)
    )
    return {
        "people": [_plain(person) for person in people],
        "studies": [_plain(row) for row in session.scalars(select(Study).where(Study.person_id.in_(ids)))],
        "consents": [_plain(row) for row in session.scalars(select(Consent).where(Consent.person_id.in_(ids)))],
        "interests": [_plain(row) for row in session.scalars(select(Interest).where(Interest.person_id.in_(ids)))],
        "messages": [dict(row._mapping) for row in messages],
    }


def erase(session: Session, email: str, now: datetime, *, actor: str) -> int:
    """Delete whoever has this address; the address stays suppressed. Returns how many people were erased."""
    people = list(session.scalars(select(Person).where(Person.email == email)))
    if people:
        suppressions.lay(session, links.address_hash(email), suppressions.EVERYTHING, "erased", now)
    for person in people:
        audit.note(session, actor=actor, action="erased", subject=person.public_id)
        session.execute(delete(Person).where(Person.id == person.id))
    return len(people)


def _plain(row: Base) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in inspect(type(row)).columns}
