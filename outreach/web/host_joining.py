"""A walk-in who wants to join the network: by their own yes at the door, recorded as the join page does.

An address that has said no is not brought back here, nor one that is somebody else's: that takes the person's own link.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from outreach import database
from outreach.duties import Language
from outreach.links import address_hash
from outreach.models import Membership, Person
from outreach.queries import consents, names, people, suppressions, walk_ins
from outreach.web.profile import Profile

SOURCE = "walk-in"


def person_who_joins(
    session: Session, filled: Profile, yes: Collection[str], language: Language, now: datetime
) -> Person | None:
    """Make the person a member, with a yes to each purpose of `yes`; None where the address may not be used.

    A box that is not ticked takes nothing back, and a no that was said before stays one. `language`: the page's, whose
    wording they read.
    """
    address = filled.clean["email"] or ""
    hashed = address_hash(address)
    database.lock(session, f"address/{hashed}")  # two doors at once
    stopped = suppressions.scopes(session, hashed)
    owners = walk_ins.owners(session, hashed)
    person = _same(owners, filled)
    if suppressions.EVERYTHING in stopped or (owners and person is None):
        return None
    if person is None:
        person = walk_ins.add_person(session, now)
        people.save_profile(session, person, filled.clean, now)
    if person.membership == Membership.LEFT:
        return None
    said = consents.standing(session, person.id)
    given = {purpose: True for purpose in yes if purpose not in stopped and said.get(purpose) is not False}
    consents.answer(session, person.id, given, language=language, source=SOURCE, at=now)
    if person.membership != Membership.MEMBER:
        people.join(session, person, now)
    return person


def _same(owners: Sequence[Person], filled: Profile) -> Person | None:
    """Whose address it is: of those who have it, the one who shares a name with what was written."""
    written = set(names.fold(f"{filled.clean['first_name']} {filled.clean['last_name']}").split())
    alike = {one.id: set(names.fold(f"{one.first_name} {one.last_name}").split()) & written for one in owners}
    best = sorted((one for one in owners if alike[one.id]), key=lambda one: -len(alike[one.id]))
    return best[0] if best else None
