"""The coordinators' own door: links to sign in, sessions, keys for scripts, what was started there, and figures kept.

Secrets (links, sessions, keys) are kept as SHA-256 alone: they are random and long, so a slow hash would guard nothing
more, and whoever reads the table can open no door with it.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from outreach.models.base import Base


class SignInLink(Base):
    """A mailed link that signs a coordinator in once."""

    __tablename__ = "sign_in_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    coordinator_id: Mapped[int] = mapped_column(ForeignKey("coordinators.id", ondelete="CASCADE"), index=True)
    next_path: Mapped[str] = mapped_column(String(500), default="")  # the page they were on their way to
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class PortalSession(Base):
    """A coordinator signed in with one browser. `ended_at`: signed out, here or everywhere."""

    __tablename__ = "sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    coordinator_id: Mapped[int] = mapped_column(ForeignKey("coordinators.id", ondelete="CASCADE"), index=True)
    via: Mapped[str] = mapped_column(String(8))  # link, oidc
    browser: Mapped[str] = mapped_column(String(80), default="")  # "Firefox, Windows": to know it by in a list
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class ApiKey(Base):
    """A key for a department's scripts. `department_code` NULL: the central office's. `public_id` may be shown."""

    __tablename__ = "api_keys"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    department_code: Mapped[str | None] = mapped_column(ForeignKey("departments.code"), index=True)
    scopes: Mapped[str] = mapped_column(String(40))  # words with spaces between: read, run
    created_by_id: Mapped[int] = mapped_column(ForeignKey("coordinators.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class RateCount(Base):
    """How often something was asked for in a stretch of time. `key`: what is counted and a keyed hash of by whom."""

    __tablename__ = "rate_counts"

    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    since: Mapped[datetime]
    count: Mapped[int]


class FaultReport(Base):
    """What somebody could not use, told on the accessibility page. The address only where they want an answer."""

    __tablename__ = "fault_reports"

    id: Mapped[int] = mapped_column(primary_key=True)
    page: Mapped[str] = mapped_column(String(500), default="")
    description: Mapped[str] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(String(320))
    language: Mapped[str] = mapped_column(String(2))
    created_at: Mapped[datetime] = mapped_column(index=True)
    handled_at: Mapped[datetime | None]
    handled_by_id: Mapped[int | None] = mapped_column(ForeignKey("coordinators.id"))


class DutyRun(Base):
    """A run that was asked for in the portal or by a key: who, what, and Prefect's run of it.

    `idempotency_key` is unique for whoever asks, so that asking twice is asking once. `preview_of_id`: the preview that
    was looked at before the real run. `flow_run_id` NULL: Prefect has not taken it yet.
    """

    __tablename__ = "duty_runs"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    duty: Mapped[str] = mapped_column(String(64))
    department_code: Mapped[str | None] = mapped_column(ForeignKey("departments.code"), index=True)
    parameters: Mapped[dict[str, Any]] = mapped_column(JSON)
    preview: Mapped[bool]
    preview_of_id: Mapped[int | None] = mapped_column(ForeignKey("duty_runs.id"))
    idempotency_key: Mapped[str] = mapped_column(String(200), unique=True)
    flow_run_id: Mapped[str | None] = mapped_column(String(36), unique=True)
    coordinator_id: Mapped[int | None] = mapped_column(ForeignKey("coordinators.id"))
    api_key_id: Mapped[int | None] = mapped_column(ForeignKey("api_keys.id"))
    asked_at: Mapped[datetime]


class PreviewRow(Base):
    """What a preview found: who would get what. Counts and texts, nobody's name. By Prefect's run of it."""

    __tablename__ = "previews"

    flow_run_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    duty: Mapped[str] = mapped_column(String(64))
    department_code: Mapped[str | None] = mapped_column(String(16))
    day: Mapped[date]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(index=True)


class Snapshot(Base):
    """Figures that take long to count, kept as they were at a moment. `department_code` "": the whole university."""

    __tablename__ = "snapshots"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    department_code: Mapped[str] = mapped_column(String(16), primary_key=True, default="")
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[datetime]
