"""The pool in the portal: one's own stories alone, where they may be used, and deciding about them."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from outreach import clock, links
from outreach.database import session_scope
from outreach.models import Audit, ContributionRequest, Coordinator, Person, StoryStatus
from outreach.queries import stories, storing_stories, story_pool, viewing
from outreach.queries.storing_stories import Answer
from outreach.story import Channel, Kind, Telling
from tests.stories.conftest import TODAY, a_draft, current_texts, edition_with, pool, usable_slugs
from tests.web.portal.conftest import ANNA, HENRIK, TOVE, Visitor

Make = Callable[[str], Visitor]
DAY = timedelta(days=1)


@pytest.fixture
def asa(home: object) -> Callable[[], int]:
    """Put somebody into the register; their id."""

    def lay() -> int:
        now = clock.now()
        with session_scope() as session:
            values = {"public_id": "asa", "email": "asa@example.org", "created_at": now, "updated_at": now}
            values["address_hash"] = links.address_hash("asa@example.org")
            return session.execute(insert(Person).values(**values).returning(Person.id)).scalar_one()

    return lay


def lay(*slugs: str, **fields: object) -> None:
    """Stories of these names, each of the department in its name: `arkeologi-x`, `central-x`."""
    drafts = []
    for slug in slugs:
        code = slug.partition("-")[0]
        drafts.append(a_draft(slug, department_code=None if code == "central" else code, **fields))
    with session_scope() as session:
        storing_stories.add(session, drafts, clock.now())


def coordinator_id(email: str) -> int:
    with session_scope(reading=True) as session:
        return session.scalars(select(Coordinator.id).where(Coordinator.email == email)).one()


def test_department_finds_its_own_and_central_finds_all(db: str, visitor: Make) -> None:
    lay("arkeologi-a", "fysikum-b", "central-c")
    every = {"arkeologi-a", "fysikum-b", "central-c"}

    def shown(email: str) -> set[str]:
        page = visitor(email).get("/portal/stories").text
        return {slug for slug in every if f"/portal/stories/{slug}" in page}

    assert (shown(TOVE), shown(HENRIK), shown(ANNA)) == ({"arkeologi-a"}, {"fysikum-b"}, every)


def test_stories_are_counted_for_whom_they_belong_to(db: str, visitor: Make) -> None:
    lay("arkeologi-a", "fysikum-b", "fysikum-d", "central-c")
    counted = {}
    for email in (TOVE, HENRIK, ANNA):
        found = re.search(r"status=ready[^>]*>[^(]*\((\d+)\)", visitor(email).get("/portal/stories").text)
        counted[email] = found and int(found[1])
    assert counted == {TOVE: 1, HENRIK: 2, ANNA: 4}


def test_story_of_another_is_not_found_nor_decided_about(sqlite_db: str, visitor: Make) -> None:
    lay("fysikum-b", "central-c", status=StoryStatus.DRAFT)
    tove = visitor(TOVE)
    missing = tove.get("/portal/stories/finns-inte").text
    for slug in ("fysikum-b", "central-c", "finns-inte", "%00", "x" * 300):
        answer = tove.get(f"/portal/stories/{slug}")
        assert (answer.status_code, answer.text) == (404, missing)
        for decision in ("ready", "withdraw"):
            assert tove.send_form(f"/portal/stories/{slug}", decision=decision).status_code == 404
    assert {row.status for row in pool().values()} == {StoryStatus.DRAFT}


def test_draft_is_read_and_made_ready_and_it_stands_in_the_log(sqlite_db: str, visitor: Make) -> None:
    lay("arkeologi-a", status=StoryStatus.DRAFT, tellings=(Telling("sv", "Rubrik", "Brödtext <script>x</script>"),))
    tove = visitor(TOVE)
    page = tove.get("/portal/stories/arkeologi-a").text
    assert "Brödtext &lt;script&gt;" in page
    assert "ingen har läst den" in page
    answer = tove.send_form("/portal/stories/arkeologi-a?lang=en", decision="ready")
    assert answer.headers["location"] == "/portal/stories/arkeologi-a?lang=en&done=ready"
    after = tove.get(answer.headers["location"]).text
    assert "The story is ready to be used." in after
    assert 'value="ready"' not in after
    assert usable_slugs() == {"arkeologi-a"}
    tove.send_form("/portal/stories/arkeologi-a", decision="ready")
    with session_scope(reading=True) as session:
        noted = session.execute(select(Audit.actor, Audit.action).where(Audit.subject.like("story:%"))).all()
    assert [tuple(line) for line in noted] == [(f"coordinator:{coordinator_id(TOVE)}", "made_story_ready")]


def test_story_withdrawn_leaves_the_newsletter_under_way_and_cannot_come_back(db: str, visitor: Make) -> None:
    lay("arkeologi-a")
    campaign = edition_with("arkeologi-a")
    tove = visitor(TOVE)
    assert "2026-Q4 (på väg)" in tove.get("/portal/stories/arkeologi-a").text
    tove.send_form("/portal/stories/arkeologi-a", decision="withdraw")
    assert current_texts(campaign) == 0
    tove.send_form("/portal/stories/arkeologi-a", decision="ready")
    assert pool()["arkeologi-a"].status == StoryStatus.WITHDRAWN
    assert "/portal/stories/arkeologi-a" not in tove.get("/portal/stories").text
    assert "/portal/stories/arkeologi-a" in tove.get("/portal/stories?status=withdrawn").text


def test_looking_and_forged_forms_change_nothing(sqlite_db: str, visitor: Make) -> None:
    lay("arkeologi-a", status=StoryStatus.DRAFT)
    tove = visitor(TOVE)
    assert tove.get("/portal/stories/arkeologi-a?decision=ready").status_code == 200
    assert tove.post("/portal/stories/arkeologi-a", data={"decision": "ready"}).status_code == 403
    assert tove.send_form("/portal/stories/arkeologi-a", decision="erase").status_code == 422
    assert pool()["arkeologi-a"].status == StoryStatus.DRAFT


def test_page_says_a_story_may_be_used_exactly_where_it_may(db: str, asa: Callable[[], int]) -> None:
    """What the page says in words and what the newsletter and LinkedIn ask in SQL are one rule."""
    person = asa()
    shown = {"kind": Kind.PORTRAIT, "person_id": person, "portrays": True}
    said = tuple(Answer(channel, channel != Channel.WEB, "w", None) for channel in (Channel.NEWSLETTER, Channel.WEB))
    with session_scope() as session:
        storing_stories.add(
            session,
            [
                *(a_draft(f"status-{status.value}", status=status) for status in StoryStatus),
                a_draft("today", publish_from=TODAY, publish_until=TODAY),
                a_draft("tomorrow", publish_from=TODAY + DAY),
                a_draft("yesterday", publish_until=TODAY - DAY),
                a_draft("web-only", channels=frozenset({Channel.WEB})),
                a_draft("nobody-asked", **shown),
                a_draft("said", **shown, answers=said),
                a_draft("erased", kind=Kind.PORTRAIT, portrays=True),
                a_draft("no-title", tellings=()),
            ],
            clock.now(),
        )
    with session_scope(reading=True) as session:
        anna = viewing.of_coordinator(session, coordinator_id(ANNA))
        assert anna is not None
        found = story_pool.pool(session, anna, statuses=tuple(StoryStatus), most=100)
        for channel in Channel:
            told = {one.row.slug for one in found if not story_pool.hindrance(one, channel, TODAY)}
            assert told == {story.slug for story in stories.usable(session, channel, TODAY)}
            assert "said" in told or channel != Channel.NEWSLETTER


def test_consent_stands_beside_each_place(sqlite_db: str, visitor: Make, asa: Callable[[], int]) -> None:
    answers = (Answer(Channel.NEWSLETTER, True, "w", None), Answer(Channel.WEB, False, "w", None))
    lay("arkeologi-a", kind=Kind.PORTRAIT, person_id=asa(), portrays=True, answers=answers)
    page = " ".join(visitor(TOVE).get("/portal/stories/arkeologi-a?lang=en").text.split())
    assert "the newsletter: yes" in page
    assert "the web: no, whoever it shows has said no" in page
    assert "the LinkedIn page: no, whoever it shows has not said yes" in page


def test_department_is_told_what_it_was_asked_for_until_the_last_day(db: str, visitor: Make) -> None:
    def ask(email: str, deadline_in: int, reminder: int = 0) -> None:
        with session_scope() as session:
            session.execute(
                insert(ContributionRequest).values(
                    period="2026-Q4", coordinator_id=coordinator_id(email), reminder=reminder,
                    deadline=TODAY + deadline_in * DAY, asked_at=clock.now(),
                )
            )  # fmt: skip

    ask(TOVE, 0)
    ask(TOVE, 0, reminder=1)
    ask(HENRIK, -1)
    tove = visitor(TOVE)
    page = tove.get("/portal/stories").text
    assert page.count("berättelser till nyhetsbrevet 2026-Q4, senast söndag 22 november 2026") == 1
    assert "fast vi har påmint" in page
    assert "Ni har fått frågan" not in visitor(HENRIK).get("/portal/stories").text
    lay("arkeologi-a")
    assert "Något har kommit, tack." in tove.get("/portal/stories").text
