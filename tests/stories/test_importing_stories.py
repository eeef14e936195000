"""Stories from CSV, XLSX and Markdown: each once, changed when they change, nothing the second time."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outreach import clock, database
from outreach.errors import PermanentFailure
from outreach.models import StoryStatus
from outreach.queries import stories
from outreach.stories import StoriesSummary, images, import_stories
from outreach.story import Channel, Kind
from tests.stories.conftest import (
    all_answers,
    consenting,
    current_texts,
    edition_with,
    first_code,
    news,
    picture_bytes,
    pool,
    portrait,
    usable_slugs,
    usable_stories,
    write_stories,
)

Take = Callable[..., StoriesSummary]
LATER = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


def counted(summary: StoriesSummary) -> tuple[int, int, int, int]:
    return summary.added, summary.changed, summary.unchanged, summary.rejected


def test_story_comes_in_with_everything_it_has(db: str, take_in: Take, tmp_path: Path) -> None:
    (tmp_path / "bilder").mkdir()
    (tmp_path / "bilder" / "fest.jpg").write_bytes(picture_bytes())
    summary = take_in(
        news(
            kind="evenemang",
            title_en="New head",
            body_en="From January.",
            link="https://example.org/a?b=c&d=å",
            image="bilder/fest.jpg",
            image_alt_sv="En fest",
            tid="2026-12-03 18:30",
            plats="Aula Magna",
            publish_from="2026-11-01",
            kanaler="nyhetsbrev, webb",
        )
    )
    assert counted(summary) == (1, 0, 0, 0)
    (story,) = usable_stories()
    assert (story.slug, story.kind, story.department_code) == ("ny-prefekt", Kind.EVENT, first_code())
    assert [(told.language, told.title) for told in story.tellings] == [("sv", NEWS_TITLE), ("en", "New head")]
    assert story.happens_at == datetime(2026, 12, 3, 17, 30, tzinfo=UTC)
    assert (story.place, story.link) == ("Aula Magna", "https://example.org/a?b=c&d=å")
    assert (story.publish_from, story.publish_until) == (date(2026, 11, 1), date(2026, 12, 3))
    assert story.channels == {Channel.NEWSLETTER, Channel.WEB}
    assert story.picture is not None
    assert story.picture.alt("en") == "En fest"
    assert all(images.file(story.picture.digest, width) for width in story.picture.widths)


NEWS_TITLE = "Ny prefekt på institutionen"


def test_same_file_twice_changes_nothing(db: str, take_in: Take, enrolled: Callable[..., int], tmp_path: Path) -> None:
    enrolled("u1")
    (tmp_path / "a.png").write_bytes(picture_bytes(form="PNG"))
    rows = (news(), portrait(image="a.png", image_alt_en="Åsa", **consenting(newsletter="ja", web="nej")))
    assert counted(take_in(*rows)) == (2, 0, 0, 0)
    before, said = {slug: vars(row).copy() for slug, row in pool().items()}, all_answers()
    with clock.frozen(LATER):
        assert counted(take_in(*rows)) == (0, 0, 2, 0)
    after = {slug: vars(row).copy() for slug, row in pool().items()}
    for row in (*before.values(), *after.values()):
        row.pop("_sa_instance_state")
    assert after == before
    assert all_answers() == said == [("newsletter", True), ("web", False)]


def test_changed_row_changes_the_story_and_takes_the_text_it_stands_in(db: str, take_in: Take) -> None:
    take_in(news(), news("annan"))
    with_it, without = edition_with("ny-prefekt"), edition_with("annan", key="n/2026-Q4/other")
    assert counted(take_in(news(body_sv="Något annat."), news("annan"))) == (0, 1, 1, 0)
    assert pool()["ny-prefekt"].body_sv == "Något annat."
    assert (current_texts(with_it), current_texts(without)) == (0, 2)


def test_withdrawn_story_stays_withdrawn(db: str, take_in: Take) -> None:
    take_in(news())
    with database.session_scope() as session:
        stories.withdraw(session, pool()["ny-prefekt"].id, clock.now())
    summary = take_in(news(body_sv="Något annat."))
    assert (*counted(summary), summary.withdrawn) == (0, 0, 0, 0, 1)
    assert pool()["ny-prefekt"].status == StoryStatus.WITHDRAWN
    assert pool()["ny-prefekt"].body_sv == news()["body_sv"]


def test_file_withdraws_a_story_and_makes_none_a_draft(db: str, take_in: Take) -> None:
    take_in(news("a", status="utkast"), news("b"), news("c"))
    assert usable_slugs() == {"b", "c"}
    with database.session_scope() as session:
        stories.make_ready(session, pool()["a"].id, clock.now())
        stories.mark_used(session, [pool()["b"].id], clock.now())
    take_in(news("a", status="utkast"), news("b"), news("c", status="tillbakadragen"))
    assert {slug: row.status.value for slug, row in pool().items()} == {"a": "ready", "b": "used", "c": "withdrawn"}
    assert usable_slugs() == {"a", "b"}


def test_slug_is_made_of_department_and_title_when_there_is_none(sqlite_db: str, take_in: Take) -> None:
    take_in(news(""), news("", department="", title_sv="مرحبا"))
    mine, arabic = sorted(pool(), key=lambda slug: slug.startswith("central-"))
    assert mine.endswith("-ny-prefekt-pa-institutionen")
    assert arabic.startswith("central-")
    assert counted(take_in(news(""), news("", department="", title_sv="مرحبا"))) == (0, 0, 2, 0)


def test_repeated_row_is_taken_once(sqlite_db: str, take_in: Take) -> None:
    summary = take_in(news(), news())
    assert (*counted(summary), summary.repeated, summary.read) == (1, 0, 0, 0, 1, 2)


def test_swedish_columns_and_words_mean_the_same(sqlite_db: str, tmp_path: Path) -> None:
    row = {
        "Kortnamn": "mentor", "Typ": "Mentorer", "Institution": "", "Rubrik": "Bli mentor", "Text": "Hör av dig!",
        "Länk": "mailto:alumn@example.org", "Publiceras från": "2026-11-01", "Kanaler": "nyhetsbrev", "Anteckning": "x",
    }  # fmt: skip
    assert import_stories(write_stories(tmp_path / "a.csv", row)).added == 1
    (story,) = usable_stories()
    assert (story.kind, story.told_in("en").title, story.told_in("en").language) == (Kind.MENTORS, "Bli mentor", "sv")


def test_workbook_is_read(sqlite_db: str, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["slug", "typ", "titel", "text", "publish_from"])
    sheet.append(["a", "nyhet", "Rubrik", "Första stycket.\n\nAndra stycket.", date(2026, 11, 2)])
    book.save(tmp_path / "berättelser.xlsx")
    assert import_stories(tmp_path / "berättelser.xlsx").added == 1
    (story,) = usable_stories()
    assert story.told_in("sv").body == "Första stycket.\n\nAndra stycket."
    assert story.publish_from == date(2026, 11, 2)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"slug": "a", "titel": "b"}, "'kind' is missing"),
        ({"kind": "news", "titel": "b", "rubrik": "c"}, "two columns mean 'title'"),
        ({"kind": "news", "titlle_sv": "b"}, "did you mean 'title_sv'"),
    ],
)
def test_file_whose_columns_cannot_be_told_is_refused_whole(
    sqlite_db: str, tmp_path: Path, row: dict[str, str], words: str
) -> None:
    with pytest.raises(PermanentFailure, match=words):
        import_stories(write_stories(tmp_path / "a.csv", row))
    assert pool() == {}


def test_consent_in_a_file_never_overrules_what_the_person_said_since(
    db: str, take_in: Take, enrolled: Callable[..., int]
) -> None:
    enrolled("u1")
    take_in(portrait(**consenting(newsletter="ja", web="ja")))
    assert usable_slugs() == {"asa"}
    with database.session_scope() as session:
        story = pool()["asa"].id
        stories.record_consent(
            session, story, Channel.NEWSLETTER, given=False, source="page", wording="w", now=clock.now()
        )
    take_in(portrait(body_sv="Ny text.", **consenting(newsletter="ja", web="ja")))
    assert (usable_slugs(), usable_slugs(Channel.WEB)) == (set(), {"asa"})
    take_in(portrait(consent_newsletter="ja", consent_source="phone", consent_date="2026-11-22"))
    assert usable_slugs() == set()  # the same day: nobody can tell which came last
    with clock.frozen(LATER):
        take_in(portrait(consent_newsletter="ja", consent_source="phone", consent_date="2026-11-24"))
    assert usable_slugs() == {"asa"}


def test_no_in_a_file_takes_the_portrait_and_the_text_it_stands_in(
    db: str, take_in: Take, enrolled: Callable[..., int]
) -> None:
    enrolled("u1")
    take_in(portrait(**consenting(newsletter="ja")))
    campaign = edition_with("asa")
    take_in(portrait(consent_newsletter="nej"))
    assert (usable_slugs(), current_texts(campaign)) == (set(), 0)


# Files: any text that a person could write, in any script, with emoji and right-to-left; without what is taken out.
TAKEN_OUT = "\u2028\u2029\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
LETTERS = st.characters(exclude_categories=["Cc", "Cs"], exclude_characters=TAKEN_OUT + "<>[]()!`")
WRITTEN = st.text(LETTERS, min_size=1, max_size=60).filter(lambda text: text.strip() != "")


@given(st.lists(st.tuples(WRITTEN, WRITTEN), min_size=1, max_size=5))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_text_of_any_script_comes_back_as_it_was_written(
    sqlite_db: str, tmp_path: Path, texts: list[tuple[str, str]]
) -> None:
    folder = tmp_path / "texts"
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.md"):
        old.unlink()
    for number, (title, body) in enumerate(texts):
        quoted = title.replace("'", "''")
        (folder / f"t{number}.md").write_text(f"---\nkind: news\ntitle: '{quoted}'\n---\n{body}", encoding="utf-8")
    summary = import_stories(folder)
    assert summary.rejected == 0
    stored = pool()
    for number, (title, body) in enumerate(texts):
        assert stored[f"t{number}"].title_sv == title.strip()
        assert stored[f"t{number}"].body_sv == body.strip()
