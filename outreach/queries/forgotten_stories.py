"""What becomes of the stories that tell of someone who is erased, and which pictures nothing shows any more."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import String, cast, delete, exists, literal, or_, select, update
from sqlalchemy.orm import Session

from outreach.models import Export, Image, Message, StoryRow, StoryStatus, WebEdition
from outreach.queries import ledger
from outreach.queries.stories import void_signatures


def forget(session: Session, person_ids: Collection[int], now: datetime) -> None:
    """Take back the stories that tell of these people and empty them: words, picture, place, the name in the slug.

    Their consents go with the person. Pictures that no other story shows lose their row: their files may go
    (`without_row`).
    """
    ids = list(session.scalars(select(StoryRow.id).where(StoryRow.person_id.in_(person_ids)).order_by(StoryRow.id)))
    if not ids:
        return
    void_signatures(session, ids)
    pictures = session.scalars(select(StoryRow.image_id).where(StoryRow.id.in_(ids))).all()
    emptied = dict.fromkeys(("title_sv", "title_en", "body_sv", "body_en", "image_alt_sv", "image_alt_en", "place"), "")
    gone = {"link": None, "image_id": None, "status": StoryStatus.WITHDRAWN, "portrays": True, "updated_at": now}
    # What was written of them for LinkedIn belongs to no story now: the next export deletes it, with the files' part.
    ledger.rows(session, update(Export).where(Export.story_id.in_(ids)).values(story_id=None))
    slug = literal("erased-") + cast(StoryRow.id, String)
    ledger.rows(session, update(StoryRow).where(StoryRow.id.in_(ids)).values(**emptied, **gone, slug=slug))
    shown = exists().where(StoryRow.image_id == Image.id)
    ledger.rows(session, delete(Image).where(Image.id.in_(pictures), ~shown))


def pictures_of(session: Session, person_ids: Collection[int]) -> set[str]:
    """The digests of the pictures to the stories that tell of these people."""
    found = select(Image.digest).join(StoryRow, StoryRow.image_id == Image.id).where(StoryRow.person_id.in_(person_ids))
    return set(session.scalars(found))


def without_row(session: Session, digests: Collection[str]) -> set[str]:
    """Which of these pictures are no longer ours: their files may go."""
    return set(digests) - set(session.scalars(select(Image.digest).where(Image.digest.in_(digests))))


def pictures_in_use(session: Session) -> set[str]:
    """The digests of the pictures that a story shows, or a letter, page or post made while one did."""
    of_a_story = exists().where(StoryRow.image_id == Image.id)
    in_a_letter = exists().where(Message.html.contains(Image.digest))
    on_a_page = exists().where(WebEdition.html.contains(Image.digest))
    in_a_post = exists().where(cast(Export.post, String).contains(Image.digest))
    return set(session.scalars(select(Image.digest).where(or_(of_a_story, in_a_letter, on_a_page, in_a_post))))
