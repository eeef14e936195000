"""What a file would change in the register: frames in, frames out. Pure."""

from dataclasses import dataclass

import pandas as pd

from outreach.links import address_hash
from outreach.queries.register import PERSON_COLUMNS, STUDY_COLUMNS
from outreach.register.summary import Kind

# Everyone's credits grow as they study: that is no sign of a wrong file.
EXPECTED_TO_CHANGE = ("credits_done",)


@dataclass(frozen=True)
class PeopleChanges:
    """`new`: student_uid, PERSON_COLUMNS, member, joined_on. `changed`: id, student_uid, PERSON_COLUMNS and
    `registered`, the register's address. `known`: id by key. Index of all: key."""

    new: pd.DataFrame
    changed: pd.DataFrame
    known: pd.Series


@dataclass(frozen=True)
class StudyChanges:
    """`new`: key, person_id (NaN for new people), source and study columns; `changed`: id, person_id, the same, and
    `notable`, false where only credits grew; `seen`: ids of the register's studies that stand in the file."""

    new: pd.DataFrame
    changed: pd.DataFrame
    seen: pd.Series


def compare_people(rows: pd.DataFrame, people: pd.DataFrame) -> PeopleChanges:
    """Each person's first non-empty values against the register. An empty cell never erases, and what a person said
    of themselves (`own_fields`) is held."""
    given = _one_each(rows)
    both = given.join(people.set_index("key").add_suffix("_now"), how="left", validate="1:1")
    is_new = both["id_now"].isna()
    new = given.reindex(columns=["student_uid", *PERSON_COLUMNS, "member", "joined_on"])[is_new]
    known = both[~is_new]
    own = " " + known["own_fields_now"].astype("str") + " "
    target = pd.DataFrame({"id": known["id_now"].astype("int64"), "student_uid": known["student_uid_now"]})
    differs = pd.Series(False, index=known.index)
    for column in PERSON_COLUMNS:
        now = known[f"{column}_now"]
        if column in given:
            given_and_free = known[column].notna() & ~_has_own(own, column)
            target[column] = known[column].where(given_and_free, now)
            differs |= differ(target[column], now)
        else:
            target[column] = now
    target["registered"] = target["email"].where(~_has_own(own, "email"), _readdressed(known))
    differs |= target["registered"].notna() & (target["registered"] != target["email"])
    if "student_uid_before" in people:
        differs |= differ(known["student_uid_now"], known["student_uid_before_now"])
    return PeopleChanges(new, target[differs], target["id"])


def _has_own(own: pd.Series, column: str) -> pd.Series:
    return own.str.contains(f" {column} ", regex=False)


def _readdressed(known: pd.DataFrame) -> pd.Series:
    """The register's address where it is neither the one the person has nor the one the register gave before."""
    if "email" not in known:
        return pd.Series(None, known.index, dtype="str")
    other = known["email"].where(known["email"] != known["email_now"])
    return other.where(other.map(address_hash, na_action="ignore") != known["register_address_hash_now"])


def _one_each(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a person, index `key`; of several rows the first value that is not empty."""
    columns = [c for c in ("student_uid", *PERSON_COLUMNS, "member", "joined_on") if c in rows]
    several = rows["key"].duplicated(keep=False)
    single = rows.loc[~several, ["key", *columns]].set_index("key")
    if not several.any():
        return single
    return pd.concat([single, rows[several].groupby("key", sort=False)[columns].first()])


def compare_studies(rows: pd.DataFrame, known: pd.Series, studies: pd.DataFrame, kind: Kind) -> StudyChanges:
    """The file's studies against the register's. In a students file the register speaks: an empty cell empties, and
    studies that came back are no longer missing. In an alumni file an empty cell says nothing."""
    given = _studies_in(rows).assign(source=kind)
    given = given.assign(person_id=given["key"].map(known).astype("Float64"))
    is_new = given["person_id"].isna()
    now = studies.set_index(["person_id", "programme_code"])
    old = given[~is_new].astype({"person_id": "int64"})
    both = old.join(now.add_suffix("_now"), on=["person_id", "programme_code"], how="left", validate="1:1")
    added = both["id_now"].isna()
    columns = ["key", "person_id", "programme_code", "source", *STUDY_COLUMNS]
    new = pd.concat([given[is_new], old[added]]).reindex(columns=columns)
    return StudyChanges(new, _changed(both[~added], given, kind), both.loc[~added, "id_now"].astype("int64"))


def _studies_in(rows: pd.DataFrame) -> pd.DataFrame:
    if "department_code" not in rows:
        rows = rows.iloc[:0].assign(department_code=pd.Series(dtype="str"))
    given = rows[rows["department_code"].notna()]
    code = given["programme_code"].fillna("") if "programme_code" in given else ""
    columns = ["key", "programme_code", *(column for column in STUDY_COLUMNS if column in given)]
    return given.assign(programme_code=code)[columns].drop_duplicates(["key", "programme_code"])


def _changed(both: pd.DataFrame, given: pd.DataFrame, kind: Kind) -> pd.DataFrame:
    target = pd.DataFrame({"id": both["id_now"].astype("int64"), "person_id": both["person_id"]})
    differs = pd.Series(False, index=both.index)
    notable = differs.copy()
    for column in STUDY_COLUMNS:
        now = both[f"{column}_now"]
        if column not in given:
            target[column] = now
            continue
        value = both[column] if kind == "students" else both[column].where(both[column].notna(), now)
        target[column] = value.fillna("") if column in ("programme_sv", "programme_en", "level") else value
        change = differ(target[column], now)
        differs |= change
        if column not in EXPECTED_TO_CHANGE:
            notable |= change
    vouched = (both["source_now"] != "students") & (kind == "students")
    target["source"] = both["source_now"].mask(vouched, "students")
    back = both["missing_since_now"].notna() & (kind == "students")
    target["missing_since"] = both["missing_since_now"].mask(back, None)
    return target.assign(notable=notable | back)[differs | vouched | back]


def differ(value: pd.Series, now: pd.Series) -> pd.Series:
    """Where two columns differ; nothing equals nothing."""
    return ((value != now) & ~(value.isna() & now.isna())).fillna(True).astype(bool)


def newly_missing(studies: pd.DataFrame, seen: pd.Series, people: pd.DataFrame, rejected: set[str]) -> pd.DataFrame:
    """Unfinished studies of registered students that a whole file lacks (columns: id, person_id).

    Whoever stands in the file in a row that was rejected is not missing; a finished study leaves the
    register by nature; and studies that only a list of alumni told of never stood in it.
    """
    students = people.loc[people["student_uid"].notna() & ~people["student_uid"].isin(rejected), "id"]
    lacking = studies["missing_since"].isna() & studies["completed_on"].isna() & studies["person_id"].isin(students)
    lacking &= studies["source"] == "students"
    return studies.loc[lacking & ~studies["id"].isin(seen), ["id", "person_id"]]


def too_much(touched: int, register: int, limit: float) -> bool:
    """Whether `touched` people and studies are more than the share `limit` of a register that is not empty."""
    return register > 0 and touched > limit * register
