"""From the mails the duty really wrote: scanners follow every link, then a person does."""

import re
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from html import unescape

import pytest
from starlette.testclient import TestClient

from outreach import clock
from outreach.models import Membership
from outreach.settings import settings
from tests.conftest import NOON
from tests.spine.conftest import Student, enrol, mailed, mails, run_duty
from tests.web.conftest import join_form, person, suppressed, whole_database

__all__ = ["enrol"]  # a fixture


def links_in(mail: EmailMessage) -> set[str]:
    """Every address of ours in the headers and both parts."""
    parts = [str(value) for value in mail.values()]
    parts += [unescape(str(part.get_content())) for part in mail.walk() if part.get_content_maintype() == "text"]
    return set(re.findall(rf"{re.escape(settings().public_url)}/[^\s<>\"')\]]*", " ".join(parts)))


@pytest.fixture
def posted(sqlite_db: str, enrol: Callable[..., dict[str, int]]) -> list[EmailMessage]:
    """The invitations to three students, one of whom reads English."""
    enrol(Student("ada"), Student("bo", language="en"), Student("cy", first_name="<b>Cy</b>"))
    run_duty()
    found = mails()
    assert len(found) == 3
    return found


def test_scanner_that_follows_every_link_in_every_mail_changes_nothing(
    client: TestClient, posted: list[EmailMessage]
) -> None:
    followed = set().union(*map(links_in, posted))
    assert {url.split("/")[3] for url in followed} >= {"join", "preferences", "unsubscribe"}
    before = whole_database()
    for url in followed:
        path = url.removeprefix(settings().public_url)
        assert [client.get(path).status_code, client.head(path).status_code] == [200, 200]
    assert whole_database() == before


def test_person_who_follows_the_mail_becomes_a_member_and_gets_no_reminder(
    client: TestClient, posted: list[EmailMessage]
) -> None:
    ada = next(mail for mail in posted if "ada@" in str(mail["To"]))
    path = next(url for url in links_in(ada) if "/join/" in url).removeprefix(settings().public_url)
    assert client.post(path, data=join_form(email="ada@home.example.org")).status_code == 303
    assert person("p-ada").membership == Membership.MEMBER
    assert person("p-bo").membership == Membership.INVITED
    with clock.frozen(NOON + timedelta(days=8)):
        run_duty()
    assert set(mailed(2)) == {"bo@students.example.org", "cy@students.example.org"}


def test_one_click_in_the_mail_program_stops_the_invitations(client: TestClient, posted: list[EmailMessage]) -> None:
    bo = next(mail for mail in posted if "bo@" in str(mail["To"]))
    assert bo["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = str(bo["List-Unsubscribe"]).strip("<>")
    answer = client.post(url.removeprefix(settings().public_url), data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert "You will get no more letters of this kind" in answer.text
    assert suppressed("bo@students.example.org") == {("invitation", "unsubscribed")}
