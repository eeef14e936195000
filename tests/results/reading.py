"""Everything a publication is written out as, read back as text by means of its own."""

import csv
import io
from collections.abc import Iterator
from datetime import date

import openpyxl

from outreach.results import Results
from outreach.results.files import data_files

DAY = date(2026, 11, 22)


def rows_of(raw: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))


def file(results: Results, name: str) -> bytes:
    return data_files(results, DAY)[name]()


def cells_of(raw: bytes) -> Iterator[tuple[str, tuple[object, ...]]]:
    """(sheet, values) of every row of a workbook."""
    book = openpyxl.load_workbook(io.BytesIO(raw))
    for sheet in book:
        for row in sheet.iter_rows(values_only=True):
            yield sheet.title, row
