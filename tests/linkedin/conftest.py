"""Stories to make posts of, in memory and in the pool, and what an export left."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from outreach import clock
from outreach.database import session_scope
from outreach.linkedin.exporting import Exported, export
from outreach.linkedin.post import Post
from outreach.models import Person, StoryStatus
from outreach.queries import stories
from outreach.queries.storing_stories import Draft, add
from outreach.stories import images
from outreach.story import Channel, Kind, Picture, Story, Telling
from tests.web.conftest import client

__all__ = ["client"]  # the web as anybody reaches it

PAGE, GROUP = Channel.LINKEDIN_PAGE, Channel.LINKEDIN_GROUP
BOTH = frozenset({PAGE, GROUP})
MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)  # seven in the morning at the office
WEEK = "2026-W48"

Put = Callable[..., int]


@pytest.fixture
def monday(home: Path) -> Any:
    """The clock at the hour the weekly run begins."""
    with clock.frozen(MONDAY):
        yield


@pytest.fixture
def put(monday: None) -> Put:
    """Put a ready story into the pool, for both channels unless told otherwise; its id."""

    def put_(slug: str, **fields: Any) -> int:
        given: dict[str, Any] = {"kind": Kind.NEWS, "department_code": None, "channels": BOTH, "source": "import"}
        given |= {
            "status": StoryStatus.READY,
            "tellings": (Telling("sv", f"Nyhet om {slug}", "En text. Och en till."),),
        }
        with session_scope() as session:
            return add(session, [Draft(slug=slug, **given | fields)], clock.now())[slug]

    return put_


@pytest.fixture
def portrait(put: Put) -> Callable[..., int]:
    """A portrait whose person has said yes to these channels."""

    def portrait_(slug: str, *yes: Channel, channels: frozenset[Channel] = BOTH) -> int:
        with session_scope() as session:
            someone = Person(
                public_id=slug,
                student_uid=slug,
                first_name="Ada",
                last_name="Ek",
                created_at=MONDAY,
                updated_at=MONDAY,
            )
            session.add(someone)
            session.flush()
            person_id = someone.id
        story_id = put(slug, kind=Kind.PORTRAIT, portrays=True, person_id=person_id, channels=channels)
        for channel in yes:
            say(story_id, channel, given=True)
        return story_id

    return portrait_


def say(story_id: int, channel: Channel, *, given: bool) -> None:
    """What the portrayed person says."""
    with session_scope() as session:
        stories.record_consent(
            session, story_id, channel, given=given, source="test", wording="Får vi?", now=clock.now()
        )


def kept_picture() -> Picture:
    """A picture of ours: red to the left, blue to the right."""
    picture = Image.new("RGB", (1600, 1000), "red")
    picture.paste("blue", (800, 0, 1600, 1000))
    data = BytesIO()
    picture.save(data, "PNG")
    kept = images.keep(data.getvalue())
    return Picture(kept.digest, kept.width, kept.height, "Rött och blått", "Red and blue")


def run(department: str | None = None, **options: Any) -> Exported:
    return export(department_code=department, **options)


def items(exported: Exported, channel: Channel = PAGE) -> list[str]:
    """What the posts of a channel are about, in their order."""
    return [post.item for post in exported.posts if post.channel is channel]


def digests(folder: Path) -> dict[str, str]:
    """Every file below a folder -> digest of its bytes."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


STORY = Story(
    id=1,
    slug="en-nyhet",
    kind=Kind.NEWS,
    department_code=None,
    tellings=(Telling("sv", "En nyhet", "Det här har hänt."),),
    link="https://www.example.org/nyhet",
    picture=None,
    person_id=None,
    happens_at=None,
    place="",
    publish_from=None,
    publish_until=None,
    channels=BOTH,
)


def story(**fields: Any) -> Story:
    return replace(STORY, **fields)


POST = Post(
    channel=PAGE,
    item="story/en-nyhet",
    kind="news",
    department_code=None,
    language="sv",
    hook="En nyhet",
    text="En nyhet\n\nDet här har hänt.\n\nLäs mer: https://www.example.org/nyhet\n\n#alumn",
    tags=("alumn",),
    link="https://www.example.org/nyhet",
    headline="En nyhet",
    picture="",
    picture_width=0,
    alt="",
    at=datetime(2026, 11, 24, 7, 30, tzinfo=UTC),
)


def post(**fields: Any) -> Post:
    return replace(POST, **fields)


def posts(count: int, minutes: int = 60) -> list[Post]:
    """So many posts, each so long after the one before."""
    return [post(item=f"story/{number}", at=POST.at + timedelta(minutes=minutes * number)) for number in range(count)]
