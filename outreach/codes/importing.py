"""Reading an official list of codes, CSV or XLSX, as Statistics Sweden publishes them: a code and its name a row."""

import csv
import re
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from outreach.codes.listing import HEADERS, Code, CodeKind, codes, imported
from outreach.errors import PermanentFailure
from outreach.sheets.reading import Sheet, folded, read

CODE_HEADERS = {"kod", "code", "ssyk", "ssykkod", "ssyk2012", "ssyk2012kod", "sni", "snikod", "sni2007", "yrkeskod"}
SWEDISH = {"benämning", "namn", "yrkesbenämning", "titel", "svenska", "sv", "klartext", "text"}
ENGLISH = {"benämningengelska", "engelska", "english", "en", "name", "title", "engelskbenämning"}
SHAPES = {CodeKind.SSYK: re.compile(r"[0-9]{1,4}"), CodeKind.SNI: re.compile(r"[A-U]|[0-9]{2,5}")}


def import_codes(kind: CodeKind, path: Path) -> int:
    """Put the file's list in the place of the one there is. Returns how many rows it holds.

    Raises PermanentFailure, and keeps the old list, for a file without a column of codes and one of names, or in which
    nothing is a code.
    """
    sheet = read(path)
    places = [_place(sheet.headers, names) for names in (CODE_HEADERS, SWEDISH, ENGLISH)]
    if places[0] is None or (places[1] is None and places[2] is None):
        raise PermanentFailure(f"{path.name} needs a column Kod and a column Benämning. It has: {_heads(sheet)}.")
    found = _rows(kind, sheet.cells, places)
    if not found:
        raise PermanentFailure(f"Nothing in the column of codes in {path.name} is a code of {kind}. Nothing changed.")
    _write(imported(kind), found)
    codes.cache_clear()
    return len(found)


def _place(headers: Sequence[str], names: set[str]) -> int | None:
    return next((place for place, header in enumerate(headers) if folded(header) in names), None)


def _rows(kind: CodeKind, cells: pd.DataFrame, places: Sequence[int | None]) -> list[Code]:
    """The rows that hold a code and a name. SNI is written 01.110 too."""
    columns = [cells[place] if place is not None else [""] * len(cells) for place in places]
    rows = (Code(_plain(code, kind), str(sv).strip(), str(en).strip()) for code, sv, en in zip(*columns, strict=True))
    return [row for row in rows if SHAPES[kind].fullmatch(row.code) and (row.sv or row.en)]


def _plain(code: object, kind: CodeKind) -> str:
    text = str(code).strip().upper()
    return text.replace(".", "") if kind is CodeKind.SNI else text


def _heads(sheet: Sheet) -> str:
    return ", ".join(header for header in sheet.headers if header)


def _write(path: Path, rows: Sequence[Code]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    with new.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADERS)
        writer.writerows((row.code, row.sv, row.en) for row in rows)
    new.replace(path)
