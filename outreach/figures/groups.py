"""The groups figures are broken down by: departments and cohorts (year of the degree)."""

from collections.abc import Callable, Sequence

from outreach.departments import departments

GROUPS = ("department_code", "cohort")
HIDDEN = "–"  # what stands for a small cell


def group_title(group: str, language: str) -> str:
    """What a table's first column is called."""
    titles = {"department_code": ("Institution", "Department"), "cohort": ("Examensår", "Year of the degree")}
    return titles[group][0 if language == "sv" else 1]


def group_name(group: str, key: object, language: str) -> str:
    """What a department (code, "" for not known) or cohort (year, 0 for no degree in the register) is called."""
    if group == "cohort":
        return str(key) if key else ("Ingen examen i registret" if language == "sv" else "No degree in the register")
    row = departments().get(str(key))
    if row is not None:
        return row.name(language)
    return str(key) or ("Inte känd" if language == "sv" else "Not known")


def group_order(group: str) -> Callable[[Sequence[str]], tuple[bool, str]]:
    """The order of a table's lines by their first cell: cohorts by year and who has none last; departments by name."""
    return lambda row: (group == "cohort" and not row[0].isdigit(), row[0].casefold())
