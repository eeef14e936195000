"""Saying no, from the page and from the mail program's own button."""

from datetime import timedelta

import pytest
from sqlalchemy import delete
from starlette.testclient import TestClient

from outreach import clock, links
from outreach.database import session_scope
from outreach.duties import purposes
from outreach.models import Person
from tests.conftest import NOON
from tests.web.conftest import MakePerson, consents_of, join_form, suppressed, whole_database

ADDRESS = "kim@student.example.org"


def at(public_id: str = "kim", about: str = "newsletter") -> str:
    return f"/unsubscribe/{links.token('unsubscribe', public_id, about)}"


@pytest.fixture
def said_yes(client: TestClient, kim: str) -> str:
    """Kim, who is a member and wants the newsletter and events."""
    client.post(f"/join/{links.token('join', kim)}", data=join_form(purpose=["newsletter", "events"]))
    return kim


def test_page_says_what_stops(client: TestClient, sqlite_db: str, make_person: MakePerson) -> None:
    make_person()
    swedish, english = client.get(at()).text, client.get(at() + "?lang=en").text
    assert "Sluta skicka: Nyhetsbrev" in swedish
    assert "Stop sending: Newsletter" in english
    assert "Stoppa alla brev" in swedish


@pytest.mark.parametrize("multipart", [False, True])
def test_one_click_post_stops_the_purpose_without_cookies_or_redirect(
    client: TestClient, said_yes: str, multipart: bool
) -> None:
    field = {"List-Unsubscribe": "One-Click"}
    answer = (
        client.post(at(), files={"List-Unsubscribe": (None, "One-Click")})
        if multipart
        else client.post(at(), data=field)
    )
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    assert consents_of(said_yes)[-1] == ("newsletter", False, "unsubscribe page")
    assert suppressed(ADDRESS) == {("newsletter", "unsubscribed")}


def test_one_click_post_with_an_empty_body_stops_the_purpose_too(client: TestClient, kim: str) -> None:
    assert client.post(at(about="invitation")).status_code == 200
    assert consents_of(kim) == [("invitation", False, "unsubscribe page")]
    assert suppressed(ADDRESS) == {("invitation", "unsubscribed")}


def test_saying_no_twice_is_saying_it_once(client: TestClient, said_yes: str) -> None:
    client.post(at())
    before = whole_database()
    with clock.frozen(NOON + timedelta(days=1)):
        again = client.post(at())
    assert again.status_code == 200
    assert whole_database() == before


def test_all_stops_every_letter(client: TestClient, said_yes: str) -> None:
    answer = client.post(at(), data={"scope": "all"})
    assert "Du får inga fler brev" in answer.text
    assert suppressed(ADDRESS) == {("all", "unsubscribed")}
    said = {purpose: given for purpose, given, _ in consents_of(said_yes)}
    assert said == dict.fromkeys(purposes(), False)


NEEDS_NO_YES = {"invitation", "event-answers", "follow-up"}  # by law; a no is an objection, and is taken back


@pytest.mark.parametrize(("scope", "back"), [("", {"newsletter"}), ("all", NEEDS_NO_YES | {"newsletter", "events"})])
def test_undo_restores_what_was_and_nothing_more(client: TestClient, said_yes: str, scope: str, back: set[str]) -> None:
    with clock.frozen(NOON + timedelta(minutes=1)):
        stopped = client.post(at(), data={"scope": scope})
    assert 'value="undo"' in stopped.text
    with clock.frozen(NOON + timedelta(minutes=2)):
        undone = client.post(at(), data={"scope": "undo"})
    assert "Allt är som det var förut" in undone.text
    assert suppressed(ADDRESS) == set()
    said = {purpose: given for purpose, given, _ in consents_of(said_yes)}
    assert {purpose for purpose, given in said.items() if given} == {"newsletter", "events"} | back


def test_undo_without_a_no_changes_nothing(client: TestClient, said_yes: str) -> None:
    before = whole_database()
    assert client.post(at(), data={"scope": "undo"}).status_code == 200
    assert whole_database() == before


def test_no_for_one_of_two_people_on_a_mailbox_holds_for_the_address(
    client: TestClient, db: str, make_person: MakePerson
) -> None:
    make_person("a", email="home@example.org")
    make_person("b", email="home@example.org")
    assert client.post(at("a")).status_code == 200
    with clock.frozen(NOON + timedelta(minutes=1)):
        assert client.post(at("b")).status_code == 200
    with clock.frozen(NOON + timedelta(minutes=2)):
        client.post(at("b"), data={"scope": "undo"})  # theirs to take back is only what they laid themselves
    assert suppressed("home@example.org") == {("newsletter", "unsubscribed")}


def test_person_without_an_address_can_say_no(client: TestClient, sqlite_db: str, make_person: MakePerson) -> None:
    make_person(email=None)
    assert client.post(at()).status_code == 200
    assert consents_of("kim") == [("newsletter", False, "unsubscribe page")]


def test_link_about_a_purpose_that_is_gone_stops_everything(
    client: TestClient, sqlite_db: str, make_person: MakePerson
) -> None:
    make_person()
    assert "finns inte längre" in client.get(at(about="telegrams")).text
    assert client.post(at(about="telegrams")).status_code == 200
    assert suppressed(ADDRESS) == {("all", "unsubscribed")}


def test_erased_person_is_told_that_nothing_is_kept(client: TestClient, kim: str) -> None:
    with session_scope() as session:
        session.execute(delete(Person).where(Person.public_id == kim))
    for answer in (client.get(at()), client.post(at()), client.get(f"/join/{links.token('join', kim)}")):
        assert answer.status_code == 410
        assert "Vi har inga uppgifter om dig" in answer.text
        assert "We keep nothing about you" in answer.text
