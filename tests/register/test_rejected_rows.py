"""Rows with faults: listed with line and reason, while the rest comes in."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from outreach.register import ImportSummary, import_file
from tests.register.conftest import STUDENT, all_studies, everybody, rejects, student

pytestmark = pytest.mark.usefixtures("sqlite_db")


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


def test_rejected_row_and_finished_studies_are_not_missing(students: Callable[..., ImportSummary]) -> None:
    rows = [student(f"u{number}") for number in range(9)]
    students(*rows, student("done", degree_awarded="2026-10-01"))
    assert students(student("u0", expected_end="soon"), *rows[1:]).missing == 0


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


def test_workbook_is_imported_like_a_text_file(tmp_path: Path) -> None:
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
