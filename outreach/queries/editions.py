"""Editions of the newsletter: what stands in them, which of their texts may leave, and their pages on the web."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, delete, exists, insert, or_, select, update
from sqlalchemy.orm import Session

from outreach.models import Campaign, CampaignStatus, EditionStory, Message, Recipient, StoryRow, WebEdition
from outreach.queries import ledger, stories
from outreach.story import Channel

WRITTEN_SLUG = "_text"  # of what was written for a special edition alone; no story of the pool is called so
NEVER_SENT = (CampaignStatus.EXPIRED, CampaignStatus.CANCELLED)


def under_way(session: Session, duty: str, now: datetime) -> Sequence[Campaign]:
    """The editions of a duty that may still have something to do, whoever they are for, oldest first."""
    open_now = (Campaign.status == CampaignStatus.OPEN, or_(Campaign.expires_at.is_(None), Campaign.expires_at > now))
    return session.scalars(
        select(Campaign).where(Campaign.duty == duty, *open_now).order_by(Campaign.opened_at, Campaign.id)
    ).all()


def placed(session: Session, campaign_id: int) -> dict[int, str]:
    """Story id -> section of what stands in an edition and may still be used there, in its order."""
    found = session.execute(
        select(EditionStory.story_id, EditionStory.section)
        .join(StoryRow, StoryRow.id == EditionStory.story_id)
        .where(EditionStory.campaign_id == campaign_id, stories.may_be_used(Channel.NEWSLETTER))
        .order_by(EditionStory.position)
    )
    return dict(found.tuples().all())


def allowed(session: Session, ids: Collection[int]) -> set[int]:
    """Those of these stories that may be used in the newsletter at this moment."""
    found = select(StoryRow.id).where(StoryRow.id.in_(ids), stories.may_be_used(Channel.NEWSLETTER))
    return set(session.scalars(found))


def place(session: Session, campaign_id: int, placed_: Sequence[tuple[str, int]]) -> None:
    """Make (section, story id) what stands in an edition, in this order."""
    stored = select(EditionStory.section, EditionStory.story_id).where(EditionStory.campaign_id == campaign_id)
    if list(session.execute(stored.order_by(EditionStory.position)).tuples()) == list(placed_):
        return
    session.execute(delete(EditionStory).where(EditionStory.campaign_id == campaign_id))
    rows = [
        {"campaign_id": campaign_id, "story_id": story_id, "section": section, "position": position}
        for position, (section, story_id) in enumerate(placed_, start=1)
    ]
    if rows:
        session.execute(insert(EditionStory), rows)


def had_before(session: Session, duty: str, campaign_id: int) -> set[int]:
    """The stories that another edition has had, or has now. One that was never sent gives its stories back."""
    other = select(EditionStory.story_id).join(Campaign, Campaign.id == EditionStory.campaign_id)
    counts = or_(Campaign.status.not_in(NEVER_SENT), _begun())
    return set(session.scalars(other.where(Campaign.duty == duty, Campaign.id != campaign_id, counts)))


def has_begun(session: Session, campaign_id: int) -> bool:
    """Whether anybody may have the edition already."""
    return session.scalar(select(Campaign.id).where(Campaign.id == campaign_id, _begun())) is not None


def _begun() -> ColumnElement[bool]:
    """Of a row of Campaign: somebody may have its message."""
    may_have_it = (Recipient.campaign_id == Campaign.id, Recipient.status.in_(ledger.MAY_HAVE_IT))
    return exists(select(Recipient.id).where(*may_have_it).correlate(Campaign))


def sendable(session: Session, campaign_id: int, texts: Collection[int]) -> list[int]:
    """Those of `texts` (message ids) that may leave now, until this transaction ends: still current, in a campaign
    where nothing stands that may no longer be used.

    Whoever takes a story back changes these rows, so one of the two waits for the other.
    """
    taken_back = (
        select(EditionStory.id)
        .join(StoryRow, StoryRow.id == EditionStory.story_id)
        .where(EditionStory.campaign_id == campaign_id, ~stories.may_be_used(Channel.NEWSLETTER))
        .limit(1)
    )
    held = select(Message.id).where(Message.id.in_(texts), Message.current).with_for_update(read=True)
    current = list(session.scalars(held))
    return current if session.scalar(taken_back) is None else []


def variants(session: Session, campaign_id: int, wave: int) -> list[tuple[str, str | None]]:
    """(language, department) of everyone who was ever planned in a wave: the texts there are to write."""
    found = session.execute(
        select(Recipient.language, Recipient.department_code)
        .where(Recipient.campaign_id == campaign_id, Recipient.wave == wave, Recipient.planned_at.is_not(None))
        .distinct()
    )
    return sorted(found.tuples().all(), key=lambda row: (row[1] or "", row[0]))


class Page(NamedTuple):
    """An edition on the web. `html` holds each story between marks (`outreach.editions.web`)."""

    slug: str
    language: str
    title: str
    summary: str
    html: str
    published_at: datetime
    campaign_id: int


def put_page(
    session: Session,
    campaign_id: int,
    *,
    language: str,
    slug: str,
    title: str,
    summary: str,
    html: str,
    now: datetime,
) -> None:
    """Write an edition's page in a language, or bring it up to date; it keeps the day it was published."""
    mine = (WebEdition.campaign_id == campaign_id, WebEdition.language == language)
    said = {"slug": slug, "title": title, "summary": summary, "html": html}
    if not ledger.rows(session, update(WebEdition).where(*mine).values(**said)):
        session.execute(insert(WebEdition).values(campaign_id=campaign_id, language=language, published_at=now, **said))


def published(session: Session, language: str) -> list[Page]:
    """The editions that anybody may read in a language, newest first: those whose sending has begun."""
    found = _pages().where(WebEdition.language == language)
    return [Page(*row) for row in session.execute(found.order_by(WebEdition.published_at.desc(), WebEdition.id.desc()))]


def page(session: Session, slug: str, language: str) -> Page | None:
    """One of them, None for an edition that is not there or not sent yet."""
    found = session.execute(_pages().where(WebEdition.slug == slug, WebEdition.language == language)).one_or_none()
    return None if found is None else Page(*found)


def shown_on_the_web(session: Session, campaign_id: int) -> set[str]:
    """The slugs of an edition's stories that may be shown on the web at this moment."""
    found = select(StoryRow.slug).join(EditionStory, EditionStory.story_id == StoryRow.id)
    return set(session.scalars(found.where(EditionStory.campaign_id == campaign_id, stories.may_be_used(Channel.WEB))))


def _pages() -> Select[tuple[str, str, str, str, str, datetime, int]]:
    return (
        select(
            WebEdition.slug,
            WebEdition.language,
            WebEdition.title,
            WebEdition.summary,
            WebEdition.html,
            WebEdition.published_at,
            WebEdition.campaign_id,
        )
        .join(Campaign, Campaign.id == WebEdition.campaign_id)
        .where(_begun())
    )
