"""People of whom nobody knows whether they got their message: shown, and planned again when a coordinator says so."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, exists, func, select, true
from sqlalchemy.orm import Session

from outreach.models import Audit, Batch, Campaign, ProviderEvent, Recipient, RecipientStatus
from outreach.queries import ledger

S = RecipientStatus
RESENT = "sent_again"
DECIDED = "resent_unknown"  # in the audit trail


class Doubt(NamedTuple):
    """A batch with people in doubt. `since`: when it was claimed, the moment before it may have left."""

    key: str
    wave: int
    number: int
    people: int
    since: datetime
    detail: str


def doubts(session: Session, campaign_id: int | None = None) -> Sequence[Doubt]:
    """Every batch that somebody is unknown in, of one campaign or of all, oldest first."""
    of_it = true() if campaign_id is None else Batch.campaign_id == campaign_id
    found = session.execute(
        select(Campaign.key, Batch.wave, Batch.number, func.count(), Batch.claimed_at, func.coalesce(Batch.detail, ""))
        .join(Batch, Batch.campaign_id == Campaign.id)
        .join(Recipient, Recipient.batch_id == Batch.id)
        .where(Recipient.status == S.UNKNOWN, of_it)
        .group_by(Campaign.key, Batch.id, Batch.wave, Batch.number, Batch.claimed_at, Batch.detail)
        .order_by(Batch.claimed_at, Batch.id)
    )
    return [Doubt(*row) for row in found]


def last_decision(session: Session, key: str) -> Audit | None:
    """The line of the audit trail that says who last had a campaign's unknown written to again."""
    found = select(Audit).where(Audit.action == DECIDED, Audit.subject == key).order_by(Audit.id.desc())
    return session.scalars(found.limit(1)).one_or_none()


def plan_again(session: Session, campaign_id: int, before: datetime) -> dict[int, int]:
    """Plan anew whoever is unknown in a batch claimed before a time and shows no sign of life. Batch id -> people.

    They leave their batch and get another when the campaign is next sent; consent and suppression are checked in its
    claim as always.
    """
    claimed = select(Batch.id).where(Batch.campaign_id == campaign_id, Batch.claimed_at < before)
    silent = (Recipient.batch_id.in_(claimed), ~_has_news())
    people = session.execute(
        select(Recipient.batch_id, func.count())
        .where(Recipient.status == S.UNKNOWN, *silent)
        .group_by(Recipient.batch_id)
    )
    counted = {batch: count for batch, count in people.tuples() if batch is not None}
    if counted:
        ledger.move(session, S.PLANNED, *silent, table=ledger.SECOND_TRY, reason=RESENT, batch_id=None)
    return counted


def _has_news() -> ColumnElement[bool]:
    """An event of this very person that waits to be settled."""
    return exists(
        select(ProviderEvent.id)
        .where(ProviderEvent.settled_in.is_(None), ProviderEvent.token == Recipient.token)
        .correlate(Recipient)
    )
