"""The form of an event: what cannot be is said beside the field, what can mean several things is asked back, and all
that was typed is kept."""

import re
from datetime import UTC, datetime

import pytest

from tests.visits.planned import as_it_is
from tests.web.conftest import TestClient
from tests.web.test_planner import ANNA, all_events, at, form_of, typed


@pytest.mark.parametrize(
    ("different", "field", "said"),
    [
        ({"city": "Atlantis", "country": "GR"}, "city", "Ingen ort"),
        ({"ends_at": "2027-03-12T17:00"}, "ends_at", "före början"),
        ({"capacity": "0"}, "capacity", "helt tal"),
        ({"capacity": "-1"}, "capacity", "helt tal"),
        ({"guests_allowed": "10000"}, "guests_allowed", "helt tal"),
        ({"title_sv": "", "title_en": ""}, "title_sv", "måste fyllas i"),
        ({"venue": ""}, "venue", "måste fyllas i"),
        ({"starts_at": "2027-03-28T02:30", "ends_at": "2027-03-28T05:00"}, "starts_at", "finns inte"),
        ({"answer_by": "2027-03-13"}, "answer_by", "efter evenemanget"),
        ({"starts_at": "2026-01-12T18:00", "ends_at": "2026-01-12T20:00"}, "starts_at", "redan varit"),
        ({"radius_km": "nära"}, "radius_km", "kilometer"),
        ({"department": "nowhere"}, "department", "finns inte"),
        ({"title_sv": "<script>alert(1)</script>"}, "title_sv", "innehåller kod"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_nothing_typed_is_lost(
    sqlite_db: str, client: TestClient, different: dict[str, str], field: str, said: str
) -> None:
    sent = typed(body_sv="Vi ses där, Åsa & Björn!", **different)
    answer = client.post(at(ANNA, "/event"), data=sent)
    assert answer.status_code == 422
    wrong = re.search(rf'<p class="wrong" id="{field}-wrong">([^<]*)</p>', answer.text)
    assert wrong, answer.text
    assert said in wrong[1]
    assert "Vi ses där, Åsa &amp; Björn!</textarea>" in answer.text
    assert "<script>" not in answer.text
    assert all_events() == []


def test_markup_in_a_field_is_shown_as_it_was_typed_and_does_nothing(sqlite_db: str, client: TestClient) -> None:
    sent = typed(venue='"><b>Hus & hem</b>', city="Kungsträsk <i>", step="review")
    assert "<b>" not in client.post(at(ANNA, "/event"), data=sent).text
    client.post(at(ANNA, "/event"), data=sent | {"city": "Berlin", "step": "save"})
    page = client.get(at(ANNA)).text
    assert "&lt;b&gt;Hus &amp; hem" in page
    assert "<b>" not in page


def test_long_texts_are_taken_and_longer_ones_are_given_back(sqlite_db: str, client: TestClient) -> None:
    long = dict.fromkeys(("body_sv", "body_en", "entry_sv", "entry_en"), "å" * 19000)
    longer = long | {"body_sv": "ö" * 21_000}
    answer = client.post(at(ANNA, "/event"), data=typed(**longer))
    assert (answer.status_code, "ö" * 21_000 in answer.text) == (422, True)
    assert client.post(at(ANNA, "/event"), data=typed(**long)).status_code == 303
    assert len(all_events()[0].body_sv) == 19_000


def test_city_of_many_is_asked_back_with_choices_and_the_rest_is_kept(sqlite_db: str, client: TestClient) -> None:
    sent = typed(city="Paris", country="")
    answer = client.post(at(ANNA, "/event"), data=sent)
    assert answer.status_code == 422
    offered = re.findall(r'name="city_choice" value="([^"]+)"', answer.text)
    assert any("Frankrike" in one for one in offered)
    assert len(offered) > 1
    assert 'value="Nordiska ambassaderna"' in answer.text
    texan = next(one for one in offered if "Texas" in one)
    assert client.post(at(ANNA, "/event"), data=sent | {"city_choice": texan, "city_asked": "Paris"}).status_code == 303
    (event,) = all_events()
    assert (event.place.country, event.place.time_zone) == ("US", "America/Chicago")


def test_city_that_was_chosen_stays_chosen_until_another_is_written(sqlite_db: str, client: TestClient) -> None:
    chosen = typed(city="Paris", country="", city_asked="Paris", city_choice="Paris, Frankrike", capacity="0")
    for wrong in (chosen, chosen | {"capacity": "5", "step": "edit"}):
        page = client.post(at(ANNA, "/event"), data=wrong).text
        assert 'value="Paris, Frankrike" checked' in page
    assert client.post(at(ANNA, "/event"), data=chosen | {"capacity": "5", "city": "Nairobi"}).status_code == 303
    assert all_events()[0].place.country == "KE"


def test_event_in_a_city_of_many_is_changed_without_being_asked_again(sqlite_db: str, client: TestClient) -> None:
    sent = typed(city="Springfield", country="US")
    chosen = next(
        one
        for one in re.findall(r'name="city_choice" value="([^"]+)"', client.post(at(ANNA, "/event"), data=sent).text)
        if "Illinois" in one
    )
    client.post(at(ANNA, "/event"), data=sent | {"city_choice": chosen, "city_asked": "Springfield"})
    (event,) = all_events()
    path = at(ANNA, f"/event/{event.public_id}")
    assert client.post(path, data=form_of(client, path) | {"venue": "Old State Capitol"}).status_code == 303
    assert (as_it_is(event).venue, as_it_is(event).place) == ("Old State Capitol", event.place)


@pytest.mark.parametrize(("offset", "hour"), [("+02:00", 0), ("+01:00", 1)])
def test_hour_that_comes_twice_is_asked_back(sqlite_db: str, client: TestClient, offset: str, hour: int) -> None:
    sent = typed(starts_at="2027-10-31T02:30", ends_at="2027-10-31T06:00")
    answer = client.post(at(ANNA, "/event"), data=sent)
    assert re.findall(r'name="starts_at_offset" value="([^"]+)"', answer.text) == ["+02:00", "+01:00"]
    assert client.post(at(ANNA, "/event"), data=sent | {"starts_at_offset": offset}).status_code == 303
    assert all_events()[0].starts_at == datetime(2027, 10, 31, hour, 30, tzinfo=UTC)


def test_offset_of_an_hour_that_comes_once_says_nothing(sqlite_db: str, client: TestClient) -> None:
    client.post(at(ANNA, "/event"), data=typed(starts_at_offset="+09:00", ends_at_offset="+02:00"))
    assert all_events()[0].starts_at == datetime(2027, 3, 12, 17, tzinfo=UTC)
