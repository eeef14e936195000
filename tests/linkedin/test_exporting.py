"""An export, whole: what becomes a post, once; what is taken out again; the files that lie there afterwards."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from PIL import Image
from sqlalchemy import delete, select

from outreach import clock
from outreach.database import session_scope
from outreach.errors import PermanentFailure, TemporaryFailure
from outreach.linkedin.exporting import export, take_out_forbidden, taken_out
from outreach.models import Export, StoryRow, StoryStatus
from outreach.queries import stories
from outreach.story import Channel, Kind, Telling
from tests.linkedin.conftest import BOTH, GROUP, MONDAY, PAGE, WEEK, Put, digests, items, kept_picture, run, say

Portrait = Callable[..., int]
TODAY = date(2026, 11, 23)


def statuses() -> dict[str, str]:
    with session_scope(reading=True) as session:
        return {row.slug: str(row.status) for row in session.scalars(select(StoryRow))}


def test_a_ready_story_becomes_a_post_of_each_of_its_channels_and_is_used(db: str, put: Put) -> None:
    put("alla")
    put("sidan", channels=frozenset({PAGE}))
    put("brevet", channels=frozenset({Channel.NEWSLETTER}))
    put("utkast", status=StoryStatus.DRAFT)
    put("kommer", publish_from=TODAY + timedelta(days=30))
    put("borta", publish_until=TODAY - timedelta(days=1))
    exported = run()
    assert set(items(exported)) == {"story/alla", "story/sidan"}
    assert items(exported, GROUP) == ["story/alla"]
    assert (exported.new, exported.waiting) == (3, 0)
    assert {slug for slug, status in statuses().items() if status == "used"} == {"alla", "sidan"}
    assert exported.sentence.startswith("2026-W48 has 2 posts for the page and 1 for the group, 3 new. Files: ")


def test_the_same_run_again_writes_the_same_bytes(db: str, put: Put) -> None:
    put("en", picture=kept_picture(), link="https://www.example.org/en")
    put("två", kind=Kind.EVENT, happens_at=MONDAY + timedelta(days=9), department_code="dsv")
    first = run()
    before = digests(first.folder)
    assert len(before) == 12  # calendar, page, 4 schedulers, headers, 2 bodies, 3 pictures
    with clock.frozen(MONDAY + timedelta(days=2, hours=5)):
        second = run()
    assert (second.new, second.posts) == (0, first.posts)
    assert digests(second.folder) == before


def test_when_the_last_time_of_a_week_has_passed_the_next_week_is_filled(db: str, put: Put) -> None:
    put("en")
    with clock.frozen(MONDAY + timedelta(days=6)):  # a Sunday
        sunday = run()
    assert sunday.week.name == "2026-W49"
    assert {post.at.isocalendar().week for post in sunday.posts} == {49}
    with clock.frozen(MONDAY + timedelta(days=7)):
        assert (run().week.name, run().new) == ("2026-W49", 0)


def test_writing_again_on_a_sunday_is_about_the_week_that_ends(db: str, put: Put) -> None:
    put("en")
    run()
    with clock.frozen(MONDAY + timedelta(days=6)):
        assert run(again=True).week.name == "2026-W48"


def test_a_story_is_not_exported_twice_to_a_channel_in_another_week_or_scope(db: str, put: Put) -> None:
    put("en", department_code="dsv")
    assert items(run("dsv")) == ["story/en"]
    assert items(run()) == []
    assert items(run(week="2026-W49")) == []
    put("två", department_code="dsv")
    assert items(run(week="2026-W49")) == ["story/två"]


def test_again_takes_what_was_exported_before_after_what_was_not(db: str, put: Put) -> None:
    put("gammal", channels=frozenset({PAGE}))
    run()
    with clock.frozen(MONDAY + timedelta(days=7)):
        put("ny", channels=frozenset({PAGE}), publish_from=TODAY - timedelta(days=300))
        assert items(run(again=True)) == ["story/ny", "story/gammal"]
        before = digests(run(again=True).folder)
        assert digests(run(again=True).folder) == before


def test_again_writes_what_a_story_says_now_at_the_time_it_had(db: str, put: Put) -> None:
    story_id = put("en", channels=frozenset({PAGE}))
    first = run()
    with session_scope() as session:
        row = session.get(StoryRow, story_id)
        assert row is not None
        row.title_sv = "Rättad rubrik"
    assert run().posts == first.posts
    again = run(again=True)
    assert (again.posts[0].hook, again.posts[0].at, again.anew) == ("Rättad rubrik", first.posts[0].at, 1)
    assert run().posts == again.posts


def test_a_department_exports_its_own_stories_into_a_folder_of_its_own_that_central_runs_leave(
    db: str, put: Put
) -> None:
    put("deras", department_code="dsv")
    put("andras", department_code="engelska")
    put("centralt")
    theirs = run("dsv")
    assert items(theirs) == ["story/deras"]
    before = digests(theirs.folder)
    central = run()
    assert set(items(central)) == {"story/andras", "story/centralt"}
    assert theirs.folder == central.folder / "dsv"
    assert digests(theirs.folder) == before


def test_no_two_posts_of_a_channel_have_one_time_whoever_exports(db: str, put: Put) -> None:
    for number in range(12):
        put(f"s{number}", department_code="dsv" if number % 2 else "engelska")
    posts = [*run("dsv").posts, *run("engelska").posts, *run().posts]
    assert len({(post.channel, post.at) for post in posts}) == len(posts)
    assert all(post.at > MONDAY for post in posts)


def test_what_finds_no_slot_waits_for_the_next_week(db: str, put: Put) -> None:
    for number in range(6):
        put(f"s{number}", channels=frozenset({PAGE}))
    first = run()
    assert (len(first.posts), first.waiting) == (4, 2)
    assert "2 more wait for a free slot." in first.sentence
    assert run().new == 0
    with clock.frozen(MONDAY + timedelta(days=7)):
        second = run()
    assert len(second.posts) == 2
    assert {post.item for post in first.posts + second.posts} == {f"story/s{number}" for number in range(6)}


def test_a_portrait_needs_consent_for_the_very_channel(db: str, portrait: Portrait) -> None:
    portrait("ada", PAGE)
    portrait("bo")
    exported = run()
    assert items(exported) == ["story/ada"]
    assert items(exported, GROUP) == []


def test_consent_taken_back_takes_the_post_out_of_the_week_and_the_run_says_so(db: str, portrait: Portrait) -> None:
    story_id = portrait("ada", PAGE, GROUP)
    exported = run()
    assert "Nyhet om ada" in (exported.folder / "index.html").read_text(encoding="utf-8")
    say(story_id, PAGE, given=False)
    after = run()
    assert (items(after), items(after, GROUP)) == ([], ["story/ada"])
    assert "Taken out, because it may not be shown any more: story/ada (linkedin_page, 2026-W48)." in after.sentence
    assert not list(after.folder.glob("posts-api/[0-9]*.json"))
    assert "Nyhet om ada" not in (after.folder / "buffer.csv").read_text(encoding="utf-8")
    with session_scope(reading=True) as session:
        texts = session.scalars(select(Export.post).where(Export.channel == PAGE.value)).all()
    assert texts == [{}]
    assert run().gone == ()


def test_a_withdrawn_story_leaves_weeks_that_are_over_too_and_an_empty_folder_goes(db: str, put: Put) -> None:
    story_id = put("en")
    folder = run().folder
    with session_scope() as session:
        stories.withdraw(session, story_id, clock.now())
    with clock.frozen(MONDAY + timedelta(days=14)):
        after = run()
    assert {(gone.item, gone.period) for gone in after.gone} == {("story/en", WEEK)}
    assert not folder.exists()
    assert after.posts == ()


def test_what_may_not_be_shown_any_more_leaves_the_files_without_an_export(db: str, portrait: Portrait) -> None:
    ada, bo = portrait("ada", PAGE, GROUP), portrait("bo", PAGE)
    with clock.frozen(MONDAY - timedelta(days=7)):
        before = run().folder
    assert take_out_forbidden() == ()
    untouched = digests(before)
    say(ada, PAGE, given=False)
    gone = take_out_forbidden()
    assert [(one.item, one.channel, one.period) for one in gone] == [("story/ada", PAGE, "2026-W47")]
    assert "story/ada (linkedin_page, 2026-W47). Is it posted already, delete it on LinkedIn." in taken_out(gone)
    page = (before / "buffer.csv").read_text(encoding="utf-8")
    assert ("Nyhet om ada" in page, "Nyhet om bo" in page) == (False, True)
    assert digests(before) != untouched
    with session_scope() as session:
        stories.withdraw(session, bo, clock.now())
    say(ada, GROUP, given=False)
    assert {one.item for one in take_out_forbidden()} == {"story/ada", "story/bo"}
    assert not before.exists()
    assert take_out_forbidden() == ()


def test_of_a_story_that_is_deleted_nothing_stays(db: str, put: Put) -> None:
    put("en")
    run()
    with session_scope() as session:
        session.execute(delete(StoryRow))
    assert {gone.item for gone in run().gone} == {"an erased story"}
    with session_scope(reading=True) as session:
        assert session.scalars(select(Export)).all() == []


def test_consent_given_anew_exports_again_only_when_asked(db: str, portrait: Portrait) -> None:
    story_id = portrait("ada", PAGE)
    run()
    say(story_id, PAGE, given=False)
    run()
    say(story_id, PAGE, given=True)
    assert items(run()) == []
    assert items(run(again=True)) == ["story/ada"]


def test_a_week_that_is_over_is_written_anew_but_gets_no_new_posts(db: str, put: Put) -> None:
    put("en")
    before = digests(run().folder)
    with clock.frozen(MONDAY + timedelta(days=7)):
        put("två")
        late = run(week=WEEK)
        assert set(items(late)) == {"story/en"}
        assert digests(late.folder) == before


def test_an_event_is_posted_before_it_happens_and_near_ones_go_first(db: str, put: Put) -> None:
    put("nyhet")
    put("snart", kind=Kind.EVENT, happens_at=MONDAY + timedelta(days=3))
    put("sedan", kind=Kind.EVENT, happens_at=MONDAY + timedelta(days=90))
    put("strax", kind=Kind.EVENT, happens_at=MONDAY + timedelta(hours=2))
    put("förbi", kind=Kind.EVENT, happens_at=MONDAY - timedelta(days=2))
    posts = [post.item for post in run().posts if post.channel is PAGE]
    assert posts[0] == "event/snart"
    assert set(posts) == {"event/snart", "story/nyhet", "event/sedan"}


def test_two_posts_in_a_row_are_of_different_kinds_where_there_are_such(db: str, put: Put) -> None:
    for number in range(3):
        put(f"fest{number}", kind=Kind.EVENT, happens_at=MONDAY + timedelta(days=10 + number))
    put("nyhet")
    kinds = [post.kind for post in run().posts if post.channel is PAGE]
    assert kinds == ["event", "news", "event", "event"]


def test_a_story_is_posted_on_a_day_of_its_publish_window(db: str, put: Put) -> None:
    put("fredag", publish_from=date(2026, 11, 27))
    put("tisdag", publish_until=date(2026, 11, 24))
    assert [(post.item, post.at.date()) for post in run().posts if post.channel is PAGE] == [
        ("story/tisdag", date(2026, 11, 24)),
        ("story/fredag", date(2026, 11, 27)),
    ]


def test_pictures_are_cropped_to_the_sizes_linkedin_shows(db: str, put: Put) -> None:
    put("en", picture=kept_picture(), channels=frozenset({PAGE}))
    folder = run().folder
    sizes = {}
    for path in folder.glob("pictures/*.jpg"):
        with Image.open(path) as picture:
            sizes[path.stem.partition("-")[2]] = picture.size
            left, right = picture.getpixel((20, 20)), picture.getpixel((picture.width - 20, 20))
        assert isinstance(left, tuple)
        assert isinstance(right, tuple)
        assert left[0] > 200 > 60 > left[2]
        assert right[2] > 200 > 60 > right[0]
    assert sizes == {"1200x627": (1200, 627), "1200x1200": (1200, 1200), "1080x1350": (1080, 1350)}
    body = orjson.loads((folder / "posts-api" / "1.json").read_bytes())
    assert body["content"]["media"]["altText"] == "Rött och blått"
    assert "/images/" in (folder / "buffer.csv").read_text(encoding="utf-8")


def test_a_post_without_a_picture_shows_its_address_as_an_article(db: str, put: Put) -> None:
    put("en", link="https://www.example.org/a_(b)", channels=frozenset({PAGE}))
    body = orjson.loads((run().folder / "posts-api" / "1.json").read_bytes())
    assert body["content"]["article"]["source"] == "https://www.example.org/a_%28b%29"
    assert set(body) == {
        "author", "commentary", "visibility", "distribution", "lifecycleState", "isReshareDisabledByAuthor", "content"
    }  # fmt: skip
    assert body["commentary"].endswith("Läs mer: https://www.example.org/a_%28b%29\n\n#StockholmsUniversitet #alumn")


@pytest.mark.parametrize("options", [{"department_code": "finns-inte"}, {"department_code": None, "week": "2026-W54"}])
def test_an_unknown_department_or_week_is_refused_and_nothing_is_written(
    sqlite_db: str, put: Put, options: dict[str, Any], tmp_path: Path
) -> None:
    put("en")
    with pytest.raises(PermanentFailure, match=r"There is no department 'finns-inte'|'2026-W54' is not a week"):
        export(**options)
    assert not (tmp_path / "var" / "exports").exists()


def test_a_folder_that_cannot_be_written_fails_in_a_sentence_and_the_next_run_writes_it_whole(
    sqlite_db: str, put: Put, tmp_path: Path
) -> None:
    put("en")
    blocked = tmp_path / "var" / "exports"
    blocked.parent.mkdir(parents=True, exist_ok=True)
    blocked.write_text("a file where the folder should be")
    with pytest.raises(TemporaryFailure, match="cannot be written"):
        run()
    blocked.unlink()
    exported = run()
    assert items(exported) == ["story/en"]
    assert (exported.folder / "index.html").is_file()


def test_whoever_dies_before_the_end_leaves_a_week_whole_and_the_next_run_takes_out_what_must_go(
    db: str, put: Put
) -> None:
    put("centralt")
    put("deras", department_code="dsv")
    theirs = run("dsv")
    central = run()
    new, old = (central.folder.with_name(f".{central.folder.name}.{word}") for word in ("new", "old"))
    before = digests(central.folder)
    new.mkdir()
    (new / "index.html").write_text("half")  # died while writing
    assert digests(run().folder) == before
    central.folder.rename(old)  # died between the two steps of the swap
    assert digests(run().folder) == before
    central.folder.rename(old)
    central.folder.mkdir()  # died after it
    assert digests(run().folder) == before
    assert digests(theirs.folder)
    assert [path.name for path in central.folder.parent.iterdir()] == [central.folder.name]


def test_a_limit_that_is_broken_leaves_the_old_files_as_they_were(
    sqlite_db: str, put: Put, tmp_path: Path, set_environment: Callable[..., None]
) -> None:
    put("en", channels=frozenset({PAGE}))
    folder = run().folder
    before = digests(folder)
    config = Path(__file__).parents[2] / "config"
    mine = tmp_path / "config"
    mine.mkdir()
    for name in ("settings.toml", "departments.csv", "duties.toml", "purposes.toml"):
        (mine / name).write_bytes((config / name).read_bytes())
    (mine / "linkedin").mkdir()
    strict = (
        (config / "linkedin" / "linkedin.toml").read_text(encoding="utf-8").replace("max_rows = 100", "max_rows = 1")
    )
    (mine / "linkedin" / "linkedin.toml").write_text(strict, encoding="utf-8")
    set_environment(config_dir=mine)
    put("två", channels=frozenset({PAGE}))
    with pytest.raises(PermanentFailure, match="Buffer cannot be written: it takes at most 1 posts, and there are 2"):
        run()
    assert digests(folder) == before
    assert statuses()["två"] == "ready"


def test_nothing_in_the_pool_makes_no_folder(sqlite_db: str, put: Put) -> None:
    exported = run()
    assert exported.sentence == "There is nothing to post in 2026-W48."
    assert not exported.folder.exists()


def test_both_channels_of_a_story_told_in_two_languages(sqlite_db: str, put: Put) -> None:
    put("en", tellings=(Telling("sv", "Hej", "Text."), Telling("en", "Hello", "Text.")), channels=BOTH)
    assert [(post.channel, post.language) for post in run().posts] == [(PAGE, "sv"), (GROUP, "both")]
