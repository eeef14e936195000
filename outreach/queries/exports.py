"""What has been exported to LinkedIn: each post as it was written, once for each channel, item, week and scope.

A post whose story may not be shown there any more is emptied: what it said goes, that it was exported stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, not_, or_, select, tuple_
from sqlalchemy.orm import Session

from outreach.models import Campaign, Export, StoryRow, WebEdition
from outreach.queries.stories import may_be_used
from outreach.story import Channel

TAKEN_FOR = timedelta(days=120)  # no time is proposed further ahead of the export that proposed it
CENTRAL = "central"
CHANNELS = (Channel.LINKEDIN_PAGE, Channel.LINKEDIN_GROUP)


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

    Of a story that is deleted, as the stories of someone erased are, nothing stays. Returns what went, oldest first.
    """
    forbidden = sorted((row for channel in CHANNELS for row in _forbidden(session, channel)), key=lambda row: row.id)
    for row in forbidden:
        if row.story_id is None:
            session.delete(row)
        else:
            row.post = {}
    session.flush()
    return [Gone(Channel(row.channel), row.item, row.period, row.scope) for row in forbidden]


def _forbidden(session: Session, channel: Channel) -> list[Export]:
    told = or_(Export.item.startswith("story/"), Export.item.startswith("event/"))
    stories = (
        select(Export)
        .outerjoin(StoryRow, StoryRow.id == Export.story_id)
        .where(Export.channel == channel.value, told, or_(StoryRow.id.is_(None), not_(may_be_used(channel))))
    )
    return [row for row in session.scalars(stories) if row.post]


def sent_editions(
    session: Session, department_code: str | None, since: datetime, now: datetime
) -> Sequence[tuple[Campaign, WebEdition]]:
    """The newsletters a scope has put on the web since then, newest first, Swedish before English."""
    theirs = (
        Campaign.department_code.is_(None) if department_code is None else Campaign.department_code == department_code
    )
    found = (
        select(Campaign, WebEdition)
        .join(WebEdition, WebEdition.campaign_id == Campaign.id)
        .where(theirs, WebEdition.published_at >= since, WebEdition.published_at <= now)
        .order_by(Campaign.id.desc(), WebEdition.language.desc())
    )
    return session.execute(found).tuples().all()
