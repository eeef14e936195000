"""Each notice as a reader gets it: every word filled, good HTML, readable by all, and nothing that looks like spam."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from outreach import duties
from outreach.rendering import Rendered
from tests.newsletter import judging
from tests.visits.notice_letters import DUTY, as_mail, every_letter

WITH_FILE = {"event-confirmed", "event-changed", "event-cancelled"}
NO_ANSWER = {"event-cancelled", "event-cancelled-others"}  # nothing is asked of anybody any more
ADDRESS = "https://alumni.example.org"


@pytest.fixture
def mails(home, set_environment) -> dict[str, EmailMessage]:
    """Message and language -> the mail."""
    set_environment(public_url=ADDRESS)
    return {name(one): parsed(as_mail(one)) for one in every_letter()}


def name(one: Rendered) -> str:
    return f"{one.message}.{one.language}"


def parsed(mail: bytes) -> EmailMessage:
    found = message_from_bytes(mail, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def part(mail: EmailMessage, kind: str) -> str:
    found = mail.get_body((kind,))
    assert found is not None
    return found.get_content()


def test_there_is_one_of_each_kind_in_both_languages(mails):
    assert set(mails) == {f"{wave.message}.{code}" for wave in duties.duty(DUTY).waves for code in ("sv", "en")}


def test_every_word_is_filled_and_the_subject_fits(mails):
    for which, mail in mails.items():
        for content in (str(mail["Subject"]), part(mail, "plain"), part(mail, "html")):
            assert not re.search(r"tag[0-9a-f]{10}_|{{|{%|None", content), which
        assert len(str(mail["Subject"])) <= 60, which
        assert part(mail, "html").count("<h1") == 1, which


def test_own_link_stands_in_every_notice_that_can_be_answered(mails):
    for which, mail in mails.items():
        asked = which.partition(".")[0] not in NO_ANSWER
        for kind in ("plain", "html"):
            assert (f"{ADDRESS}/rsvp/p-asa.tokyo-evening." in part(mail, kind)) is asked, which


def test_calendar_goes_with_those_who_have_a_seat(mails):
    for which, mail in mails.items():
        files = [file.get_filename() for file in mail.iter_attachments()]
        sort = {"sv": "evenemang.ics", "en": "event.ics"}[which.partition(".")[2]]
        assert files == ([sort] if which.partition(".")[0] in WITH_FILE else []), which


def test_lines_of_the_text_are_short_enough_to_read(mails):
    for which, mail in mails.items():
        lines = part(mail, "plain").splitlines()
        assert [line for line in lines if len(line) > 78 and ADDRESS not in line] == [], which


def test_how_to_get_in_is_told_as_the_office_wrote_it(mails):
    swedish = mails["event-practical.sv"]
    assert "Ta med legitimation. Dörrarna öppnas kl. 19.30." in part(swedish, "plain")
    assert "<strong>legitimation</strong>" in part(swedish, "html")
    assert "Rektor Anna Lindqvist & prorektor Per Öberg" in part(swedish, "plain")


def test_thanks_and_missed_ask_for_a_line_and_say_different_things(mails):
    thanks, missed = part(mails["event-thanks.sv"], "plain"), part(mails["event-missed.sv"], "plain")
    assert "Skriv en rad till oss" in thanks
    assert "Skriv en rad till oss" in missed
    assert "Tack för att du kom" in thanks
    assert "Det är inget konstigt" in missed


@pytest.mark.skipif(judging.HTML_VALIDATE is None, reason="html-validate is not installed")
def test_html_has_no_error(mails, tmp_path):
    documents = {which: part(mail, "html") for which, mail in mails.items()}
    assert judging.html_errors(tmp_path / "html", documents, judging.OF_MAILS) == {}


@pytest.mark.browser
@pytest.mark.skipif(judging.CHROMIUM is None, reason="chromium is not installed")
@pytest.mark.parametrize(("width", "scheme"), [(1000, "light"), (380, "dark")])
def test_everyone_can_read_them(mails, width, scheme):
    with judging.browser_page(lambda route: route.abort()) as page:
        found = {which: judging.look_at(page, part(mail, "html"), width, scheme) for which, mail in mails.items()}
    assert {which: said for which, said in found.items() if said} == {}


@pytest.mark.spamassassin
@pytest.mark.skipif(judging.SPAMASSASSIN is None, reason="spamassassin is not installed")
@pytest.mark.parametrize("message", ["event-confirmed", "event-offered", "event-cancelled", "event-thanks"])
def test_spamassassin_finds_nothing_to_object_to(home, set_environment, message):
    set_environment(public_url=ADDRESS)
    for one in every_letter():
        if one.message == message:
            score, report = judging.spam_score(parsed(as_mail(one)))
            assert score <= 0.0, report
