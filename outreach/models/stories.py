"""Stories: what departments and alumni have to tell, the pictures to them, and where each has been used."""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from outreach.models.base import Base
from outreach.models.campaigns import stored


class StoryStatus(enum.StrEnum):
    DRAFT = "draft"
    READY = "ready"
    USED = "used"
    WITHDRAWN = "withdrawn"


class Image(Base):
    """A picture as we made it anew from what was given: `digest` names its files, one for each width.

    `width`, `height`: pixels of the largest.
    """

    __tablename__ = "images"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    width: Mapped[int]
    height: Mapped[int]
    created_at: Mapped[datetime]


class StoryRow(Base):
    """One story of the pool (`outreach.story.Story`). Texts are Markdown; a language that is missing is empty.

    `slug`: what a source calls it, so that the same file read twice is the same story. `person_id`: whom a portrait
    shows; whose consent it needs for every channel (`story_consents`). `channels`: space separated, sorted.
    """

    __tablename__ = "stories"
    __table_args__ = (Index("ix_stories_status", "status", "publish_from"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[str] = mapped_column(String(16))  # outreach.story.Kind
    department_code: Mapped[str | None] = mapped_column(ForeignKey("departments.code"), index=True)  # NULL: central
    title_sv: Mapped[str] = mapped_column(Text, default="")
    title_en: Mapped[str] = mapped_column(Text, default="")
    body_sv: Mapped[str] = mapped_column(Text, default="")
    body_en: Mapped[str] = mapped_column(Text, default="")
    link: Mapped[str | None] = mapped_column(String(2000))
    image_id: Mapped[int | None] = mapped_column(ForeignKey("images.id"))
    image_alt_sv: Mapped[str] = mapped_column(Text, default="")
    image_alt_en: Mapped[str] = mapped_column(Text, default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    portrays: Mapped[bool] = mapped_column(default=False)  # stays true when the person is erased: never usable then
    happens_at: Mapped[datetime | None]  # an event's time
    place: Mapped[str] = mapped_column(default="")
    publish_from: Mapped[date | None]
    publish_until: Mapped[date | None]  # the last day
    channels: Mapped[str] = mapped_column(String(64))
    status: Mapped[StoryStatus] = mapped_column(stored(StoryStatus), default=StoryStatus.DRAFT)
    source: Mapped[str] = mapped_column(String(32))  # import, page, sample
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class StoryConsent(Base):
    """Append-only. The newest row of a story and channel holds; `wording` is the text that was shown."""

    __tablename__ = "story_consents"
    __table_args__ = (Index("ix_story_consents_story", "story_id", "channel", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    story_id: Mapped[int] = mapped_column(ForeignKey("stories.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    channel: Mapped[str] = mapped_column(String(16))  # outreach.story.Channel
    given: Mapped[bool]
    source: Mapped[str] = mapped_column(String(64))
    wording: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class EditionStory(Base):
    """Where a story stands in a newsletter. `section`: lead, news, portrait, events, department, ... (duties.toml)."""

    __tablename__ = "edition_stories"
    __table_args__ = (UniqueConstraint("campaign_id", "story_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))
    story_id: Mapped[int] = mapped_column(ForeignKey("stories.id", ondelete="CASCADE"), index=True)
    section: Mapped[str] = mapped_column(String(32))
    position: Mapped[int]


class WebEdition(Base):
    """A sent newsletter as anybody may read it on the web: no personal links in it."""

    __tablename__ = "web_editions"
    __table_args__ = (UniqueConstraint("campaign_id", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))
    language: Mapped[str] = mapped_column(String(2))
    slug: Mapped[str] = mapped_column(String(80))  # in its public address, e.g. 2026-q4
    title: Mapped[str] = mapped_column(Text)
    summary: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)  # the body; the page around it is the web's
    published_at: Mapped[datetime]


class ContributionRequest(Base):
    """A department's coordinator was asked for stories: once an edition."""

    __tablename__ = "contribution_requests"
    __table_args__ = (UniqueConstraint("period", "coordinator_id", "reminder"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(String(64))
    coordinator_id: Mapped[int] = mapped_column(ForeignKey("coordinators.id"))
    reminder: Mapped[int] = mapped_column(default=0)
    deadline: Mapped[date]
    asked_at: Mapped[datetime]


class Export(Base):
    """A post that was made for a channel: what it said, so that the same week written again is the same to the byte.

    `item`: what the post is about, e.g. `story/<slug>`, `newsletter/2026-Q4`, `event/<slug>`.
    """

    __tablename__ = "exports"
    __table_args__ = (
        UniqueConstraint("channel", "item", "period", "scope"),
        Index("ix_exports_period", "period", "scope"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    item: Mapped[str] = mapped_column(String(120))
    story_id: Mapped[int | None] = mapped_column(ForeignKey("stories.id", ondelete="SET NULL"), index=True)
    period: Mapped[str] = mapped_column(String(16))  # ISO week, e.g. 2026-W47
    scope: Mapped[str] = mapped_column(String(16))  # central or a department's code
    post: Mapped[dict[str, Any]] = mapped_column(JSON)
    exported_at: Mapped[datetime]
