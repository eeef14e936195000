"""The register as whole frames, and the set-based writes of an import."""

import base64
import secrets
import sys
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

import pandas as pd
from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    update,
)  # fmt: skip
from sqlalchemy.orm import Session, aliased

from outreach.links import address_hash
from outreach.models import Base, Department, Person, Study, Suppression
from outreach.queries import names, suppressions

PERSON_COLUMNS = ("first_name", "last_name", "email", "language", "country", "city", "linkedin_url")
STUDY_COLUMNS = (
    "department_code", "programme_sv", "programme_en", "level", "credits_done", "credits_required", "expected_end",
    "degree_applied", "completed_on",
)  # fmt: skip
FOLDED = {"first_folded": "first_name", "last_folded": "last_name"}
PLACE = ("country", "city", "latitude", "longitude", "time_zone")
CHUNK = 5_000  # rows handed over at a time
PEOPLE = Base.metadata.tables["people"]
STUDIES = Base.metadata.tables["studies"]
# What stands in a column that may not be NULL when nothing is known.
DEFAULTS = {"language": "sv"} | dict.fromkeys(
    ("first_name", "last_name", "first_folded", "last_folded", "programme_sv", "programme_en", "level"), ""
)


def department_codes(session: Session) -> set[str]:
    """The codes the database knows."""
    return set(session.scalars(select(Department.code)))


def people(session: Session) -> pd.DataFrame:
    """Everybody: id int64; student_uid, PERSON_COLUMNS, own_fields and register_address_hash str, NaN where empty.

    register_address_hash stands only where it is another than that of the address they have.
    """
    columns = ("id", "student_uid", *PERSON_COLUMNS, "own_fields")
    hashed = PEOPLE.c.register_address_hash
    another = case((hashed.is_distinct_from(PEOPLE.c.address_hash), hashed)).label(hashed.name)
    return _frame(session, select(*(PEOPLE.c[name] for name in columns), another).order_by(PEOPLE.c.id))


def erased(session: Session) -> set[str]:
    """The hashes (of addresses and student_uids) of people who were erased."""
    found = select(Suppression.address_hash).where(
        Suppression.scope == suppressions.EVERYTHING, Suppression.reason == suppressions.ERASED
    )
    return set(session.scalars(found))


def erased_names(session: Session) -> set[str]:
    """The hashes of the names of people who were erased (`links.name_hash`)."""
    return set(session.scalars(select(Suppression.address_hash).where(Suppression.scope == suppressions.NAME)))


def studies(session: Session) -> pd.DataFrame:
    """All studies: id, person_id int64; programme_code, source, missing_since, STUDY_COLUMNS; days as ISO text."""
    columns = ("id", "person_id", "programme_code", "source", *STUDY_COLUMNS, "missing_since")
    frame = _frame(session, select(*(STUDIES.c[name] for name in columns)).order_by(STUDIES.c.id))
    numbers = {name: frame[name].astype("float64") for name in ("credits_done", "credits_required")}
    return frame.assign(**numbers, degree_applied=frame["degree_applied"].astype(bool))


def add_people(session: Session, new: pd.DataFrame, at: datetime) -> pd.Series:
    """Insert people (columns: student_uid, PERSON_COLUMNS, membership, joined_at, latitude, longitude, time_zone; NaN
    where empty).

    Gives their new ids, int64, under the index of `new`.
    """
    highest = session.scalar(select(func.coalesce(func.max(PEOPLE.c.id), 0))) or 0
    public_ids = pd.Series(_random_ids(len(new)), index=new.index, dtype="str")
    hashes = _hashes(new["email"])
    rows = new.assign(
        public_id=public_ids,
        address_hash=hashes,
        register_address_hash=hashes,
        **_folded(new),
        own_fields="",
        created_at=at,
        updated_at=at,
    ).dropna(axis="columns", how="all")  # what nobody has need not be written row by row
    _many(session, insert(PEOPLE), rows)
    made = session.execute(select(PEOPLE.c.public_id, PEOPLE.c.id).where(PEOPLE.c.id > highest))
    return public_ids.map(dict(made.tuples().all())).astype("int64")


def change_people(session: Session, changed: pd.DataFrame, at: datetime) -> None:
    """Write the register's values (columns: id, student_uid, PERSON_COLUMNS) over what people did not say themselves.

    `registered`: the address the register gives, also where the person has given another; NaN leaves the known one.
    What they did say is read in the statement itself, so a profile saved a moment ago is safe too. A place is found
    again when its name changed. What they have stopped follows them to a new address.
    """
    stopped = _stopped_at(session, changed["id"].tolist())
    moved = _differs(PEOPLE.c.city, "city") | _differs(PEOPLE.c.country, "country")
    values: dict[str, Any] = {name: _unless_own(name, name) for name in PERSON_COLUMNS}
    values |= {folded: _unless_own(folded, name) for folded, name in FOLDED.items()}
    values |= {name: case((moved, None), else_=PEOPLE.c[name]) for name in ("latitude", "longitude", "time_zone")}
    values |= {"address_hash": _unless_own("address_hash", "email"), "student_uid": bindparam("given_student_uid")}
    registered = PEOPLE.c.register_address_hash
    values |= {registered.name: func.coalesce(bindparam("given_registered", type_=registered.type), registered)}
    statement = update(PEOPLE).where(PEOPLE.c.id == bindparam("given_id")).values(**values, updated_at=at)
    hashes = {"address_hash": _hashes(changed["email"]), "registered": _hashes(changed["registered"])}
    rows = changed.assign(**hashes, **_folded(changed)).add_prefix("given_")
    _many(session, statement, rows)
    for number, old in stopped.items():  # few: people who said stop, in a file that changes them
        new = session.scalar(select(PEOPLE.c.address_hash).where(PEOPLE.c.id == number))
        if new and new != old:
            suppressions.follow(session, number, old, new)


def _stopped_at(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """Of these people, who has unsubscribed: id -> hash of the address it was laid on."""
    laid = Suppression.address_hash == Person.address_hash
    found: dict[int, str] = {}
    for part in _parts(ids):
        said = select(Person.id, Suppression.address_hash).join(Suppression, laid)
        said = said.where(Person.id.in_(part), Suppression.reason.in_(suppressions.OWN_WISH))
        found |= dict(session.execute(said.distinct()).tuples().all())
    return found


def _is_own(column: str) -> ColumnElement[bool]:
    padded = literal(" ") + PEOPLE.c.own_fields + " "
    return padded.contains(f" {column} ", autoescape=True)


def _unless_own(column: str, said: str) -> ColumnElement[Any]:
    return case((_is_own(said), PEOPLE.c[column]), else_=bindparam(f"given_{column}", type_=PEOPLE.c[column].type))


def _differs(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    given = bindparam(f"given_{name}", type_=column.type)
    return and_(~_is_own(name), column.is_distinct_from(given))


def withdraw(session: Session, hidden: pd.DataFrame, at: datetime) -> None:
    """Forget how to reach people (columns: id, reason), and their studies; suppress addresses nobody else has.

    The suppression is what keeps another list, which does not know, from bringing the address back.
    """
    for reason, group in hidden.groupby("reason"):
        for ids in _parts(group["id"].tolist()):
            for hashed in (PEOPLE.c.address_hash, PEOPLE.c.register_address_hash):
                _suppress_if_alone(session, ids, hashed, str(reason), at)
            nothing = dict.fromkeys((*PLACE, "email", "address_hash", "register_address_hash", "linkedin_url"))
            session.execute(update(PEOPLE).where(PEOPLE.c.id.in_(ids)).values(**nothing, updated_at=at))
            session.execute(delete(STUDIES).where(STUDIES.c.person_id.in_(ids)))


def _suppress_if_alone(
    session: Session, ids: Sequence[int], hashed: ColumnElement[str | None], reason: str, at: datetime
) -> None:
    """Suppress an address of these people for everything, unless someone else has it or it is suppressed already."""
    other = aliased(Person)
    shared = exists(select(other.id).where(other.address_hash == hashed, other.id != PEOPLE.c.id))
    laid = Suppression.scope == suppressions.EVERYTHING
    already = exists(select(Suppression.id).where(Suppression.address_hash == hashed, laid))
    row = select(hashed, literal(suppressions.EVERYTHING), literal(reason), literal(at, PEOPLE.c.created_at.type))
    alone = row.where(PEOPLE.c.id.in_(ids), hashed.is_not(None), ~shared, ~already)
    session.execute(insert(Suppression).from_select(["address_hash", "scope", "reason", "at"], alone.distinct()))


def add_studies(session: Session, new: pd.DataFrame) -> None:
    """Insert studies (columns: person_id, programme_code, source, STUDY_COLUMNS, missing_since)."""
    _many(session, insert(STUDIES), _with_days(new).dropna(axis="columns", how="all"))


def change_studies(session: Session, changed: pd.DataFrame) -> None:
    """Overwrite studies (columns: id, source, STUDY_COLUMNS, missing_since)."""
    names = (*STUDY_COLUMNS, "source", "missing_since")
    values: dict[str, Any] = {name: bindparam(f"given_{name}") for name in names}
    statement = update(STUDIES).where(STUDIES.c.id == bindparam("given_id")).values(**values)
    _many(session, statement, _with_days(changed[["id", *names]]).add_prefix("given_"))


def mark_missing(session: Session, study_ids: Sequence[int], at: datetime) -> None:
    """Note that a whole register file lacked these studies."""
    for ids in _parts(study_ids):
        session.execute(update(Study).where(Study.id.in_(ids)).values(missing_since=at))


def _frame(session: Session, statement: Select[Any]) -> pd.DataFrame:
    """A SELECT as a frame. Text and days are `str`.

    Read in parts, and equal text shares its memory: a register read row by row would take three times as much.
    """
    kinds = {column.name: column.type.python_type for column in statement.selected_columns}
    parts = [
        pd.DataFrame(
            {name: _shared(cells, kinds[name]) for name, cells in zip(kinds, zip(*rows, strict=True), strict=True)}
        )
        for rows in session.execute(statement, execution_options={"yield_per": CHUNK}).partitions()
    ]
    frame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(kinds), dtype=object)
    text = {name: "str" for name, kind in kinds.items() if kind in (str, date)}
    return frame.astype(text | {name: "int64" for name in ("id", "person_id") if name in kinds})


def _shared(cells: Sequence[Any], kind: type) -> pd.Series:
    if kind is date:
        cells = [day and day.isoformat() for day in cells]
    if kind in (str, date):
        cells = [text if text is None else sys.intern(text) for text in cells]
    return pd.Series(cells, dtype=object)


def _with_days(frame: pd.DataFrame) -> pd.DataFrame:
    """ISO text becomes days again, each distinct one once."""
    found = {}
    for name in ("expected_end", "completed_on"):
        codes, distinct = pd.factorize(frame[name])
        days = pd.Series([date.fromisoformat(day) for day in distinct] + [None], dtype=object)  # -1 is the None
        found[name] = days.take(codes % len(days)).to_numpy()
    return frame.assign(**found)


def _folded(people: pd.DataFrame) -> dict[str, pd.Series]:
    """The columns that names are found by; each distinct name is folded once."""
    distinct = {name: people[name].drop_duplicates().dropna() for name in FOLDED.values()}
    return {
        folded: people[name].map(dict(zip(distinct[name], distinct[name].map(names.fold), strict=True))).astype("str")
        for folded, name in FOLDED.items()
    }


def _hashes(addresses: pd.Series) -> pd.Series:
    return addresses.map(address_hash, na_action="ignore")


def _random_ids(count: int) -> list[str]:
    """Unguessable ids of 16 characters, 96 random bits each."""
    letters = base64.urlsafe_b64encode(secrets.token_bytes(12 * count)).decode()
    return [letters[at : at + 16] for at in range(0, len(letters), 16)]


def _many(session: Session, statement: Any, frame: pd.DataFrame) -> None:
    """Run a statement for every row of a frame; NaN goes in as NULL, or as the column's default."""
    names = [str(name) for name in frame.columns]
    for start in range(0, len(frame), CHUNK):
        part = frame.iloc[start : start + CHUNK]
        columns = [_values(part[name], name) for name in names]
        session.execute(statement, [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)])


def _values(column: pd.Series, name: str) -> list[Any]:
    empty = DEFAULTS.get(name.removeprefix("given_"))
    values = column.astype(object)
    return values.where(values.notna(), empty).tolist()


def _parts(ids: Sequence[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), CHUNK):
        yield list(ids[start : start + CHUNK])
