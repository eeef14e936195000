"""Reasons not to write to someone that hold at any moment: asked when selecting, and again in the claim."""

from sqlalchemy import ColumnElement, String, and_, case, exists, literal, null, select
from sqlalchemy.orm import aliased

from outreach.duties import Duty, purposes
from outreach.models import Consent, Membership, Person, Suppression


def reason(duty: Duty, person: type[Person] = Person) -> ColumnElement[str | None]:
    """The exclusion reason of a row of `person`, NULL when they may be written to. The first that holds is named."""
    said = newest_answer(duty.purpose, person)
    whens: list[tuple[ColumnElement[bool], str]] = [(said.is_(False), "said_no")]
    if duty.invites:
        whens.append((person.membership == Membership.MEMBER, "member"))
    if duty.counts:  # what people have asked for, such as a word about their seat, they are still told
        whens.append((person.membership == Membership.LEFT, "left"))
    if purposes()[duty.purpose].legal_basis == "consent":
        whens.append((said.is_(None), "no_consent"))
    whens += [(person.email.is_(None), "no_address"), (is_suppressed(duty.purpose, person), "suppressed")]
    return case(*((condition, literal(word, String)) for condition, word in whens), else_=null())


def newest_answer(purpose: str, person: type[Person] = Person) -> ColumnElement[bool]:
    """What the person last said to a purpose: true, false, or NULL for never asked."""
    consent = aliased(Consent)
    return (
        select(consent.given)
        .where(consent.person_id == person.id, consent.purpose == purpose)
        .order_by(consent.id.desc())
        .limit(1)
        .correlate(person)
        .scalar_subquery()
    )


def is_suppressed(purpose: str, person: type[Person] = Person) -> ColumnElement[bool]:
    return exists(
        select(Suppression.id)
        .where(
            and_(
                Suppression.address_hash == person.address_hash,
                Suppression.scope.in_(["all", purpose]),
            )
        )
        .correlate(person)
    )
