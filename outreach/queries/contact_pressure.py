"""How much those who are about to be written to have been written to lately: for a preview, in one look a wave."""

from datetime import datetime

from sqlalchemy import Subquery, func, or_, select
from sqlalchemy.orm import Session

from outreach import duties
from outreach.models import Batch, Campaign, Recipient, RecipientStatus
from outreach.queries import contact_budget, ledger


def had_lately(session: Session, campaign_id: int, wave: int, now: datetime) -> dict[int, int]:
    """Messages had in the budget's days -> how many people of a wave: those who would be written to, and those left
    out because they have had enough. Who has had none is not counted; {} where the office sets no limit."""
    budget = duties.contact()
    if budget is None:
        return {}
    since = contact_budget.first_moment(now, budget.days)
    crowd = _crowd(campaign_id, wave)
    claimed_until = select(Batch.claim_expires_at).where(Batch.id == Recipient.batch_id).scalar_subquery()
    free = [name for name, duty in duties.duties().items() if not duty.counts]
    had = (
        select(Recipient.person_id, func.count().label("messages"))
        .join(crowd, crowd.c.person_id == Recipient.person_id)
        .join(Campaign, Campaign.id == Recipient.campaign_id)
        .where(
            Recipient.status.in_(ledger.MAY_HAVE_IT),
            func.coalesce(Recipient.accepted_at, claimed_until) >= since,
            Campaign.duty.not_in(free),
        )
        .group_by(Recipient.person_id)
        .subquery("had")
    )
    return dict(session.execute(select(had.c.messages, func.count()).group_by(had.c.messages)).tuples().all())


def would_wait(session: Session, campaign_id: int, wave: int, now: datetime) -> dict[str, int]:
    """Campaign's key -> how many of those planned in this wave would wait for it to make place in their budget."""
    people = select(Recipient.person_id).where(
        Recipient.campaign_id == campaign_id, Recipient.wave == wave, Recipient.status == RecipientStatus.PLANNED
    )
    over = contact_budget.over(session, campaign_id, wave, people, now)
    if over is None:
        return {}
    found = select(Campaign.key, func.count()).join(over, over.c.campaign_id == Campaign.id).group_by(Campaign.key)
    return dict(session.execute(found).tuples().all())


def _crowd(campaign_id: int, wave: int) -> Subquery:
    considered = or_(Recipient.status == RecipientStatus.PLANNED, Recipient.reason == contact_budget.OVER)
    mine = select(Recipient.person_id).where(Recipient.campaign_id == campaign_id, Recipient.wave == wave, considered)
    return mine.subquery("crowd")
