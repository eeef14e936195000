"""Rows and files of a register, and what the database then holds."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from outreach import database
from outreach.departments import departments
from outreach.models import Person, Study
from outreach.register import ImportSummary, import_file

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
def students(tmp_path: Path) -> Callable[..., ImportSummary]:
    def import_(*rows: dict[str, str], **options: bool) -> ImportSummary:
        return import_file("students", write(tmp_path / "students.csv", list(rows)), **options)

    return import_


@pytest.fixture
def alumni(tmp_path: Path) -> Callable[..., ImportSummary]:
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
