"""Who was erased does not come back with the next file, whatever it knows them by, and nothing is left of them."""

from collections.abc import Callable

import pytest
from sqlalchemy import insert, inspect, select, text, update

from outreach import clock, database
from outreach.links import address_hash
from outreach.models import Person, ProviderEvent, Recipient
from outreach.queries import one_person, suppressions
from outreach.register import ImportSummary
from tests.register.conftest import alumn, counts, everybody, says, student
from tests.spine.conftest import mailed, run_duty

pytestmark = pytest.mark.usefixtures("db")
Import = Callable[..., ImportSummary]
SOON = {"expected_end": "2026-12-20"}
NAME = {"first_name": "Quendolyn", "last_name": "Farquharson"}
OTHERS = [student(f"u{number}", **SOON) for number in range(1, 4)]


def erase(email: str) -> int:
    with database.session_scope() as session:
        return one_person.erase(session, email, clock.now(), actor="test")


def everything_written() -> str:
    """Every text in every table."""
    with database.engine().connect() as connection:
        tables = inspect(connection).get_table_names()
        rows = [row for table in tables for row in connection.execute(text(f'SELECT * FROM "{table}"'))]
    return "\n".join(str(cell) for row in rows for cell in row)


def test_erased_person_is_not_brought_back_by_the_same_file_nor_mailed(students: Import) -> None:
    rows = [student("u0", **NAME, **SOON), student("u0", programme_code="OTHER", **NAME, **SOON), *OTHERS]
    students(*rows)
    run_duty()
    written_to = mailed()
    assert "u0@student.example.org" in written_to
    assert "Farquharson" in everything_written()  # so that the search below would find something
    assert erase("u0@student.example.org") == 1
    again = students(*rows)
    assert (again.read, again.erased, again.rejected, again.missing, *counts(again)) == (5, 2, 0, 0, 0, 0, 3)
    assert "2 rows about people who were erased" in again.sentence("en")
    run_duty()
    assert mailed() == written_to
    assert set(everybody()) == {"u1", "u2", "u3"}
    left = everything_written()
    assert [word for word in ("u0@student", "Quendolyn", "Farquharson") if word in left] == []
    with database.session_scope(reading=True) as session:
        assert session.scalars(select(Recipient.person_id).where(Recipient.person_id.is_(None))).all() == [None]


def test_another_address_or_another_list_does_not_bring_them_back(students: Import, alumni: Import) -> None:
    students(student("u0"), *OTHERS)
    erase("u0@student.example.org")
    assert students(student("u0", email="new@example.org"), *OTHERS).erased == 1
    assert alumni(alumn("u0@student.example.org")).erased == 1
    assert alumni(alumn("new@example.org", student_uid="u0"), alumn("new@example.org")).erased == 2
    assert students(student("u9", email="u0@student.example.org"), *OTHERS).erased == 1
    assert set(everybody()) == {"u1", "u2", "u3"}


def test_the_address_the_register_gave_is_forgotten_too(students: Import, alumni: Import) -> None:
    students(student("u0"), *OTHERS)
    says("u0", email="me@home.example", address_hash=address_hash("me@home.example"))
    erase("me@home.example")
    assert alumni(alumn("u0@student.example.org")).erased == 1
    assert set(everybody()) == {"u1", "u2", "u3"}


def test_somebody_else_with_the_registers_old_address_is_left_alone(students: Import) -> None:
    students(student("u0"), student("u1", email="u0@student.example.org"), *OTHERS[1:])
    says("u0", email="me@home.example", address_hash=address_hash("me@home.example"))
    erase("me@home.example")
    with database.session_scope(reading=True) as session:
        assert suppressions.scopes(session, address_hash("u0@student.example.org")) == {}
    again = students(student("u0"), student("u1", email="u0@student.example.org"), *OTHERS[1:])
    assert (again.erased, again.unchanged) == (1, 3)


def test_whoever_had_stopped_everything_before_is_erased_all_the_same(students: Import) -> None:
    students(student("u0"), *OTHERS)
    hashed = address_hash("u0@student.example.org")
    with database.session_scope() as session:
        suppressions.lay(session, hashed, suppressions.EVERYTHING, suppressions.UNSUBSCRIBED, clock.now())
    erase("u0@student.example.org")
    assert students(student("u9", email="u0@student.example.org"), *OTHERS).erased == 1


def test_people_in_the_register_are_never_left_out(students: Import) -> None:
    """An address may be a family's: whoever stands in the register has not been erased."""
    students(student("u0"), *OTHERS)
    erase("u0@student.example.org")
    with database.session_scope() as session:
        session.execute(update(Person).where(Person.student_uid == "u1").values(email="u0@student.example.org"))
    assert students(*OTHERS, force=True).erased == 0
    assert students(student("u1", email="u0@student.example.org"), *OTHERS[1:], force=True).erased == 0


def test_what_a_provider_reported_goes_with_the_person(students: Import) -> None:
    students(student("u0", **SOON), *OTHERS)
    run_duty()
    with database.session_scope() as session:
        recipient = select(Recipient.id).join(Person).where(Person.student_uid == "u0").scalar_subquery()
        raw = '{"email": "u0@student.example.org"}'
        session.execute(
            insert(ProviderEvent).values(
                event_id="e1", recipient_id=recipient, kind="delivered", at=clock.now(), raw=raw
            )
        )
    erase("u0@student.example.org")
    assert "u0@student" not in everything_written()


def test_whoever_shares_the_address_goes_on_being_written_to(students: Import) -> None:
    shared = {"email": "home@example.org"}
    students(student("u0", **NAME, **SOON, **shared), student("u1", **SOON, **shared))
    with database.session_scope() as session:
        hers = session.scalars(select(Person).where(Person.student_uid == "u0")).all()
        one_person.erase_people(session, hers, clock.now(), actor="test")
    run_duty()
    assert mailed() == ["home@example.org"]
    assert students(student("u0", **NAME, **SOON, **shared), student("u1", **SOON, **shared)).erased == 1
    assert set(everybody()) == {"u1"}


def test_names_of_the_erased_keep_nobody_out(students: Import) -> None:
    students(student("u0", **NAME, **SOON), *OTHERS)
    erase("u0@student.example.org")
    students(student("u9", **NAME, **SOON), *OTHERS)
    assert set(everybody()) == {"u1", "u2", "u3", "u9"}
    run_duty()
    assert "u9@student.example.org" in mailed()
