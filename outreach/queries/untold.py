"""The notices that the ledger does not know of yet, and what has changed since people were last told."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from outreach.event import NoticeKind
from outreach.models import Campaign, CampaignStatus, EventChange, EventRow, Notice, Recipient, RecipientStatus
from outreach.queries import campaigns, ledger

DUTY = "event-notices"
WAVE = case({kind.value: number for number, kind in enumerate(NoticeKind, start=1)}, value=Notice.kind)


class Untold(NamedTuple):
    """An event's round of notices. `waves`: those of its kinds that somebody is to be told."""

    public_id: str
    round: int
    waves: tuple[int, ...]


def untold(session: Session, since: datetime, public_id: str | None = None) -> list[Untold]:
    """What waits to be entered into the ledger, of events that end after `since`, or of one of them by its `public_id`;
    nothing of campaigns that are closed or paused."""
    missing = _missing(since) if public_id is None else _missing(since).where(EventRow.public_id == public_id)
    found: dict[tuple[str, int], list[int]] = {}
    for whose, round_, wave in session.execute(missing):
        found.setdefault((whose, round_), []).append(wave)
    return [Untold(*key, tuple(sorted(waves))) for key, waves in sorted(found.items())]


def follow_events(session: Session, open_after: timedelta) -> None:
    """Let every campaign under way end so long after its event, which may have been moved."""
    found = session.execute(
        select(Campaign.id, Campaign.expires_at, EventRow.ends_at)
        .join(EventRow, EventRow.public_id == Campaign.parameters["event"].as_string())
        .where(Campaign.duty == DUTY, Campaign.status.in_([CampaignStatus.OPEN, CampaignStatus.PAUSED]))
    )
    for campaign_id, expires_at, ends_at in found.all():
        if expires_at != ends_at + open_after:
            campaigns.ends(session, campaign_id, ends_at + open_after)


def period(slug: str, round_: int) -> str:
    """The period of the campaign of an event's round."""
    return slug if round_ == 1 else f"{slug}.{round_}"


def under_way(session: Session) -> Sequence[Campaign]:
    """The open campaigns in which somebody is planned and not written to yet, oldest first."""
    waits = exists().where(Recipient.campaign_id == Campaign.id, Recipient.status == RecipientStatus.PLANNED)
    found = select(Campaign).where(Campaign.duty == DUTY, Campaign.status == CampaignStatus.OPEN, waits)
    return session.scalars(found.order_by(Campaign.opened_at, Campaign.id)).all()


def first_untold_change(session: Session, campaign: Campaign, wave: int) -> int | None:
    """The lowest sequence of an event's changes that somebody who waits in this wave has not been told of."""
    waiting = select(Recipient.person_id).where(
        Recipient.campaign_id == campaign.id, Recipient.wave == wave, Recipient.status == RecipientStatus.PLANNED
    )
    kinds = [NoticeKind.CHANGED.value, NoticeKind.CHANGED_OTHERS.value]
    told = exists().where(_is_in_ledger(), Recipient.status.in_(ledger.MAY_HAVE_IT))
    return session.scalar(
        select(func.min(Notice.sequence))
        .join(EventRow, EventRow.id == Notice.event_id)
        .outerjoin(Campaign, Campaign.key == _key())
        .where(
            EventRow.public_id == campaign.parameters["event"],
            Notice.kind.in_(kinds),
            Notice.person_id.in_(waiting),
            ~told,
        )
    )


def before(session: Session, event_id: int, sequence: int) -> Mapping[str, Any]:
    """What the fields were that have changed since before the event's change `sequence`, by name."""
    found = session.scalars(
        select(EventChange.before)
        .where(EventChange.event_id == event_id, EventChange.sequence >= sequence)
        .order_by(EventChange.sequence.desc())
    )
    return {name: value for earlier in found for name, value in earlier.items()}  # the earliest of each is the last


def _missing(since: datetime) -> Select[tuple[str, int, int]]:
    return (
        select(EventRow.public_id, Notice.round, WAVE)
        .select_from(Notice)
        .join(EventRow, EventRow.id == Notice.event_id)
        .outerjoin(Campaign, Campaign.key == _key())
        .where(
            EventRow.ends_at > since,
            or_(Campaign.id.is_(None), Campaign.status == CampaignStatus.OPEN),
            ~exists().where(_is_in_ledger()),
        )
        .distinct()
    )


def _is_in_ledger() -> ColumnElement[bool]:
    return and_(Recipient.person_id == Notice.person_id, Recipient.campaign_id == Campaign.id, Recipient.wave == WAVE)


def _key() -> ColumnElement[str]:
    """The natural key of a notice's campaign."""
    round_ = case((Notice.round == 1, ""), else_=literal(".") + cast(Notice.round, String))
    return (
        literal(f"{DUTY}/") + EventRow.slug + round_ + literal("/") + func.coalesce(EventRow.department_code, "central")
    )
