"""Copies of register files lose the rows of who is erased, and nobody else's."""

from dataclasses import replace
from pathlib import Path

import pandas as pd

from outreach.erasing import copies
from outreach.links import address_hash, name_hash, uid_hash
from outreach.sheets.reading import read
from tests.erasing.test_prefect_forgets import EVA
from tests.register.conftest import alumn, student, write


def left(path: Path, column: int = 0) -> set[str]:
    cells: pd.DataFrame = read(path).cells
    return set(cells[column])


def test_a_row_goes_by_address_by_student_id_and_by_name_where_it_has_no_address(home: Path) -> None:
    name = {"first_name": "Zoë", "last_name": "Qvarn"}
    path = write(home / "students.csv", [
        student("address", email=" Z@Example.org"), student("uid", email=""), student("name", email="z@@", **name),
        student("namesake", **name), student("other", email=""),
    ])  # fmt: skip
    erased = {address_hash("z@example.org"), uid_hash("uid")}
    assert copies.clear_known(path, erased, {name_hash("zoe qvarn")})
    assert left(path) == {"namesake", "other"}
    assert not copies.clear_known(path, erased, {name_hash("zoe qvarn")})


def test_a_row_goes_that_knows_her_by_the_name_and_address_of_before(home: Path) -> None:
    folder = home / "var" / "drop" / "alumni" / "done"
    folder.mkdir(parents=True)
    path = write(folder / "alumni.csv", [alumn("before@example.org", last_name="Before"), alumn("other@example.org")])
    hashes = frozenset({address_hash("before@example.org")})
    assert copies.clear_all(replace(EVA, names=frozenset({("Mei", "Now")}), hashes=hashes)) == 1
    assert left(path, 3) == {"other@example.org"}


def test_why_a_file_was_refused_stays_beside_it(home: Path) -> None:
    folder = home / "var" / "drop" / "students" / "failed"
    folder.mkdir(parents=True)
    reason = folder / "students.reason.txt"
    reason.write_text("students.csv would change 9 people; that is too many, so nothing was imported.\n", "utf-8")
    copies.clear_all(replace(EVA, names=frozenset({("Mei", "Now")})))
    assert reason.is_file()
