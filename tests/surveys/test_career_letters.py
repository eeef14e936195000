"""What a survey's letters are to those who read them: whole in both parts, small, valid, accessible, no spam."""

import re
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path

import pytest

from outreach import duties, tags
from outreach.duties import LANGUAGES
from outreach.models import Survey
from outreach.rendering import Rendered, example_values, render
from outreach.rendering.checks import MAX_HTML, MAX_PREHEADER, MAX_SUBJECT
from outreach.surveys import letters
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

SURVEY = Survey(
    public_id="s", slug="career-2025-08-15m", questionnaire="career", cohort_month=date(2025, 8, 1),
    cohort_until=date(2025, 8, 31), months_after=15, department_code=None, programme_code=None,
    opened_at=datetime(2026, 11, 22, 11, 0, tzinfo=UTC), closes_at=datetime(2027, 1, 2, 23, 0, tzinfo=UTC),
    cut_on=date(2027, 3, 4),
)  # fmt: skip
MESSAGES = [f"career-survey-{name}" for name in ("invitation", "reminder", "last-reminder", "thanks")]
Letter = tuple[Rendered, str, str, str]  # and its subject, text and HTML, filled in
Letters = dict[str, Letter]


@pytest.fixture
def made(home: Path) -> Letters:
    """Name -> each letter of the university's own survey and of a department's."""
    duty = duties.duty("career-survey")
    assert [wave.message for wave in duty.waves] == MESSAGES
    found = {}
    for language in LANGUAGES:
        context = {"survey": letters.facts(SURVEY, language)}
        for message in MESSAGES:
            for department, end in ((None, ""), ("juridik", ".juridik")):
                letter = render(
                    message, language=language, department_code=department, purpose=duty.purpose, context=context
                )
                found[f"{message}.{language}{end}"] = (letter, *filled(letter))
    return found


def filled(letter: Rendered) -> tuple[str, str, str]:
    """Subject, text and HTML with an example person's own values and the addresses of a real office."""
    example = example_values(letter.language)
    own = {
        name: value.replace("http://127.0.0.1:8400", "https://alumni.example.org") for name, value in example.items()
    }
    put_in = tags.substitutions(tags.nonce_in(letter.subject, letter.html, letter.text), own)
    subject, text, html = (
        tags.fill(part.replace("http://127.0.0.1:8400", "https://alumni.example.org"), put_in)
        for part in (letter.subject, letter.text, letter.html)
    )
    return subject, text, html


def test_every_letter_is_small_and_its_first_lines_fit(made: Letters) -> None:
    for name, (letter, subject, text, html) in made.items():
        assert len(html.encode()) < MAX_HTML, name
        assert len(subject) <= MAX_SUBJECT, name
        assert 0 < len(letter.preheader) <= MAX_PREHEADER, name
        assert "<img" not in html, name
        assert max(map(len, text.splitlines())) < 120, name


def test_the_text_part_says_all_the_html_says(made: Letters) -> None:
    for name, (_, _, text, html) in made.items():
        flat = re.sub(r"[^\w]+", " ", text)
        said = html[html.index('class="body"') : html.index('class="foot"')]
        for paragraph in re.findall(r"<(?:p|h1|h2|li)[^>]*>(.*?)</(?:p|h1|h2|li)>", said, re.DOTALL):
            for words in re.split(r"<[^>]+>", unescape(paragraph)):
                assert re.sub(r"[^\w]+", " ", words).strip() in flat, (name, words)


def test_each_letter_leads_to_the_questions_or_to_the_results_and_a_way_out(made: Letters) -> None:
    for name, (_, _, text, html) in made.items():
        place = "results?lang=" if "thanks" in name else "survey/"
        for part in (text, unescape(html)):
            assert f"https://alumni.example.org/{place}" in part, name
            assert "https://alumni.example.org/unsubscribe/" in part, name
        assert ("survey/" in html) == ("thanks" not in name), name


def test_who_is_asked_is_told_until_when(made: Letters) -> None:
    for name, (_, _, text, html) in made.items():
        day = "lördag 2 januari 2027" if ".sv" in name else "Saturday 2 January 2027"
        assert (day in " ".join(text.split())) == (day in html) == ("thanks" not in name), name
        assert "etablera" not in text.casefold()


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
def test_no_look_breaks_wcag_in_light_or_dark(made: Letters) -> None:
    with browser_page(lambda route: route.abort()) as page:
        found = {
            (name, scheme): look_at(page, html, width, scheme)
            for width, scheme in ((1000, "light"), (380, "dark"))
            for name, (_, _, _, html) in made.items()
        }
    assert {name: problems for name, problems in found.items() if problems} == {}


@pytest.mark.skipif(HTML_VALIDATE is None, reason="html-validate is not installed")
def test_every_letter_is_valid_html(made: Letters, tmp_path: Path) -> None:
    assert html_errors(tmp_path / "mails", {name: html for name, (_, _, _, html) in made.items()}, OF_MAILS) == {}


@pytest.mark.spamassassin
@pytest.mark.skipif(SPAMASSASSIN is None, reason="spamassassin is not installed")
@pytest.mark.parametrize("name", [f"{message}.{language}" for message in MESSAGES for language in LANGUAGES])
def test_a_spam_filter_has_nothing_against_it(made: Letters, name: str) -> None:
    score, why = spam_score(as_mail(*made[name][1:]))
    assert score <= 0.0, why
