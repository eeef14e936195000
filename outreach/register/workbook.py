"""The first sheet of an XLSX workbook as text records. A workbook is a ZIP from outside: its size is bounded first."""

import io
import sys
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any
from xml.etree.ElementTree import ParseError

from outreach.errors import PermanentFailure

MAX_UNPACKED = 600_000_000  # bytes; 200,000 students of 17 columns unpack to about 150 MB
MAX_STRINGS = 150_000_000  # bytes of the part that openpyxl holds in memory
MAX_COLUMNS = 200
# What openpyxl raises for workbooks that are cut off, hold other things, or were written by hand.
BROKEN = (
    zipfile.BadZipFile, ParseError, KeyError, ValueError, TypeError, IndexError, AttributeError, EOFError, OSError,
    NotImplementedError, RuntimeError, zipfile.LargeZipFile,
)  # fmt: skip


def records(raw: bytes, name: str) -> Iterator[tuple[int, list[str]]]:
    """(row number, cells) of the first sheet; every row as wide as the first. Formulas come as they were written.

    Raises PermanentFailure for a workbook that is broken, or that unpacks to more than a register ever is.
    """
    try:
        _bound(raw, name)
        yield from _rows(raw, name)
    except BROKEN:
        raise PermanentFailure(
            f"{name} is not a workbook that can be read. Open it in Excel, save it again as .xlsx, and import that. "
            f"Nothing was imported."
        ) from None


def _bound(raw: bytes, name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        sizes = {part.filename: part.file_size for part in packed.infolist()}
    strings = sum(size for part, size in sizes.items() if part.lower().endswith("sharedstrings.xml"))
    if sum(sizes.values()) > MAX_UNPACKED or strings > MAX_STRINGS:
        raise PermanentFailure(f"{name} unpacks to more than a register ever is. Save it as CSV. Nothing was imported.")


def _rows(raw: bytes, name: str) -> Iterator[tuple[int, list[str]]]:
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions, which we do not read
        book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=False, keep_links=False)
        if not book.worksheets:
            raise PermanentFailure(f"{name} has no sheet with cells. Nothing was imported.")
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what a file says of its own size is not to be trusted
        width = 0
        for number, cells in enumerate(sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS + 1), start=1):
            row = [_text(cell) for cell in cells]
            while len(row) > width and not row[-1]:
                row.pop()
            if not width:
                width = len(row)
            yield number, row + [""] * (width - len(row))
        book.close()


def _text(cell: Any) -> str:
    """A cell as it would stand in a CSV file."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return sys.intern(cell)
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return sys.intern(str(int(cell)) if cell.is_integer() else repr(cell))
    if isinstance(cell, datetime):
        return sys.intern(cell.isoformat(sep=" "))
    if isinstance(cell, date | time):
        return sys.intern(cell.isoformat())
    return sys.intern(str(cell))
