"""Planning on the web: entering, reviewing and changing events and visits, what is asked back, what two do at once."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event as hook
from sqlalchemy import select

from outreach import clock, links
from outreach.database import engine, session_scope
from outreach.event import Event, Narrowing
from outreach.models import Consent, Coordinator, Membership, Notice, Person, VisitRow
from outreach.queries import planning, visits
from outreach.visits import hosting
from tests.conftest import NOON
from tests.visits.planned import DRAFT, answers, as_it_is, noted, plan
from tests.web.conftest import MakePerson, TestClient, whole_database

ANNA, TOVE, HENRIK = (
    "anna.lindqvist@office.example.org", "tove.hallgren@arkeologi.example.org", "henrik.palmgren@fysikum.example.org",
)  # fmt: skip
HIDDEN = re.compile(r'<input type="hidden" name="([\w]+)" value="([^"]*)">')


def coordinator_id(email: str) -> int:
    with session_scope(reading=True) as session:
        return session.scalars(select(Coordinator.id).where(Coordinator.email == email)).one()


def at(email: str, path: str = "") -> str:
    """The path of a coordinator's own planning page."""
    return f"/planner/{links.token('planner', str(coordinator_id(email)))}{path}"


def mark_of(page: str) -> str:
    found = re.search(r'name="mark" value="([^"]+)"', page)
    assert found
    return found[1]


def typed(**different: Any) -> dict[str, Any]:
    """What the form of a new event sends."""
    return {
        "title_sv": "Alumnkväll i Berlin", "title_en": "Alumni evening in Berlin", "venue": "Nordiska ambassaderna",
        "city": "Berlin", "country": "DE", "starts_at": "2027-03-12T18:00", "ends_at": "2027-03-12T21:00",
        "answer_by": "", "capacity": "40", "guests_allowed": "1", "reach": "radius", "radius_km": "100",
        "department": "", "visit": "", "mark": "abcdefghijklmnopqrst", "step": "save", **different,
    }  # fmt: skip


def all_events() -> list[Event]:
    with session_scope(reading=True) as session:
        return visits.events(session)


def form_of(client: TestClient, path: str) -> dict[str, Any]:
    """What the form of an event sends when nothing is changed."""
    page = client.get(path).text
    fields = dict(re.findall(r'<input id="\w+" name="(\w+)"[^>]*? value="([^"]*)"', page))
    fields |= dict(re.findall(r'<textarea id="\w+" name="(\w+)"[^>]*>\n?([^<]*)</textarea>', page))
    fields |= dict(re.findall(r'<select id="(\w+)".*?<option value="([^"]*)" selected', page, re.DOTALL))
    fields |= dict(re.findall(r'type="radio" name="(\w+)" value="([^"]*)" checked', page))
    fields |= dict(HIDDEN.findall(page))
    return fields | {"step": "save"}


def test_event_is_entered_with_what_most_events_have(db: str, client: TestClient) -> None:
    client.get(at(ANNA, "/event"))
    answer = client.post(at(ANNA, "/event"), data=typed())
    assert (answer.status_code, answer.headers["location"]) == (303, at(ANNA, "?done=added"))
    (event,) = all_events()
    assert (event.starts_at, event.ends_at) == (
        datetime(2027, 3, 12, 17, tzinfo=UTC), datetime(2027, 3, 12, 20, tzinfo=UTC),
    )  # fmt: skip
    assert (event.answer_by, event.radius_km, event.place.name) == (date(2027, 3, 5), 100.0, "Berlin")
    assert (event.department_code, event.narrowing) == (None, Narrowing())
    assert noted("added_event") == [(f"coordinator:{coordinator_id(ANNA)}", f"event:{event.id}", {})]


def test_button_pressed_twice_enters_one_event(db: str, client: TestClient) -> None:
    for _ in range(2):
        assert client.post(at(ANNA, "/event"), data=typed()).status_code == 303
    assert len(all_events()) == 1
    client.post(at(ANNA, "/event"), data=typed(mark="another-form-altogether"))
    assert len(all_events()) == 2


def test_each_new_form_is_its_own(sqlite_db: str, client: TestClient) -> None:
    assert len({mark_of(client.get(at(ANNA, "/event")).text) for _ in range(3)}) == 3


def test_what_is_not_one_of_our_forms_enters_nothing(sqlite_db: str, client: TestClient) -> None:
    for wrong in ({"mark": ""}, {"mark": "kort"}, {"step": ""}, {"step": "delete"}):
        assert client.post(at(ANNA, "/event"), data=typed(**wrong)).status_code == 422
    assert all_events() == []


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


def member(make_person: MakePerson, name: str, **fields: Any) -> None:
    values = {"latitude": 52.5, "longitude": 13.4, "country": "DE", "membership": Membership.MEMBER, **fields}
    make_person(name, **values)
    with session_scope() as session:
        person_id = session.scalar(select(Person.id).where(Person.public_id == name))
        session.add(
            Consent(
                person_id=person_id,
                purpose="events",
                legal_basis="consent",
                given=True,
                source="test",
                wording="",
                at=NOON,
            )
        )


def test_review_shows_both_letters_and_how_many_and_saves_nothing(
    db: str, client: TestClient, make_person: MakePerson
) -> None:
    member(make_person, "near")
    member(make_person, "far", latitude=48.1, longitude=11.6)
    before = whole_database()
    answer = client.post(at(ANNA, "/event"), data=typed(step="review"))
    assert answer.status_code == 200
    assert "1 person skulle få inbjudan i dag." in answer.text
    assert len(re.findall("<iframe sandbox", answer.text)) == 2
    assert "Alumnkväll i Berlin" in answer.text
    assert "Alumni evening in Berlin" in answer.text
    assert "near@student.example.org" not in answer.text
    assert whole_database() == before
    kept = dict(HIDDEN.findall(answer.text))
    assert client.post(at(ANNA, "/event"), data=kept | {"step": "save"}).status_code == 303
    assert len(all_events()) == 1


def test_going_back_from_the_review_keeps_all_that_was_typed(sqlite_db: str, client: TestClient) -> None:
    sent = typed(body_en="Welcome & enjoy", interests=["mentor"], departments=["dsv", "fysikum"])
    page = client.post(at(ANNA, "/event"), data=sent | {"step": "review"}).text
    kept: dict[str, Any] = dict(HIDDEN.findall(page))
    assert sorted(value for name, value in HIDDEN.findall(page) if name == "departments") == ["dsv", "fysikum"]
    back = client.post(at(ANNA, "/event"), data=kept | {"step": "edit", "departments": ["dsv", "fysikum"]}).text
    assert "Welcome &amp;" in back
    assert len(re.findall(r'name="departments" value="(?:dsv|fysikum)" checked', back)) == 2
    assert 'name="interests" value="mentor" checked' in back


def test_event_shown_and_saved_unchanged_is_the_same_event(db: str, client: TestClient) -> None:
    event = plan(body_sv="Hej", body_en="Hello", narrowing=Narrowing(("dsv",), 1990, 2010, ("mentor",)), radius_km=None)
    path = at(ANNA, f"/event/{event.public_id}")
    sent = form_of(client, path) | {"departments": ["dsv"], "interests": ["mentor"]}
    assert client.post(path, data=sent).headers["location"] == at(ANNA, "?done=unchanged")
    assert as_it_is(event) == event


def test_change_says_who_is_told_before_it_is_saved_and_tells_them_after(db: str, client: TestClient) -> None:
    event = plan()
    answers(event, "sara")
    path = at(ANNA, f"/event/{event.public_id}")
    sent = form_of(client, path) | {"venue": "Rathaus"}
    before = whole_database()
    review = client.post(path, data=sent | {"step": "review"}).text
    assert "De som har en plats" in review
    assert whole_database() == before
    answer = client.post(path, data=sent)
    assert answer.headers["location"] == at(ANNA, "?done=told&people=1")
    assert "1 person får ett brev om den" in client.get(answer.headers["location"]).text
    with session_scope(reading=True) as session:
        assert session.scalars(select(Notice.kind).where(Notice.kind == "changed")).all() == ["changed"]


def test_review_of_what_nobody_has_in_a_calendar_says_that_nobody_is_told(sqlite_db: str, client: TestClient) -> None:
    path = at(ANNA, f"/event/{plan().public_id}")
    assert (
        "Ingen får något brev"
        in client.post(path, data=form_of(client, path) | {"capacity": "5", "step": "review"}).text
    )


@pytest.mark.parametrize("step", ["review", "save"])
def test_second_of_two_editors_sees_what_the_first_saved_and_keeps_what_they_typed(
    db: str, client: TestClient, step: str
) -> None:
    event = plan()
    path = at(ANNA, f"/event/{event.public_id}")
    first, second = form_of(client, path), form_of(client, path)
    assert client.post(path, data=first | {"venue": "Rathaus"}).status_code == 303
    answer = client.post(path, data=second | {"title_sv": "Vårkväll i Berlin", "step": step})
    assert answer.status_code == 409
    assert "Rathaus" in answer.text
    assert 'value="Vårkväll i Berlin"' in answer.text
    assert as_it_is(event).title_sv == DRAFT.title_sv
    again = second | {"title_sv": "Vårkväll i Berlin", "venue": "Rathaus", "mark": mark_of(answer.text)}
    assert client.post(path, data=again).status_code == 303
    assert (as_it_is(event).title_sv, as_it_is(event).venue) == ("Vårkväll i Berlin", "Rathaus")


def test_cancelling_is_asked_about_first_and_done_once(db: str, client: TestClient) -> None:
    event = plan()
    answers(event, "sara")
    path = at(ANNA, f"/event/{event.public_id}/cancel")
    before = whole_database()
    assert "Ja, ställ in evenemanget" in client.get(path).text
    assert client.post(path, data={}).status_code == 422
    assert whole_database() == before
    answer = client.post(path, data={"step": "cancel", "reason": "Resan är inställd"})
    assert answer.headers["location"] == at(ANNA, "?done=cancelled&people=1")
    assert as_it_is(event).cancelled
    assert client.post(path, data={"step": "cancel"}).status_code == 303
    assert len(noted("cancelled_event")) == 1
    assert "inställt" in client.get(at(ANNA, f"/event/{event.public_id}")).text
    assert client.post(at(ANNA, f"/event/{event.public_id}"), data=typed()).status_code == 200
    assert as_it_is(event).venue == DRAFT.venue


def test_event_that_has_begun_can_only_be_looked_at(sqlite_db: str, client: TestClient) -> None:
    event = plan(starts_at=NOON - timedelta(hours=1), ends_at=NOON + timedelta(hours=1), answer_by=NOON.date())
    for path in (f"/event/{event.public_id}", f"/event/{event.public_id}/cancel"):
        assert "har börjat" in client.get(at(ANNA, path)).text
    assert client.post(at(ANNA, f"/event/{event.public_id}/cancel"), data={"step": "cancel"}).status_code == 409
    assert not as_it_is(event).cancelled


def test_visit_is_entered_and_its_event_begins_with_what_it_says(db: str, client: TestClient) -> None:
    page = client.get(at(ANNA, "/visit")).text
    sent = {
        "city": "Tokyo", "country": "JP", "starts_on": "2027-05-10", "ends_on": "2027-05-14", "delegation": "Rektor",
        "purpose": "Avtal", "department": "", "mark": mark_of(page),
    }  # fmt: skip
    for _ in range(2):
        assert client.post(at(ANNA, "/visit"), data=sent).status_code == 303
    with session_scope(reading=True) as session:
        (visit,) = visits.visits(session)
    assert "Tokyo, Japan" in client.get(at(ANNA)).text
    path = at(ANNA, f"/event?visit={visit.public_id}")
    form = form_of(client, path)
    assert (form["city"], form["country"], form["starts_at"]) == ("Tokyo", "JP", "2027-05-10T18:00")
    full = typed(**{name: form[name] for name in ("city", "country", "visit", "mark")})
    full |= {"starts_at": "2027-05-11T18:00", "ends_at": "2027-05-11T20:00"}
    assert client.post(at(ANNA, "/event"), data=full).status_code == 303
    assert (all_events()[0].visit_id, all_events()[0].delegation) == (visit.id, "Rektor")


def test_visit_is_changed_and_the_second_of_two_is_told(db: str, client: TestClient) -> None:
    mark = mark_of(client.get(at(ANNA, "/visit")).text)
    sent = {"city": "Tokyo", "country": "JP", "starts_on": "2027-05-10", "ends_on": "2027-05-14", "department": ""}
    client.post(at(ANNA, "/visit"), data=sent | {"mark": mark})
    with session_scope(reading=True) as session:
        path = at(ANNA, f"/visit/{session.scalars(select(VisitRow.public_id)).one()}")
    mark = mark_of(client.get(path).text)
    assert client.post(path, data=sent | {"delegation": "Rektor", "mark": mark}).status_code == 303
    answer = client.post(path, data=sent | {"purpose": "Mitt syfte", "mark": mark})
    assert answer.status_code == 409
    assert "Mitt syfte" in answer.text
    assert client.post(path, data=sent | {"starts_on": "2027-06-10", "mark": mark_of(answer.text)}).status_code == 422
    with session_scope(reading=True) as session:
        assert session.execute(select(VisitRow.delegation, VisitRow.purpose)).one() == ("Rektor", "")


def test_list_shows_how_each_event_stands(db: str, client: TestClient) -> None:
    event = plan(capacity=3)
    answers(event, "sara", guests=1)
    answers(event, "vera", guests=1)
    plan(title_sv="Den inställda", starts_at=NOON - timedelta(days=9), ends_at=NOON - timedelta(days=8))
    page = client.get(at(ANNA)).text
    tally = re.findall(r"<dt>([^<]+)</dt><dd>([^<]+)</dd>", page)[:5]
    assert tally == [
        ("Inbjudna", "0"), ("Har svarat", "2"), ("Kommer", "2"), ("I kö", "2"), ("Lediga platser", "1 av 3"),
    ]  # fmt: skip
    assert page.index("Alumnkväll i Berlin") < page.index("Tidigare och inställda") < page.index("Den inställda")


def test_list_reads_as_many_rows_whatever_the_number_of_events(sqlite_db: str) -> None:
    said: list[str] = []
    hook.listen(engine(), "before_cursor_execute", lambda _c, _u, statement, *_: said.append(statement))

    def queries() -> int:
        said.clear()
        with session_scope(reading=True) as session:
            who = planning.planner(session, coordinator_id(ANNA))
            assert who
            planning.events_of(session, who)
        return len(said)

    plan()
    few = queries()
    for _ in range(20):
        plan()
    assert queries() == few


def test_pages_are_in_the_coordinators_language_unless_another_is_asked_for(sqlite_db: str, client: TestClient) -> None:
    plan()
    assert "Kommande evenemang" in client.get(at(ANNA)).text
    assert "Events to come" in client.get(at(ANNA, "?lang=en")).text
    assert client.post(at(ANNA, "/event?lang=en"), data=typed()).headers["location"].endswith("?done=added&lang=en")


def test_looking_changes_nothing(db: str, client: TestClient) -> None:
    event = plan()
    before = whole_database()
    for path in ("", "/event", "/visit", f"/event/{event.public_id}", f"/event/{event.public_id}/cancel"):
        assert client.get(at(ANNA, path)).status_code == 200
    assert whole_database() == before


def test_planner_link_is_the_coordinators_own_and_expires(sqlite_db: str, client: TestClient) -> None:
    url = hosting.planner_url(coordinator_id(ANNA))
    assert client.get(url.removeprefix("http://127.0.0.1:8400")).status_code == 200
    with clock.frozen(NOON + timedelta(days=15)):
        assert client.get(url.removeprefix("http://127.0.0.1:8400")).status_code == 410
