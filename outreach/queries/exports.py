"""What has been exported to LinkedIn: each post as it was written, once for each channel, item, week and scope.

A post whose story may not be shown there any more is emptied: what it said goes, that it was exported stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, delete, insert, not_, or_, select, tuple_
from sqlalchemy.orm import Session

from outreach.duties import LANGUAGES
from outreach.models import Campaign, EditionStory, Export, StoryRow
from outreach.queries import editions
from outreach.queries.editions import Page
from outreach.queries.stories import may_be_used
from outreach.story import Channel

TAKEN_FOR = timedelta(days=120)  # no time is proposed further ahead of the export that proposed it
CENTRAL = "central"
CHANNELS = (Channel.LINKEDIN_PAGE, Channel.LINKEDIN_GROUP)


class Headline(NamedTuple):
    """A story as a post about the newsletter names it."""

    story_id: int
    title_sv: str
    title_en: str

    def title(self, language: str) -> str:
        return (self.title_sv or self.title_en) if language == "sv" else (self.title_en or self.title_sv)


@dataclass(frozen=True)
class Gone:
    """A post that was emptied, in which week and scope."""

    channel: Channel
    item: str
    period: str
    scope: str


def standing(session: Session, period: str, scope: str) -> list[tuple[dict[str, Any], int | None]]:
    """The posts of a week and scope as they were recorded, each with its story's id; none that was emptied."""
    found = select(Export.post, Export.story_id).where(Export.period == period, Export.scope == scope)
    return [(post, story_id) for post, story_id in session.execute(found.order_by(Export.id)) if post]


def items(session: Session, channel: Channel) -> set[str]:
    """What has been exported to a channel, in any week and scope."""
    return set(session.scalars(select(Export.item).where(Export.channel == channel.value).distinct()))


def times_taken(session: Session, channel: Channel, now: datetime) -> set[datetime]:
    """The times proposed for a channel, by anybody, in the last months and those to come. Aware."""
    found = select(Export.post).where(Export.channel == channel.value, Export.exported_at >= now - TAKEN_FOR)
    return {datetime.fromisoformat(post["at"]) for post in session.scalars(found) if post}


def add(
    session: Session, period: str, scope: str, posts: Sequence[tuple[dict[str, Any], int | None]], now: datetime
) -> None:
    """Record posts, each with the id of its story; one of the same channel and item is written over."""
    if not posts:
        return
    keys = [(post["channel"], post["item"]) for post, _ in posts]
    session.execute(
        delete(Export).where(
            Export.period == period, Export.scope == scope, tuple_(Export.channel, Export.item).in_(keys)
        )
    )
    rows = [
        {"channel": post["channel"], "item": post["item"], "story_id": story_id, "period": period, "scope": scope,
         "post": post, "exported_at": now}
        for post, story_id in posts
    ]  # fmt: skip
    session.execute(insert(Export), rows)


def empty_forbidden(session: Session) -> list[Gone]:
    """Empty every post whose story may not be shown in its channel any more: withdrawn, or consent taken back.

    Of a story that is deleted, as the stories of someone erased are, nothing stays; nor of a post about a newsletter
    that names such a story, so that it is written anew without it. Returns what went, oldest first.
    """
    forbidden = sorted((row for channel in CHANNELS for row in _forbidden(session, channel)), key=lambda row: row.id)
    for row in forbidden:
        if row.story_id is None:
            session.delete(row)
        else:
            row.post = {}
    session.flush()
    return [Gone(Channel(row.channel), _said(row), row.period, row.scope) for row in forbidden]


def _said(row: Export) -> str:
    """What was emptied, for those who must look for it; never the name of a story that is gone (it may be a name)."""
    told = row.story_id is not None or row.item.startswith("newsletter/")
    return row.item if told else "an erased story"


def _forbidden(session: Session, channel: Channel) -> list[Export]:
    told = or_(Export.item.startswith("story/"), Export.item.startswith("event/"))
    of_stories = (
        select(Export)
        .outerjoin(StoryRow, StoryRow.id == Export.story_id)
        .where(Export.channel == channel.value, told, or_(StoryRow.id.is_(None), not_(may_be_used(channel))))
    )
    of_newsletters = select(Export).where(Export.channel == channel.value, Export.item.startswith("newsletter/"))
    newsletters = session.scalars(of_newsletters).all()
    named = {story_id for row in newsletters for story_id in row.post["names"]}
    may_be_named = set(session.scalars(select(StoryRow.id).where(StoryRow.id.in_(named), *_may_be_named(channel))))
    wrong = [row for row in newsletters if not may_be_named.issuperset(row.post["names"])]
    return [*(row for row in session.scalars(of_stories) if row.post), *wrong]


def _may_be_named(channel: Channel) -> tuple[ColumnElement[bool], ...]:
    """A post about a newsletter may name what may be shown both in its own channel and on the page it links to."""
    return may_be_used(channel), may_be_used(Channel.WEB)


def headlines(session: Session, campaign_id: int, channel: Channel) -> list[Headline]:
    """What a post of a channel may name of a newsletter's stories, in the newsletter's order."""
    found = (
        select(StoryRow.id, StoryRow.title_sv, StoryRow.title_en)
        .join(EditionStory, EditionStory.story_id == StoryRow.id)
        .where(EditionStory.campaign_id == campaign_id, *_may_be_named(channel))
        .order_by(EditionStory.id)
    )
    return [Headline(*row) for row in session.execute(found)]


def sent_editions(session: Session, department_code: str | None, since: datetime) -> list[tuple[Campaign, list[Page]]]:
    """The newsletters a scope has sent and put on the web since then, newest first, each with its languages."""
    read = [page for language in LANGUAGES for page in editions.published(session, language)]
    pages = [page for page in read if page.published_at >= since]
    theirs = select(Campaign).where(Campaign.id.in_([page.campaign_id for page in pages]))
    if department_code is None:
        theirs = theirs.where(Campaign.department_code.is_(None))
    else:
        theirs = theirs.where(Campaign.department_code == department_code)
    return [
        (campaign, [page for page in pages if page.campaign_id == campaign.id])
        for campaign in session.scalars(theirs.order_by(Campaign.id.desc()))
    ]
