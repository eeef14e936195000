"""Files of the register that have been read are kept for some weeks: without the rows of who has been erased."""

import csv
from collections.abc import Callable, Collection
from pathlib import Path

import pandas as pd

from outreach.drop_folders import drop_folder
from outreach.errors import PermanentFailure
from outreach.links import address_hash, name_hash, uid_hash
from outreach.queries import names
from outreach.queries.traces import Traces
from outreach.register.addresses import normalised
from outreach.register.mapping import mapping
from outreach.sheets.reading import Sheet, folded, read

KINDS = ("students", "alumni", "visits")
OUTCOMES = ("done", "failed")
SHEETS = {".csv", ".txt", ".xlsx"}

Theirs = Callable[[Sheet], pd.Series]  # a row of the sheet -> whether it is about them


def clear_all(traces: Traces) -> int:
    """Take the rows of these people out of every copy there is. Returns how many files were changed or deleted."""
    folders = [drop_folder(kind) / outcome for kind in KINDS for outcome in OUTCOMES]  # type: ignore[arg-type]
    copies = [path for folder in folders if folder.is_dir() for path in sorted(folder.iterdir()) if _is_copy(path)]
    return sum(clear(path, lambda sheet: _naming(sheet, traces) | _hashed(sheet, traces.hashes)) for path in copies)


def _is_copy(path: Path) -> bool:
    """Not the sentence beside a refused file, which names columns."""
    return path.is_file() and not path.name.endswith(".reason.txt")


def clear_known(path: Path, erased: Collection[str], named: Collection[str]) -> bool:
    """The same for one copy, by the hashes that erased people and their names are remembered under; whether it was
    changed."""
    return clear(path, lambda sheet: _hashed(sheet, erased) | _named(sheet, named)) if erased or named else False


def clear(path: Path, theirs: Theirs) -> bool:
    """Write a copy without the rows that are theirs, as CSV; one that cannot be read by rows is deleted."""
    try:
        if path.suffix.lower() not in SHEETS:
            raise PermanentFailure(f"{path.name} has no rows.")
        sheet = read(path)
    except PermanentFailure:
        path.unlink(missing_ok=True)
        return True
    gone = theirs(sheet)
    if not gone.any():
        return False
    _write(path, sheet.headers, sheet.cells[~gone])
    return True


def _write(path: Path, headers: Collection[str], cells: pd.DataFrame) -> None:
    """In place of the copy, whole or not at all. A workbook becomes a CSV file under its own name and .csv."""
    part = path.with_name(f".{path.name}.part")
    with part.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file, delimiter=";")
        out.writerow(headers)
        out.writerows(cells.to_numpy().tolist())
    target = path if path.suffix.lower() != ".xlsx" else path.with_name(f"{path.name}.csv")
    part.replace(target)
    if target != path:
        path.unlink(missing_ok=True)


def _naming(sheet: Sheet, traces: Traces) -> pd.Series:
    """Rows that hold an address or student id of theirs, or a first and a family name: a namesake's row may go from a
    copy too."""
    exactly = {*traces.addresses, *traces.student_uids}
    first = {names.fold(one) for one, _ in traces.names}
    last = {names.fold(one) for _, one in traces.names}
    whole = {" ".join(way) for one in traces.names for way in (_folded(one), _folded(one)[::-1])}
    theirs = pd.Series(False, index=sheet.cells.index)
    has_first, has_last = theirs.copy(), theirs.copy()
    for column in sheet.cells:
        cells = sheet.cells[column].str.strip().str.removeprefix("'")
        folded = cells.map({text: names.fold(text) for text in cells.drop_duplicates()})
        theirs |= cells.isin(exactly) | cells.str.lower().isin(exactly) | folded.isin(whole)
        has_first |= folded.isin(first)
        has_last |= folded.isin(last)
    return theirs | (has_first & has_last)


def _folded(name: tuple[str, str]) -> tuple[str, str]:
    return names.fold(name[0]), names.fold(name[1])


def _hashed(sheet: Sheet, erased: Collection[str]) -> pd.Series:
    """Rows that hold an address or a student id which is remembered as erased."""
    theirs = pd.Series(False, index=sheet.cells.index)
    for column in sheet.cells:
        cells = sheet.cells[column].str.strip().str.removeprefix("'")
        distinct = cells[cells != ""].drop_duplicates()
        addresses, _ = normalised(distinct.where(distinct.str.contains("@", regex=False), ""))
        hashed = addresses.map(address_hash, na_action="ignore").isin(erased) | distinct.map(uid_hash).isin(erased)
        theirs |= cells.isin(distinct[hashed])
    return theirs


def _named(sheet: Sheet, erased: Collection[str]) -> pd.Series:
    """Rows with the name of somebody erased and no address to know anybody by: what could not be taken in."""
    headers = mapping("alumni").headers
    ours = [headers.get(folded(header), "") for header in sheet.headers]
    theirs = pd.Series(False, index=sheet.cells.index)
    if not erased or not {"first_name", "last_name"} <= set(ours):
        return theirs
    nobodys = sheet.cells[~_addressed(sheet)]
    first, last = (nobodys.iloc[:, ours.index(name)].str.removeprefix("'") for name in ("first_name", "last_name"))
    whole = (first + " " + last).map(names.fold)
    theirs[nobodys.index] = whole.map(name_hash).isin(erased)
    return theirs


def _addressed(sheet: Sheet) -> pd.Series:
    """Rows that hold an address."""
    found = pd.Series(False, index=sheet.cells.index)
    for column in sheet.cells:
        cells = sheet.cells[column].str.removeprefix("'")
        good, _ = normalised(cells[cells.str.contains("@", regex=False)])
        found[good.dropna().index] = True
    return found
