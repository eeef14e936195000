"""What holds for any file: the same file twice changes nothing, and every row read is accounted for."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, text, update

from outreach import database
from outreach.departments import departments
from outreach.models import Person, Study
from outreach.register import import_file
from outreach.register.summary import Kind

Row = dict[str, str]
ADDRESSES = ["a@example.org", "b@example.org", "c@example.org", "A@Example.org", "broken@", ""]
STUDENTS = {
    "student_uid": ["u1", "u2", "u3", "u4", "", "19900101-1234"],
    "first_name": ["Åsa", "Mei", "", "=1"],
    "last_name": ["Ek", "Li", "-"],
    "email": ADDRESSES,
    "department_code": ["0", "1", "nowhere", ""],
    "programme_code": ["P1", "P2", ""],
    "expected_end": ["2027-01-17", "2026-13-40", ""],
    "credits_done": ["7,5", "", "x"],
    "degree_applied": ["ja", "nej", "2026-10-01"],
    "degree_awarded": ["", "2026-10-01", "ja"],
    "language": ["sv", "en", ""],
    "protected": ["nej", "nej", "nej", "ja"],
    "deceased": ["nej", "nej", "nej", "ja"],
}
ALUMNI = {
    "student_uid": ["u1", "u2", "u3", "", "", ""],
    "first_name": ["Åsa", "Mei", ""],
    "last_name": ["Ek", "Li"],
    "email": ADDRESSES,
    "department_code": ["0", "1", ""],
    "programme_code": ["P1", ""],
    "degree_awarded": ["", "2019-06-01"],
    "country": ["SE", "", "Atlantis"],
    "city": ["Lund", ""],
    "member": ["ja", "nej", ""],
    "protected": ["nej", "nej", "nej", "ja"],
}


def files(columns: dict[str, list[str]]) -> st.SearchStrategy[list[Row]]:
    row = st.fixed_dictionaries({name: st.sampled_from(cells) for name, cells in columns.items()})
    return st.lists(row, min_size=2, max_size=14)


def put(path: Path, rows: list[Row]) -> Path:
    codes = dict(zip("01", departments(), strict=False))
    lines = [
        [codes.get(cell, cell) if name == "department_code" else cell for name, cell in row.items()] for row in rows
    ]
    path.write_text("\n".join(";".join(line) for line in [list(rows[0]), *lines]), encoding="utf-8")
    return path


def dump() -> dict[str, list[tuple[object, ...]]]:
    """Everything the register holds, times and all."""
    with database.session_scope(reading=True) as session:
        return {
            table: [tuple(row) for row in session.execute(text(f"SELECT * FROM {table} ORDER BY id"))]
            for table in ("people", "studies", "suppressions")
        }


def forget_everybody() -> None:
    with database.session_scope() as session:
        for model in (Study, Person):
            session.execute(delete(model))
        session.execute(text("DELETE FROM suppressions"))


@pytest.fixture
def importing_twice(sqlite_db: str, tmp_path: Path) -> Callable[[Kind, list[Row]], None]:
    def check(kind: Kind, rows: list[Row]) -> None:
        path = put(tmp_path / f"{kind}.csv", rows)
        first = import_file(kind, path, force=True)
        held = dump()
        again = import_file(kind, path)
        assert (again.added, again.changed, again.missing) == (0, 0, 0)
        assert dump() == held
        left = first.read - first.rejected - first.repeated - first.protected - first.deceased - first.erased
        assert left >= first.added + first.unchanged
        assert (first.read, first.rejected, first.repeated) == (again.read, again.rejected, again.repeated)

    return check


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=files(STUDENTS), second=files(STUDENTS))
def test_students_file_twice_changes_nothing(
    importing_twice: Callable[[Kind, list[Row]], None], first: list[Row], second: list[Row]
) -> None:
    forget_everybody()
    importing_twice("students", first)
    importing_twice("students", second)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(students=files(STUDENTS), first=files(ALUMNI), second=files(ALUMNI), own=st.sampled_from(["", "email", "city"]))
def test_alumni_file_twice_changes_nothing(
    importing_twice: Callable[[Kind, list[Row]], None],
    students: list[Row],
    first: list[Row],
    second: list[Row],
    own: str,
) -> None:
    forget_everybody()
    importing_twice("students", students)
    importing_twice("alumni", first)
    with database.session_scope() as session:
        some = session.scalars(select(Person.id).order_by(Person.id)).first()
        session.execute(update(Person).where(Person.id == some).values(own_fields=own))
    importing_twice("alumni", second)
