"""Stories written to the pool: new ones, and those a source tells anew under the slug it gave them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from outreach import database
from outreach.models import Image, Person, StoryConsent, StoryRow, StoryStatus
from outreach.queries.inserting import insert_or
from outreach.queries.stories import void_messages, void_signatures
from outreach.story import Channel, Kind, Picture, Telling

LOCK = "stories"


@dataclass(frozen=True)
class Answer:
    """What a source says the portrayed person answered to one channel. `at` None: it does not say when."""

    channel: Channel
    given: bool
    wording: str
    at: datetime | None


@dataclass(frozen=True)
class Draft:
    """A story as a source tells it. `slug` is what the source calls it; `source`: import, page, sample.

    `portrays` needs a person. `tellings`: one or two, each in another language. A picture is one that
    `outreach.stories.images.keep` has kept.
    """

    slug: str
    kind: Kind
    department_code: str | None
    tellings: tuple[Telling, ...]
    channels: frozenset[Channel]
    source: str
    status: StoryStatus = StoryStatus.DRAFT
    link: str | None = None
    picture: Picture | None = None
    person_id: int | None = None
    portrays: bool = False
    happens_at: datetime | None = None
    place: str = ""
    publish_from: date | None = None
    publish_until: date | None = None
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True)
class Put:
    """How many stories came, changed, stayed, and were left alone because they had been withdrawn."""

    added: int
    changed: int
    unchanged: int
    withdrawn: int


def people_named(
    session: Session, uids: Collection[str], addresses: Collection[str]
) -> tuple[dict[str, int], dict[str, list[int]]]:
    """student_uid -> person id, and normalised address -> the ids of those who have it."""
    by_uid = session.execute(select(Person.student_uid, Person.id).where(Person.student_uid.in_(uids)))
    by_address: dict[str, list[int]] = {}
    for address, person_id in session.execute(select(Person.email, Person.id).where(Person.email.in_(addresses))):
        by_address.setdefault(address, []).append(person_id)
    return {uid: person_id for uid, person_id in by_uid if uid}, by_address


def departments_of(session: Session, slugs: Collection[str]) -> dict[str, str | None]:
    """Slug -> the department of the story that has it already."""
    found = session.execute(select(StoryRow.slug, StoryRow.department_code).where(StoryRow.slug.in_(slugs)))
    return dict(found.tuples().all())


def add(session: Session, drafts: Sequence[Draft], now: datetime) -> dict[str, int]:
    """New stories; slug -> id. A slug that is taken is a programming error (IntegrityError): see `put`."""
    if not drafts:
        return {}
    images = _images(session, drafts, now)
    rows = [_columns(draft, images) | {"created_at": now, "updated_at": now} for draft in drafts]
    session.execute(insert(StoryRow), rows)
    ids = _ids(session, [draft.slug for draft in drafts])
    _answered(session, drafts, ids, now)
    return ids


def put(session: Session, drafts: Sequence[Draft], now: datetime) -> Put:
    """Make the pool say what a source says, by slug; the same again changes nothing.

    A story that was withdrawn stays so and keeps what it has. A source never makes a draft of what is ready or used. A
    story that changes takes the text of the newsletters under way it stands in. Consents: see `_answered`.
    """
    database.lock(session, LOCK)
    slugs = [draft.slug for draft in drafts]
    known = {row.slug: row for row in session.scalars(select(StoryRow).where(StoryRow.slug.in_(slugs)))}
    new = [draft for draft in drafts if draft.slug not in known]
    add(session, new, now)
    standing = [draft for draft in drafts if draft.slug in known and known[draft.slug].status != StoryStatus.WITHDRAWN]
    images = _images(session, standing, now)
    changes = []
    for draft in standing:
        row, columns = known[draft.slug], _columns(draft, images)
        columns["status"] = _status(row.status, draft.status)
        if any(getattr(row, name) != value for name, value in columns.items() if name != "source"):
            changes.append(columns | {"source": row.source, "changing": row.id})
    # Campaigns are held before stories are changed, in the order of whoever renders.
    _answered(session, standing, _ids(session, [draft.slug for draft in standing]), now)
    _change(session, changes, now)
    return Put(len(new), len(changes), len(standing) - len(changes), len(known) - len(standing))


def _change(session: Session, changes: Sequence[dict[str, Any]], now: datetime) -> None:
    if not changes:
        return
    void_messages(session, [change["changing"] for change in changes])
    statement = update(StoryRow.__table__).where(StoryRow.__table__.c.id == bindparam("changing"))  # type: ignore[arg-type]
    session.execute(statement, [change | {"updated_at": now} for change in changes])
    session.expire_all()


def _status(before: StoryStatus, said: StoryStatus) -> StoryStatus:
    """Drafts become ready and anything may be withdrawn; what people made ready, or sent, no file makes a draft."""
    return said if before == StoryStatus.DRAFT or said == StoryStatus.WITHDRAWN else before


def _columns(draft: Draft, images: dict[str, int]) -> dict[str, Any]:
    told = {telling.language: telling for telling in draft.tellings}
    picture = draft.picture
    return {
        "slug": draft.slug,
        "kind": draft.kind.value,
        "department_code": draft.department_code,
        "title_sv": told["sv"].title if "sv" in told else "",
        "title_en": told["en"].title if "en" in told else "",
        "body_sv": told["sv"].body if "sv" in told else "",
        "body_en": told["en"].body if "en" in told else "",
        "link": draft.link,
        "image_id": None if picture is None else images[picture.digest],
        "image_alt_sv": "" if picture is None else picture.alt_sv,
        "image_alt_en": "" if picture is None else picture.alt_en,
        "person_id": draft.person_id,
        "portrays": draft.portrays,
        "happens_at": draft.happens_at,
        "place": draft.place,
        "publish_from": draft.publish_from,
        "publish_until": draft.publish_until,
        "channels": " ".join(sorted(channel.value for channel in draft.channels)),
        "status": draft.status,
        "source": draft.source,
    }


def _images(session: Session, drafts: Iterable[Draft], now: datetime) -> dict[str, int]:
    """Digest -> id of the pictures of these stories, entered where they are new."""
    pictures = {draft.picture.digest: draft.picture for draft in drafts if draft.picture}
    if not pictures:
        return {}
    rows = [
        {"digest": picture.digest, "width": picture.width, "height": picture.height, "created_at": now}
        for picture in pictures.values()
    ]
    session.execute(insert_or(session, Image).on_conflict_do_nothing(index_elements=["digest"]), rows)
    found = session.execute(select(Image.digest, Image.id).where(Image.digest.in_(pictures)))
    return dict(found.tuples().all())


def _ids(session: Session, slugs: Sequence[str]) -> dict[str, int]:
    found = session.execute(select(StoryRow.slug, StoryRow.id).where(StoryRow.slug.in_(slugs)))
    return dict(found.tuples().all())


def _answered(session: Session, drafts: Sequence[Draft], ids: dict[str, int], now: datetime) -> None:
    """Append the answers that are news: other than the newest one, and not older than it.

    So a file that is read again never takes back what the person has said since. A yes without a day counts only where
    nothing was answered before; a no without a day always does.
    """
    newest = _newest(session, [ids[draft.slug] for draft in drafts if draft.answers])
    rows: list[dict[str, Any]] = []
    for draft in drafts:
        for answer in draft.answers:
            before = newest.get((ids[draft.slug], draft.person_id, answer.channel))
            if _is_news(answer, before):
                rows.append(
                    {
                        "story_id": ids[draft.slug],
                        "person_id": draft.person_id,
                        "channel": answer.channel.value,
                        "given": answer.given,
                        "source": draft.source,
                        "wording": answer.wording,
                        "at": answer.at or now,
                    }
                )
    if rows:
        session.execute(insert(StoryConsent), rows)
        void_signatures(session, {int(row["story_id"]) for row in rows if not row["given"]})


def _is_news(answer: Answer, before: tuple[bool, datetime] | None) -> bool:
    if before is None:
        return True
    given, at = before
    return answer.given != given and (not answer.given if answer.at is None else answer.at >= at)


def _newest(session: Session, story_ids: Sequence[int]) -> dict[tuple[int, int | None, Channel], tuple[bool, datetime]]:
    found = session.scalars(select(StoryConsent).where(StoryConsent.story_id.in_(story_ids)).order_by(StoryConsent.id))
    return {(row.story_id, row.person_id, Channel(row.channel)): (row.given, row.at) for row in found}
