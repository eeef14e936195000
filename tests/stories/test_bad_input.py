"""Stories nobody should show: refused in one sentence, or made safe and said so; the rest of the import stands."""

from collections.abc import Callable
from pathlib import Path

import pytest

from outreach.rendering.markdown import html_of
from outreach.stories import StoriesSummary
from tests.stories.conftest import (
    all_answers,
    first_code,
    news,
    picture_bytes,
    pool,
    portrait,
    reasons,
    usable_slugs,
)
from tests.stories.test_images import HTML, SVG, png_that_says

Take = Callable[..., StoriesSummary]
pytestmark = pytest.mark.usefixtures("sqlite_db")

REFUSED = [
    ({"body_sv": "Hej <script>alert(1)</script>"}, "holds code ('<script')"),
    ({"body_sv": "Hej\n\n<iframe src='https://x.example'></iframe>"}, "holds code ('<iframe')"),
    ({"body_sv": 'Hej <b onclick="alert(1)">du</b>'}, "holds code ('onclick=')"),
    ({"body_sv": "<svg/onload=alert(1)>"}, "holds code"),
    ({"title_sv": "<script>alert(1)</script>"}, "holds code ('<script')"),
    ({"image_alt_sv": "<SCRIPT src=//evil.example>"}, "holds code ('<SCRIPT')"),
    ({"body_sv": "[klicka](javascript:alert(1))"}, "the link 'javascript:alert(1)' does not begin with"),
    ({"body_sv": "[klicka](&#106;ava&#115;cript:alert(1))"}, "does not begin with"),
    ({"body_sv": "[klicka](JaVaScRiPt:alert%281%29)"}, "does not begin with"),
    ({"body_sv": "[klicka][1]\n\n[1]: vbscript:x"}, "does not begin with"),
    ({"body_sv": "<javascript:alert(1)>"}, "does not begin with"),
    ({"body_sv": "[klicka](data:text/html;base64,PHNjcmlwdD4=)"}, "does not begin with"),
    ({"body_sv": "[klicka](/hemma)"}, "does not begin with"),
    ({"body_sv": "[klicka](https://su.se@evil.example/)"}, "does not begin with"),
    ({"body_sv": "![spår](https://evil.example/pixel.gif)"}, "the text holds a picture"),
    ({"body_sv": "Hej tag0123456789_email_tZ"}, "the system's own marks"),
    ({"body_sv": "x" * 20_001}, "body_sv is longer than 20000 characters"),
    ({"title_sv": "x" * 201}, "title_sv is longer than 200 characters"),
    ({"link": "javascript:alert(1)"}, "the link 'javascript:alert(1)'"),
    ({"link": "javascript://example.org/%0aalert(1)"}, "the link 'javascript://example.org/%0aalert(1)'"),
    ({"body_sv": "[klicka](ftp://example.org/fil)"}, "the link 'ftp://example.org/fil'"),
    ({"link": "https://"}, "the link 'https://'"),
    ({"link": "http://[::1"}, "the link 'http://[::1'"),
    ({"link": "//evil.example"}, "the link '//evil.example'"),
    ({"title_sv": ""}, "the title is missing"),
    ({"title_sv": "  \u200b".strip("\u200b")}, "the title is missing"),
    ({"body_sv": ""}, "has no text in its language"),
    ({"body_en": "Text without a title."}, "title_en is missing"),
    ({"department": "Fakulteten för trolldom"}, "the department 'Fakulteten för trolldom'"),
    ({"kind": "skvaller"}, "kind 'skvaller' is not known"),
    ({"kind": ""}, "the kind is missing"),
    ({"channels": "newsletter, tiktok"}, "channels 'tiktok' is not known"),
    ({"status": "kanske"}, "status 'kanske' is not known"),
    ({"status": "used"}, "status 'used' is not known"),
    ({"publish_until": "2026-11-21"}, "its last day was '2026-11-21'"),
    ({"publish_from": "2026-12-24", "publish_until": "2026-12-01"}, "is before publish_from"),
    ({"publish_from": "24 december"}, "publish_from '24 december' is not a day"),
    ({"publish_from": "0001-01-01"}, "is not a day"),
    ({"kind": "event"}, "an event must have a time"),
    ({"kind": "event", "happens_at": "2026-11-01 18:00"}, "the time to publish it is over"),
    ({"slug": "../../etc"}, "the slug '../../etc'"),
    ({"slug": "x" * 81}, "80 characters at most"),
    ({"kind": "portrait"}, "a portrait must say whom it shows"),
    ({"kind": "portrait", "student_uid": "nobody"}, "nobody in the register"),
    ({"kind": "portrait", "email": "nobody@example.org"}, "nobody in the register"),
    ({"student_uid": "u1", "consent_web": "kanske"}, "consent_web 'kanske' is not known"),
    ({"image": "ok.png"}, "the picture has no description"),
    ({"image": "svg.png", "image_alt_sv": "b"}, "is no JPEG, PNG or WebP, whatever its name says"),
    ({"image": "html.png", "image_alt_sv": "b"}, "is no JPEG, PNG or WebP, whatever its name says"),
    ({"image": "large.png", "image_alt_sv": "b"}, "has more than 30 million pixels"),
    ({"image": "cut.jpg", "image_alt_sv": "b"}, "is cut off or broken"),
    ({"image": "heavy.jpg", "image_alt_sv": "b"}, "is larger than 20 MB"),
    ({"image": "nowhere.png", "image_alt_sv": "b"}, "there is no picture 'nowhere.png'"),
    ({"image": "folder", "image_alt_sv": "b"}, "there is no picture 'folder'"),
    ({"image": "../outside.png", "image_alt_sv": "b"}, "must lie in the file's folder"),
    ({"image": "/etc/passwd", "image_alt_sv": "b"}, "must lie in the file's folder"),
    ({"image": "C:\\windows\\a.png", "image_alt_sv": "b"}, "must lie in the file's folder"),
    ({"image": "https://example.org/a.png", "image_alt_sv": "b"}, "must lie in the file's folder"),
    ({"image": "link.png", "image_alt_sv": "b"}, "must lie in the file's folder"),
]


@pytest.fixture
def lying_about(sqlite_db: str, tmp_path: Path, enrolled: Callable[..., int]) -> None:
    """The pictures the rows speak of, and a person."""
    enrolled("u1")
    inside = {
        "ok.png": picture_bytes(form="PNG"), "svg.png": SVG, "html.png": HTML, "large.png": png_that_says(8000, 5000),
        "cut.jpg": picture_bytes()[:-100], "heavy.jpg": picture_bytes() + b"\0" * 20_000_000,
    }  # fmt: skip
    for name, data in inside.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "folder").mkdir()
    outside = tmp_path.parent / f"{tmp_path.name}-outside.png"
    outside.write_bytes(picture_bytes(form="PNG"))
    (tmp_path / "link.png").symlink_to(outside)


@pytest.mark.usefixtures("lying_about")
def test_each_bad_story_is_refused_in_one_sentence_and_the_rest_stands(take_in: Take, tmp_path: Path) -> None:
    bad = [news(f"bad-{number}") | cells for number, (cells, _) in enumerate(REFUSED)]
    summary = take_in(news("first"), *bad, news("last"))
    assert set(pool()) == {"first", "last"}
    assert (summary.added, summary.rejected) == (2, len(REFUSED))
    told = reasons(tmp_path)
    assert len(told) == len(REFUSED)
    wrong = [(sentence, words) for sentence, (_, words) in zip(told, REFUSED, strict=True) if words not in sentence]
    assert wrong == []


def test_what_begins_like_a_formula_is_a_text_in_the_list_of_rejects(take_in: Take, tmp_path: Path) -> None:
    take_in(news(title_sv="=cmd|'/c calc'!A1", kind="skvaller"))
    listed = (tmp_path / "stories.rejected.csv").read_text(encoding="utf-8-sig")
    assert "'=cmd|" in listed
    assert ";=cmd|" not in listed


def test_other_story_under_the_same_slug_is_refused(take_in: Take, tmp_path: Path) -> None:
    assert take_in(news(), news(title_sv="En annan")).rejected == 1
    assert reasons(tmp_path) == ["the same slug, 'ny-prefekt', stands earlier in the file and says something else"]


def test_no_file_rewrites_another_departments_story(take_in: Take, tmp_path: Path) -> None:
    take_in(news())
    assert take_in(news(department="", title_sv="Kapad")).rejected == 1
    assert reasons(tmp_path) == ["the slug 'ny-prefekt' is another department's story; choose another"]
    assert pool()["ny-prefekt"].department_code == first_code()


def test_address_of_several_people_names_nobody(take_in: Take, enrolled: Callable[..., int], tmp_path: Path) -> None:
    enrolled("u1", "shared@example.org")
    enrolled("u2", "shared@example.org")
    take_in(portrait(student_uid="", email="shared@example.org"))
    assert reasons(tmp_path) == ["several people have the e-mail address; give student_uid"]


def test_html_comes_in_and_out_as_text_and_is_said(take_in: Take, tmp_path: Path) -> None:
    summary = take_in(news(body_sv="Hej <b>du</b>, 1 < 2 & 3 > 2 <3"))
    assert (summary.added, summary.rejected) == (1, 0)
    assert "HTML in the text is shown as text, such as '<b>'" in reasons(tmp_path)[0]
    assert "<b>" not in html_of(pool()["ny-prefekt"].body_sv)


def test_characters_that_turn_or_steer_text_are_taken_out_and_said(take_in: Take, tmp_path: Path) -> None:
    take_in(
        news(title_sv="Ny\u202e prefekt\x07", title_en="Nine \u2067\u05d0", body_en="\u05e9\u05dc\u05d5\u05dd\u200f!")
    )
    row = pool()["ny-prefekt"]
    assert (row.title_sv, row.title_en, row.body_en) == ("Ny prefekt", "Nine \u05d0", "\u05e9\u05dc\u05d5\u05dd\u200f!")
    assert reasons(tmp_path)[0].count("without unseen characters") == 2


def test_yes_that_nobody_can_prove_is_no_yes_and_is_said(
    take_in: Take, enrolled: Callable[..., int], tmp_path: Path
) -> None:
    enrolled("u1")
    for cells in ({}, {"consent_source": "form"}, {"consent_date": "2026-11-01"},
                  {"consent_source": "form", "consent_date": "2026-11-23"}):  # fmt: skip
        summary = take_in(portrait(consent_newsletter="ja", **cells))
        assert summary.rejected == 0
        assert "imported without consent" in reasons(tmp_path)[0]
    assert (all_answers(), usable_slugs()) == ([], set())


def test_list_of_rejects_goes_when_all_is_well(take_in: Take, tmp_path: Path) -> None:
    take_in(news(kind="skvaller"))
    assert (tmp_path / "stories.rejected.csv").exists()
    assert take_in(news()).rejects_file is None
    assert not (tmp_path / "stories.rejected.csv").exists()
