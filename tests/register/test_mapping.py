"""Headers: what they may be called, and what is refused."""

from pathlib import Path

import pandas as pd
import pytest

from outreach.errors import PermanentFailure
from outreach.register.mapping import mapping, our_columns
from outreach.sheets.reading import Sheet

STUDENT_HEADERS = (
    "Student UID", "Förnamn", "EFTERNAMN", "E-postadress", "Institution", "Programkod", "Slutdatum",
    "Skyddad identitet", "Avliden",
)  # fmt: skip


def sheet(*headers: str, value: str = "x") -> Sheet:
    return Sheet(headers, pd.DataFrame([[value] * len(headers)], index=[2], dtype="str"))


def taken(*headers: str, kind: str = "students") -> list[str]:
    return list(our_columns(sheet(*headers), mapping(kind), "f.csv").columns)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def at_home(home: Path) -> None:
    """The shipped configuration."""


def test_swedish_headers_are_understood_whatever_their_case_and_spaces() -> None:
    assert taken(*STUDENT_HEADERS) == [
        "student_uid", "first_name", "last_name", "email", "department_code", "programme_code", "expected_end",
        "protected", "deceased",
    ]  # fmt: skip


def test_unknown_header_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(
        PermanentFailure, match=r"unknown column 'langauge' \(did you mean 'language'\?\).*register\.toml"
    ):
        taken(*STUDENT_HEADERS, "langauge")


def test_missing_column_is_named_with_what_it_may_be_called() -> None:
    with pytest.raises(PermanentFailure, match=r"the column 'deceased' is missing\. It may be called .*'avliden'"):
        taken(*STUDENT_HEADERS[:-1])


@pytest.mark.parametrize("header", ["Personnummer", "pnr", "Personal Identity Number"])
def test_identity_numbers_are_never_taken(header: str) -> None:
    with pytest.raises(PermanentFailure, match="personal identity numbers, which are never taken in"):
        taken(*STUDENT_HEADERS, header)


def test_two_headers_for_one_column_are_refused() -> None:
    with pytest.raises(PermanentFailure, match="'E-postadress' and 'Mejl' both mean 'email'"):
        taken(*STUDENT_HEADERS, "Mejl")


def test_header_on_the_ignore_list_is_left_out() -> None:
    assert len(taken(*STUDENT_HEADERS, "Kön")) == len(STUDENT_HEADERS)


def test_empty_column_without_a_header_is_left_out() -> None:
    found = our_columns(sheet(*STUDENT_HEADERS, "", value=""), mapping("students"), "f.csv")
    assert len(found.columns) == len(STUDENT_HEADERS)


def test_membership_is_no_column_of_students() -> None:
    assert "member" in taken("first_name", "last_name", "email", "medlem", kind="alumni")
    with pytest.raises(PermanentFailure, match="'medlem'"):
        taken(*STUDENT_HEADERS, "medlem")


def test_file_without_headers_is_refused_without_naming_anybody() -> None:
    with pytest.raises(PermanentFailure, match="must hold the headers") as refused:
        taken("u1", "Åsa", "Ek", "asa@example.org")
    assert "Åsa" not in str(refused.value)
