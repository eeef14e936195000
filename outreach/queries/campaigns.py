"""Campaigns: found or opened by their natural key, closed when their time is over."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, or_, select, update
from sqlalchemy.orm import Session

from outreach import database
from outreach.models import Campaign, CampaignStatus
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
