"""Lists of alumni: who is who without a student_uid, and where they studied."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select, update

from outreach import database
from outreach.links import address_hash
from outreach.models import Membership, Person, Suppression
from outreach.register import ImportSummary
from tests.register.conftest import all_studies, alumn, code, counts, everybody, rejects, says, student

pytestmark = pytest.mark.usefixtures("sqlite_db")


def test_alumn_without_uid_is_known_by_address(alumni: Callable[..., ImportSummary]) -> None:
    studied = {"department_code": code(), "programme_code": "X", "degree_awarded": "2019-06-08"}
    first = alumni(alumn("Mei@Example.org", **studied, country="Kina", linkedin_url="linkedin.com/in/mei"))
    assert counts(first) == (1, 0, 0)
    second = alumni(alumn("mei@example.org", **studied, city="Xi'an"), force=True)
    assert counts(second) == (0, 1, 0)
    person = everybody()["mei@example.org"]
    assert (person.country, person.city, person.linkedin_url) == ("CN", "Xi'an", "https://linkedin.com/in/mei")
    assert person.student_uid is None
    assert all_studies()["mei@example.org", "X"].completed_on == date(2019, 6, 8)


def test_alumn_who_was_a_student_is_the_same_person(
    students: Callable[..., ImportSummary], alumni: Callable[..., ImportSummary]
) -> None:
    students(student("u1"))
    assert counts(alumni(alumn("u1@student.example.org", first_name="Åsa", last_name="Ek"))) == (0, 0, 1)


def test_students_file_leaves_alumni_alone(
    students: Callable[..., ImportSummary], alumni: Callable[..., ImportSummary]
) -> None:
    alumni(alumn("mei@example.org", department_code=code(), programme_code="X"))
    assert students(student("u1")).missing == 0


def test_new_uid_is_given_to_the_alumn_with_that_address(alumni: Callable[..., ImportSummary]) -> None:
    alumni(alumn("mei@example.org"))
    alumni(alumn("mei@example.org", student_uid="u7"), force=True)
    assert set(everybody()) == {"u7"}


def test_address_of_several_people_is_not_guessed(
    students: Callable[..., ImportSummary], alumni: Callable[..., ImportSummary], tmp_path: Path
) -> None:
    students(student("u1", email="us@home.example"), student("u2", email="us@home.example"))
    summary = alumni(alumn("us@home.example"))
    assert (summary.added, summary.rejected) == (0, 1)
    assert "several people have the e-mail address" in rejects(tmp_path, "alumni")[1]


def test_members_come_in_as_members_only_when_new(alumni: Callable[..., ImportSummary]) -> None:
    alumni(alumn("a@example.org", member="ja", joined_on="2015-03-01"), alumn("b@example.org"))
    assert everybody()["a@example.org"].membership is Membership.MEMBER
    assert everybody()["a@example.org"].joined_at is not None
    alumni(alumn("a@example.org"), alumn("b@example.org", member="ja"))
    assert {key: person.membership.value for key, person in everybody().items()} == {
        "a@example.org": "member",
        "b@example.org": "none",
    }


def test_protection_keeps_another_list_from_bringing_the_address_back(
    students: Callable[..., ImportSummary], alumni: Callable[..., ImportSummary]
) -> None:
    rows = [student(f"u{number}") for number in range(8)]
    students(*rows)
    students(student("u0", protected="ja"), *rows[1:])
    alumni(alumn("u0@student.example.org", student_uid="u0"))
    hashed = everybody()["u0"].address_hash
    with database.session_scope(reading=True) as session:
        assert session.scalars(select(Suppression.scope).where(Suppression.address_hash == hashed)).all() == ["all"]


def moves_home(uid: str) -> None:
    says(uid, email="me@home.example", address_hash=address_hash("me@home.example"))


def test_who_gave_another_address_is_known_by_the_registers_too(
    students: Callable[..., ImportSummary], alumni: Callable[..., ImportSummary]
) -> None:
    students(student("u1"))
    moves_home("u1")
    for address in ("u1@student.example.org", "me@home.example", "U1@Student.example.org"):
        assert counts(alumni(alumn(address, first_name="Åsa", last_name="Ek"))) == (0, 0, 1)
    assert everybody()["u1"].email == "me@home.example"


def test_alumn_without_uid_who_moved_is_no_twin_and_may_get_a_uid(alumni: Callable[..., ImportSummary]) -> None:
    alumni(alumn("mei@example.org"))
    with database.session_scope() as session:
        own = {"email": "me@home.example", "address_hash": address_hash("me@home.example")}
        session.execute(update(Person).values(own_fields="email", **own))
    assert counts(alumni(alumn("mei@example.org"))) == (0, 0, 1)
    assert counts(alumni(alumn("mei@example.org", student_uid="u7"), force=True)) == (0, 1, 0)
    assert {uid: person.email for uid, person in everybody().items()} == {"u7": "me@home.example"}


def test_old_address_that_is_somebody_elses_now_is_theirs(
    students: Callable[..., ImportSummary], alumni: Callable[..., ImportSummary]
) -> None:
    students(student("u1"))
    moves_home("u1")
    students(student("u1"), student("u2", email="u1@student.example.org"), force=True)
    changed = alumni(alumn("u1@student.example.org", first_name="Åsa", last_name="Ek", city="Lund"), force=True)
    assert counts(changed) == (0, 1, 0)
    assert (everybody()["u1"].city, everybody()["u2"].city) == (None, "Lund")


def test_protected_person_who_moved_is_found_and_both_addresses_are_stopped(
    alumni: Callable[..., ImportSummary],
) -> None:
    alumni(alumn("mei@example.org"), alumn("b@example.org"))
    with database.session_scope() as session:
        own = {"email": "me@home.example", "address_hash": address_hash("me@home.example")}
        session.execute(update(Person).where(Person.email == "mei@example.org").values(own_fields="email", **own))
    hidden = [alumn("mei@example.org") | {"protected": "ja"}, alumn("b@example.org") | {"protected": ""}]
    assert alumni(*hidden, force=True).changed == 1
    with database.session_scope(reading=True) as session:
        laid = set(session.scalars(select(Suppression.address_hash)))
        reached = session.scalars(select(Person.register_address_hash).where(Person.email.is_(None))).all()
    assert laid == {address_hash("mei@example.org"), address_hash("me@home.example")}
    assert reached == [None]
    assert counts(alumni(*hidden)) == (0, 0, 1)


def test_two_departments_without_programme_codes_are_two_studies(
    alumni: Callable[..., ImportSummary],
) -> None:
    rows = [alumn("mei@example.org", department_code=code(at)) for at in (0, 1)]
    summary = alumni(*rows, *rows)
    assert (summary.added, summary.rejected, summary.repeated) == (1, 0, 2)
    assert set(all_studies()) == {("mei@example.org", f"@{code(at)}") for at in (0, 1)}
    assert counts(alumni(*rows)) == (0, 0, 1)


def test_list_without_a_column_of_programmes_keeps_every_department(alumni: Callable[..., ImportSummary]) -> None:
    columns = ("first_name", "last_name", "email", "department_code")
    rows = [alumn("mei@example.org", department_code=code(at)) for at in (0, 1)]
    alumni(*[{name: row[name] for name in columns} for row in rows])
    assert {study.department_code for study in all_studies().values()} == {code(0), code(1)}


def test_only_what_stood_in_a_students_file_can_be_missing(
    students: Callable[..., ImportSummary], alumni: Callable[..., ImportSummary]
) -> None:
    rows = [student(f"u{number}") for number in range(8)]
    students(*rows)
    alumni(alumn("u0@student.example.org", student_uid="u0", department_code=code(1), programme_code="OLD"), force=True)
    assert students(*rows).missing == 0
    taken_over = student("u0", department_code=code(1), programme_code="OLD")
    assert counts(students(*rows, taken_over)) == (0, 1, 7)
    assert students(*rows).missing == 1
    assert all_studies()["u0", "OLD"].source == "students"
