"""One page for choices, profile and the way out."""

import pytest
from sqlalchemy import insert
from starlette.testclient import TestClient

from outreach import clock, links
from outreach.database import session_scope
from outreach.models import Membership, Suppression
from tests.web.conftest import (
    MakePerson,
    consents_of,
    interests_of,
    join_form,
    person,
    suppressed,
    whole_database,
)


def at(public_id: str = "kim") -> str:
    return f"/preferences/{links.token('preferences', public_id)}"


@pytest.fixture
def member(client: TestClient, kim: str) -> str:
    client.post(f"/join/{links.token('join', kim)}", data=join_form(purpose=["newsletter"], interest=["mentor"]))
    return kim


def test_page_shows_what_holds(client: TestClient, member: str) -> None:
    content = client.get(at()).text
    assert 'value="newsletter" checked' in content
    assert 'value="events" checked' not in content
    assert 'value="mentor" checked' in content
    assert 'value="kim@student.example.org"' in content


def test_only_answers_that_change_are_recorded(client: TestClient, member: str) -> None:
    answer = client.post(at(), data={"matter": "choices", "purpose": ["newsletter", "events"]})
    assert answer.status_code == 303
    assert consents_of(member) == [("newsletter", True, "join page"), ("events", True, "preferences page")]
    assert "Dina val är sparade" in client.get(answer.headers["location"]).text
    client.post(at(), data={"matter": "choices", "purpose": ["events"]})
    assert consents_of(member)[2:] == [("newsletter", False, "preferences page")]


def test_profile_is_saved_and_wrong_fields_are_named(client: TestClient, member: str) -> None:
    wrong = client.post(at(), data=join_form(matter="profile", email="nope", city="Lund"))
    assert wrong.status_code == 422
    assert 'id="email-wrong"' in wrong.text
    assert 'value="Lund"' in wrong.text
    assert person(member).city is None
    right = client.post(at(), data=join_form(matter="profile", email="new@home.example.org", city="Lund"))
    assert right.status_code == 303
    assert (person(member).email, person(member).city) == ("new@home.example.org", "Lund")


def test_interests_are_replaced(client: TestClient, member: str) -> None:
    client.post(at(), data={"matter": "interests", "interest": ["interview", "ambassador"]})
    assert interests_of(member) == {"interview", "ambassador"}


def test_person_who_leaves_has_left_and_said_no_to_all_they_had_said_yes_to(client: TestClient, member: str) -> None:
    answer = client.post(at(), data={"matter": "leave"})
    left = person(member)
    assert left.membership == Membership.LEFT
    assert left.left_at is not None
    assert consents_of(member)[-1] == ("newsletter", False, "preferences page")
    assert interests_of(member) == set()
    page = client.get(answer.headers["location"]).text
    assert "Du har lämnat nätverket" in page
    assert "/join/" in page
    before = whole_database()
    client.post(at(), data={"matter": "leave"})
    assert whole_database() == before


def test_language_chosen_for_the_visit_survives_saving(client: TestClient, member: str) -> None:
    answer = client.post(at() + "?lang=en", data={"matter": "choices"})
    assert "Your choices are saved" in client.get(answer.headers["location"]).text


def test_person_who_stopped_everything_is_told_and_can_open_it_again(client: TestClient, member: str) -> None:
    client.post(f"/unsubscribe/{links.token('unsubscribe', member, 'newsletter')}", data={"scope": "all"})
    assert "Du har stoppat alla brev" in client.get(at()).text
    client.post(at(), data={"matter": "choices", "purpose": ["events"]})
    assert suppressed("kim@student.example.org") == set()
    standing = {purpose: given for purpose, given, _ in consents_of(member)}
    assert {purpose for purpose, given in standing.items() if given} == {"events"}


def test_bounce_is_explained_and_not_lifted_by_a_yes(
    client: TestClient, sqlite_db: str, make_person: MakePerson
) -> None:
    make_person()
    with session_scope() as session:
        session.execute(
            insert(Suppression).values(
                address_hash=links.address_hash("kim@student.example.org"),
                scope="all",
                reason="bounced",
                at=clock.now(),
            )
        )
    assert "når inte fram till din adress" in client.get(at()).text
    client.post(at(), data={"matter": "choices", "purpose": ["events"]})
    assert suppressed("kim@student.example.org") == {("all", "bounced")}


def test_form_without_a_matter_is_refused(client: TestClient, sqlite_db: str, make_person: MakePerson) -> None:
    make_person()
    before = whole_database()
    assert client.post(at(), data={"matter": "delete_all"}).status_code == 422
    assert whole_database() == before
