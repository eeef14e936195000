"""Whole imports: what they add, change, hold, leave out, and refuse."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import event, insert, select, update

from outreach import clock, database
from outreach.departments import departments
from outreach.errors import PermanentFailure
from outreach.links import address_hash
from outreach.models import Consent, Membership, Person, Study, Suppression
from outreach.register import ImportSummary, import_file
from outreach.sample import write_sample

STUDENT = {
    "student_uid": "u1",
    "first_name": "Åsa",
    "last_name": "Ek",
    "email": "asa@student.example.org",
    "programme_code": "SPOLK",
    "programme_sv": "Kandidatprogram i statsvetenskap",
    "programme_en": "Bachelor's Programme in Political Science",
    "department_code": "",
    "level": "grund",
    "credits_done": "172,5",
    "credits_required": "180",
    "expected_end": "2027-01-17",
    "degree_applied": "nej",
    "degree_awarded": "",
    "language": "sv",
    "protected": "nej",
    "deceased": "nej",
}
ALUMN = {
    "student_uid": "",
    "first_name": "Mei",
    "last_name": "Li",
    "email": "mei@example.org",
    "department_code": "",
    "programme_code": "",
    "degree_awarded": "",
    "country": "",
    "city": "",
    "linkedin_url": "",
    "member": "",
    "joined_on": "",
}


def code(at: int = 0) -> str:
    return list(departments())[at]


def student(uid: str, **cells: str) -> dict[str, str]:
    return STUDENT | {"student_uid": uid, "email": f"{uid}@student.example.org", "department_code": code()} | cells


def alumn(email: str, **cells: str) -> dict[str, str]:
    return ALUMN | {"email": email} | cells


def write(path: Path, rows: list[dict[str, str]], delimiter: str = ";") -> Path:
    quoted = [[f'"{cell}"' if delimiter in cell or "\n" in cell else cell for cell in row.values()] for row in rows]
    text = "\n".join(delimiter.join(line) for line in [list(rows[0]), *quoted])
    path.write_text(text + "\n", encoding="utf-8")
    return path


@pytest.fixture
def students(db: str, tmp_path: Path) -> Callable[..., ImportSummary]:
    def import_(*rows: dict[str, str], **options: bool) -> ImportSummary:
        return import_file("students", write(tmp_path / "students.csv", list(rows)), **options)

    return import_


@pytest.fixture
def alumni(db: str, tmp_path: Path) -> Callable[..., ImportSummary]:
    def import_(*rows: dict[str, str], **options: bool) -> ImportSummary:
        return import_file("alumni", write(tmp_path / "alumni.csv", list(rows)), **options)

    return import_


def everybody() -> dict[str | None, Person]:
    """People by student_uid, or by address where they have none."""
    with database.session_scope(reading=True) as session:
        return {person.student_uid or person.email: person for person in session.scalars(select(Person))}


def all_studies() -> dict[tuple[str | None, str], Study]:
    people = {person.id: key for key, person in everybody().items()}
    with database.session_scope(reading=True) as session:
        return {(people[study.person_id], study.programme_code): study for study in session.scalars(select(Study))}


def says(uid: str, **own: Any) -> None:
    """The person `uid` writes these things about themselves."""
    with database.session_scope() as session:
        session.execute(update(Person).where(Person.student_uid == uid).values(own_fields=" ".join(sorted(own)), **own))


def rejects(tmp_path: Path, name: str = "students") -> list[str]:
    return (tmp_path / f"{name}.rejected.csv").read_text(encoding="utf-8-sig").splitlines()


def counts(summary: ImportSummary) -> tuple[int, int, int]:
    return summary.added, summary.changed, summary.unchanged


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


def test_repeated_row_is_counted_and_taken_once(students: Callable[..., ImportSummary]) -> None:
    summary = students(student("u1"), student("u1"))
    assert (summary.added, summary.repeated, summary.rejected) == (1, 1, 0)


@pytest.mark.parametrize(
    ("later", "word"),
    [
        ({"last_name": "Berg"}, "last_name"),
        ({"email": "other@example.org"}, "email"),
        ({"expected_end": "2028-01-01"}, "other details on line 2"),
    ],
)
def test_later_row_that_contradicts_is_rejected(
    students: Callable[..., ImportSummary], tmp_path: Path, later: dict[str, str], word: str
) -> None:
    summary = students(student("u1"), student("u1", **later))
    assert (summary.added, summary.rejected) == (1, 1)
    assert everybody()["u1"].last_name == "Ek"
    assert word in rejects(tmp_path)[1]


def test_protected_and_deceased_are_dropped_counted_and_not_listed(
    students: Callable[..., ImportSummary], tmp_path: Path
) -> None:
    summary = students(
        student("u1", protected="ja", expected_end="2026-13-40"), student("u2", deceased="J"), student("u3")
    )
    assert (summary.read, summary.added, summary.protected, summary.deceased, summary.rejected) == (3, 1, 1, 1, 0)
    assert set(everybody()) == {"u3"}
    assert not (tmp_path / "students.rejected.csv").exists()


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


def test_bad_address_loses_the_address_and_not_the_person(
    students: Callable[..., ImportSummary], tmp_path: Path
) -> None:
    summary = students(student("u1", email="asa@"), student("u2"), student("u3", email=""))
    assert (summary.added, summary.rejected, summary.without_address) == (3, 0, 2)
    assert (everybody()["u1"].email, everybody()["u1"].address_hash) == (None, None)
    assert rejects(tmp_path)[1].startswith("2;ja/yes;")
    assert len(rejects(tmp_path)) == 2


@pytest.mark.parametrize(
    ("cells", "word"),
    [
        ({"student_uid": ""}, "student_uid is missing"),
        ({"student_uid": "19900101-1234"}, "personal identity number"),
        ({"student_uid": "1.2E+11"}, "rewritten by Excel"),
        ({"first_name": '=HYPERLINK("http://x.example")'}, "is no name"),
        ({"last_name": "<b>Ek</b>"}, "is no name"),
        ({"last_name": "tag0123456789_given_name_hZ"}, "is no name"),
        ({"expected_end": "2026-13-40"}, "'2026-13-40' is not a date"),
        ({"expected_end": "01/02/2026"}, "is not a date"),
        ({"department_code": "nowhere"}, "the department 'nowhere'"),
        ({"department_code": ""}, "the department is missing"),
        ({"programme_code": ""}, "the programme code is missing"),
        ({"credits_done": "många"}, "not a number of credits"),
        ({"language": "xx"}, "language 'xx' is not known"),
        ({"protected": "kanske"}, "protected 'kanske' is not known"),
        ({"expected_end": "", "degree_awarded": "ja"}, "without a date"),
    ],
)
def test_row_with_a_fault_is_listed_with_line_and_reason_and_the_rest_imported(
    students: Callable[..., ImportSummary], tmp_path: Path, cells: dict[str, str], word: str
) -> None:
    summary = students(student("u1"), student("u2", **cells), student("u3"))
    assert (summary.read, summary.added, summary.rejected) == (3, 2, 1)
    assert set(everybody()) == {"u1", "u3"}
    header, line = rejects(tmp_path)
    assert line.startswith("3;nej/no;")
    assert word in line.replace('""', '"')
    assert header.split(";")[4:] == list(STUDENT)
    assert summary.rejects_file == tmp_path / "students.rejected.csv"


def test_rejects_file_runs_no_formula_and_goes_when_all_is_well(
    students: Callable[..., ImportSummary], tmp_path: Path
) -> None:
    students(student("u1", first_name="=1+1", last_name="@x"))
    assert "'=1+1;'@x" in rejects(tmp_path)[1]
    students(student("u1"))
    assert not (tmp_path / "students.rejected.csv").exists()


def test_newline_in_a_name_becomes_a_space_and_lines_are_counted_as_in_the_file(
    students: Callable[..., ImportSummary], tmp_path: Path
) -> None:
    students(student("u1", last_name="Ek\nBcc: x@example.org"), student("u2", expected_end="soon"))
    assert everybody()["u1"].last_name == "Ek Bcc: x@example.org"
    assert rejects(tmp_path)[1].startswith("4;")


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


def test_rejected_row_and_finished_studies_are_not_missing(students: Callable[..., ImportSummary]) -> None:
    rows = [student(f"u{number}") for number in range(9)]
    students(*rows, student("done", degree_awarded="2026-10-01"))
    assert students(student("u0", expected_end="soon"), *rows[1:]).missing == 0


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


def test_sentence_has_the_exact_counts_in_both_languages(students: Callable[..., ImportSummary]) -> None:
    summary = students(student("u1"), student("u2", expected_end="soon"))
    assert summary.sentence("en").startswith("2 rows read: 1 people added, 0 changed")
    assert "1 rader avvisade" in summary.sentence("sv")
    assert "students.rejected.csv" in summary.sentence("sv")


def test_corrected_list_of_rejects_can_be_imported(students: Callable[..., ImportSummary], tmp_path: Path) -> None:
    students(student("u1"), student("u2", expected_end="2026-13-40"))
    listed = tmp_path / "students.rejected.csv"
    corrected = listed.rename(tmp_path / "corrected.csv")
    corrected.write_text(corrected.read_text("utf-8-sig").replace(";2026-13-40;", ";2026-12-31;"), "utf-8")
    summary = import_file("students", corrected, partial=True)
    assert (summary.added, summary.rejected, summary.missing) == (1, 0, 0)
    assert set(everybody()) == {"u1", "u2"}


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


def test_workbook_is_imported_like_a_text_file(db: str, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(list(STUDENT))
    typed: dict[str, Any] = student("u1") | {
        "credits_done": 172.5,
        "expected_end": date(2027, 1, 17),
        "protected": False,
    }
    book.active.append(list(typed.values()))
    book.active.append(list((typed | {"student_uid": "u2", "first_name": '=HYPERLINK("http://x.example")'}).values()))
    book.save(tmp_path / "students.xlsx")
    summary = import_file("students", tmp_path / "students.xlsx")
    assert (summary.added, summary.rejected) == (1, 1)
    assert all_studies()["u1", "SPOLK"].expected_end == date(2027, 1, 17)
    assert rejects(tmp_path)[1].startswith("3;nej/no;")


def test_sample_register_comes_in_whole_and_twice_changes_nothing(db: str, tmp_path: Path) -> None:
    sample = write_sample(tmp_path / "sample.xlsx", people=400, seed=3, today=clock.today())
    summary = import_file("students", tmp_path / "sample.xlsx")
    assert (summary.read, summary.rejected) == (sample.rows, 0)
    assert summary.added + summary.protected + summary.deceased == sample.people
    assert counts(import_file("students", tmp_path / "sample.xlsx")) == (0, 0, summary.added)
