"""What the mails about events are to those who read them: whole in both parts, small, valid, accessible, no spam."""

import re
from dataclasses import replace
from html import unescape

import pytest

from outreach.rendering.checks import MAX_HTML, MAX_PREHEADER, MAX_SUBJECT
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
from tests.visits.event_letters import EVENT, every_letter, filled, written


@pytest.fixture
def made(home):
    return every_letter()


def test_every_message_is_small_shows_no_picture_and_its_first_lines_fit(made):
    assert len(made) == 2 * (14 + 2)
    for name, (letter, subject, text, html) in made.items():
        assert len(html.encode()) < MAX_HTML, name
        assert len(subject) <= MAX_SUBJECT, name
        assert 0 < len(letter.preheader) <= MAX_PREHEADER, name
        assert "<img" not in html, name
        assert max(map(len, text.splitlines())) < 120, name


def test_the_text_part_says_all_the_html_says(made):
    for name, (_, _, text, html) in made.items():
        flat = re.sub(r"[^\w]+", " ", text)
        said = html[html.index('class="body"') : html.index('class="foot"')]
        for paragraph in re.findall(r"<(?:p|h1|h2|li)[^>]*>(.*?)</(?:p|h1|h2|li)>", said, re.DOTALL):
            for words in re.split(r"<[^>]+>", unescape(paragraph)):
                assert re.sub(r"[^\w]+", " ", words).strip() in flat, (name, words)


def test_the_invitation_says_what_when_where_who_comes_and_until_when_to_answer(made):
    for language, facts in {
        "sv": ("Alumnträff i Tokyo", "onsdag 12 maj 2027 kl. 18.00–20.30 (Tokyotid, UTC+9)", "Tokyo, Japan",
               "Rektor Anna Lindqvist och prorektor Per Öberg", "söndag 25 april 2027", "upp till 2 gäster"),
        "en": ("Alumni gathering in Tokyo", "Wednesday 12 May 2027, 18:00–20:30 (Tokyo time, UTC+9)", "Tokyo, Japan",
               "Rektor Anna Lindqvist och prorektor Per Öberg", "Sunday 25 April 2027", "up to 2 guests"),
    }.items():  # fmt: skip
        _, subject, text, html = made[f"event-invitation.{language}"]
        assert ("12 maj" if language == "sv" else "12 May") in subject
        flat = " ".join(text.split())
        assert [fact for fact in facts if fact not in flat or fact not in unescape(html)] == []
        assert "https://alumni.example.org/rsvp/" in text


def test_what_nobody_said_leaves_no_trace_in_the_invitation(made):
    for language in ("sv", "en"):
        _, _, text, html = made[f"event-invitation.{language}.bare"]
        for word in ("Från universitetet", "From the university", "gäst", "guest"):
            assert word not in text
        assert "Juridiska institutionen" in text if language == "sv" else "Department of Law" in text
        assert "svensk tid)" in text if language == "sv" else "Swedish time)" in text
        assert "\n\n\n" not in text[: text.index("-----")].split("\n", 3)[3].rstrip()
        assert "<p></p>" not in html


@pytest.mark.parametrize(
    "body", ["```\nen kodruta utan slut", "<div><a href='https://evil.example'>", "# H1\n\n[x]: y"]
)
def test_a_text_left_open_reaches_nothing_below_it(home, body):
    """An event's own text is written by many: a box that is never closed would swallow the link to answer."""
    _, text, html = filled(written("event-invitation", "sv", replace(EVENT, body_sv=body)))
    assert re.search(r'<a href="https://alumni.example.org/rsvp/example"[^>]*>Svara på inbjudan</a>', html)
    assert "Svara på inbjudan:\nhttps://alumni.example.org/rsvp/example" in text
    assert html.count("<h1") == 1
    assert "<div><a href='https://evil.example'>" not in html


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
def test_no_look_breaks_wcag_in_light_or_dark(made):
    with browser_page(lambda route: route.abort()) as page:
        found = {
            (name, scheme): look_at(page, html, width, scheme)
            for width, scheme in ((1000, "light"), (380, "dark"))
            for name, (_, _, _, html) in made.items()
        }
    assert {name: problems for name, problems in found.items() if problems} == {}


@pytest.mark.skipif(HTML_VALIDATE is None, reason="html-validate is not installed")
def test_every_message_is_valid_html(made, tmp_path):
    assert html_errors(tmp_path / "mails", {name: html for name, (_, _, _, html) in made.items()}, OF_MAILS) == {}


@pytest.mark.spamassassin
@pytest.mark.skipif(SPAMASSASSIN is None, reason="spamassassin is not installed")
@pytest.mark.parametrize(
    "name", ["event-invitation.sv", "event-invitation.en", "event-reminder.sv", "event-reminder.en.bare"]
)
def test_a_spam_filter_has_nothing_against_it(made, name):
    score, why = spam_score(as_mail(*made[name][1:]))
    assert score <= 0.0, why
