"""The sample as a file, the same byte for byte whenever and wherever it is written."""

import io
import re
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Literal

import pandas as pd
from openpyxl import Workbook

from outreach.errors import PermanentFailure
from outreach.sample.names import in_cp1252

Flavour = Literal["utf8", "cp1252", "excel"]

MIDNIGHT = (2026, 1, 1, 0, 0, 0)  # what the files inside an XLSX are dated
STAMPS = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def write(frame: pd.DataFrame, path: Path, flavour: Flavour) -> None:
    """Write the register frame as .csv or .xlsx by the path's suffix. Raises PermanentFailure for another suffix.

    CSV: `utf8` has commas; `cp1252` and `excel` (UTF-8 with a byte-order mark) have `;`, decimal comma and CRLF, as
    Swedish Excel writes them.
    """
    suffix = path.suffix.lower()
    if suffix not in (".csv", ".xlsx"):
        raise PermanentFailure(f"A sample is written as .csv or .xlsx, not as {path.name!r}.")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_csv(frame, flavour) if suffix == ".csv" else _xlsx(frame))


def in_flavour(frame: pd.DataFrame, flavour: Flavour) -> pd.DataFrame:
    """The frame with names in the letters its file can hold."""
    if flavour != "cp1252":
        return frame
    return frame.assign(**{column: _mapped(frame[column]) for column in ("first_name", "last_name")})


def _mapped(column: pd.Series) -> pd.Series:
    return column.map({name: in_cp1252(name) for name in column.unique()})


def _csv(frame: pd.DataFrame, flavour: Flavour) -> bytes:
    if flavour == "utf8":
        return frame.to_csv(index=False, lineterminator="\n").encode("utf-8")
    text = frame.to_csv(index=False, sep=";", decimal=",", lineterminator="\r\n")
    return text.encode("cp1252" if flavour == "cp1252" else "utf-8-sig")


def _xlsx(frame: pd.DataFrame) -> bytes:
    """A workbook of one sheet; dates are dates and numbers numbers, as a clerk's own file would have them."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Ladok")
    sheet.append(list(frame.columns))
    for row in frame.astype(object).where(frame.notna(), None).itertuples(index=False, name=None):
        sheet.append([cell.date() if isinstance(cell, datetime) else cell for cell in row])
    written = io.BytesIO()
    book.save(written)
    return _dateless(written)


def _dateless(written: io.BytesIO) -> bytes:
    """The same workbook without the moment it was written, which would make every file a different one."""
    result = io.BytesIO()
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = STAMPS.sub(rb"\g<1>2026-01-01T00:00:00Z", old.read(name))
            new.writestr(zipfile.ZipInfo(name, MIDNIGHT), content, zipfile.ZIP_DEFLATED)
    return result.getvalue()
