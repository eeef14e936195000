"""The pool of stories: which may be used where and when, and what takes one back.

Whoever is portrayed says yes or no channel by channel. That, and whether a story stands at all, is asked in SQL at the
moment of use (`may_be_used`); taking a story or a consent back also takes the text of every newsletter it stands in.
"""

import enum
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, insert, literal, or_, select, update
from sqlalchemy.orm import Session, aliased

from outreach.errors import PermanentFailure
from outreach.models import Campaign, EditionStory, Image, Message, StoryConsent, StoryRow, StoryStatus
from outreach.queries import approvals, campaigns, ledger
from outreach.story import Channel, Kind, Picture, Story, Telling

IN_USE = (StoryStatus.READY, StoryStatus.USED)
IN_MAIL = (Channel.NEWSLETTER, Channel.WEB)  # what a newsletter shows and links to


class Everywhere(enum.Enum):
    """Stories of any department and of the central office; None, a department, means the central office's alone."""

    EVERY = "every"


EVERY = Everywhere.EVERY


def usable(
    session: Session,
    channel: Channel,
    day: date,
    *,
    department: str | Everywhere | None = EVERY,
    kinds: Collection[Kind] = tuple(Kind),
) -> list[Story]:
    """What may be used in a channel on a day, what came last first.

    Ready or used before, of that channel, inside its publish window, with the consent of whoever is portrayed.
    `department`: a code; None is the central office's own; EVERY is all.
    """
    found = (
        _stories()
        .where(may_be_used(channel), StoryRow.kind.in_([kind.value for kind in kinds]))
        .where(or_(StoryRow.publish_from.is_(None), StoryRow.publish_from <= day))
        .where(or_(StoryRow.publish_until.is_(None), StoryRow.publish_until >= day))
        .order_by(StoryRow.publish_from.desc().nulls_last(), StoryRow.id)
    )
    if department is None:
        found = found.where(StoryRow.department_code.is_(None))
    elif not isinstance(department, Everywhere):
        found = found.where(StoryRow.department_code == department)
    return [_story(*row) for row in session.execute(found)]


def may_be_used(channel: Channel) -> ColumnElement[bool]:
    """Whether a row of StoryRow may be shown in a channel: its status, its channels, and consent.

    The publish window is not in it: that is asked when a story is chosen, and a newsletter that takes two days to
    reach everyone does not lose a story at midnight. Consent and withdrawal hold at every moment.
    """
    return and_(
        StoryRow.status.in_(IN_USE),
        (literal(" ") + StoryRow.channels + literal(" ")).contains(f" {channel.value} ", autoescape=True),
        or_(StoryRow.title_sv != "", StoryRow.title_en != ""),
        or_(StoryRow.portrays.is_(False), and_(StoryRow.person_id.is_not(None), _newest_answer(channel).is_(True))),
    )


def _newest_answer(channel: Channel) -> ColumnElement[bool]:
    """What the portrayed person last said to this channel; NULL when they were never asked."""
    consent = aliased(StoryConsent)
    return (
        select(consent.given)
        .where(
            consent.story_id == StoryRow.id,
            consent.person_id == StoryRow.person_id,
            consent.channel == channel.value,
        )
        .order_by(consent.id.desc())
        .limit(1)
        .correlate(StoryRow)
        .scalar_subquery()
    )


def by_ids(session: Session, ids: Sequence[int]) -> list[Story]:
    """These stories in this order, whatever their status; those that are gone are left out."""
    found = {row[0].id: _story(*row) for row in session.execute(_stories().where(StoryRow.id.in_(ids)))}
    return [found[story_id] for story_id in ids if story_id in found]


def by_slug(session: Session, slug: str) -> Story | None:
    """Whatever its status."""
    row = session.execute(_stories().where(StoryRow.slug == slug)).one_or_none()
    return None if row is None else _story(*row)


def row(session: Session, story_id: int) -> StoryRow:
    """The story with its status and both languages. Raises PermanentFailure when there is none."""
    found = session.get(StoryRow, story_id)
    if found is None:
        raise PermanentFailure(f"There is no story {story_id}.")
    return found


def listed(session: Session, *, statuses: Collection[StoryStatus] = tuple(StoryStatus)) -> Sequence[StoryRow]:
    """The pool for those who look after it, newest first."""
    return session.scalars(
        select(StoryRow).where(StoryRow.status.in_(statuses)).order_by(StoryRow.created_at.desc(), StoryRow.id.desc())
    ).all()


def of_person(session: Session, person_id: int) -> Sequence[StoryRow]:
    """The stories that tell of someone, newest first."""
    return session.scalars(
        select(StoryRow).where(StoryRow.person_id == person_id).order_by(StoryRow.created_at.desc(), StoryRow.id.desc())
    ).all()


def answers(session: Session, story_id: int) -> dict[Channel, bool]:
    """What whoever the story portrays now said last, by channel. A channel they were never asked about is not in it."""
    found = session.execute(
        select(StoryConsent.channel, StoryConsent.given)
        .join(StoryRow, and_(StoryRow.id == StoryConsent.story_id, StoryRow.person_id == StoryConsent.person_id))
        .where(StoryConsent.story_id == story_id)
        .order_by(StoryConsent.id)
    )
    return {Channel(channel): given for channel, given in found}


def record_consent(
    session: Session, story_id: int, channel: Channel, *, given: bool, source: str, wording: str, now: datetime
) -> None:
    """Append what the portrayed person said, `wording` being what they were shown; a no takes the story out of what is
    not sent yet. Raises PermanentFailure when the story portrays nobody.
    """
    story = row(session, story_id)
    if story.person_id is None:
        raise PermanentFailure(f"The story {story.slug!r} portrays nobody, so there is nobody whose consent it needs.")
    session.execute(
        insert(StoryConsent).values(
            story_id=story_id,
            person_id=story.person_id,
            channel=channel.value,
            given=given,
            source=source,
            wording=wording,
            at=now,
        )
    )
    if not given and channel in IN_MAIL:
        void_signatures(session, [story_id])


def make_ready(session: Session, story_id: int, now: datetime) -> None:
    """A draft may be used from now on. Raises PermanentFailure for a story that is withdrawn or not there."""
    story = row(session, story_id)
    if story.status == StoryStatus.WITHDRAWN:
        raise PermanentFailure(f"The story {story.slug!r} was withdrawn and cannot be used again.")
    if story.status == StoryStatus.DRAFT:
        story.status, story.updated_at = StoryStatus.READY, now
        session.flush()


def withdraw(session: Session, story_id: int, now: datetime) -> None:
    """Take a story back for good: it is in nothing that is not yet sent or exported."""
    void_signatures(session, [story_id])
    ledger.rows(
        session,
        update(StoryRow).where(StoryRow.id == story_id).values(status=StoryStatus.WITHDRAWN, updated_at=now),
    )


def mark_used(session: Session, ids: Collection[int], now: datetime) -> None:
    """Ready stories have been sent or exported; what is withdrawn or a draft stays so."""
    ready = (StoryRow.id.in_(ids), StoryRow.status == StoryStatus.READY)
    ledger.rows(session, update(StoryRow).where(*ready).values(status=StoryStatus.USED, updated_at=now))


def void_messages(session: Session, story_ids: Iterable[int]) -> int:
    """Take the text of every newsletter under way that one of these stories stands in: it is not sent as it is, and the
    next run writes it anew. Should it say the very same as what was signed, the signature holds. Returns how
    many texts.

    Rendering holds the campaign as this does, so the two never pass each other.
    """
    ids = _holding(session, story_ids)
    standing = (Message.campaign_id.in_(ids), Message.current)
    return ledger.rows(session, update(Message).where(*standing).values(current=False)) if ids else 0


def void_signatures(session: Session, story_ids: Collection[int]) -> None:
    """As `void_messages`, for good: somebody has said no, so even the same text, after another yes, is signed anew."""
    ids = _holding(session, story_ids)
    void_messages(session, story_ids)
    approvals.void(session, ids)


def _holding(session: Session, story_ids: Iterable[int]) -> Sequence[int]:
    """The newsletters under way that one of these stories stands in, held until this transaction ends."""
    under_way = (
        select(Campaign.id)
        .join(EditionStory, EditionStory.campaign_id == Campaign.id)
        .where(EditionStory.story_id.in_(list(story_ids)), Campaign.status.in_(approvals.UNDER_WAY))
        .distinct()
        .order_by(Campaign.id)
    )
    ids = session.scalars(under_way).all()
    for campaign_id in ids:
        campaigns.hold(session, campaign_id)
    return ids


def _stories() -> Select[Any]:
    return select(StoryRow, Image).outerjoin(Image, Image.id == StoryRow.image_id)


def _story(row: StoryRow, image: Image | None) -> Story:
    alt = (row.image_alt_sv, row.image_alt_en)
    picture = None if image is None else Picture(image.digest, image.width, image.height, *alt)
    tellings = (Telling("sv", row.title_sv, row.body_sv), Telling("en", row.title_en, row.body_en))
    return Story(
        id=row.id,
        slug=row.slug,
        kind=Kind(row.kind),
        department_code=row.department_code,
        tellings=tuple(telling for telling in tellings if telling.title),
        link=row.link,
        picture=picture,
        person_id=row.person_id,
        happens_at=row.happens_at,
        place=row.place,
        publish_from=row.publish_from,
        publish_until=row.publish_until,
        channels=frozenset(map(Channel, row.channels.split())),
    )
