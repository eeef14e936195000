"""Stories in files and in the pool, people they portray, and pictures good and bad."""

import csv
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import insert, select

from outreach import clock, links
from outreach.database import session_scope
from outreach.departments import departments
from outreach.models import Campaign, CampaignStatus, EditionStory, Message, Person, StoryConsent, StoryRow, StoryStatus
from outreach.queries import stories
from outreach.queries.storing_stories import Draft
from outreach.stories import StoriesSummary, import_stories
from outreach.story import Channel, Kind, Story, Telling

TODAY = date(2026, 11, 22)
NEWS = {
    "slug": "ny-prefekt",
    "kind": "news",
    "department": "",
    "title_sv": "Ny prefekt på institutionen",
    "title_en": "",
    "body_sv": "Från den **1 januari** leds institutionen av en tidigare student.",
    "body_en": "",
}


def first_code() -> str:
    return next(iter(departments()))


def news(slug: str = "ny-prefekt", **cells: str) -> dict[str, str]:
    return NEWS | {"slug": slug, "department": first_code()} | cells


def portrait(slug: str = "asa", uid: str = "u1", **cells: str) -> dict[str, str]:
    return news(slug, kind="portrait", student_uid=uid) | cells


def consenting(**answers: str) -> dict[str, str]:
    said = {f"consent_{channel}": answer for channel, answer in answers.items()}
    return said | {"consent_source": "form of 2026-11-01", "consent_date": "2026-11-01"}


def write_stories(path: Path, *rows: dict[str, str]) -> Path:
    headers = list(dict.fromkeys(header for row in rows for header in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, headers, restval="", delimiter=";")
        out.writeheader()
        out.writerows(rows)
    return path


@pytest.fixture
def take_in(tmp_path: Path) -> Callable[..., StoriesSummary]:
    """Import these rows from a CSV file."""

    def take_in_(*rows: dict[str, str]) -> StoriesSummary:
        return import_stories(write_stories(tmp_path / "stories.csv", *rows))

    return take_in_


@pytest.fixture
def enrolled(home: Path) -> Callable[..., int]:
    """Put somebody into the register; their id."""

    def enrolled_(uid: str, email: str | None = None) -> int:
        now, address = clock.now(), email or f"{uid}@example.org"
        person = {"public_id": f"p-{uid}-{address}"[:24], "student_uid": uid, "first_name": "Åsa", "last_name": "Ek"}
        with session_scope() as session:
            return session.execute(
                insert(Person)
                .values(
                    **person, email=address, address_hash=links.address_hash(address), created_at=now, updated_at=now
                )
                .returning(Person.id)
            ).scalar_one()

    return enrolled_


def reasons(folder: Path, name: str = "stories") -> list[str]:
    """The English reasons in the list of rejects, in its order."""
    with (folder / f"{name}.rejected.csv").open(encoding="utf-8-sig", newline="") as file:
        return [row["reason"] for row in csv.DictReader(file, delimiter=";")]


def pool() -> dict[str, StoryRow]:
    with session_scope(reading=True) as session:
        return {row.slug: row for row in session.scalars(select(StoryRow))}


def usable_slugs(channel: Channel = Channel.NEWSLETTER, day: date = TODAY) -> set[str]:
    return {story.slug for story in usable_stories(channel, day)}


def usable_stories(channel: Channel = Channel.NEWSLETTER, day: date = TODAY) -> list[Story]:
    with session_scope(reading=True) as session:
        return stories.usable(session, channel, day)


def all_answers() -> list[tuple[str, bool]]:
    with session_scope(reading=True) as session:
        found = session.execute(select(StoryConsent.channel, StoryConsent.given).order_by(StoryConsent.id))
        return list(found.tuples())


def a_draft(slug: str, **fields: object) -> Draft:
    plain = {
        "kind": Kind.NEWS,
        "department_code": None,
        "tellings": (Telling("sv", "Rubrik", "Text."),),
        "channels": frozenset(Channel),
        "source": "import",
        "status": StoryStatus.READY,
    }
    return Draft(slug=slug, **(plain | fields))  # type: ignore[arg-type]


def edition_with(*slugs: str, key: str = "n/2026-Q4/central", status: CampaignStatus = CampaignStatus.OPEN) -> int:
    """A newsletter whose current text holds these stories; its campaign's id."""
    now = clock.now()
    with session_scope() as session:
        campaign = session.execute(
            insert(Campaign).values(key=key, duty="n", period="2026-Q4", status=status, opened_at=now, parameters={})
            .returning(Campaign.id)
        ).scalar_one()  # fmt: skip
        for position, slug in enumerate(slugs):
            story = session.scalars(select(StoryRow.id).where(StoryRow.slug == slug)).one()
            session.execute(
                insert(EditionStory).values(campaign_id=campaign, story_id=story, section="news", position=position)
            )
        text = {"subject": "s", "preheader": "p", "html": "h", "text": "t", "digest": "d", "current": True}
        for language in ("sv", "en"):
            variant = {"variant": language, "language": language, "wave": 1, "created_at": now}
            session.execute(insert(Message).values(campaign_id=campaign, **variant, **text))
    return campaign


def current_texts(campaign: int) -> int:
    with session_scope(reading=True) as session:
        return len(session.scalars(select(Message).where(Message.campaign_id == campaign, Message.current)).all())


def picture_bytes(
    size: tuple[int, int] = (400, 300), form: str = "JPEG", colour: str = "teal", **save: object
) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, form, **save)
    return out.getvalue()
