"""Which stories may be used: status, channel, window and consent, asked at the moment of use, on both databases."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from outreach import clock
from outreach.database import session_scope
from outreach.errors import PermanentFailure
from outreach.models import CampaignStatus, Person, StoryRow, StoryStatus
from outreach.queries import stories, storing_stories
from outreach.queries.stories import EVERY
from outreach.queries.storing_stories import Answer, Draft
from outreach.story import Channel, Kind, Picture, Telling
from tests.stories.conftest import (
    TODAY,
    a_draft,
    all_answers,
    current_texts,
    edition_with,
    first_code,
    pool,
    usable_slugs,
    usable_stories,
)

DAY = timedelta(days=1)


def added(*drafts: Draft) -> dict[str, int]:
    with session_scope() as session:
        return storing_stories.add(session, drafts, clock.now())


def says(slug: str, channel: Channel, given: bool) -> None:
    with session_scope() as session:
        story = session.scalars(select(StoryRow.id).where(StoryRow.slug == slug)).one()
        stories.record_consent(session, story, channel, given=given, source="page", wording="w", now=clock.now())


def test_only_what_is_ready_or_used_may_be_used(db: str) -> None:
    added(*(a_draft(status.value, status=status) for status in StoryStatus))
    assert usable_slugs() == {"ready", "used"}


def test_only_inside_the_window_and_newest_first(db: str) -> None:
    added(
        a_draft("open"),
        a_draft("from-today", publish_from=TODAY),
        a_draft("from-tomorrow", publish_from=TODAY + DAY),
        a_draft("until-today", publish_from=TODAY - 2 * DAY, publish_until=TODAY),
        a_draft("until-yesterday", publish_until=TODAY - DAY),
    )
    assert [story.slug for story in usable_stories()] == ["from-today", "until-today", "open"]


def test_only_in_its_channels(db: str) -> None:
    added(
        a_draft("page", channels=frozenset({Channel.LINKEDIN_PAGE})),
        a_draft("web", channels=frozenset({Channel.WEB})),
        a_draft("both", channels=frozenset({Channel.WEB, Channel.NEWSLETTER})),
    )
    assert usable_slugs(Channel.LINKEDIN_PAGE) == {"page"}
    assert usable_slugs(Channel.LINKEDIN_GROUP) == set()
    assert usable_slugs(Channel.WEB) == {"web", "both"}
    assert usable_slugs(Channel.NEWSLETTER) == {"both"}


def test_department_and_kind_narrow(db: str) -> None:
    added(a_draft("mine", department_code=first_code()), a_draft("central", kind=Kind.CAREER_TIP))
    with session_scope(reading=True) as session:

        def found(department: object, **more: object) -> set[str]:
            got = stories.usable(session, Channel.WEB, TODAY, department=department, **more)  # type: ignore[arg-type]
            return {story.slug for story in got}

        assert found(EVERY) == {"mine", "central"}
        assert found(None) == {"central"}
        assert found(first_code()) == {"mine"}
        assert found(EVERY, kinds=[Kind.CAREER_TIP, Kind.CALL]) == {"central"}


def test_portrait_needs_the_newest_answer_of_that_channel_to_be_yes(db: str, enrolled: Callable[..., int]) -> None:
    person = enrolled("u1")
    added(a_draft("asa", kind=Kind.PORTRAIT, person_id=person, portrays=True), a_draft("plain"))
    assert usable_slugs() == {"plain"}
    says("asa", Channel.WEB, True)
    assert (usable_slugs(), usable_slugs(Channel.WEB)) == ({"plain"}, {"asa", "plain"})
    says("asa", Channel.NEWSLETTER, True)
    assert usable_slugs() == {"asa", "plain"}
    says("asa", Channel.NEWSLETTER, False)
    assert (usable_slugs(), usable_slugs(Channel.WEB)) == ({"plain"}, {"asa", "plain"})
    says("asa", Channel.NEWSLETTER, True)
    assert usable_slugs() == {"asa", "plain"}


def test_consent_of_one_person_is_not_anothers(db: str, enrolled: Callable[..., int]) -> None:
    first, second = enrolled("u1"), enrolled("u2")
    yes = (Answer(Channel.NEWSLETTER, True, "w", clock.now()),)
    draft = a_draft("one", kind=Kind.PORTRAIT, person_id=first, portrays=True, answers=yes)
    added(draft)
    assert usable_slugs() == {"one"}
    with session_scope() as session:
        other = a_draft("one", kind=Kind.PORTRAIT, person_id=second, portrays=True)
        assert storing_stories.put(session, [other], clock.now()).changed == 1
    assert usable_slugs() == set()


def test_story_that_portrays_nobody_has_nobody_to_ask(db: str) -> None:
    ids = added(a_draft("plain"))
    with session_scope() as session, pytest.raises(PermanentFailure, match="'plain' portrays nobody"):
        stories.record_consent(
            session, ids["plain"], Channel.WEB, given=True, source="page", wording="w", now=clock.now()
        )


@pytest.mark.parametrize(
    ("channel", "given", "left"),
    [
        (Channel.NEWSLETTER, False, 0),
        (Channel.WEB, False, 0),
        (Channel.LINKEDIN_PAGE, False, 2),
        (Channel.NEWSLETTER, True, 2),
    ],
)
def test_no_takes_the_text_of_every_newsletter_under_way(
    db: str, enrolled: Callable[..., int], channel: Channel, given: bool, left: int
) -> None:
    added(a_draft("asa", person_id=enrolled("u1"), portrays=True), a_draft("plain"))
    holding = edition_with("asa", "plain")
    paused = edition_with("asa", key="n/paused", status=CampaignStatus.PAUSED)
    over = edition_with("asa", key="n/over", status=CampaignStatus.DONE)
    other = edition_with("plain", key="n/other")
    says("asa", channel, given)
    assert (current_texts(holding), current_texts(paused)) == (left, left)
    assert (current_texts(over), current_texts(other)) == (2, 2)


def test_withdrawn_story_takes_its_newsletters_and_never_comes_back(db: str) -> None:
    ids = added(a_draft("a"), a_draft("b"))
    campaign = edition_with("a", "b")
    with session_scope() as session:
        stories.withdraw(session, ids["a"], clock.now())
    assert (usable_slugs(), current_texts(campaign)) == ({"b"}, 0)
    with session_scope() as session:
        stories.mark_used(session, [ids["a"], ids["b"]], clock.now())
    assert {slug: row.status.value for slug, row in pool().items()} == {"a": "withdrawn", "b": "used"}
    with session_scope() as session, pytest.raises(PermanentFailure, match="was withdrawn"):
        stories.make_ready(session, ids["a"], clock.now())


def test_stories_are_found_by_id_slug_and_person(db: str, enrolled: Callable[..., int]) -> None:
    person = enrolled("u1")
    picture = Picture("d" * 64, 900, 600, "alt", "")
    ids = added(a_draft("a", picture=picture), a_draft("b", person_id=person, portrays=True))
    says("b", Channel.WEB, False)
    with session_scope(reading=True) as session:
        assert [story.slug for story in stories.by_ids(session, [ids["b"], 999, ids["a"]])] == ["b", "a"]
        found = stories.by_slug(session, "a")
        assert found is not None
        assert found.picture == picture
        assert picture.widths == (320, 640, 900)
        assert stories.by_slug(session, "c") is None
        assert [row.slug for row in stories.of_person(session, person)] == ["b"]
        assert {row.slug for row in stories.listed(session, statuses=[StoryStatus.READY])} == {"a", "b"}
        assert stories.answers(session, ids["b"]) == {Channel.WEB: False}
        with pytest.raises(PermanentFailure, match="no story 999"):
            stories.row(session, 999)


def test_picture_of_two_stories_is_entered_once(db: str) -> None:
    picture = Picture("d" * 64, 900, 600, "alt", "")
    added(a_draft("a", picture=picture))
    added(a_draft("b", picture=picture), a_draft("c", picture=picture))
    assert len({row.image_id for row in pool().values()}) == 1


def test_story_told_in_nothing_is_never_shown(db: str) -> None:
    added(a_draft("empty", tellings=()), a_draft("english", tellings=(Telling("en", "Title", "Text"),)))
    assert usable_slugs() == {"english"}


@given(st.lists(st.tuples(st.sampled_from(Channel), st.booleans()), max_size=12))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_said_in_whatever_order_the_last_word_of_each_channel_holds(
    sqlite_db: str, said: list[tuple[Channel, bool]]
) -> None:
    with session_scope(rehearsing=True) as session:
        now = clock.now()
        person = session.execute(
            insert(Person).values(public_id="p", created_at=now, updated_at=now).returning(Person.id)
        ).scalar_one()
        draft = a_draft("asa", person_id=person, portrays=True)
        story = storing_stories.add(session, [draft], now)["asa"]
        for channel, given_ in said:
            stories.record_consent(session, story, channel, given=given_, source="page", wording="w", now=now)
        last = dict(said)
        for channel in Channel:
            shown = {one.slug for one in stories.usable(session, channel, date(2026, 11, 22))}
            assert shown == ({"asa"} if last.get(channel) else set())
    assert all_answers() == []
