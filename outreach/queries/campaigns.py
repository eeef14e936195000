"""Campaigns: found or opened by their natural key, closed when their time is over."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, or_, select, update
from sqlalchemy.orm import Session

from outreach import database
from outreach.models import Batch, BatchStatus, Campaign, CampaignStatus, Recipient, RecipientStatus
from outreach.queries import ledger


def natural_key(duty: str, period: str, department: str | None) -> str:
    return f"{duty}/{period}/{department or 'central'}"


def open_campaign(
    session: Session,
    *,
    duty: str,
    period: str,
    department: str | None,
    parameters: dict[str, Any],
    flow_run_id: str | None,
    now: datetime,
    expires_at: datetime,
) -> Campaign:
    """The campaign of this natural key, made if it is new; two runs at once get the same one.
    The run's parameters become the campaign's."""
    key = natural_key(duty, period, department)
    database.lock(session, key)
    if (found := by_key(session, key)) is None:
        session.execute(
            insert(Campaign).values(
                key=key,
                duty=duty,
                period=period,
                department_code=department,
                parameters=parameters,
                status=CampaignStatus.OPEN,
                flow_run_id=flow_run_id,
                opened_at=now,
                expires_at=expires_at,
            )
        )
        found = by_key(session, key)
        assert found is not None
    else:
        session.execute(
            update(Campaign).where(Campaign.id == found.id).values(parameters=parameters, flow_run_id=flow_run_id)
        )
    return found


def slug(key: str) -> str:
    """A natural key as file names and Prefect's artifacts may be called: lower case, digits and dashes."""
    return key.lower().replace("/", "-")


def hold(session: Session, campaign_id: int) -> None:
    """Keep a campaign's text and batches as they are until this transaction ends: nobody else changes them."""
    database.lock(session, f"campaign/{campaign_id}")


def by_key(session: Session, key: str) -> Campaign | None:
    return session.scalars(select(Campaign).where(Campaign.key == key)).one_or_none()


def by_id(session: Session, campaign_id: int) -> Campaign:
    """Raises NoResultFound for an id that never was."""
    return session.scalars(select(Campaign).where(Campaign.id == campaign_id)).one()


def still_open(session: Session, duty: str, department: str | None) -> Sequence[Campaign]:
    """Campaigns of a duty and department that may still have something to do, oldest first."""
    return session.scalars(
        select(Campaign)
        .where(
            Campaign.duty == duty,
            Campaign.department_code == department if department else Campaign.department_code.is_(None),
            Campaign.status == CampaignStatus.OPEN,
        )
        .order_by(Campaign.opened_at, Campaign.id)
    ).all()


def under_way(session: Session, duty: str) -> Sequence[Campaign]:
    """Every campaign of a duty that is open or paused, oldest first."""
    status = Campaign.status.in_([CampaignStatus.OPEN, CampaignStatus.PAUSED])
    found = select(Campaign).where(Campaign.duty == duty, status).order_by(Campaign.opened_at, Campaign.id)
    return session.scalars(found).all()


def ends(session: Session, campaign_id: int, at: datetime) -> None:
    """Let a campaign end at another moment: what it is about has moved."""
    session.execute(update(Campaign).where(Campaign.id == campaign_id).values(expires_at=at))


def paused(session: Session, duty: str, department: str | None, *, everyones: bool = False) -> Sequence[str]:
    """The keys of a duty's and department's campaigns that a coordinator has paused, oldest first. `everyones`: where
    no department is said those of all departments, not the central ones alone."""
    found = select(Campaign.key).where(Campaign.duty == duty, Campaign.status == CampaignStatus.PAUSED)
    if department or not everyones:
        found = found.where(Campaign.department_code.is_not_distinct_from(department))
    return session.scalars(found.order_by(Campaign.opened_at, Campaign.id)).all()


def is_open(session: Session, campaign: Campaign) -> bool:
    """Whether somebody may be selected for a campaign, as it stands now. Until this transaction ends nobody cancels it:
    whoever is selected is cancelled with the others."""
    database.lock(session, f"select/{campaign.duty}")
    status = session.scalar(select(Campaign.status).where(Campaign.id == campaign.id))
    return status == CampaignStatus.OPEN


def status_held(session: Session, campaign_id: int) -> CampaignStatus:
    """How a campaign stands now; nobody else decides about it until this transaction ends."""
    held = select(Campaign.status).where(Campaign.id == campaign_id).with_for_update(key_share=True)
    return session.scalars(held).one()


def set_status(session: Session, campaign_id: int, status: CampaignStatus) -> None:
    """Pause or resume: from its commit on every worker's next claim goes by it."""
    session.execute(update(Campaign).where(Campaign.id == campaign_id).values(status=status))


def cancel(session: Session, campaign: Campaign, now: datetime) -> int:
    """Close a campaign for good: whoever waits in it stands as `campaign_cancelled`. Returns how many.

    Batches first, then people, as a claim does: the two would otherwise wait for each other.
    """
    database.lock(session, f"select/{campaign.duty}")
    hold(session, campaign.id)
    closed = {"status": CampaignStatus.CANCELLED, "closed_at": now}
    session.execute(update(Campaign).where(Campaign.id == campaign.id).values(**closed))
    waiting = (Batch.campaign_id == campaign.id, Batch.status == BatchStatus.PLANNED)
    gone = {"status": BatchStatus.REJECTED, "detail": "The campaign was cancelled before it was sent."}
    ledger.rows(session, update(Batch).where(*waiting).values(**gone, settled_at=now))
    return ledger.cancel_planned(session, [campaign.id], "campaign_cancelled", now)


def cancel_left_over(session: Session, now: datetime) -> int:
    """Whoever was put back as not sent after their campaign was closed is not written to any more. Returns how many."""
    over = session.execute(
        select(Campaign.id, Campaign.status)
        .join(Recipient, Recipient.campaign_id == Campaign.id)
        .where(
            Campaign.status.in_([CampaignStatus.CANCELLED, CampaignStatus.EXPIRED]),
            Recipient.status == RecipientStatus.PLANNED,
        )
        .distinct()
    ).all()
    return sum(ledger.cancel_planned(session, [campaign], f"campaign_{status}", now) for campaign, status in over)


def expire(session: Session, now: datetime) -> int:
    """Close the open campaigns whose time is over; whoever still waits in them stands as `campaign_expired`."""
    over = session.scalars(
        select(Campaign.id).where(
            Campaign.expires_at < now,
            or_(Campaign.status == CampaignStatus.OPEN, Campaign.status == CampaignStatus.PAUSED),
        )
    ).all()
    if over:
        ledger.cancel_planned(session, over, "campaign_expired", now)
        session.execute(
            update(Campaign).where(Campaign.id.in_(over)).values(status=CampaignStatus.EXPIRED, closed_at=now)
        )
    return len(over)


def newest(session: Session, limit: int) -> Sequence[Campaign]:
    """The campaigns opened last, newest first."""
    return session.scalars(select(Campaign).order_by(Campaign.opened_at.desc(), Campaign.id.desc()).limit(limit)).all()
