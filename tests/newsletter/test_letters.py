"""What the newsletter's letters are to those who read them: small, valid, accessible, and no spam."""

import re

import pytest

from outreach.rendering.checks import MAX_HTML, MAX_PREHEADER, MAX_SUBJECT
from outreach.settings import ROOT
from tests.newsletter.judging import (
    CHROMIUM,
    HTML_VALIDATE,
    OF_MAILS,
    SPAMASSASSIN,
    as_mail,
    browser_page,
    html_errors,
    look_at,
    spam_score,
)
from tests.newsletter.letters_of_the_sample import campaign, contents, edition, filled, letters


@pytest.fixture
def made(home):
    return {name: (letter, *filled(letter)) for name, letter in letters().items()}


def test_every_version_is_small_and_its_first_lines_fit(made):
    for name, (letter, subject, _, html) in made.items():
        assert len(html.encode()) < MAX_HTML, name
        assert len(subject) <= MAX_SUBJECT, name
        assert 0 < len(letter.preheader) <= MAX_PREHEADER, name


def test_every_picture_has_its_size_and_says_what_it_shows(made):
    pictures = [tag for _, _, _, html in made.values() for tag in re.findall("<img [^>]*>", html)]
    assert len(pictures) > 30
    for tag in pictures:
        assert re.search(r'alt="[^"]+"', tag)
        assert re.search(r'width="\d+" height="\d+"', tag)
        assert re.search(r'src="https://alumni.example.org/images/[0-9a-f]{64}-\d+\.jpg"', tag)


def test_the_text_part_says_all_the_html_says(made):
    for name, (_, _, text, html) in made.items():
        titles = [re.sub(r"\s*<span.*", "", title).strip() for title in re.findall(r"<h3[^>]*>(.*?)</h3>", html)]
        assert titles, name
        flat = " ".join(text.split())
        for title in titles:
            assert title.replace("&#39;", "'").replace("&#34;", '"').replace("&amp;", "&") in flat, (name, title)
        assert max(map(len, text.splitlines())) < 120


def test_only_a_department_with_stories_has_a_section_of_its_own(made):
    assert "Juridiska institutionen" in made["sv.juridik"][3]
    assert "Från din institution" not in made["sv.nordita"][3]
    assert made["sv.nordita"][3].count("<h2") == made["sv.None"][3].count("<h2")


def in_a_frame(page, style=""):
    """A page's stories as the web shows them, without what stands around every page."""
    head = f'<head><meta charset="utf-8"><title>{page.title}</title><style>{style}</style></head>'
    body = f"<body><main><h1>{page.title}</h1>{page.html}</main></body>"
    return f'<!DOCTYPE html>\n<html lang="{page.language}">{head}{body}</html>\n'


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
def test_no_look_breaks_wcag_in_light_or_dark(made):
    style = (ROOT / "templates/web/static/style.css").read_text(encoding="utf-8")
    shown = {name: made[name][-1] for name in ("sv.juridik", "en.juridik", "sv.None", "special.sv")}
    shown["page"] = in_a_frame(contents.pages(campaign(), edition())[0], style)
    with browser_page(lambda route: route.abort()) as page:
        found = {
            (name, scheme): look_at(page, html, width, scheme)
            for width, scheme in ((1000, "light"), (380, "dark"))
            for name, html in shown.items()
        }
    assert {name: problems for name, problems in found.items() if problems} == {}


@pytest.mark.skipif(HTML_VALIDATE is None, reason="html-validate is not installed")
def test_every_version_and_page_is_valid_html(made, tmp_path):
    mails = {name: html for name, (_, _, _, html) in made.items()}
    pages = {page.language: in_a_frame(page) for page in contents.pages(campaign(), edition())}
    assert html_errors(tmp_path / "mails", mails, OF_MAILS) == {}
    assert html_errors(tmp_path / "pages", pages) == {}
    assert html_errors(tmp_path / "wrong", {"wrong": "<p><div></p>"}, OF_MAILS).keys() == {"wrong"}


@pytest.mark.spamassassin
@pytest.mark.skipif(SPAMASSASSIN is None, reason="spamassassin is not installed")
@pytest.mark.parametrize("name", ["sv.juridik", "en.juridik", "special.sv"])
def test_a_spam_filter_has_nothing_against_it(made, name):
    score, why = spam_score(as_mail(*made[name][1:]))
    assert score <= 0.0, why
