"""A department's coordinator sees, names and changes its own department's visits and events, and nobody else's."""

import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import update

from outreach import clock, links
from outreach.database import session_scope
from outreach.event import Event, Narrowing
from outreach.models import Coordinator
from outreach.queries import visits
from outreach.visits.drafts import VisitDraft
from tests.visits.planned import TOKYO, as_it_is, noted, plan
from tests.web.conftest import TestClient, whole_database
from tests.web.test_planner import ANNA, HENRIK, TOVE, all_events, at, coordinator_id, form_of, typed


def journey(department: str | None) -> str:
    """A visit of a department's; its public id."""
    days = {"starts_on": date(2027, 5, 10), "ends_on": date(2027, 5, 14)}
    with session_scope() as session:
        draft = VisitDraft(place=TOKYO, **days, department_code=department, delegation="Prefekten vid avdelningen")
        return visits.add_visit(session, draft, clock.now()).public_id


def events() -> dict[str, Event]:
    """One event of each: the central office, arkeologi (Tove's) and fysikum (Henrik's)."""
    return {
        code: plan(title_sv=f"Kväll för {code}", department_code=None if code == "central" else code)
        for code in ("central", "arkeologi", "fysikum")
    }


def test_list_of_a_department_holds_its_own_events_and_visits_alone(db: str, client: TestClient) -> None:
    events()
    theirs, others = journey("arkeologi"), [journey("fysikum"), journey(None)]
    page = client.get(at(TOVE)).text
    assert set(re.findall(r"Kväll för (\w+)", page)) == {"arkeologi"}
    assert theirs in page
    assert not any(other in page for other in others)
    assert set(re.findall(r"Kväll för (\w+)", client.get(at(ANNA)).text)) == {"central", "arkeologi", "fysikum"}


@pytest.mark.parametrize("whose", ["fysikum", "central"])
@pytest.mark.parametrize("tail", ["", "/cancel"])
def test_event_of_another_is_not_found_by_its_id(db: str, client: TestClient, whose: str, tail: str) -> None:
    event = events()[whose]
    before = whole_database()
    path = at(TOVE, f"/event/{event.public_id}{tail}")
    sent = form_of(client, at(ANNA, f"/event/{event.public_id}")) | {"venue": "Kapad"}
    answers = [client.get(path), client.post(path, data=sent), client.post(path, data={"step": "cancel"})]
    assert {answer.status_code for answer in answers} == {404}
    missing = client.get(at(TOVE, "/event/finns-inte-alls"))
    assert [answer.text for answer in answers] == [missing.text] * 3  # nothing tells it from one that is not there
    assert whole_database() == before


def test_visit_of_another_is_not_found_by_its_id_nor_as_the_visit_of_an_event(db: str, client: TestClient) -> None:
    other = journey("fysikum")
    before = whole_database()
    sent = {"city": "Tokyo", "country": "JP", "starts_on": "2027-05-10", "ends_on": "2027-05-14", "mark": "m" * 20}
    assert client.get(at(TOVE, f"/visit/{other}")).status_code == 404
    assert client.post(at(TOVE, f"/visit/{other}"), data=sent).status_code == 404
    assert client.get(at(TOVE, f"/event?visit={other}")).status_code == 404
    new = typed(visit=other, department="arkeologi")
    assert client.post(at(TOVE, "/event"), data=new).status_code == 404
    assert whole_database() == before


@pytest.mark.parametrize("department", ["fysikum", "", "central", "Fysikum", "Department of Physics"])
@pytest.mark.parametrize("path", ["/event", "/visit"])
def test_department_cannot_be_another_by_a_form_field(
    sqlite_db: str, client: TestClient, department: str, path: str
) -> None:
    sent = typed(department=department, starts_on="2027-05-10", ends_on="2027-05-14")
    answer = client.post(at(TOVE, path), data=sent)
    assert answer.status_code == 422
    assert 'id="department-wrong"' in answer.text
    assert all_events() == []


def test_form_names_the_coordinators_own_departments_alone(sqlite_db: str, client: TestClient) -> None:
    for path in ("/event", "/visit"):
        page = client.get(at(TOVE, path)).text
        offered = re.search(r'<select id="department".*?</select>', page, re.DOTALL)
        assert offered
        assert re.findall(r'value="([^"]*)"', offered[0]) == ["arkeologi"]
        assert "Fysikum" not in page


def test_department_invites_those_who_studied_there_whatever_the_form_says(db: str, client: TestClient) -> None:
    sent: dict[str, Any] = typed(department="arkeologi")
    assert client.post(at(TOVE, "/event"), data=sent | {"departments": ["fysikum", "dsv"]}).status_code == 303
    (event,) = all_events()
    assert (event.department_code, event.narrowing.departments) == ("arkeologi", ("arkeologi",))


def test_what_the_central_office_has_widened_stays_so_when_the_department_changes_something_else(
    sqlite_db: str, client: TestClient
) -> None:
    event = plan(department_code="arkeologi", narrowing=Narrowing(("arkeologi", "historia"), 2000))
    path = at(TOVE, f"/event/{event.public_id}")
    assert client.post(path, data=form_of(client, path) | {"venue": "Rathaus", "departments": []}).status_code == 303
    assert as_it_is(event).narrowing == event.narrowing
    assert as_it_is(event).venue == "Rathaus"


def test_department_of_an_event_does_not_change_by_a_form_field(db: str, client: TestClient) -> None:
    event = plan(department_code="arkeologi")
    for email in (TOVE, ANNA):
        path = at(email, f"/event/{event.public_id}")
        client.post(path, data=form_of(client, path) | {"department": "fysikum", "venue": f"Hos {email}"})
    assert as_it_is(event).department_code == "arkeologi"
    assert as_it_is(event).venue == f"Hos {ANNA}"


def test_a_departments_own_event_is_theirs_to_change_and_cancel(db: str, client: TestClient) -> None:
    event = plan(department_code="arkeologi")
    path = at(TOVE, f"/event/{event.public_id}")
    assert client.post(path, data=form_of(client, path) | {"venue": "Rathaus"}).status_code == 303
    assert client.post(f"{path}/cancel", data={"step": "cancel"}).status_code == 303
    tove = f"coordinator:{coordinator_id(TOVE)}"
    assert [noted(action)[0][:2] for action in ("changed_event", "cancelled_event")] == [
        (tove, f"event:{event.id}"), (tove, f"event:{event.id}"),
    ]  # fmt: skip


@pytest.mark.parametrize("path", ["", "/event", "/visit", "/event/x", "/event/x/cancel", "/visit/x"])
def test_without_a_link_of_ones_own_nothing_opens(sqlite_db: str, client: TestClient, path: str) -> None:
    tove = coordinator_id(TOVE)
    good = links.token("planner", str(tove))
    other = good.replace(f"{tove}.", f"{coordinator_id(HENRIK)}.", 1)
    forged = [other, good[:-1] + ("A" if good[-1] != "A" else "B"), "nonsense", links.token("host", str(tove))]
    for token in forged:
        assert client.get(f"/planner/{token}{path}").status_code == 400
        assert client.post(f"/planner/{token}{path or '/event'}", data=typed()).status_code == 400


@pytest.mark.parametrize("path", ["", "/event", "/visit"])
def test_who_is_no_coordinator_any_more_is_let_in_nowhere(sqlite_db: str, client: TestClient, path: str) -> None:
    with session_scope() as session:
        session.execute(update(Coordinator).where(Coordinator.id == coordinator_id(TOVE)).values(active=False))
    assert client.get(at(TOVE, path)).status_code == 403
    for subject in ("999999", "x", "-1", "0"):
        assert client.get(f"/planner/{links.token('planner', subject)}{path}").status_code == 403


def test_guest_list_links_on_the_list_are_the_readers_own(sqlite_db: str, client: TestClient) -> None:
    event = events()["arkeologi"]
    tokens = re.findall(r'href="[^"]*/host/([^"]+)"', client.get(at(TOVE)).text)
    assert [(links.read("host", token).subject, links.read("host", token).about) for token in tokens] == [
        (str(coordinator_id(TOVE)), event.public_id)
    ]
