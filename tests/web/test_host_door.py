"""Checking in: once however many press, with who came along, taken back, and let in from the line."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from outreach import clock
from outreach.database import session_scope
from outreach.event import Event, Seat
from outreach.models import EventRow, Rsvp
from outreach.queries import guests, seats
from outreach.web.app import create_app
from tests.web.conftest import MakePerson
from tests.web.hosting import DOORS, all_rsvps, answered, coordinator_id, host_path, rsvp, tonight


@pytest.fixture
def evening(db: str, make_person: MakePerson) -> Event:
    """Doors are open; Åsa comes with a guest, Bo waits, Cid was offered a seat, Dag said no."""
    event = tonight(capacity=4)
    for public_id, name in (("asa", "Åsa"), ("bo", "Bo"), ("cid", "Cid"), ("dag", "Dag")):
        make_person(public_id, first_name=name, last_name="Öberg")
    answered(event, "asa", guests=1, place=1)
    answered(event, "bo", seat="waiting", guests=1, place=3)
    answered(event, "cid", seat="offered", place=2, confirm_until=DOORS + timedelta(minutes=30))
    answered(event, "dag", answer="no", seat="none")
    return event


def press(
    client: TestClient, event: Event, matter: str, rsvp_id: object, who: int | None = None, **fields: object
) -> str:
    """The sentence the host is told."""
    with clock.frozen(DOORS):
        path = host_path(event, who) + "/door"
        answer = client.post(path, data={"matter": matter, "rsvp": rsvp_id, **fields})
        assert answer.status_code == 303, answer.text
        page = client.get(answer.headers["location"]).text
    return page.partition('id="said"')[2].partition("<p>")[2].partition("</p>")[0]


def test_a_tap_checks_in_with_who_came_along_and_can_be_taken_back(client: TestClient, evening: Event) -> None:
    assert press(client, evening, "in", 1, guests=0) == "Åsa Öberg är incheckad."
    assert (rsvp(1).checked_in_at, rsvp(1).guests_came, rsvp(1).guests) == (DOORS, 0, 1)
    assert press(client, evening, "out", 1) == "Åsa Öberg är inte incheckad längre."
    assert (rsvp(1).checked_in_at, rsvp(1).guests_came, rsvp(1).seat) == (None, 0, "seated")
    assert press(client, evening, "out", 1) == "Åsa Öberg är inte incheckad längre."


def test_a_second_host_is_told_that_somebody_is_here_and_changes_nothing(client: TestClient, evening: Event) -> None:
    press(client, evening, "in", 1, guests=1)
    with clock.frozen(DOORS + timedelta(minutes=2)):
        path = host_path(evening, coordinator_id(None)) + "/door"
        answer = client.post(path, data={"matter": "in", "rsvp": 1, "guests": 0})
        assert "var redan incheckad, 19.00" in client.get(answer.headers["location"]).text
    assert (rsvp(1).checked_in_at, rsvp(1).guests_came) == (DOORS, 1)


def test_two_hosts_at_once_count_everybody_exactly_once(db: str, make_person: MakePerson) -> None:
    event = tonight(capacity=100)
    ids = [answered(event, make_person(f"p{number}"), guests=number % 3) for number in range(30)]
    paths = [host_path(event), host_path(event, coordinator_id(None))]
    said: list[str] = []
    begin = threading.Barrier(len(paths))

    def host(path: str, order: list[int]) -> None:
        with TestClient(create_app(), follow_redirects=False) as own:
            begin.wait()
            for rsvp_id in order:
                form = {"matter": "in", "rsvp": rsvp_id, "guests": (rsvp_id - ids[0]) % 3}
                said.append(own.post(f"{path}/door", data=form).headers["location"].partition("said=")[2].split("&")[0])

    with clock.frozen(DOORS):
        orders = (ids, ids[::-1])
        hosts = [threading.Thread(target=host, args=pair) for pair in zip(paths, orders, strict=True)]
        for one in hosts:
            one.start()
        for one in hosts:
            one.join()
    assert (said.count("in"), said.count("before")) == (30, 30)
    with session_scope(reading=True) as session:
        counts = guests.counts(session, event.id)
    assert (counts.came, counts.yet, counts.free) == (30 + 10 * (1 + 2), 0, 40)


def test_each_host_sees_what_the_other_did_by_a_small_answer(client: TestClient, evening: Event) -> None:
    def seen(who: int) -> object:
        answer = client.get(host_path(evening, who) + "/live")
        assert len(answer.content) < 100
        return answer.json()["stamp"]

    mine, other = coordinator_id(), coordinator_id(None)
    before = seen(other)
    assert seen(other) == before
    press(client, evening, "in", 1, mine, guests=1)
    after = seen(other)
    assert after != before
    with clock.frozen(DOORS):
        page = client.get(host_path(evening, other) + "/door").text
    assert f'data-stamp="{after}"' in page
    assert "Här 19.00, 2 personer" in page
    press(client, evening, "out", 1, mine)
    assert seen(other) == before


def test_the_page_says_how_many_seats_are_free_and_the_host_decides(client: TestClient, evening: Event) -> None:
    with clock.frozen(DOORS):
        page = client.get(host_path(evening) + "/door").text
    assert "1 plats är ledig när alla som väntas har kommit." in page
    assert "Släpp in ändå" in page  # Bo would come with a guest
    assert press(client, evening, "in", 2, guests=1) == "Bo Öberg är incheckad."
    with clock.frozen(DOORS):
        assert "Ingen plats är ledig" in client.get(host_path(evening) + "/door").text
    with session_scope() as session:
        assert rsvp(2).seat == "waiting"  # what was promised by answers stands as it was
        assert seats.recount(session, evening.id) == 3
        counts = guests.counts(session, evening.id)
    assert (counts.came, counts.yet, counts.free, counts.waiting) == (2, 3, 0, 1)


def test_coming_takes_the_seat_that_was_offered_so_that_it_never_lapses(client: TestClient, evening: Event) -> None:
    press(client, evening, "in", 3)
    with session_scope() as session:
        assert seats.lapse_offers(session, DOORS + timedelta(minutes=45)) == 0
        assert session.get_one(EventRow, evening.id).seats_taken == seats.recount(session, evening.id) == 3
    assert rsvp(3).seat == Seat.SEATED
    press(client, evening, "out", 3)
    assert (rsvp(3).seat, rsvp(3).confirm_until) == (Seat.OFFERED, DOORS + timedelta(minutes=30))


def test_who_said_no_may_come_after_all(client: TestClient, evening: Event) -> None:
    assert press(client, evening, "in", 4) == "Dag Öberg är incheckad."
    assert (rsvp(4).answer, rsvp(4).checked_in_at) == ("no", DOORS)


def test_search_works_without_javascript_and_keeps_names_out_of_addresses(client: TestClient, evening: Event) -> None:
    with clock.frozen(DOORS):
        found = client.post(host_path(evening) + "/door", data={"matter": "search", "q": "asa ob"})
        nobody = client.post(host_path(evening) + "/door", data={"matter": "search", "q": "<b>nobody"})
    assert found.status_code == nobody.status_code == 200
    assert [name in found.text for name in ("Åsa Öberg", "Bo Öberg")] == [True, False]
    assert '<p id="nobody" class="notice">' in nobody.text
    assert "&lt;b&gt;nobody" in nobody.text


@pytest.mark.parametrize(
    "form",
    [
        {"matter": "in"}, {"matter": "in", "rsvp": "999999"}, {"matter": "in", "rsvp": "x"},
        {"matter": "in", "rsvp": "-1"},
        {"matter": "in", "rsvp": "1", "guests": "10000"}, {"matter": "in", "rsvp": "1", "guests": "²"},
        {"matter": "in", "rsvp": "99999999999999999999"}, {"matter": "drop"}, {},
    ],
)  # fmt: skip
def test_forms_nobody_was_shown_are_refused(client: TestClient, evening: Event, form: dict[str, str]) -> None:
    with clock.frozen(DOORS):
        assert client.post(host_path(evening) + "/door", data=form).status_code == 422
    assert [row.checked_in_at for row in all_rsvps(evening)] == [None] * 4


def test_nobody_of_another_event_is_checked_in(client: TestClient, evening: Event) -> None:
    other = tonight(public_id="other", slug="other")
    with clock.frozen(DOORS):
        assert client.post(host_path(other) + "/door", data={"matter": "in", "rsvp": 1}).status_code == 422
    with session_scope() as session:
        assert not guests.check_in(session, other.id, 1, 0, DOORS)
        assert not guests.undo(session, other.id, 1)
        assert session.scalars(select(Rsvp.checked_in_at)).all() == [None] * 4


def test_lists_say_who_was_let_in_and_log_no_names(
    client: TestClient, evening: Event, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO"):
        press(client, evening, "in", 2, guests=0)
        press(client, evening, "out", 2)
    assert "answer 2 is here with 0 guests" in caplog.text
    assert "Öberg" not in caplog.text
