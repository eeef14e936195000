"""When the batches that wait may leave, and who waits for that."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, case, func, select, update
from sqlalchemy.orm import Session

from outreach.models import Batch, BatchStatus, Campaign, CampaignStatus, Recipient, RecipientStatus
from outreach.queries import contact_budget, ledger


class Waiting(NamedTuple):
    """People who wait for a moment that has been set, the first of these moments, and who waits for none."""

    for_morning: int  # on their own clock
    for_office: int  # for the end of the office's quiet hours
    until: datetime | None
    for_place: int = 0  # in their budget of messages; looked at again by each run


def zones(session: Session, campaign_id: int, waves: Collection[int]) -> Sequence[str | None]:
    """The time zones that batches of these waves wait for; None among them for batches that wait for none."""
    found = select(Batch.time_zone).where(*_planned(campaign_id, waves)).distinct()
    return session.scalars(found).all()


def set_moments(
    session: Session, campaign_id: int, waves: Collection[int], moments: Mapping[str | None, datetime | None]
) -> None:
    """Let the waiting batches of each zone leave no earlier than its moment (None: at once). One statement a zone."""
    for zone, moment in moments.items():
        ledger.rows(
            session,
            update(Batch)
            .where(
                *_planned(campaign_id, waves),
                Batch.time_zone.is_not_distinct_from(zone),
                Batch.not_before.is_distinct_from(moment),
            )
            .values(not_before=moment),
        )


def waiting(session: Session, campaign_ids: Collection[int], now: datetime) -> Waiting:
    """Who waits in the open ones of these campaigns, though their text is approved."""
    by_zone = (Batch.time_zone.is_not(None), Batch.time_zone.is_(None))
    people = [func.coalesce(func.sum(case((where, 1), else_=0)), 0) for where in by_zone]
    found = session.execute(
        select(*people, func.min(Batch.not_before))
        .join(Recipient, Recipient.batch_id == Batch.id)
        .join(Campaign, Campaign.id == Batch.campaign_id)
        .where(
            Batch.campaign_id.in_(campaign_ids),
            Batch.status == BatchStatus.PLANNED,
            Batch.not_before > now,
            Campaign.status == CampaignStatus.OPEN,
            Recipient.status == RecipientStatus.PLANNED,
        )
    ).one()
    return Waiting(*found)._replace(for_place=contact_budget.waiting(session, campaign_ids))


def _planned(campaign_id: int, waves: Collection[int]) -> tuple[ColumnElement[bool], ...]:
    return (Batch.campaign_id == campaign_id, Batch.wave.in_(waves), Batch.status == BatchStatus.PLANNED)
