"""Campaigns and their ledger: messages, recipients, batches, approvals, and what the provider reports."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Enum, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from outreach.models.base import Base


def stored(kind: type[enum.StrEnum]) -> Enum:
    """A status column: the plain words in the database, the enum in Python."""
    return Enum(kind, native_enum=False, length=12, values_callable=lambda members: [m.value for m in members])


class CampaignStatus(enum.StrEnum):
    OPEN = "open"
    PAUSED = "paused"
    DONE = "done"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class RecipientStatus(enum.StrEnum):
    """What became of one person in one wave. Transitions stand in `outreach.queries.ledger.TRANSITIONS`."""

    EXCLUDED = "excluded"
    PLANNED = "planned"
    IN_FLIGHT = "in_flight"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    DEFERRED = "deferred"
    BOUNCED = "bounced"
    DROPPED = "dropped"
    COMPLAINED = "complained"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


class BatchStatus(enum.StrEnum):
    PLANNED = "planned"
    POSTING = "posting"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNKNOWN = "unknown"


class Campaign(Base):
    """One occurrence of a duty. Natural key: `duty/period/department`, with `central` for the whole university."""

    __tablename__ = "campaigns"
    __table_args__ = (Index("ix_campaigns_duty_status", "duty", "status"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    duty: Mapped[str] = mapped_column(String(64))
    period: Mapped[str] = mapped_column(String(64))
    department_code: Mapped[str | None] = mapped_column(ForeignKey("departments.code"))
    parameters: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    status: Mapped[CampaignStatus] = mapped_column(stored(CampaignStatus), default=CampaignStatus.OPEN)
    flow_run_id: Mapped[str | None] = mapped_column(String(36))
    opened_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class Message(Base):
    """What one variant of one wave says. Never changed: a new text is a new row, so what was sent stays true."""

    __tablename__ = "messages"
    __table_args__ = (UniqueConstraint("campaign_id", "wave", "variant", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))
    wave: Mapped[int]
    variant: Mapped[str] = mapped_column(String(32))  # "<language>" or "<language>.<department code>"
    language: Mapped[str] = mapped_column(String(2))
    department_code: Mapped[str | None] = mapped_column(String(16))
    subject: Mapped[str] = mapped_column(Text)
    preheader: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    calendar: Mapped[str | None] = mapped_column(Text)  # an iCalendar file that goes with it
    digest: Mapped[str] = mapped_column(String(64))
    current: Mapped[bool] = mapped_column(default=True)  # part of the text that would be sent now
    created_at: Mapped[datetime]


class Batch(Base):
    """Up to `batch_size` recipients of one variant, posted in one request.

    Its people are set when they are selected; its message is the variant's current text until it is claimed.
    `time_zone`: where its people are, for a duty that arrives at a local time.
    """

    __tablename__ = "batches"
    __table_args__ = (
        UniqueConstraint("campaign_id", "wave", "number"),
        Index("ix_batches_campaign_status", "campaign_id", "status", "number"),
        Index("ix_batches_provider_message_id", "provider_message_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))
    wave: Mapped[int]
    number: Mapped[int]
    language: Mapped[str] = mapped_column(String(2))
    department_code: Mapped[str | None] = mapped_column(String(16))
    time_zone: Mapped[str | None] = mapped_column(String(64))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))  # NULL until it is rendered
    status: Mapped[BatchStatus] = mapped_column(stored(BatchStatus), default=BatchStatus.PLANNED)
    size: Mapped[int]
    not_before: Mapped[datetime | None]
    claimed_by: Mapped[str | None] = mapped_column(String(100))
    claimed_at: Mapped[datetime | None]
    claim_expires_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    provider_message_id: Mapped[str | None] = mapped_column(String(200))  # several, with commas, if split
    detail: Mapped[str | None] = mapped_column(Text)  # the sentence that explains a rejection or an unknown
    settled_at: Mapped[datetime | None]


class Recipient(Base):
    """The ledger: exactly one row for each person considered in a campaign's wave.

    `planned_at` stays set when someone falls out between selection and claim, so the audience that was signed can
    always be told from those who were never in it. `person_id` becomes NULL when the person is erased.

    No index holds a column that sending changes, and PostgreSQL's pages are left half empty: a status is then changed
    where it stands, which is most of what sending to very many people costs. Campaign and batch are not held by foreign
    keys: what enters people has just made or locked both, and nothing ever deletes one (docs/decisions/0012).
    """

    __tablename__ = "recipients"
    __table_args__ = (
        UniqueConstraint("person_id", "campaign_id", "wave"),
        Index("ix_recipients_campaign", "campaign_id", "wave"),
        Index("ix_recipients_batch", "batch_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(32), unique=True)  # random; the only id a provider sees
    campaign_id: Mapped[int]
    wave: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    language: Mapped[str] = mapped_column(String(2))
    department_code: Mapped[str | None] = mapped_column(String(16))
    batch_id: Mapped[int | None]
    status: Mapped[RecipientStatus] = mapped_column(stored(RecipientStatus))
    reason: Mapped[str | None] = mapped_column(String(32))  # why excluded, rejected, dropped or cancelled
    # The campaign that took the place of this message, for `over_budget`.
    yields_to_id: Mapped[int | None] = mapped_column(ForeignKey("campaigns.id", ondelete="SET NULL"))
    selected_at: Mapped[datetime]
    planned_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]


class Approval(Base):
    """A coordinator's signature under a text and an audience, or their refusal."""

    __tablename__ = "approvals"
    __table_args__ = (Index("ix_approvals_duty_content", "duty", "wave", "content_digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))
    duty: Mapped[str] = mapped_column(String(64))
    wave: Mapped[int]
    content_digest: Mapped[str] = mapped_column(String(64))
    audience_digest: Mapped[str] = mapped_column(String(64))
    coordinator_id: Mapped[int] = mapped_column(ForeignKey("coordinators.id"))
    approved: Mapped[bool]
    comment: Mapped[str] = mapped_column(Text, default="")
    via: Mapped[str] = mapped_column(String(16))  # cli, prefect, web
    at: Mapped[datetime]


class ProviderEvent(Base):
    """What the provider reported (`outreach.provider_events`); unique by its event id, so a replay changes nothing.

    `settled_in`: the number of the settling that took it into the ledger, NULL until then. `raw` holds the address.
    """

    __tablename__ = "provider_events"
    __table_args__ = (Index("ix_provider_events_settled", "settled_in", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[str] = mapped_column(String(200), unique=True)
    recipient_id: Mapped[int | None] = mapped_column(ForeignKey("recipients.id", ondelete="SET NULL"), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]
    token: Mapped[str | None] = mapped_column(String(32))
    provider_message_id: Mapped[str | None] = mapped_column(String(200))
    address_hash: Mapped[str | None] = mapped_column(String(64), index=True)
    reason: Mapped[str | None] = mapped_column(String(32))
    settled_in: Mapped[int | None]
    raw: Mapped[str] = mapped_column(Text)
