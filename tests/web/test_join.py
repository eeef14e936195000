"""The way from the invitation to membership."""

from datetime import timedelta
from html import escape

import pytest
from starlette.testclient import TestClient

from outreach import clock, links
from outreach.duties import purposes
from outreach.models import Membership
from tests.conftest import NOON
from tests.web.conftest import (
    MakePerson,
    consents_of,
    interests_of,
    join_form,
    person,
    suppressed,
    whole_database,
    with_studies,
)


def at(public_id: str) -> str:
    return f"/join/{links.token('join', public_id, expires=clock.now() + timedelta(days=10))}"


def test_page_greets_by_name_and_studies_in_the_persons_language(
    client: TestClient, sqlite_db: str, make_person: MakePerson
) -> None:
    make_person("kim")
    with_studies("kim")
    swedish = client.get(at("kim"))
    english = client.get(at("kim") + "?lang=en")
    assert '<html lang="sv">' in swedish.text
    assert "Hej Kim!" in swedish.text
    assert "Magisterprogram i data- och systemvetenskap" in swedish.text
    assert '<html lang="en">' in english.text
    assert "Dear Kim," in english.text


def test_no_box_is_ticked_beforehand_and_the_stored_wording_is_shown(
    client: TestClient, sqlite_db: str, make_person: MakePerson
) -> None:
    make_person("kim")
    content = client.get(at("kim")).text
    asked = [purpose for purpose in purposes().values() if purpose.asked]
    assert asked
    assert all(escape(purpose.wording_sv) in content for purpose in asked)
    assert purposes()["invitation"].wording_sv not in content
    boxes = [line for line in content.splitlines() if 'type="checkbox"' in line]
    assert len(boxes) == len(asked) + 5
    assert not [line for line in boxes if "checked" in line]


def test_person_who_posts_is_a_member_with_their_profile_consents_and_interests(client: TestClient, kim: str) -> None:
    form = join_form(
        first_name="  Kim  ",
        email=" Kim.Oberg@Home.Example.COM ",
        language="en",
        country="NO",
        city="Tromsø",
        linkedin_url="www.linkedin.com/in/kim?utm=1",
        purpose=["newsletter", "events", "invitation", "nonsense"],
        interest=["mentor", "king"],
    )
    answer = client.post(at(kim), data=form)
    assert answer.status_code == 303
    joined = person(kim)
    assert joined.membership == Membership.MEMBER
    assert joined.joined_at == NOON
    assert (joined.first_name, joined.email, joined.language) == ("Kim", "kim.oberg@home.example.com", "en")
    assert (joined.country, joined.city) == ("NO", "Tromsø")
    assert joined.linkedin_url == "https://www.linkedin.com/in/kim"
    assert joined.address_hash == links.address_hash("kim.oberg@home.example.com")
    assert consents_of(kim) == [("events", True, "join page"), ("newsletter", True, "join page")]
    assert interests_of(kim) == {"mentor"}

    thanks = client.get(answer.headers["location"])
    assert thanks.status_code == 200
    assert "Welcome, you are a member!" in thanks.text
    assert "Newsletter" in thanks.text
    assert "Questions about life" not in thanks.text


def test_fields_confirmed_or_emptied_become_the_persons_own(
    client: TestClient, sqlite_db: str, make_person: MakePerson
) -> None:
    make_person("kim", city="Uppsala", latitude=59.9, longitude=17.6, time_zone="Europe/Stockholm")
    client.post(at("kim"), data=join_form())
    kim = person("kim")
    assert kim.own_fields == "city email first_name language last_name"  # not country, which was never there
    assert kim.city is None
    assert (kim.latitude, kim.longitude, kim.time_zone) == (None, None, None)


def test_second_click_and_second_post_change_nothing_and_say_so(client: TestClient, kim: str) -> None:
    client.post(at(kim), data=join_form(purpose=["newsletter"]))
    before = whole_database()
    again = client.post(at(kim), data=join_form(first_name="Someone Else", purpose=["events"]))
    clicked = client.get(at(kim))
    assert [again.status_code, clicked.status_code] == [200, 200]
    assert "Du är redan med i nätverket" in again.text
    assert "22 november 2026" in clicked.text
    assert whole_database() == before


def test_unticked_box_is_recorded_as_no_only_where_there_was_a_yes(
    client: TestClient, sqlite_db: str, make_person: MakePerson
) -> None:
    make_person("kim")
    client.post(at("kim"), data=join_form(purpose=["newsletter"]))
    leave = f"/preferences/{links.token('preferences', 'kim')}"
    client.post(leave, data={"matter": "choices", "purpose": ["newsletter"]})
    client.post(leave, data={"matter": "leave"})
    client.post(at("kim"), data=join_form(purpose=["events"]))
    assert [(purpose, given) for purpose, given, _ in consents_of("kim")] == [
        ("newsletter", True),
        ("newsletter", False),
        ("events", True),
    ]
    assert person("kim").membership == Membership.MEMBER
    assert person("kim").left_at is None


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"email": "kim@"}, "email", "Skriv en hel e-postadress"),
        ({"email": "kim@nowhere"}, "email", "Skriv en hel e-postadress"),
        ({"email": ""}, "email", "Skriv en hel e-postadress"),
        ({"email": "nope", "first_name": "", "last_name": ""}, "first_name", "Skriv ditt förnamn"),
        ({"first_name": "", "last_name": " \t "}, "first_name", "Skriv ditt förnamn"),
        ({"last_name": "x" * 101}, "last_name", "högst 100 tecken"),
        ({"first_name": "tag0123456789_given_name_hZ"}, "first_name", "kan inte skrivas i ett brev"),
        ({"language": "tlh"}, "language", "Välj svenska eller engelska"),
        ({"country": "ZZ"}, "country", "Välj ett land i listan"),
        ({"linkedin_url": "https://linkedin.com.evil.example/in/kim"}, "linkedin_url", "din sida på LinkedIn, till"),
        ({"linkedin_url": "javascript:alert(1)//linkedin.com/in/x"}, "linkedin_url", "din sida på LinkedIn, till"),
        ({"linkedin_url": "https://linkedin.com@evil.example/in/x"}, "linkedin_url", "din sida på LinkedIn, till"),
        ({"linkedin_url": "https://[linkedin.com/in/x"}, "linkedin_url", "din sida på LinkedIn, till"),
    ],
)
def test_wrong_field_is_named_beside_it_and_everything_typed_is_kept(
    client: TestClient, sqlite_db: str, make_person: MakePerson, changes: dict[str, str], field: str, sentence: str
) -> None:
    make_person("kim")
    before = whole_database()
    form = join_form(**{"city": "Kiruna <3", "purpose": ["events"], "interest": ["mentor"], **changes})
    answer = client.post(at("kim"), data=form)
    assert answer.status_code == 422
    assert whole_database() == before
    assert "<title>Fel: " in answer.text
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}-wrong">' in answer.text.replace("\n", "")
    assert sentence in answer.text
    assert 'value="Kiruna &lt;3"' in answer.text
    assert 'value="events" checked' in answer.text
    assert 'value="newsletter" checked' not in answer.text
    assert 'value="mentor" checked' in answer.text


def test_markup_and_control_characters_in_names_are_inert(client: TestClient, kim: str) -> None:
    name = "<script>alert(1)</script>\x00\r\nBcc: all@example.org {{ 7*7 }}"
    answer = client.post(at(kim), data=join_form(first_name=name, last_name="\u202egnitset"))
    thanks = client.get(answer.headers["location"]).text
    assert person(kim).first_name == "<script>alert(1)</script> Bcc: all@example.org {{ 7*7 }}"
    assert person(kim).last_name == "gnitset"
    assert "<script" not in thanks
    assert "&lt;script&gt;" in thanks
    assert "49" not in thanks


def test_what_someone_stopped_follows_them_to_a_new_address(client: TestClient, kim: str) -> None:
    client.post(f"/unsubscribe/{links.token('unsubscribe', kim, 'invitation')}")
    client.post(at(kim), data=join_form(email="new@home.example.org"))
    assert suppressed("new@home.example.org") == {("invitation", "unsubscribed")}
    assert suppressed("kim@student.example.org") == {("invitation", "unsubscribed")}


def test_yes_lifts_what_the_person_stopped_themselves_and_nothing_else(
    client: TestClient, sqlite_db: str, make_person: MakePerson
) -> None:
    make_person("kim")
    make_person("stranger", email="stranger@home.example.org")
    client.post(f"/unsubscribe/{links.token('unsubscribe', 'kim', 'newsletter')}", data={"scope": "all"})
    with clock.frozen(NOON + timedelta(hours=1)):
        client.post(f"/unsubscribe/{links.token('unsubscribe', 'stranger', 'newsletter')}", data={"scope": "all"})
    client.post(at("kim"), data=join_form(purpose=["newsletter"]))
    assert suppressed("kim@student.example.org") == set()

    profile = join_form(matter="profile", email="stranger@home.example.org")
    preferences = f"/preferences/{links.token('preferences', 'kim')}"
    client.post(preferences, data=profile)
    client.post(preferences, data={"matter": "choices"})
    client.post(preferences, data={"matter": "choices", "purpose": ["newsletter", "events"]})
    assert suppressed("stranger@home.example.org") == {("all", "unsubscribed")}


def test_thanks_page_is_not_opened_by_another_link(client: TestClient, sqlite_db: str, make_person: MakePerson) -> None:
    make_person("kim")
    assert client.get(f"/joined/{links.token('join', 'kim')}").status_code == 400


def test_two_posts_at_once_make_one_member(client: TestClient, kim: str) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: client.post(at(kim), data=join_form(purpose=["events"])), range(2)))
    assert sorted(answer.status_code for answer in answers) == [200, 303]
    assert consents_of(kim) == [("events", True, "join page")]
