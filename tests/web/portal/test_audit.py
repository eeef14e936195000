"""The audit trail in the portal: the central office's, newest first, a page at a time, narrowed by ids."""

from collections.abc import Callable
from html import unescape
from re import findall, search

import pytest
from sqlalchemy import select

from outreach.database import session_scope
from outreach.models import Coordinator, Person
from outreach.queries import audit, audit_log
from tests.web.conftest import MakePerson
from tests.web.portal.conftest import ANNA, TOVE, Visitor

Make = Callable[[str], Visitor]


def note(count: int, actor: str = "cli", action: str = "looked_at", subject: str = "asa", **detail: object) -> None:
    with session_scope() as session:
        for _ in range(count):
            audit.note(session, actor=actor, action=action, subject=subject, detail=detail)


def ids(**wanted: str) -> list[int]:
    with session_scope(reading=True) as session:
        return [line.id for line in audit_log.page(session, **wanted)]


def test_departments_do_not_see_the_trail(sqlite_db: str, visitor: Make) -> None:
    assert visitor(TOVE).get("/portal/audit").status_code == 403
    assert visitor(ANNA).get("/portal/audit").status_code == 200


def test_pages_hold_every_line_once_newest_first(sqlite_db: str, visitor: Make) -> None:
    note(audit_log.PAGE + 5)
    anna, seen = visitor(ANNA), []
    path: str | None = "/portal/audit?lang=en"
    while path:
        page = anna.get(path).text
        seen.append(len(findall(r"<td>The command line</td>", page)))
        older = search(r'href="([^"]+)" rel="next"', page)
        path = unescape(older[1]) if older else None
    assert seen == [audit_log.PAGE, 5]


def test_it_is_narrowed_by_who_what_and_whom(db: str, make_person: MakePerson) -> None:
    make_person("asa")
    with session_scope(reading=True) as session:
        number = session.scalars(select(Person.id).where(Person.public_id == "asa")).one()
        tove = session.scalars(select(Coordinator.id).where(Coordinator.email == TOVE)).one()
    note(1, f"coordinator:{tove}")
    note(1, f"person:{number}", "changed_profile", f"person:{number}", fields=["email"])
    note(1, "cli", "erased", "bo")
    first, second, third = sorted(ids())
    assert ids(actor=f"coordinator:{tove}") == [first]
    assert ids(action="erased") == [third]
    assert ids(subject="asa") == [second, first]  # by her number too
    assert ids(actor="asa") == [second]
    assert ids(subject="asa", action="erased") == []
    with session_scope(reading=True) as session:
        assert audit_log.actions(session) == ["changed_profile", "erased", "looked_at"]


def test_coordinators_have_names_and_people_are_links(sqlite_db: str, visitor: Make, make_person: MakePerson) -> None:
    make_person("asa", last_name="Hemlig")
    with session_scope(reading=True) as session:
        number = session.scalars(select(Person.id).where(Person.public_id == "asa")).one()
        tove = session.scalars(select(Coordinator.id).where(Coordinator.email == TOVE)).one()
    note(1, f"coordinator:{tove}", "suppressed", "asa", scope="all", reason="asked_by_phone")
    note(1, f"person:{number}", "joined", f"person:{number}")
    page = visitor(ANNA).get("/portal/audit?lang=en").text
    assert "<td>Tove Hallgren</td>" in page
    assert page.count('href="/portal/people/asa?lang=en"') == 3
    assert "The person asked by phone" in page
    assert "Hemlig" not in page


@pytest.mark.parametrize(
    "query",
    [
        "before=x",
        "before=-1",
        "before=99999999999999999999",
        "actor=%00",
        "subject=coordinator:9999999999999999999",
        "action=%25",
    ],
)
def test_addresses_that_make_no_sense_show_a_page(sqlite_db: str, visitor: Make, query: str) -> None:
    note(1)
    assert visitor(ANNA).get(f"/portal/audit?{query}").status_code == 200
