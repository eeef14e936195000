"""From text cells to typed rows and problems: frame -> frame, vectorised, nothing outside is touched.

Columns of clean rows (those the file has): student_uid, first_name, last_name, email, language, country, city,
linkedin_url, department_code, programme_code, programme_sv, programme_en, level: str; credits_done, credits_required:
float64; expected_end, completed_on, joined_on: ISO days as str; degree_applied, member: bool. Missing values are NaN.
The index is the line in the file.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from outreach.register import addresses, problems, values
from outreach.register.mapping import Mapping as Headers
from outreach.register.summary import Kind

NAMES = ("first_name", "last_name", "city", "programme_sv", "programme_en")
CREDITS = ("credits_done", "credits_required")
DEPARTMENT_MARK = "@"  # no programme code begins with it, see values.CODE


@dataclass(frozen=True)
class Cleaned:
    """`rows`: what may be imported. `found`: problems, also of rows that stand. `hidden`: student_uid, email and
    reason (protected or deceased) of the rows that are left out. `uids`: student_uid of every row, imported or not."""

    rows: pd.DataFrame
    found: pd.DataFrame
    hidden: pd.DataFrame
    uids: pd.Series


def clean(cells: pd.DataFrame, kind: Kind, headers: Headers, departments: Mapping[str, str]) -> Cleaned:
    """Clean the cells of a file. `departments`: case-folded code or name -> code."""
    cells, hidden, flags = _without_hidden(cells, headers.words["flag"])
    rows, found = _typed(cells, _cleaners(headers.words, departments))
    rows, award = _awards(rows, cells, headers.words["flag"])
    if kind == "alumni" and "department_code" in rows:
        rows = _studied_somewhere(rows)
    everything = problems.together([flags, *found, award, *_missing(rows, cells, kind)])
    keep = ~rows.index.isin(problems.rejected_lines(everything))
    uids = rows["student_uid"] if "student_uid" in rows else pd.Series(None, rows.index, dtype="str")
    return Cleaned(rows[keep], everything, hidden, uids)


def _without_hidden(cells: pd.DataFrame, flag: Mapping[str, str]) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Leave out everyone who has a row that says protected or deceased, before anything else looks at them."""
    reason = pd.Series(None, index=cells.index, dtype="str")
    found = []
    for column in ("deceased", "protected"):  # the graver word last: it wins
        if column in cells:
            said, wrong = values.words(cells[column], flag)
            reason = reason.mask(said == "yes", column)
            found.append(problems.problems("bad_word", column, cells.loc[wrong, column]))
    address, _ = addresses.normalised(cells["email"])
    uid = cells["student_uid"].str.strip() if "student_uid" in cells else pd.Series("", cells.index, dtype="str")
    key = uid.where(uid != "", address)
    marked = key[reason.notna()].dropna()
    by_key = reason[marked.index].groupby(marked, sort=False).max()  # "protected" sorts after "deceased"
    reason = reason.fillna(key.map(by_key)) if len(by_key) else reason
    left_out = reason.notna()
    hidden = pd.DataFrame({"student_uid": uid, "email": address, "reason": reason})[left_out]
    rest = cells[~left_out].drop(columns=["protected", "deceased"], errors="ignore")
    flags = problems.together(found)
    return rest, hidden, flags[flags["line"].isin(rest.index)]


def _cleaners(
    words: Mapping[str, Mapping[str, str]], departments: Mapping[str, str]
) -> dict[str, tuple[str, Callable[[pd.Series], values.Checked]]]:
    """Our column -> (the problem a wrong cell is, what cleans it)."""
    return {
        **dict.fromkeys(NAMES, ("bad_name", values.names)),
        **dict.fromkeys(CREDITS, ("bad_number", values.credits_)),
        "student_uid": ("bad_uid", values.uids),
        "email": ("bad_email", addresses.normalised),
        "language": ("bad_word", lambda cells: values.words(cells, words["language"])),
        "level": ("bad_word", lambda cells: values.words(cells, words["level"])),
        "member": ("bad_word", lambda cells: values.words(cells, words["flag"])),
        "department_code": ("bad_department", lambda cells: values.departments(cells, departments)),
        "programme_code": ("bad_programme", values.codes),
        "expected_end": ("bad_date", values.dates),
        "joined_on": ("bad_date", values.dates),
        "degree_applied": ("bad_word", lambda cells: _applied(cells, words["flag"])),
        "degree_awarded": ("bad_date", lambda cells: _awarded(cells, words["flag"])),
        "country": ("bad_country", values.countries),
        "linkedin_url": ("bad_linkedin", values.linkedin),
    }


def _typed(
    cells: pd.DataFrame, cleaners: Mapping[str, tuple[str, Callable[[pd.Series], values.Checked]]]
) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    typed, found = {}, []
    for column in cells.columns:
        code, cleaner = cleaners[column]
        typed[column], wrong = cleaner(cells[column])
        if wrong.any():
            found.append(problems.problems(code, column, cells.loc[wrong, column]))
    for column in {"degree_applied", "member"} & typed.keys():
        typed[column] = typed[column] == "yes"
    return pd.DataFrame(typed, index=cells.index), found


def _applied(cells: pd.Series, flag: Mapping[str, str]) -> values.Checked:
    """Applied for the degree: a word, or the day of the application."""
    said, wrong = values.words(cells, flag)
    days, _ = values.dates(cells)
    dated = days.notna() & wrong
    return said.mask(dated, "yes"), wrong & ~dated


def _awarded(cells: pd.Series, flag: Mapping[str, str]) -> values.Checked:
    """The day a degree was awarded; a plain yes stays as the word, see `_awards`."""
    said, not_a_word = values.words(cells, flag)
    days, wrong = values.dates(cells)
    return days.mask(said == "yes", "yes"), wrong & not_a_word


def _awards(rows: pd.DataFrame, cells: pd.DataFrame, flag: Mapping[str, str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """`degree_awarded` becomes `completed_on`; a yes without a day counts from the expected end."""
    if "degree_awarded" not in rows:
        return rows, problems.together([])
    undated = rows["degree_awarded"] == "yes"
    ends = rows["expected_end"] if "expected_end" in rows else pd.Series(None, rows.index, dtype="str")
    day = rows["degree_awarded"].mask(undated, ends)
    found = problems.problems("no_award_date", "degree_awarded", cells.loc[undated & ends.isna(), "degree_awarded"])
    return rows.drop(columns="degree_awarded").assign(completed_on=day), found


def _studied_somewhere(rows: pd.DataFrame) -> pd.DataFrame:
    """Lists of alumni often name the department alone: its code, marked, then stands for the programme, so that studies
    at a second department are studies of their own."""
    known = rows["programme_code"] if "programme_code" in rows else pd.Series(None, rows.index, dtype="str")
    return rows.assign(programme_code=known.fillna(DEPARTMENT_MARK + rows["department_code"]))


def _missing(rows: pd.DataFrame, cells: pd.DataFrame, kind: Kind) -> list[pd.DataFrame]:
    """Rows that lack what makes them a row, and identity numbers where an id should stand."""
    found = []
    if "student_uid" in rows:
        number = values.look_like_personnummer(cells["student_uid"])
        found.append(problems.problems("personnummer", "student_uid", pd.Series("", rows.index[number])))
    if kind == "students":
        for column, code in (
            ("student_uid", "no_uid"),
            ("department_code", "no_department"),
            ("programme_code", "no_programme"),
        ):
            empty = cells[column].str.strip() == ""
            found.append(problems.problems(code, column, cells.loc[empty, column]))
        return found
    keyless = rows["email"].isna()
    if "student_uid" in rows:
        keyless &= rows["student_uid"].isna()
    found.append(problems.problems("no_key", "email", pd.Series("", rows.index[keyless])))
    if {"programme_code", "department_code"} <= set(rows.columns):
        homeless = rows["department_code"].isna() & rows["programme_code"].notna()
        found.append(problems.problems("no_department", "department_code", cells.loc[homeless, "department_code"]))
    return found
