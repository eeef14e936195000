"""The host's pages: who may open them, the guest list on screen and as a workbook, and how the event stands."""

from datetime import timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook
from starlette.testclient import TestClient

from outreach import clock, links
from outreach.database import session_scope
from outreach.event import Event
from outreach.models import EventRow, PlanStatus
from outreach.queries import guests
from outreach.queries.guests import Counts, Group
from outreach.web import host_lines
from tests.conftest import NOON
from tests.web.conftest import MakePerson, whole_database, with_studies
from tests.web.hosting import DOORS, answered, coordinator_id, host_path, retire, rsvp, tonight

PAGES = ("", "/guests", "/door", "/walk-in", "/live", "/guests.xlsx")
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def party(db: str, make_person: MakePerson) -> Event:
    """An event for five with a guest of every kind."""
    event = tonight()
    for public_id, first, last in (
        ("asa", "Åsa", "Öberg"), ("bo", "Bo", "Ek"), ("cid", "Cid", "Ågren"), ("dag", "Dag", "Zorn"),
        ("eva", "Eva", "Äng"), ("fia", HOSTILE, "Ibsen"),
    ):  # fmt: skip
        make_person(public_id, first_name=first, last_name=last)
    with_studies("asa")
    answered(event, "asa", guests=1, needs="Rullstol & <b>gluten</b>", place=1)
    answered(event, "bo", place=2)
    answered(event, "cid", seat="offered", place=3, confirm_until=DOORS + timedelta(hours=1))
    answered(event, "dag", seat="waiting", guests=1, place=5)
    answered(event, "fia", seat="waiting", place=4)
    answered(event, "eva", answer="perhaps", seat="none")
    return event


def in_order(page: str, *names: str) -> bool:
    places = [page.index(name) for name in names]
    return places == sorted(places)


def test_guest_list_stands_by_name_in_groups_with_what_each_needs(client: TestClient, party: Event) -> None:
    page = client.get(host_path(party) + "/guests").text
    assert in_order(
        page, ">Kommer ", "Ek, Bo", "Öberg, Åsa", "plats att bekräfta", "Ågren, Cid", "Väntelista", "Kanske"
    )
    assert in_order(page, "Väntelista", "Ibsen, ", "Zorn, Dag", "Kanske", "Äng, Eva")
    assert "Rullstol &amp; &lt;b&gt;gluten&lt;/b&gt;" in page
    assert "Institutionen för data- och systemvetenskap, 2027" in page
    assert "Nummer 1 i kön" in page
    assert "Nummer 2 i kön" in page
    assert HOSTILE not in page
    assert "&lt;script&gt;" in page
    assert page.count('class="box"') == 6


def test_what_hosts_see_is_never_kept_and_changes_nothing(client: TestClient, party: Event) -> None:
    before = whole_database()
    for page in PAGES:
        answer = client.get(host_path(party) + page)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert whole_database() == before
    assert "script-src 'self'" in client.get(host_path(party)).headers["content-security-policy"]
    assert "script-src" not in client.get("/").headers["content-security-policy"]


@pytest.mark.parametrize("page", PAGES)
def test_forged_and_expired_links_open_nothing(client: TestClient, party: Event, page: str) -> None:
    good = host_path(party)
    assert client.get(f"{good[:-2]}xx{page}").status_code == 400
    assert client.get(host_path(party, expires=NOON - timedelta(days=1)) + page).status_code == 410
    other_use = links.token("planner", str(coordinator_id()), party.public_id)
    assert client.get(f"/host/{other_use}{page}").status_code == 400
    nowhere = links.token("host", str(coordinator_id()), "another-event")
    assert client.get(f"/host/{nowhere}{page}").status_code == 410


@pytest.mark.parametrize("page", PAGES)
def test_another_departments_coordinator_and_one_who_has_left_are_kept_out(
    client: TestClient, party: Event, page: str
) -> None:
    mine, central, other = coordinator_id(), coordinator_id(None), coordinator_id("engelska")
    told = client.get(host_path(party, other) + page)
    assert told.status_code == 403
    assert "Du kan inte öppna det här evenemanget" in told.text
    assert "Öberg" not in told.text
    assert client.get(host_path(party, central) + page).status_code == 200
    retire(mine)
    assert client.get(host_path(party, mine) + page).status_code == 403
    assert client.post(host_path(party, mine) + "/door", data={"matter": "in", "rsvp": 1}).status_code == 403
    assert client.post(host_path(party, mine) + "/walk-in", data={"matter": "known"}).status_code == 403


def test_an_event_of_the_central_office_is_not_a_departments(client: TestClient, db: str) -> None:
    event = tonight(department_code=None)
    assert client.get(host_path(event, coordinator_id())).status_code == 403
    assert client.get(host_path(event, coordinator_id(None))).status_code == 200


def test_workbook_holds_everybody_and_no_formulas(client: TestClient, party: Event, make_person: MakePerson) -> None:
    make_person("eve", first_name="+Eve", last_name='=HYPERLINK("https://evil.example","x")')
    answered(party, "eve", answer="no", seat="none", needs="@SUM(A1)\x07 -1")
    answer = client.get(host_path(party) + "/guests.xlsx")
    assert answer.headers["content-disposition"] == 'attachment; filename="gastlista-tokyo-evening.xlsx"'
    sheet = load_workbook(BytesIO(answer.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0] == ["Namn", "Svar", "Antal", "Institution", "Examensår", "Behov", "Incheckad", "Kom"]
    by_name = {row[0]: row[1:] for row in rows[1:]}
    department = "Institutionen för data- och systemvetenskap"
    assert by_name["Öberg, Åsa"] == ["Kommer", 2, department, 2027, "Rullstol & <b>gluten</b>", None, None]
    assert by_name["Zorn, Dag"] == ["Väntelista", 2, None, None, None, None, None]
    assert by_name['=HYPERLINK("https://evil.example","x"), +Eve'][4] == "@SUM(A1)  -1"
    assert len(by_name) == 7
    texts = [cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert {cell.data_type for cell in texts} == {"s"}
    assert {cell.number_format for cell in texts} == {"@"}
    assert all(cell.quotePrefix for cell in texts)
    widths = {sheet.column_dimensions[letter].width for letter in "ABCDEFGH"}
    assert min(widths) >= 10
    assert max(widths) <= 50
    assert sheet.freeze_panes == "A2"


def test_counts_are_people_where_seats_are_meant(party: Event) -> None:
    with session_scope() as session:
        guests.check_in(session, party.id, 1, 0, DOORS)  # Åsa came without her guest
        counts = guests.counts(session, party.id)
    assert counts == Counts(seated=2, expected=4, came=1, waiting=2, offered=1, perhaps=1, no=0, yet=2, capacity=5)
    assert counts.free == 2


def test_an_event_without_answers_counts_nobody(client: TestClient, db: str) -> None:
    event = tonight()
    with session_scope(reading=True) as session:
        assert guests.counts(session, event.id) == Counts(0, 0, 0, 0, 0, 0, 0, 0, 5)
        assert guests.listed(session, event.id).empty
    assert "Ingen har svarat ännu." in client.get(host_path(event) + "/guests").text
    for page in PAGES:
        assert client.get(host_path(event) + page).status_code == 200


def test_tidying_deletes_needs_and_unknown_names_and_keeps_the_figures(client: TestClient, party: Event) -> None:
    stranger = answered(party, name="Lo Ek", walk_in=True, seat="none", checked_in_at=DOORS)
    with session_scope() as session:
        before = guests.counts(session, party.id)
        assert guests.tidy(session, party.id, NOON + timedelta(days=15)) == 2
        assert guests.tidy(session, party.id, NOON + timedelta(days=16)) == 0
        assert guests.counts(session, party.id) == before
        listed = guests.listed(session, party.id)
        assert session.get_one(EventRow, party.id).tidied_at is not None
    assert set(listed["needs"]) == {""}
    assert set(listed[listed["rsvp_id"] == stranger]["name"]) == {""}
    assert "Öberg" in client.get(host_path(party) + "/guests").text
    assert "Namn borttaget" in client.get(host_path(party) + "/guests").text


def test_a_name_is_found_by_any_part_without_accents_or_case(party: Event) -> None:
    with session_scope(reading=True) as session:
        everybody = host_lines.lines(guests.listed(session, party.id), party, "sv")

    def found(query: str) -> set[str]:
        return {line.name for line in host_lines.matching(everybody, query)}

    assert found("oberg ASA") == {"Åsa Öberg"}
    assert found("ÅGR") == {"Cid Ågren"}
    assert found("gren") == {"Cid Ågren"}
    assert found("%") == {line.name for line in everybody}
    assert found("nobody") == set()
    assert {line.group for line in everybody} == {Group.COMING, Group.OFFERED, Group.WAITING, Group.PERHAPS}


def test_cancelled_events_say_so_and_take_nobody_in(client: TestClient, party: Event) -> None:
    with session_scope() as session:
        session.get_one(EventRow, party.id).status = PlanStatus.CANCELLED
    with clock.frozen(DOORS):
        assert "Evenemanget är inställt" in client.get(host_path(party)).text
        told = client.post(host_path(party) + "/door", data={"matter": "in", "rsvp": 1})
    assert told.status_code == 409
    assert rsvp(1).checked_in_at is None


def test_doors_open_twelve_hours_before(client: TestClient, db: str, kim: str) -> None:
    event = tonight(starts_at=NOON + timedelta(hours=13), ends_at=NOON + timedelta(hours=15))
    one = answered(event, kim)

    def press() -> int:
        return client.post(host_path(event) + "/door", data={"matter": "in", "rsvp": one}).status_code

    assert "Du kan checka in gäster från" in client.get(host_path(event) + "/door").text
    assert press() == 409
    assert rsvp(one).checked_in_at is None
    with clock.frozen(NOON + timedelta(hours=1)):
        assert press() == 303
    assert rsvp(one).checked_in_at == NOON + timedelta(hours=1)


def test_pages_are_in_english_for_who_asks_and_stay_so(client: TestClient, party: Event) -> None:
    page = client.get(host_path(party) + "/door?lang=en").text
    assert "Check-in" in page
    with clock.frozen(DOORS):
        answer = client.post(host_path(party) + "/door?lang=en", data={"matter": "in", "rsvp": 1})
    assert answer.headers["location"].endswith("&lang=en")
