"""The shipped departments: what their codes are used for decides what they may look like."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import TypeAdapter, ValidationError

from outreach.database import session_scope
from outreach.departments import (
    WHOLE_UNIVERSITY,
    DepartmentChoice,
    DepartmentRow,
    choice_of,
    code_of,
    department,
    department_choices,
    departments,
)
from outreach.errors import PermanentFailure
from outreach.queries import office
from outreach.settings import ROOT

CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,15}")
HEADER = "code,name_sv,name_en,coordinator_name,coordinator_email\n"
WITH_LANGUAGE = HEADER.replace("\n", ",coordinator_language\n")


@pytest.fixture
def rows(home: Path) -> list[DepartmentRow]:
    return list(departments().values())


def test_fifty_departments_have_names_of_their_own_in_both_languages(
    rows: list[DepartmentRow],
) -> None:
    assert len(rows) == 50
    assert len({row.name_sv for row in rows}) == 50
    assert len({row.name_en for row in rows}) == 50


def test_codes_fit_file_names_and_keys(rows: list[DepartmentRow]) -> None:
    assert [row.code for row in rows if not CODE.fullmatch(row.code)] == []


def test_no_code_is_a_language_or_the_word_for_the_whole_university(rows: list[DepartmentRow]) -> None:
    assert {row.code for row in rows} & {"sv", "en", "central"} == set()


def test_some_departments_have_no_coordinator_and_half_a_coordinator_is_none(
    rows: list[DepartmentRow],
) -> None:
    assert 5 <= sum(not row.coordinator_email for row in rows) <= 12
    assert [row.code for row in rows if bool(row.coordinator_name) != bool(row.coordinator_email)] == []


def test_invented_coordinators_live_at_a_reserved_domain(rows: list[DepartmentRow]) -> None:
    addresses = [row.coordinator_email for row in rows if row.coordinator_email]
    assert [a for a in addresses if not re.fullmatch(r"[a-z.]+@[a-z0-9-]+\.example\.org", a)] == []
    assert len(set(addresses)) == len(addresses)


def test_choices_begin_with_the_whole_university_and_follow_the_swedish_alphabet(rows: list[DepartmentRow]) -> None:
    listed = list(department_choices())
    assert listed[0] == WHOLE_UNIVERSITY
    assert set(listed[1:]) == {row.name_sv for row in rows}
    assert len(listed) == 51
    # å, ä, ö come last; capitals do not count
    known = ["Fysikum", "Företagsekonomiska institutionen", "Institutionen för arkeologi och antikens kultur"]
    known += ["Institutionen för Asien- och Mellanösternstudier", "Institutionen för svenska och flerspråkighet"]
    known += ["Institutionen för ämnesdidaktik", "Zoologiska institutionen"]
    assert [name for name in listed if name in known] == known


def test_a_choice_and_its_code_lead_to_each_other(rows: list[DepartmentRow]) -> None:
    for code in (None, *(row.code for row in rows)):
        assert code_of(choice_of(code)) == code
        assert code_of(code) == code


def test_a_form_takes_names_and_codes_shows_names_and_refuses_the_rest(home: Path) -> None:
    field = TypeAdapter(DepartmentChoice)
    assert field.validate_python("Fysikum") == field.validate_python("fysikum") == "fysikum"
    assert field.validate_python(WHOLE_UNIVERSITY) is None
    assert field.dump_json("fysikum") == b'"Fysikum"'
    assert field.json_schema() == {"type": "string", "enum": list(department_choices())}
    with pytest.raises(ValidationError, match="there is no department 'Alkemi'"):
        field.validate_python("Alkemi")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (HEADER + "a,,A,,\n", r"line 2: 'name_sv' is empty"),
        (HEADER + "a,A,A,,\na,B,B,,\n", r"line 3: the code 'a' stands twice"),
        (HEADER + "a,A,A,,\nb,A,B,,\n", r"line 3: the name 'A' stands twice"),
        (
            HEADER.strip() + ",coordinator_language\na,A,A,,,fr\n",
            r"line 2: coordinator_language is 'fr'; write sv or en",
        ),
    ],
)
def test_a_wrong_line_is_named(home: Path, set_environment: Callable[..., None], text: str, sentence: str) -> None:
    shutil.copy(ROOT / "config" / "settings.toml", home)
    (home / "departments.csv").write_text(text, encoding="utf-8")
    set_environment(config_dir=home)
    with pytest.raises(PermanentFailure, match=sentence):
        departments()


def test_coordinator_of_a_department_may_read_english(
    sqlite_db: str, home: Path, set_environment: Callable[..., None]
) -> None:
    shutil.copy(ROOT / "config" / "settings.toml", home)
    lines = "a,A,A,Kim,kim@example.org,en\nb,B,B,Lo,lo@example.org,\n"
    (home / "departments.csv").write_text(WITH_LANGUAGE + lines, encoding="utf-8")
    set_environment(config_dir=home)
    with session_scope() as session:
        office.lay(session)
        found = {address: office.coordinator(session, f"{address}@example.org") for address in ("kim", "lo")}
        assert {address: one.language for address, one in found.items() if one} == {"kim": "en", "lo": "sv"}


def test_an_unknown_department_is_a_sentence(home: Path) -> None:
    with pytest.raises(PermanentFailure, match="There is no department 'alchemy'"):
        department("alchemy")
