"""Whole imports: what they add, change, hold, leave out, and refuse, on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, insert, select, update

from outreach import clock, database
from outreach.errors import PermanentFailure
from outreach.links import address_hash
from outreach.models import Consent, Membership, Person, Suppression
from outreach.register import ImportSummary, import_file
from outreach.sample import write_sample
from tests.register.conftest import all_studies, code, counts, everybody, says, student, write

pytestmark = pytest.mark.usefixtures("db")


def test_student_is_added_with_everything_the_row_says(students: Callable[..., ImportSummary]) -> None:
    summary = students(student("u1", email=" Asa@Student.Example.ORG "))
    assert (summary.read, *counts(summary)) == (1, 1, 0, 0)
    assert summary.rejects_file is None
    person, study = everybody()["u1"], all_studies()["u1", "SPOLK"]
    assert (person.first_name, person.last_name, person.email) == ("Åsa", "Ek", "asa@student.example.org")
    assert person.address_hash == address_hash("asa@student.example.org")
    assert person.membership is Membership.NONE
    assert person.language == "sv"
    assert person.created_at == person.updated_at == clock.now()
    assert len(person.public_id) == 16
    assert (study.department_code, study.level, study.credits_done) == (code(), "first", 172.5)
    assert (study.expected_end, study.degree_applied, study.completed_on) == (date(2027, 1, 17), False, None)


def test_same_file_again_changes_nothing_and_updates_nothing(students: Callable[..., ImportSummary]) -> None:
    rows = [student(f"u{number}", credits_done="", expected_end="") for number in range(20)]
    students(*rows)
    statements: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    event.listen(database.engine(), "before_cursor_execute", note)
    summary = students(*rows)
    assert counts(summary) == (0, 0, 20)
    assert [statement for statement in statements if statement.startswith(("UPDATE", "INSERT", "DELETE"))] == []


def test_changed_cells_change_the_person_and_the_studies(students: Callable[..., ImportSummary]) -> None:
    students(*[student(f"u{number}") for number in range(10)])
    changed = [
        student("u0", last_name="Berg"),
        student("u1", email="new@example.org"),
        student("u2", expected_end="2027-06-05", degree_applied="ja"),
        *[student(f"u{number}") for number in range(3, 10)],
    ]
    summary = students(*changed, force=True)
    assert counts(summary) == (0, 3, 7)
    people = everybody()
    assert people["u0"].last_name == "Berg"
    assert people["u1"].address_hash == address_hash("new@example.org")
    assert all_studies()["u2", "SPOLK"].expected_end == date(2027, 6, 5)
    assert all_studies()["u2", "SPOLK"].degree_applied


def test_what_a_person_said_of_themselves_is_held(students: Callable[..., ImportSummary]) -> None:
    students(student("u1"))
    own = {"email": "me@home.example", "last_name": "Own"}
    says("u1", **own, address_hash=address_hash("me@home.example"))
    summary = students(student("u1", email="other@student.example.org", last_name="Register"), force=True)
    person = everybody()["u1"]
    assert (person.email, person.last_name) == ("me@home.example", "Own")
    assert person.address_hash == address_hash("me@home.example")
    assert person.register_address_hash == address_hash("other@student.example.org")
    assert counts(summary) == (0, 1, 0)  # where the register would write to is noted, and nothing else


def test_membership_and_consents_are_never_touched(students: Callable[..., ImportSummary]) -> None:
    students(student("u1"))
    with database.session_scope() as session:
        session.execute(update(Person).values(membership=Membership.MEMBER, joined_at=clock.now()))
        session.execute(
            insert(Consent).values(
                person_id=select(Person.id).scalar_subquery(), purpose="newsletter", given=True, legal_basis="consent",
                source="join", wording="Ja", at=clock.now(),
            )
        )  # fmt: skip
    students(student("u1", last_name="Berg"), force=True)
    assert everybody()["u1"].membership is Membership.MEMBER
    with database.session_scope(reading=True) as session:
        assert [consent.purpose for consent in session.scalars(select(Consent))] == ["newsletter"]


def test_two_programmes_of_one_person_are_two_studies(students: Callable[..., ImportSummary]) -> None:
    summary = students(student("u1"), student("u1", programme_code="NEKON", department_code=code(1)))
    assert (summary.read, summary.added, summary.rejected) == (2, 1, 0)
    assert all_studies().keys() == {("u1", "SPOLK"), ("u1", "NEKON")}


def test_person_who_becomes_protected_can_no_longer_be_reached(students: Callable[..., ImportSummary]) -> None:
    rows = [student(f"u{number}") for number in range(8)]
    students(*rows)
    hidden = [student("u0", protected="ja"), student("u0", programme_code="OTHER"), *rows[1:]]
    summary = students(*hidden)
    assert (summary.protected, summary.changed, summary.unchanged, summary.missing) == (2, 1, 7, 0)
    person = everybody()["u0"]
    assert (person.email, person.address_hash) == (None, None)
    assert {uid for uid, _ in all_studies()} == {f"u{number}" for number in range(1, 8)}
    with database.session_scope(reading=True) as session:
        laid = [(row.address_hash, row.scope, row.reason) for row in session.scalars(select(Suppression))]
    assert laid == [(address_hash("u0@student.example.org"), "all", "protected")]
    assert counts(students(*hidden)) == (0, 0, 7)


def test_address_shared_with_someone_else_is_not_suppressed(students: Callable[..., ImportSummary]) -> None:
    rows = [student(f"u{number}", email="us@home.example") for number in range(8)]
    students(*rows)
    students(student("u0", email="us@home.example", deceased="ja"), *rows[1:])
    with database.session_scope(reading=True) as session:
        assert session.scalars(select(Suppression)).all() == []
    assert everybody()["u0"].email is None


def test_studies_absent_from_a_whole_file_are_missing_until_they_return(students: Callable[..., ImportSummary]) -> None:
    rows = [student(f"u{number}") for number in range(10)]
    students(*rows)
    assert students(*rows[1:]).missing == 1
    assert all_studies()["u0", "SPOLK"].missing_since == clock.now()
    assert students(*rows[1:]).missing == 0
    assert counts(students(*rows)) == (0, 1, 9)
    assert all_studies()["u0", "SPOLK"].missing_since is None


def test_partial_file_makes_nobody_missing(students: Callable[..., ImportSummary]) -> None:
    rows = [student(f"u{number}") for number in range(10)]
    students(*rows)
    assert students(rows[0], partial=True).missing == 0


def test_file_that_changes_too_much_is_refused_with_counts_and_can_be_forced(
    students: Callable[..., ImportSummary],
) -> None:
    rows = [student(f"u{number}") for number in range(8)]
    students(*rows)
    wrong = [student("u0", last_name="X"), student("u1", last_name="X"), *rows[3:]]
    with pytest.raises(PermanentFailure, match=r"2 people .* 1 studies .* 8 people.* 25%.*--force"):
        students(*wrong)
    assert {person.last_name for person in everybody().values()} == {"Ek"}
    summary = students(*wrong, force=True)
    assert (summary.changed, summary.missing) == (2, 1)


def test_a_term_of_new_credits_is_no_reason_to_refuse(students: Callable[..., ImportSummary]) -> None:
    students(*[student(f"u{number}") for number in range(8)])
    assert students(*[student(f"u{number}", credits_done="180") for number in range(8)]).changed == 8


def test_rejects_that_cannot_be_written_stop_the_import(students: Callable[..., ImportSummary], tmp_path: Path) -> None:
    (tmp_path / "students.rejected.csv").mkdir()
    with pytest.raises(PermanentFailure, match=r"students\.rejected\.csv, cannot be written beside the file"):
        students(student("u1"), student("u2", expected_end="2026-13-40"))
    assert everybody() == {}


def test_two_imports_at_once_queue(db: str, tmp_path: Path) -> None:
    path = write(tmp_path / "students.csv", [student(f"u{number}") for number in range(200)])
    with ThreadPoolExecutor(2) as both:
        summaries = list(both.map(lambda _: import_file("students", path), range(2)))
    assert sorted(counts(summary) for summary in summaries) == [(0, 0, 200), (200, 0, 0)]
    assert len(everybody()) == 200


def test_sample_register_comes_in_whole_and_twice_changes_nothing(db: str, tmp_path: Path) -> None:
    sample = write_sample(tmp_path / "sample.xlsx", people=400, seed=3, today=clock.today())
    summary = import_file("students", tmp_path / "sample.xlsx")
    assert (summary.read, summary.rejected) == (sample.rows, 0)
    assert summary.added + summary.protected + summary.deceased == sample.people
    assert counts(import_file("students", tmp_path / "sample.xlsx")) == (0, 0, summary.added)
