"""The departments of `config/departments.csv`: code, names, coordinators' addresses."""

import csv
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any

from outreach.errors import PermanentFailure
from outreach.settings import settings

COLUMNS = ("code", "name_sv", "name_en", "coordinator_name", "coordinator_email")


@dataclass(frozen=True)
class DepartmentRow:
    """One line. A department without a coordinator has empty strings there."""

    code: str
    name_sv: str
    name_en: str
    coordinator_name: str = ""
    coordinator_email: str = ""

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
        if row.code in found:
            raise PermanentFailure(f"config/departments.csv, line {number}: the code {row.code!r} stands twice.")
        found[row.code] = row
    return found


def department(code: str) -> DepartmentRow:
    """One department. Raises PermanentFailure for a code that does not exist."""
    try:
        return departments()[code]
    except KeyError:
        raise PermanentFailure(f"There is no department {code!r} in config/departments.csv.") from None


@cache
def department_choices() -> type[Enum]:
    """An Enum of the departments' codes, for drop-downs; members in the order of the Swedish names."""
    rows = sorted(departments().values(), key=lambda row: row.name_sv.casefold())
    choices: Any = Enum  # made from a file, so there is nothing here for a type checker to know
    made: type[Enum] = choices("Department", {row.code: row.code for row in rows}, type=str)
    return made
