"""Who is who: clean rows get a key, the register's people the same key, and rows that contradict each other fall out.

The key is the student_uid; for who has none, "#" and the person's id, or "@" and the address of somebody new. Pure.
"""

from collections.abc import Collection

import pandas as pd

from outreach.links import address_hash, uid_hash
from outreach.queries.register import STUDY_COLUMNS
from outreach.register import problems
from outreach.register.summary import Kind

PERSONAL = ("first_name", "last_name", "email")


def matched(rows: pd.DataFrame, people: pd.DataFrame, kind: Kind) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """(rows with `key` and `student_uid`, people with `key` and perhaps a new `student_uid`, problems).

    Students are known by student_uid alone. An alumn without one is whoever has the address, in the file first, then
    in the register as it will stand after the rows that do have a student_uid; an address of several is nobody's. Who
    gave us an address of their own has the one the register gave as well.
    """
    if kind == "students":
        known = people[people["student_uid"].notna()]
        return rows.assign(key=rows["student_uid"]), known.assign(key=known["student_uid"]), problems.together([])
    if "student_uid" not in rows:
        rows = rows.assign(student_uid=pd.Series(None, rows.index, dtype="str"))
    people = _claimed(rows, people.assign(registered=_registered(rows, people)))
    people = people.assign(key=people["student_uid"].fillna("#" + people["id"].astype("str")))
    uid, in_file_twice = _uid_in_file(rows)
    owner, in_register_twice = _owner_in_register(rows, people)
    shared = rows["student_uid"].isna() & (in_file_twice | (in_register_twice & uid.isna()))
    found = problems.problems("shared_address", "email", rows.loc[shared, "email"])
    uid = rows["student_uid"].fillna(uid)
    rows = rows.assign(student_uid=uid, key=uid.fillna(owner).fillna("@" + rows["email"]))
    return rows[~shared], people, found


def without_erased(
    rows: pd.DataFrame, people: pd.DataFrame, erased: Collection[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(rows that may come in, rows of people who were erased): nobody comes back with the next file.

    `erased`: hashes of addresses and student_uids. Somebody who stands in the register has not been erased.
    """
    strangers = rows[~rows["key"].isin(people["key"])] if erased else rows.iloc[:0]
    back = strangers["email"].map(address_hash, na_action="ignore").isin(erased)
    back |= strangers["student_uid"].map(uid_hash, na_action="ignore").isin(erased)
    gone = rows["key"].isin(strangers.loc[back, "key"])
    return rows[~gone], rows[gone]


def _registered(rows: pd.DataFrame, people: pd.DataFrame) -> pd.Series:
    """For each person: the register's own address, where they gave another and the file names it."""
    hashes = people["register_address_hash"]
    if hashes.isna().all():
        return pd.Series(None, people.index, dtype="str")
    given = rows["email"].drop_duplicates().dropna()
    given = given[~given.isin(people["email"])]  # who has the address now goes first
    return _found(hashes, given.set_axis(given.map(address_hash)))


def _claimed(rows: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """A person known by address alone takes the student_uid of the one row that brings a new one for the address."""
    new = rows[rows["student_uid"].notna() & ~rows["student_uid"].isin(people["student_uid"].dropna())]
    new = new.dropna(subset=["email"]).drop_duplicates(["student_uid", "email"])
    new = new[~new["email"].duplicated(keep=False) & ~new["student_uid"].duplicated(keep=False)]
    nameless = people[people["student_uid"].isna()]
    held = pd.concat([nameless["email"], nameless["registered"]]).dropna()
    held = held[~held.duplicated(keep=False)]
    found = _found(held, new.set_index("email")["student_uid"]).dropna()
    before = people["student_uid"]
    once = found[~found.index.duplicated(keep=False)]
    return people.assign(student_uid=before.fillna(once), student_uid_before=before)


def _found(keys: pd.Series, table: pd.Series) -> pd.Series:
    """What `table` has for each key, as text even when it has nothing."""
    return keys.map(table).astype("str")


def _uid_in_file(rows: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """For each row: the one student_uid that stands with its address in the file, and whether there are several."""
    pairs = rows.dropna(subset=["student_uid", "email"]).drop_duplicates(["student_uid", "email"])
    several = pairs["email"].duplicated(keep=False)
    one = pairs[~several].set_index("email")["student_uid"]
    return _found(rows["email"], one), rows["email"].isin(pairs.loc[several, "email"])


def _owner_in_register(rows: pd.DataFrame, people: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """For each row: the key of the one person with its address, and whether there are several."""
    given = rows.dropna(subset=["student_uid", "email"]).drop_duplicates("student_uid").set_index("student_uid")
    own = (" " + people["own_fields"] + " ").str.contains(" email ", regex=False)
    address = _found(people["student_uid"], given["email"]).where(~own).fillna(people["email"])
    held = pd.concat([address, people["registered"]]).dropna()
    several = held.duplicated(keep=False)
    one = people["key"].loc[held.index[~several]].set_axis(held[~several])
    return _found(rows["email"], one), rows["email"].isin(held[several])


def consistent(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    """(rows that agree, problems, number of identical rows that were collapsed).

    The first row about a person, and about a person's programme, holds; a later one that contradicts it falls out.
    """
    whole = rows.drop_duplicates()
    repeated = len(rows) - len(whole)
    found = []
    for column in [column for column in PERSONAL if column in whole]:
        whole, problem = _agreeing(whole, column)
        found.append(problem)
    if "programme_code" not in whole:
        return whole, problems.together(found), repeated
    studied = whole[whole["department_code"].notna()] if "department_code" in whole else whole.iloc[:0]
    details = ["key", "programme_code", *(column for column in STUDY_COLUMNS if column in studied)]
    again = studied.duplicated(["key", "programme_code"])
    same = again & studied.duplicated(details)
    first = _first_lines(studied, ["key", "programme_code"])
    clash = again & ~same
    found.append(problems.problems("other_studies", "programme_code", first[clash]))
    return whole.drop(index=studied.index[clash]), problems.together(found), repeated


def _agreeing(rows: pd.DataFrame, column: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    several = rows[rows["key"].duplicated(keep=False) & rows[column].notna()]
    first = several.groupby("key", sort=False)[column].transform("first")
    clash = several[column] != first
    lines = _first_lines(several, ["key"])
    return rows.drop(index=several.index[clash]), problems.problems("other_person", column, lines[clash])


def _first_lines(rows: pd.DataFrame, by: list[str]) -> pd.Series:
    """For each row the line of the first row of its group."""
    lines = pd.Series(rows.index, index=rows.index)
    if rows.empty:
        return lines
    return lines.groupby([rows[name] for name in by], sort=False, dropna=False).transform("first")
