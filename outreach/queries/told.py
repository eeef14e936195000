"""Stories that people told us themselves: how many wait, and taking one back so that nothing of it is left."""

from datetime import datetime

from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import Session

from outreach.models import Image, StoryRow, StoryStatus
from outreach.queries import stories

PAGE = "page"  # the source of what was told on the web


def count(session: Session, person_id: int, status: StoryStatus) -> int:
    """How many stories somebody told us that now have this status."""
    theirs = (StoryRow.person_id == person_id, StoryRow.source == PAGE, StoryRow.status == status)
    return session.scalar(select(func.count()).select_from(StoryRow).where(*theirs)) or 0


def named(session: Session, slug: str) -> StoryRow | None:
    """The story with its status and both languages."""
    return session.scalars(select(StoryRow).where(StoryRow.slug == slug)).one_or_none()


def take_back(session: Session, story: StoryRow, *, source: str, wording: str, now: datetime) -> str | None:
    """Withdraw a story for whoever it shows, with a no to every channel there was a yes to.

    What they told us themselves is deleted; a department's own text stays with the office, unused. Returns the digest
    of a picture that nothing uses any more, whose files are to be removed when this is committed.
    """
    said = stories.answers(session, story.id)
    for channel in (channel for channel, given in said.items() if given):
        stories.record_consent(session, story.id, channel, given=False, source=source, wording=wording, now=now)
    stories.withdraw(session, story.id, now)
    return _forget(session, story) if story.source == PAGE else None


def _forget(session: Session, story: StoryRow) -> str | None:
    session.refresh(story)
    image_id, story.image_id = story.image_id, None
    story.title_sv = story.title_en = story.body_sv = story.body_en = ""
    story.image_alt_sv = story.image_alt_en = ""
    story.link = None
    session.flush()
    if image_id is None or session.scalar(select(exists().where(StoryRow.image_id == image_id))):
        return None
    digest = session.scalar(select(Image.digest).where(Image.id == image_id))
    session.execute(delete(Image).where(Image.id == image_id))
    return digest
