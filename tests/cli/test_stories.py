"""`outreach stories`: what those who look after the pool see and do."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select
from typer.testing import CliRunner

from outreach import clock
from outreach.cli import stories as command
from outreach.cli.commands import app
from outreach.database import session_scope
from outreach.errors import PermanentFailure
from outreach.models import Audit, Person, StoryRow, StoryStatus
from outreach.queries import stories, storing_stories
from outreach.queries.storing_stories import Answer, Draft
from outreach.story import Channel, Kind, Telling

WEB_ONLY = (Answer(Channel.WEB, True, "Ja", None), Answer(Channel.NEWSLETTER, False, "Nej", None))


def lay(slug: str, *, shows: bool = False, answers: tuple[Answer, ...] = (), **fields: object) -> None:
    now = clock.now()
    with session_scope() as session:
        person_id = None
        if shows:
            values = {"public_id": slug, "first_name": "Kim", "last_name": "Öberg", "language": "sv"}
            added = insert(Person).values(**values, student_uid=slug, created_at=now, updated_at=now)
            person_id = session.scalar(added.returning(Person.id))
        draft = Draft(
            slug=slug,
            kind=Kind.PORTRAIT if shows else Kind.NEWS,
            department_code="dsv" if shows else None,
            tellings=(Telling("sv", f"Om {slug}", "Första.\n\nAndra \x1b[31mröd."),),
            channels=frozenset({Channel.NEWSLETTER, Channel.WEB, Channel.LINKEDIN_PAGE}),
            source="page",
            person_id=person_id,
            portrays=shows,
            answers=answers,
            **fields,  # type: ignore[arg-type]
        )
        storing_stories.add(session, [draft], now)


def outreach(*words: str) -> str:
    result = CliRunner().invoke(app, ["stories", *words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_list_shows_where_each_may_be_used_or_why_nowhere(db: str) -> None:
    lay("nyhet", status=StoryStatus.READY)
    lay("utkast")
    lay("kim", shows=True, answers=WEB_ONLY, status=StoryStatus.READY)
    lay("sedan", status=StoryStatus.READY, publish_from=clock.today() + timedelta(days=3))
    lines = outreach("list").splitlines()
    where = {first.split()[1]: second.strip() for first, second in zip(lines[::2], lines[1::2], strict=True)}
    assert where == {
        "nyhet": "may be used in newsletter, web, linkedin_page",
        "utkast": "may not be used: it is a draft; when it has been read: outreach stories ready utkast",
        "kim": "may be used in web",
        "sedan": "may not be used: it is published from 2026-11-25",
    }
    assert "utkast" in outreach("list", "--status", "draft")
    assert "nyhet" not in outreach("list", "--status", "draft")
    assert outreach("list", "--department", "dsv").splitlines()[0].split()[1] == "kim"
    assert outreach("list", "--status", "used") == "There are no such stories.\n"


def test_show_says_for_each_channel_why_not_and_names_nobody(sqlite_db: str) -> None:
    lay("kim", shows=True, answers=WEB_ONLY, status=StoryStatus.READY)
    shown = outreach("show", "kim")
    assert "newsletter: no, whoever it shows said no\n" in shown
    assert "web: may be used\n" in shown
    assert "linkedin_page: no, whoever it shows has not said yes\n" in shown
    assert "linkedin_group: no, it is not meant for this channel\n" in shown
    assert "[sv] Om kim\n\nFörsta.\n\nAndra  [31mröd." in shown  # nothing that steers a terminal
    assert "Öberg" not in shown


def test_a_draft_is_released_once_read_and_withdrawn_for_good(db: str) -> None:
    lay("utkast")
    assert outreach("ready", "utkast") == "utkast is ready; may be used in newsletter, web, linkedin_page.\n"
    assert outreach("ready", "utkast").startswith("utkast is ready")
    assert "written anew" in outreach("withdraw", "utkast")
    with pytest.raises(PermanentFailure, match="withdrawn already"):
        outreach("withdraw", "utkast")
    with pytest.raises(PermanentFailure, match="cannot be used again"):
        outreach("ready", "utkast")
    with session_scope(reading=True) as session:
        assert session.scalars(select(StoryRow.status)).one() == StoryStatus.WITHDRAWN
        actions = list(session.scalars(select(Audit.action).order_by(Audit.id)))
    assert actions == ["made_story_ready", "made_story_ready", "withdrew_story"]


@pytest.mark.parametrize("word", ["show", "ready", "withdraw"])
def test_a_story_nobody_knows_is_a_sentence(sqlite_db: str, word: str) -> None:
    with pytest.raises(PermanentFailure, match="There is no story 'nope'"):
        outreach(word, "nope")


def test_what_the_words_say_is_what_the_query_does(db: str) -> None:
    """For every status, window, answer and channel: "may be used" here, and only here, means usable there."""
    today = clock.today()
    windows = [(None, None), (today, today), (today + timedelta(days=1), None), (None, today - timedelta(days=1))]
    for number, status in enumerate(StoryStatus):
        for place, (first, last) in enumerate(windows):
            for shows in (False, True):
                lay(
                    f"s{number}-{place}-{shows}".lower(), shows=shows, answers=WEB_ONLY if shows else (),
                    status=status, publish_from=first, publish_until=last,
                )  # fmt: skip
    with session_scope(reading=True) as session:
        said = {
            (row.slug, channel)
            for row in stories.listed(session)
            for channel, why in command.hindrances(row, stories.answers(session, row.id), today).items()
            if not why
        }
        done = {(story.slug, channel) for channel in Channel for story in stories.usable(session, channel, today)}
    assert said == done
    assert len(said) == 2 * 2 * (3 + 1)
