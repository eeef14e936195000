"""Pictures that no story shows are tidied away a day after they came, and no others."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from outreach import clock
from outreach.database import session_scope
from outreach.models import Export, Message, StoryRow, WebEdition
from outreach.queries import storing_stories
from outreach.settings import settings
from outreach.stories import images
from outreach.stories.images import Kept
from outreach.story import Picture
from tasks.tidy import delete_forgotten_pictures
from tests.stories.conftest import a_draft, edition_with, picture_bytes

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def noon(db: str) -> object:
    with clock.frozen(NOW):
        yield


def left(colour: str, ago: timedelta) -> Kept:
    """A picture that came in so long ago."""
    kept = images.keep(picture_bytes((700, 500), colour=colour))
    for path in folder().glob(f"{kept.digest}-*"):
        os.utime(path, ((NOW - ago).timestamp(),) * 2)
    return kept


def folder() -> Path:
    return settings().data_dir / "images"


def kept_pictures() -> set[str]:
    return {path.name.partition("-")[0] for path in folder().glob("*")}


def shown_in(slug: str, kept: Kept) -> None:
    picture = Picture(kept.digest, kept.width, kept.height, "Hav", "Sea")
    with session_scope() as session:
        storing_stories.add(session, [a_draft(slug, picture=picture)], clock.now())


def tidy() -> int:
    return delete_forgotten_pictures.fn()


def test_what_an_abandoned_form_left_goes_after_a_day_and_a_storys_picture_stays() -> None:
    old, new, shown = left("red", DAY + HOUR), left("blue", DAY - HOUR), left("green", 9 * DAY)
    shown_in("havet", shown)
    assert tidy() == 1
    assert kept_pictures() == {new.digest, shown.digest}
    assert images.file(old.digest, 320) is None
    assert tidy() == 0


def test_a_picture_whose_form_is_sent_again_counts_as_new() -> None:
    again, kept = left("red", 2 * DAY), left("blue", 2 * DAY)
    images.keep(picture_bytes((700, 500), colour="red"))
    assert images.hold(kept.digest, kept.width)
    with clock.frozen(datetime.now(UTC)):  # the files' own clock
        assert tidy() == 0
    assert kept_pictures() == {again.digest, kept.digest}
    assert not images.hold("0" * 64, 320)


def test_what_a_broken_write_left_goes_too() -> None:
    kept = left("red", HOUR)
    part = folder() / f"{kept.digest}-320.jpg.0123.part"
    part.touch()
    os.utime(part, ((NOW - 2 * DAY).timestamp(),) * 2)
    tidy()
    assert not part.exists()
    assert kept_pictures() == {kept.digest}


@pytest.mark.parametrize("where", ["letter", "page", "post", "nowhere"])
def test_a_picture_a_story_has_changed_stays_where_it_has_been_shown(where: str) -> None:
    kept = left("red", 2 * DAY)
    shown_in("havet", kept)
    campaign = edition_with("havet")
    address = f'<img src="https://alumni.example.org/images/{kept.digest}-640.jpg" alt="Hav">'
    with session_scope() as session:
        session.execute(update(StoryRow).values(image_id=None))
        if where == "letter":
            session.execute(update(Message).values(html=address))
        elif where == "page":
            page = {"campaign_id": campaign, "language": "sv", "slug": "2026-q4", "title": "t", "summary": ""}
            session.execute(insert(WebEdition).values(html=address, published_at=NOW, **page))
        elif where == "post":
            post = {"channel": "linkedin_page", "item": "story/havet", "period": "2026-W47", "scope": "central"}
            session.execute(insert(Export).values(post={"picture": kept.digest}, exported_at=NOW, **post))
    assert tidy() == (where == "nowhere")
    assert (kept.digest in kept_pictures()) == (where != "nowhere")


def test_without_any_picture_there_is_nothing_to_tidy() -> None:
    assert tidy() == 0
