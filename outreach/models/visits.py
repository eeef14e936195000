"""Visits the university makes, the events they hold, and who was asked, comes, waits and came."""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from outreach.models.base import Base
from outreach.models.campaigns import stored


class PlanStatus(enum.StrEnum):
    """Whether a visit or an event is still to be."""

    PLANNED = "planned"
    CANCELLED = "cancelled"


class VisitRow(Base):
    """A journey of the leadership or a department (`outreach.event.Visit`).

    `source_key`: what the file it came from calls it, so that the same file read twice is the same visit.
    """

    __tablename__ = "visits"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    source_key: Mapped[str | None] = mapped_column(String(200), unique=True)
    city: Mapped[str]
    country: Mapped[str] = mapped_column(String(2))
    latitude: Mapped[float]
    longitude: Mapped[float]
    time_zone: Mapped[str] = mapped_column(String(64))
    starts_on: Mapped[date]
    ends_on: Mapped[date]  # the last day
    delegation: Mapped[str] = mapped_column(Text, default="")
    department_code: Mapped[str | None] = mapped_column(ForeignKey("departments.code"), index=True)  # NULL: central
    purpose: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[PlanStatus] = mapped_column(stored(PlanStatus), default=PlanStatus.PLANNED)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class EventRow(Base):
    """An event people are invited to (`outreach.event.Event`), at a visit or at home.

    `public_id` is in every link and in the calendar's UID; `slug` is its campaigns' period. `sequence` is iCalendar's:
    one higher for each change that those who come are told of. `radius_km` NULL: the whole country. `narrowing`:
    `outreach.event.Narrowing` as JSON. `seats_taken` and `last_place` are kept by `queries.seats` alone: they are what
    makes capacity exact. `tidied_at`: when the needs of those who came were deleted.
    """

    __tablename__ = "events"
    __table_args__ = (Index("ix_events_status_starts_at", "status", "starts_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    source_key: Mapped[str | None] = mapped_column(String(200), unique=True)
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visits.id"), index=True)
    department_code: Mapped[str | None] = mapped_column(ForeignKey("departments.code"), index=True)  # NULL: central
    title_sv: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text)
    body_sv: Mapped[str] = mapped_column(Text, default="")
    body_en: Mapped[str] = mapped_column(Text, default="")
    entry_sv: Mapped[str] = mapped_column(Text, default="")  # how to get in, told to those who come
    entry_en: Mapped[str] = mapped_column(Text, default="")
    venue: Mapped[str] = mapped_column(Text)
    city: Mapped[str]
    country: Mapped[str] = mapped_column(String(2))
    latitude: Mapped[float]
    longitude: Mapped[float]
    time_zone: Mapped[str] = mapped_column(String(64))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    answer_by: Mapped[date]  # the last day, where the event is
    capacity: Mapped[int]  # people, guests counted
    guests_allowed: Mapped[int] = mapped_column(default=0)  # a person may bring
    radius_km: Mapped[float | None]
    narrowing: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    sequence: Mapped[int] = mapped_column(default=0)
    status: Mapped[PlanStatus] = mapped_column(stored(PlanStatus), default=PlanStatus.PLANNED)
    seats_taken: Mapped[int] = mapped_column(default=0)  # seated or offered, guests counted
    last_place: Mapped[int] = mapped_column(default=0)  # the last number given in the order of arrival
    tidied_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]  # iCalendar's DTSTAMP and LAST-MODIFIED


class EventChange(Base):
    """What a change of an event made different: `before` and `after` hold the fields that changed, by name.

    `sequence`: the event's own from this change on.
    """

    __tablename__ = "event_changes"
    __table_args__ = (UniqueConstraint("event_id", "sequence"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    sequence: Mapped[int]
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime]


class Rsvp(Base):
    """One person's answer to one event, or somebody who came without one. `answer`, `seat`: `outreach.event`.

    `person_id` is NULL for a walk-in who is not known, and once the person is erased. `place`: the order of arrival,
    set whenever a seat is asked for. `version` counts changes, so that two who use one link do not undo each other
    unseen. `needs` is deleted after the event (`EventRow.tidied_at`), a walk-in's `name` too.
    """

    __tablename__ = "rsvps"
    __table_args__ = (
        UniqueConstraint("event_id", "person_id"),
        Index("ix_rsvps_event_seat", "event_id", "seat", "place"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    name: Mapped[str] = mapped_column(default="")  # a walk-in's, where there is no person
    answer: Mapped[str] = mapped_column(String(8))
    guests: Mapped[int] = mapped_column(default=0)
    seat: Mapped[str] = mapped_column(String(8), default="none")
    place: Mapped[int | None]
    confirm_until: Mapped[datetime | None]  # how long an offered seat is held
    needs: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    answered_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    walk_in: Mapped[bool] = mapped_column(default=False)
    checked_in_at: Mapped[datetime | None]
    guests_came: Mapped[int] = mapped_column(default=0)
    feedback: Mapped[str] = mapped_column(Text, default="")
    feedback_at: Mapped[datetime | None]


class Notice(Base):
    """Something a person is to be told about an event they have answered to (`outreach.event.NoticeKind`).

    Written in the transaction that made it true; the ledger of campaign `event-notices/<slug>.<round>` then holds what
    became of it. `round`: 1 for the first of its kind to a person at an event, 2 for the second, and so on.
    """

    __tablename__ = "event_notices"
    __table_args__ = (
        UniqueConstraint("event_id", "person_id", "kind", "round"),
        Index("ix_event_notices_event_round", "event_id", "round", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    round: Mapped[int]
    sequence: Mapped[int]  # of the event, when it was written
    created_at: Mapped[datetime]
