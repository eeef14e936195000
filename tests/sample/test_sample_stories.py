"""The sample's stories: a folder as an office would have it, which the real import takes in whole."""

import re
from collections import Counter
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image
from sqlalchemy import select

from outreach import clock
from outreach.database import session_scope
from outreach.departments import departments
from outreach.models import Person, StoryRow
from outreach.queries import stories as pool
from outreach.register import import_file
from outreach.sample import register, write_sample, write_stories
from outreach.sample.pictures import ALTS, SCENES, picture
from outreach.sample.telling import markdown, stories
from outreach.stories import import_stories
from outreach.story import Channel, Kind

DAY = date(2026, 11, 22)
SEASONAL = re.compile(
    r"\b(?:jul|lucia|påsk|vår(?:en|ens|as|terminen)?|höst(?:en|ens|as|terminen)?|sommar(?:en)?|somras|vinter(?:n|fåglar)?|"
    r"vintras|januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december|Christmas|Easter|"
    r"spring|summer|autumn|winter|January|February|March|April|May|June|July|August|September|October|November|"
    r"December|mörkret är som|darkest)\b",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    written = tmp_path_factory.mktemp("stories")
    write_stories(written, people=3000, seed=7, today=DAY)
    return written


def test_sixty_stories_of_twenty_departments_of_every_kind_in_both_languages(home: Path) -> None:
    told = stories()
    assert len({story["slug"] for story in told}) == len(told) == 60
    named = {story["department"] for story in told if "department" in story}
    assert len(named) == 20
    assert named < set(departments())
    assert {story["kind"] for story in told} == set(Kind)
    languages = Counter("".join(sorted(key[-2:] for key in story if key.startswith("title_"))) for story in told)
    assert languages["ensv"] > 45
    assert languages["sv"] >= 3
    assert languages["en"] >= 2
    assert sum(len(story.get("consents", [])) < len(Channel) for story in told if story["kind"] == "portrait") >= 5


def test_no_two_stories_say_the_same_and_none_is_a_template_of_another() -> None:
    for language in ("sv", "en"):
        bodies = [story[f"body_{language}"] for story in stories() if f"body_{language}" in story]
        sentences = Counter(
            sentence.strip() for body in bodies for sentence in re.split(r"(?<=[.?!”])\s+", body) if len(sentence) > 25
        )
        assert [sentence for sentence, count in sentences.items() if count > 1] == []
        assert all(40 <= len(body.split()) <= 130 for body in bodies)


def test_every_text_is_set_as_a_printer_would() -> None:
    for story in stories():
        for name in ("title_sv", "body_sv", "title_en", "body_en", "place"):
            text = str(story.get(name, ""))
            assert '"' not in text, story["slug"]
            assert not re.search(r" - | -- |[ \t]\n|  |–|—|\.\.\.", text), story["slug"]
        assert "“" not in story.get("body_sv", ""), story["slug"]
        assert "”" not in re.sub(r"“[^”]*”", "", story.get("body_en", "")), story["slug"]


def test_no_story_says_a_season_as_a_sample_is_written_on_any_day() -> None:
    """Its dates are counted from the day it is written: a story of the winter's would come out in June."""
    texts = {
        story["slug"]: " ".join(value for value in story.values() if isinstance(value, str)) for story in stories()
    }
    assert {slug: found for slug, text in texts.items() if (found := SEASONAL.findall(text))} == {}


def test_a_portrait_has_a_name_and_nothing_else_has_one() -> None:
    for story in stories():
        for language in ("sv", "en"):
            body = story.get(f"body_{language}", "")
            assert not body or ("{name}" in body) == (story["kind"] == "portrait"), story["slug"]


@pytest.mark.parametrize("scene", sorted(SCENES))
def test_a_picture_is_the_same_for_the_same_name_and_another_for_another(scene: str) -> None:
    first = picture(scene, "one")
    assert picture(scene, "one") == first
    assert picture(scene, "two") != first
    assert Image.open(BytesIO(first)).size == (1200, 627)
    assert len(first) < 400_000
    assert set(ALTS[scene]) == {"sv", "en"}


def test_a_tall_picture_has_the_shape_of_a_portrait() -> None:
    assert Image.open(BytesIO(picture("portrait", "one", tall=True))).size == (1080, 1350)


def test_the_same_seed_and_day_write_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    write_stories(tmp_path, people=3000, seed=7, today=DAY)
    names = sorted(path.name for path in folder.iterdir())
    assert len(names) == 120
    assert sorted(path.name for path in tmp_path.iterdir()) == names
    assert all((tmp_path / name).read_bytes() == (folder / name).read_bytes() for name in names)


def test_the_real_import_takes_in_every_story_and_their_people_have_said_yes_or_no(
    folder: Path, sqlite_db: str, tmp_path: Path
) -> None:
    write_sample(tmp_path / "students.csv", people=3000, seed=7, today=DAY)
    import_file("students", tmp_path / "students.csv")
    summary = import_stories(folder)
    assert (summary.added, summary.rejected) == (60, 0)
    assert import_stories(folder).unchanged == 60
    expected = {story["slug"]: set(story["consents"]) for story in stories() if story["kind"] == "portrait"}
    with session_scope(reading=True) as session:
        portraits = session.scalars(select(StoryRow).where(StoryRow.portrays)).all()
        said = {row.slug: {c.value for c, given in pool.answers(session, row.id).items() if given} for row in portraits}
        names = {row.slug: session.get_one(Person, row.person_id).first_name for row in portraits}
        assert said == expected
        assert all(names[row.slug] in row.body_sv for row in portraits)
        assert len({row.person_id for row in portraits}) == len(portraits)
        usable = {channel: len(pool.usable(session, channel, clock.today())) for channel in Channel}
        events = pool.usable(session, Channel.NEWSLETTER, clock.today(), kinds=(Kind.EVENT,))
    assert all(count > 35 for count in usable.values())
    assert usable[Channel.NEWSLETTER] > usable[Channel.LINKEDIN_GROUP]
    assert len(events) >= 6
    assert all(event.happens_at is not None and event.happens_at > clock.now() for event in events)


@pytest.mark.parametrize("day", [DAY + timedelta(days=number) for number in range(7)])
def test_no_event_is_on_a_weekend_and_none_is_past(day: date) -> None:
    for story in stories():
        if found := re.search(r"^happens_at: '?(\S+) ", markdown(story, None, day), re.MULTILINE):
            assert day < date.fromisoformat(found[1])
            assert date.fromisoformat(found[1]).weekday() < 5


@pytest.mark.parametrize("people", [5])
def test_a_small_register_lends_its_people_to_the_portraits(tmp_path: Path, people: int) -> None:
    write_stories(tmp_path, people=people, seed=1, today=DAY)
    known = set(register(people=people, seed=1, today=DAY)[0]["student_uid"])
    shown = {
        found[1]
        for path in tmp_path.glob("*.md")
        if (found := re.search(r"^student_uid: (\S+)$", path.read_text(encoding="utf-8"), re.MULTILINE))
    }
    assert shown
    assert shown <= known


def test_no_address_of_a_story_leads_to_anyone() -> None:
    hosts = pd.Series([story["link"] for story in stories() if "link" in story]).str.extract(r"^https://([^/]+)/")[0]
    assert hosts.str.fullmatch(r"(?:www|alumni)\.example\.org").all()
