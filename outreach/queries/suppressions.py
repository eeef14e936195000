"""Addresses that must not be written to, kept as keyed hashes.

A suppression is laid in the same moment as the person's own no, on a page or to the office, and bears its very time.
That is how we tell what a person may lift again: what they stopped themselves, never what a bounce, a complaint or
somebody else on a shared mailbox laid.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from outreach.models import Suppression
from outreach.queries import consents, ledger
from outreach.queries.inserting import insert_or

EVERYTHING = "all"
NAME = "name"  # of an erased person: keeps nobody from anything, only rows of theirs out of the copies of files
UNSUBSCRIBED = "unsubscribed"
ERASED = "erased"
ASKED = ("asked_by_phone", "asked_by_letter", "asked_by_mail", "asked_in_person")  # the office, which laid it for them
OWN_WISH = (UNSUBSCRIBED, *ASKED)  # theirs to take back


def scopes(session: Session, address_hash: str | None) -> dict[str, str]:
    """Scope ("all" or a purpose) -> the reason an address is suppressed for it."""
    found = select(Suppression.scope, Suppression.reason).where(Suppression.address_hash == address_hash)
    return dict(session.execute(found).tuples().all())


def lay(session: Session, address_hash: str, scope: str, reason: str, at: datetime) -> bool:
    """Suppress an address for a scope; False when it is suppressed for it already, which then stands as it is."""
    new = insert_or(session, Suppression.__table__).values(address_hash=address_hash, scope=scope, reason=reason, at=at)
    # Two people may share the address, and a provider's report may lay it in the same moment: the first one stands.
    return bool(ledger.rows(session, new.on_conflict_do_nothing(index_elements=["address_hash", "scope"])))


def lay_for_ever(session: Session, hashes: Collection[str], at: datetime, scope: str = EVERYTHING) -> None:
    """Note erasures, of addresses and student_uids, and with NAME of names. They outrank whatever stood there: nobody
    can lift them."""
    put = insert_or(session, Suppression.__table__)
    put = put.on_conflict_do_update(index_elements=["address_hash", "scope"], set_={"reason": ERASED, "at": at})
    rows = [{"address_hash": one, "scope": scope, "reason": ERASED, "at": at} for one in sorted(hashes)]
    if rows:
        session.execute(put, rows)


def lift(session: Session, person_id: int, address_hash: str | None, scope: str) -> None:
    """Lift what this person themselves laid on this address for a scope. What others laid stands."""
    session.execute(
        delete(Suppression).where(
            Suppression.address_hash == address_hash,
            Suppression.scope == scope,
            Suppression.reason.in_(OWN_WISH),
            Suppression.at.in_(consents.withdrawal_times(session, person_id)),
        )
    )


def lift_laid(session: Session, address_hash: str | None, at: datetime) -> None:
    """Lift what was laid on an address by one no of the person's own, given at `at`."""
    session.execute(
        delete(Suppression).where(
            Suppression.address_hash == address_hash, Suppression.reason == UNSUBSCRIBED, Suppression.at == at
        )
    )


def follow(session: Session, person_id: int, old: str, new: str) -> None:
    """Carry what a person stopped at their old address over to the new one; the old one stays suppressed."""
    stopped = select(Suppression).where(Suppression.address_hash == old, Suppression.reason.in_(OWN_WISH))
    own = consents.withdrawal_times(session, person_id)
    for row in session.scalars(stopped.order_by(Suppression.scope)).all():
        if row.at in own:
            lay(session, new, row.scope, row.reason, row.at)
