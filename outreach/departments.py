"""The departments of `config/departments.csv`: code, names, coordinators' addresses."""

import csv
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any

from pydantic import BeforeValidator, GetJsonSchemaHandler, PlainSerializer
from pydantic_core import CoreSchema

from outreach.errors import PermanentFailure
from outreach.settings import settings

COLUMNS = ("code", "name_sv", "name_en", "coordinator_name", "coordinator_email", "coordinator_language")
LANGUAGES = ("", "sv", "en")  # of coordinators; empty or without the column: Swedish
WHOLE_UNIVERSITY = "Hela universitetet / The whole university"
SWEDISH_LAST = str.maketrans("åäö", "{|}")  # the signs after z: these three letters end the Swedish alphabet


@dataclass(frozen=True)
class DepartmentRow:
    """One line. A department without a coordinator has empty strings there."""

    code: str
    name_sv: str
    name_en: str
    coordinator_name: str = ""
    coordinator_email: str = ""
    coordinator_language: str = ""

    def name(self, language: str) -> str:
        return self.name_sv if language == "sv" else self.name_en


@cache
def departments() -> dict[str, DepartmentRow]:
    """Every department by code, in the file's order. Raises PermanentFailure naming the line that is wrong."""
    path = settings().config_dir / "departments.csv"
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = list(csv.DictReader(file))
    except FileNotFoundError:
        raise PermanentFailure("config/departments.csv is missing.") from None
    found: dict[str, DepartmentRow] = {}
    for number, line in enumerate(lines, start=2):
        if missing := [column for column in COLUMNS[:3] if not (line.get(column) or "").strip()]:
            raise PermanentFailure(f"config/departments.csv, line {number}: {missing[0]!r} is empty.")
        row = DepartmentRow(**{column: (line.get(column) or "").strip() for column in COLUMNS})
        if row.coordinator_language not in LANGUAGES:
            raise PermanentFailure(
                f"config/departments.csv, line {number}: coordinator_language is {row.coordinator_language!r}; "
                "write sv or en."
            )
        if row.code in found:
            raise PermanentFailure(f"config/departments.csv, line {number}: the code {row.code!r} stands twice.")
        if row.name_sv in {other.name_sv for other in found.values()}:
            raise PermanentFailure(f"config/departments.csv, line {number}: the name {row.name_sv!r} stands twice.")
        found[row.code] = row
    return found


def department(code: str) -> DepartmentRow:
    """One department. Raises PermanentFailure for a code that does not exist."""
    try:
        return departments()[code]
    except KeyError:
        raise PermanentFailure(f"There is no department {code!r} in config/departments.csv.") from None


def department_words() -> dict[str, str]:
    """Case-folded code or name in either language -> code. The codes go last: they win over names."""
    rows = departments().values()
    names = {name.casefold(): row.code for row in rows for name in (row.name_sv, row.name_en)}
    return names | {row.code.casefold(): row.code for row in rows}


@cache
def department_choices() -> dict[str, str | None]:
    """What a drop-down shows -> code: the whole university (None), then the Swedish names in the Swedish alphabet."""
    rows = sorted(departments().values(), key=lambda row: row.name_sv.casefold().translate(SWEDISH_LAST))
    return {WHOLE_UNIVERSITY: None, **{row.name_sv: row.code for row in rows}}


def choice_of(code: str | None) -> str:
    """What a drop-down shows for a code. Raises PermanentFailure for a code that does not exist."""
    return WHOLE_UNIVERSITY if code is None else department(code).name_sv


def code_of(choice: str | None) -> str | None:
    """The code of what a drop-down shows; a code is taken too. Raises ValueError for what is neither."""
    if choice is None or choice in departments():
        return choice
    try:
        return department_choices()[choice]
    except KeyError:
        raise ValueError(f"there is no department {choice!r} in config/departments.csv") from None


class _DropDown:
    """Makes a form offer the choices. They are read when the form is drawn, not when this is imported."""

    def __get_pydantic_json_schema__(self, _schema: CoreSchema, _handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string", "enum": list(department_choices())}


# A department's code, or None for the whole university; in a form and in JSON, its name.
DepartmentChoice = Annotated[
    str | None, BeforeValidator(code_of), PlainSerializer(choice_of, when_used="json"), _DropDown()
]
