"""The stories somebody is in: what they have said to each place, and taking it back."""

from io import BytesIO

import pytest
from PIL import Image as Pillow
from sqlalchemy import func, insert, select
from starlette.testclient import TestClient

from outreach import clock, links
from outreach.database import session_scope
from outreach.models import (
    Campaign,
    EditionStory,
    Image,
    Message,
    Person,
    StoryConsent,
    StoryRow,
    StoryStatus,
)  # fmt: skip
from outreach.queries import stories, storing_stories
from outreach.queries.storing_stories import Answer, Draft
from outreach.settings import settings
from outreach.story import Channel, Kind, Telling
from tests.web.conftest import MakePerson, whole_database
from tests.web.test_story import answers_of, at, jpeg, story_fields, told


def mine(public_id: str = "kim") -> str:
    return f"{at(public_id)}/mine"


def save(client: TestClient, slug: str, *channels: str, public_id: str = "kim") -> int:
    data = {"story": slug, "matter": "save", "channel": list(channels)}
    return client.post(mine(public_id), data=data).status_code


def withdraw(client: TestClient, slug: str, public_id: str = "kim") -> int:
    return client.post(mine(public_id), data={"story": slug, "matter": "withdraw"}).status_code


@pytest.fixture
def slug(client: TestClient, kim: str) -> str:
    """A story Kim told, with a picture and a yes to newsletter and web, that the office has read."""
    files = {"picture": ("jag.jpg", jpeg(), "image/jpeg")}
    client.post(at(), data=story_fields(alt="Jag på taket"), files=files)
    [row] = told()
    with session_scope() as session:
        stories.make_ready(session, row.id, clock.now())
    return row.slug


def office_portrait(public_id: str, slug: str = "dsv-kim") -> str:
    """A portrait that a department wrote, with a yes to every channel recorded by the office."""
    with session_scope() as session:
        person_id = session.scalars(select(Person.id).where(Person.public_id == public_id)).one()
        draft = Draft(
            slug=slug,
            kind=Kind.PORTRAIT,
            department_code="dsv",
            tellings=(Telling("sv", "Kim i Kiruna", "Text."), Telling("en", "Kim in Kiruna", "Text.")),
            channels=frozenset({Channel.NEWSLETTER, Channel.WEB}),
            source="import",
            status=StoryStatus.READY,
            person_id=person_id,
            portrays=True,
            answers=(Answer(Channel.NEWSLETTER, True, "Mejl", clock.now()), Answer(Channel.WEB, True, "Mejl", None)),
        )
        storing_stories.add(session, [draft], clock.now())
    return slug


def usable() -> set[Channel]:
    with session_scope(reading=True) as session:
        return {channel for channel in Channel if stories.usable(session, channel, clock.today())}


def stands_in_a_newsletter(slug: str) -> int:
    """A campaign under way whose text holds the story; the message's id."""
    now = clock.now()
    with session_scope() as session:
        campaign = Campaign(
            key="quarterly-newsletter/2026-Q4/central", duty="quarterly-newsletter", period="2026-Q4", opened_at=now
        )
        session.add(campaign)
        session.flush()
        story_id = session.scalars(select(StoryRow.id).where(StoryRow.slug == slug)).one()
        where = {"campaign_id": campaign.id, "story_id": story_id, "section": "portrait", "position": 1}
        session.execute(insert(EditionStory).values(**where))
        message = Message(
            campaign_id=campaign.id, wave=1, variant="sv", language="sv", subject="S", preheader="P", html="<p>",
            text="T", digest="0" * 64, current=True, created_at=now,
        )  # fmt: skip
        session.add(message)
        session.flush()
        return message.id


def is_current(message_id: int) -> bool:
    with session_scope(reading=True) as session:
        return session.get_one(Message, message_id).current


def test_the_page_shows_each_story_with_what_was_said_to_each_place(client: TestClient, slug: str) -> None:
    before = whole_database()
    page = client.get(mine()).text
    assert "Från fält till stab" in page
    assert "Den är läst och kan användas." in page
    assert [f'value="{channel}" checked' in page for channel in Channel] == [True, True, False, False]
    assert whole_database() == before


def test_a_no_to_one_place_holds_there_and_voids_the_newsletter_under_way(client: TestClient, slug: str) -> None:
    message = stands_in_a_newsletter(slug)
    assert save(client, slug, "web") == 303
    assert usable() == {Channel.WEB}
    assert answers_of(told()[0].id)[2:] == [("newsletter", False, "story page")]
    assert not is_current(message)


def test_a_yes_to_another_place_counts_from_then_on_and_voids_nothing(client: TestClient, slug: str) -> None:
    message = stands_in_a_newsletter(slug)
    assert save(client, slug, "newsletter", "web", "linkedin_group") == 303
    assert usable() == {Channel.NEWSLETTER, Channel.WEB, Channel.LINKEDIN_GROUP}
    assert is_current(message)


def test_saving_what_holds_already_records_nothing(client: TestClient, slug: str) -> None:
    before = answers_of(told()[0].id)
    assert save(client, slug, "newsletter", "web") == 303
    assert answers_of(told()[0].id) == before


def test_taking_the_whole_story_back_deletes_what_was_told_and_its_picture(client: TestClient, slug: str) -> None:
    message = stands_in_a_newsletter(slug)
    assert list(settings().data_dir.glob("images/*.jpg"))
    assert withdraw(client, slug) == 303
    [row] = told()
    assert row.status == StoryStatus.WITHDRAWN
    assert (row.title_sv, row.body_sv, row.image_alt_sv, row.image_id) == ("", "", "", None)
    assert not is_current(message)
    assert usable() == set()
    assert not list(settings().data_dir.glob("images/*.jpg"))
    with session_scope(reading=True) as session:
        assert session.scalar(select(func.count()).select_from(Image)) == 0
        newest = select(StoryConsent.given).order_by(StoryConsent.id.desc()).limit(2)
        assert set(session.scalars(newest)) == {False}
    page = client.get(mine()).text
    assert "Den är tillbakatagen och används inte." in page
    assert "Från fält till stab" not in page
    assert save(client, slug, "newsletter", "web") == 303  # too late
    assert usable() == set()


def test_a_picture_that_another_story_shows_stays(client: TestClient, slug: str, make_person: MakePerson) -> None:
    files = {"picture": ("jag.jpg", jpeg(), "image/jpeg")}
    client.post(at(make_person("ada")), data=story_fields(alt="Vi på taket"), files=files)
    withdraw(client, slug)
    assert list(settings().data_dir.glob("images/*.jpg"))


def test_what_was_taken_back_may_be_told_again(client: TestClient, slug: str) -> None:
    withdraw(client, slug)
    assert client.post(at(), data=story_fields()).status_code == 303
    assert [row.status for row in told()] == [StoryStatus.WITHDRAWN, StoryStatus.DRAFT]


def test_who_is_shown_in_a_departments_portrait_takes_it_back_but_the_text_stays_theirs(
    client: TestClient, kim: str
) -> None:
    slug = office_portrait(kim)
    page = client.get(mine()).text
    assert "Alumnkontoret eller din institution skrev in den" in page
    assert 'value="linkedin_page"' not in page  # the department has not meant it for that
    assert save(client, slug, "web", "linkedin_page") == 303
    assert usable() == {Channel.WEB}
    assert withdraw(client, slug) == 303
    [row] = told()
    assert (row.status, row.title_sv) == (StoryStatus.WITHDRAWN, "Kim i Kiruna")
    assert usable() == set()


def test_nobody_changes_the_story_of_another(client: TestClient, slug: str, make_person: MakePerson) -> None:
    make_person("ada")
    before = whole_database()
    assert "Från fält till stab" not in client.get(mine("ada")).text
    assert save(client, slug, public_id="ada") == 422
    assert withdraw(client, slug, public_id="ada") == 422
    assert client.post(mine(), data={"story": slug, "matter": "publish"}).status_code == 422
    assert whole_database() == before


def test_pictures_are_served_for_good_and_to_any_page(client: TestClient, slug: str) -> None:
    with session_scope(reading=True) as session:
        digest = session.scalars(select(Image.digest)).one()
    answer = client.get(f"/images/{digest}-320.jpg")
    assert answer.status_code == 200
    assert Pillow.open(BytesIO(answer.content)).size == (320, 213)
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert client.head(f"/images/{digest}-320.jpg").headers["content-length"] == str(len(answer.content))


@pytest.mark.parametrize(
    "name",
    [
        "{digest}-321.jpg", "{digest}-0320.jpg", "{digest}-320.png", "{digest}-320.jpg.part", "{digest}-.jpg",
        "{digest}.jpg", "{upper}-320.jpg", "{digest}-٣٢٠.jpg", "{digest}--320.jpg", "{digest}-99999999999999999.jpg",
        "..%2F{digest}-320.jpg", "..%2Foutreach.db", "%2e%2e/secret_key", "x", ".jpg", "-.jpg",
    ],
)  # fmt: skip
def test_every_other_name_is_no_picture(client: TestClient, slug: str, name: str) -> None:
    with session_scope(reading=True) as session:
        digest = session.scalars(select(Image.digest)).one()
    answer = client.get(f"/images/{name.format(digest=digest, upper=digest.upper())}")
    assert answer.status_code == 404
    assert answer.headers["cache-control"] == "no-store"


def test_links_of_the_story_page_hold_for_its_use_only(client: TestClient, slug: str) -> None:
    for use in ("preferences", "join", "picture"):
        assert client.get(f"/story/{links.token(use, 'kim')}/mine").status_code == 400
