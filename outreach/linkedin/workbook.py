"""The content calendar as a workbook for people: every cell is text, and the same posts give the same bytes."""

import re
from collections.abc import Sequence
from datetime import date
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pandas as pd
from openpyxl import load_workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

SHEET = "Innehållsplan"
WIDTHS = {"Text": 90, "Rubrik": 45, "Länk": 40, "Alt-text": 40, "Taggar": 30, "Bild": 40, "Institution": 30}
WIDTH = 14
SAVED = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")


def workbook(calendar: pd.DataFrame, day: date) -> bytes:
    """An XLSX file of a frame of text. `day` stands in it as the day it was made."""
    unformatted = BytesIO()
    calendar.to_excel(unformatted, sheet_name=SHEET, index=False, engine="openpyxl")
    unformatted.seek(0)
    book = load_workbook(unformatted)
    _dress(book[SHEET], list(calendar.columns))
    _write_as_text(book[SHEET], calendar)
    saved = BytesIO()
    book.save(saved)
    return _same_bytes(saved.getvalue(), day)


def _write_as_text(sheet: Worksheet, calendar: pd.DataFrame) -> None:
    """What begins with = + - @ stays text: by the cell's type, by its format, and by the quote mark Excel knows."""
    for number, row in enumerate(calendar.itertuples(index=False), start=2):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(number, column)
            cell.value = str(value)
            cell.data_type = "s"
            cell.number_format = "@"
            cell.quotePrefix = True
            cell.alignment = Alignment(wrap_text=True, vertical="top")


def _dress(sheet: Worksheet, columns: Sequence[str]) -> None:
    sheet.freeze_panes = "A2"
    for cell in sheet[1]:
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="0B3D6B")
        cell.alignment = Alignment(vertical="center")
        sheet.column_dimensions[cell.column_letter].width = WIDTHS.get(columns[cell.column - 1], WIDTH)


def _same_bytes(book: bytes, day: date) -> bytes:
    """The same file without the moment it was saved, which stands in its properties and on each part of it."""
    stamp = rb"\g<1>" + f"{day.isoformat()}T00:00:00Z".encode()
    out = BytesIO()
    with ZipFile(BytesIO(book)) as parts, ZipFile(out, "w", ZIP_DEFLATED) as anew:
        for name in parts.namelist():
            content = parts.read(name)
            if name == "docProps/core.xml":
                content = SAVED.sub(stamp, content)
            info = ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            info.compress_type, info.external_attr = ZIP_DEFLATED, 0o600 << 16
            anew.writestr(info, content)
    return out.getvalue()
