"""A folder of Markdown files with front matter: one file a story, or one a language."""

import re
import textwrap
from pathlib import Path

import pytest

from outreach.errors import PermanentFailure
from outreach.settings import ROOT
from outreach.sheets.reading import folded
from outreach.stories import import_stories
from outreach.stories.columns import COLUMNS
from outreach.story import Channel, Kind
from tests.stories.conftest import picture_bytes, pool, reasons, usable_stories

pytestmark = pytest.mark.usefixtures("sqlite_db")


def laid(folder: Path, **files: str) -> Path:
    """`name_sv` becomes `name.sv.md`."""
    target = folder / "stories"
    target.mkdir()
    for name, text in files.items():
        (target / f"{name.replace('_', '.')}.md").write_text(text, encoding="utf-8")
    return target


def test_one_file_holds_both_languages(tmp_path: Path) -> None:
    text = (
        "---\r\nkind: event\r\ntitle_sv: Alumnträff\r\ntitle_en: Alumni evening\r\nhappens_at: 2026-12-03 18:00\r\n"
        "channels: [newsletter, web]\r\n---\r\nVälkommen!\r\n\r\n[en]\r\nWelcome!\r\n"
    )
    folder = laid(tmp_path)
    (folder / "Alumn_träff.md".replace("ä", "a")).write_bytes(text.encode())
    assert import_stories(folder).added == 1
    (story,) = usable_stories()
    assert (story.slug, story.kind) == ("alumn-traff", Kind.EVENT)
    assert [(one.language, one.title, one.body) for one in story.tellings] == [
        ("sv", "Alumnträff", "Välkommen!"), ("en", "Alumni evening", "Welcome!"),
    ]  # fmt: skip
    assert story.channels == {Channel.NEWSLETTER, Channel.WEB}


def test_two_files_of_one_name_are_one_story(tmp_path: Path) -> None:
    folder = laid(
        tmp_path,
        fest_sv="---\nkind: news\ntitle: Fest\nimage: p.jpg\nimage_alt: En fest\n---\nKom!",
        fest_en="---\nkind: news\ntitle: Party\nimage_alt: A party\n---\nCome!",
    )
    (folder / "p.jpg").write_bytes(picture_bytes())
    (folder / "README.md").write_text("How to write stories.")
    assert import_stories(folder).added == 1
    (story,) = usable_stories()
    assert [(one.language, one.title, one.body) for one in story.tellings] == [
        ("sv", "Fest", "Kom!"), ("en", "Party", "Come!"),
    ]  # fmt: skip
    assert story.picture is not None
    assert (story.picture.alt("sv"), story.picture.alt("en")) == ("En fest", "A party")
    assert import_stories(folder).unchanged == 1


def test_language_is_swedish_unless_it_is_said(tmp_path: Path) -> None:
    folder = laid(
        tmp_path,
        a="---\nkind: news\ntitle: Hej\n---\nHej.",
        b="---\nkind: news\nlanguage: engelska\ntitle: Hi\n---\nHi.",
    )
    import_stories(folder)
    assert {slug: (row.title_sv, row.title_en) for slug, row in pool().items()} == {"a": ("Hej", ""), "b": ("", "Hi")}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Bara text.", "does not begin with its particulars"),
        ("---\nkind: [news\n---\nx", "cannot be read: 'YAML, line 3'"),
        ("---\n- a\n- b\n---\nx", "cannot be read: 'YAML'"),
        ("---\nkind: {a: b}\n---\nx", "cannot be read: 'kind'"),
        ("---\nkind: news\ntitel: a\nauthor: b\n---\nx", "the key 'author' is not known"),
        ("---\nkind: news\ntitle: a\nrubrik: b\n---\nx", "title stands twice"),
        ("---\nkind: news\ntitle: a\nbody: b\n---\nx", "body_sv stands twice"),
        ("---\nkind: !!python/object/apply:os.system ['true']\n---\nx", "kind 'true' is not known"),
        ("---\na: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n---\nx", "the key 'a' is not known"),
        ("---\nkind: news\ntitle: a\n---\n" + "x" * 200_001, "larger than 200 kB"),
        ("---\nkind: news\nlanguage: norska\ntitle: a\n---\nx", "language 'norska' is not known"),
    ],
)
def test_file_that_cannot_be_read_is_listed_and_the_others_stand(tmp_path: Path, text: str, reason: str) -> None:
    folder = laid(tmp_path, bad=text, good="---\nkind: news\ntitle: Hej\n---\nHej.")
    summary = import_stories(folder)
    assert (summary.added, summary.rejected) == (1, 1)
    (told,) = reasons(tmp_path)
    assert reason in told
    assert set(pool()) == {"good"}


def test_two_languages_that_contradict_are_refused(tmp_path: Path) -> None:
    folder = laid(tmp_path, a_sv="---\nkind: news\ntitle: a\n---\nx", a_en="---\nkind: event\ntitle: b\n---\nx")
    assert import_stories(folder).rejected == 1
    assert reasons(tmp_path) == ["kind stands twice, and says different things"]


def test_handbook_names_every_column_and_its_example_comes_in(tmp_path: Path) -> None:
    handbook = (ROOT / "docs" / "office.md").read_text(encoding="utf-8")
    section = handbook.partition("## Lägga in berättelser")[2].partition("\n## ")[0]
    named = {folded(word) for word in re.findall(r"[\w-]+", section)}
    assert [name for name, headers in COLUMNS.items() if not named & {folded(header) for header in headers}] == [
        "image_alt_sv",
        "image_alt_en",
    ]  # written there as `image_alt` (`_sv`, `_en`)
    example = textwrap.dedent("    ---\n" + section.partition("    ---\n")[2])
    folder = laid(tmp_path, traff=example)
    (folder / "aula.jpg").write_bytes(picture_bytes())
    assert import_stories(folder).added == 1
    (story,) = usable_stories()
    assert [(one.language, one.title, one.body) for one in story.tellings] == [
        ("sv", "Alumnträff i december", "Välkommen tillbaka en kväll!"),
        ("en", "Alumni evening in December", "Welcome back for an evening!"),
    ]


def test_folder_without_stories_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PermanentFailure, match="holds no Markdown files"):
        import_stories(laid(tmp_path))
