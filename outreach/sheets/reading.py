"""From a file's bytes to a sheet of text cells: CSV in the encodings and delimiters that registers write, and XLSX."""

import codecs
import csv
import io
import re
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from outreach.errors import PermanentFailure

Record = tuple[int, list[str]]  # line in the file, cells

MAX_BYTES = 200_000_000  # about a million students; beyond that the file is something else
MAX_COLUMNS = 200
BLOCK = 20_000
DELIMITERS = ";\t,"
NOTHING = "Nothing was imported."
XLSX_START, OLD_EXCEL_START = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
# What UTF-8 looks like when it was read as Windows-1252 once too often: "Ã¶" for "ö".
GARBLED = re.compile("Ã[\u0080-\u00bf]|Ã[…„–†¶¤¥©¨¼˜‰]")


def folded(header: str) -> str:
    """A header without what does not matter in it: case, spaces, `_`, `-` and `.`."""
    return re.sub(r"[\s_.\-]+", "", unicodedata.normalize("NFC", header)).casefold()


@dataclass(frozen=True)
class Sheet:
    """A file as it stands. `cells`: str throughout, "" where empty; columns 0, 1, ...; index: the line in the file."""

    headers: tuple[str, ...]
    cells: pd.DataFrame


def read(path: Path) -> Sheet:
    """The first sheet of a workbook, or a CSV file. Raises PermanentFailure with a sentence that names the fault."""
    raw = _bytes(path)
    if raw.startswith(OLD_EXCEL_START):
        raise PermanentFailure(
            f"{path.name} is an old or password-protected Excel file. Save it as .xlsx without a password. {NOTHING}"
        )
    if raw.startswith(XLSX_START):
        from outreach.sheets.workbook import records  # openpyxl takes a while to load

        return _sheet(records(raw, path.name), path.name)
    return _sheet(_text_records(raw, path.name), path.name)


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise PermanentFailure(f"{path.name} is larger than {MAX_BYTES // 10**6} MB. Divide it. {NOTHING}")
        raw = path.read_bytes()
    except FileNotFoundError:
        raise PermanentFailure(f"There is no file {path.name!r}. Check the name and the folder.") from None
    except IsADirectoryError:
        raise PermanentFailure(f"{path.name!r} is a folder. Name the file in it.") from None
    except OSError as error:
        raise PermanentFailure(f"{path.name} cannot be read: {error.strerror}. {NOTHING}") from None
    if not raw.strip():
        raise PermanentFailure(f"{path.name} is empty. {NOTHING}")
    return raw


def _encoding(raw: bytes, name: str) -> str:
    """UTF-8 or UTF-16 with their marks, UTF-8 without, else Windows-1252, as Swedish Excel writes it."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\0" in raw:
        raise PermanentFailure(f"{name} is not a text file: it holds NUL bytes. Save it as CSV (UTF-8). {NOTHING}")
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _check_text(raw: bytes, encoding: str, name: str) -> None:
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise PermanentFailure(
            f"{name}, line {line}: the text is neither UTF-8 nor Windows-1252. Save the file as CSV (UTF-8). {NOTHING}"
        ) from None
    if "\0" in text:
        raise PermanentFailure(f"{name} is not a text file: it holds NUL characters. {NOTHING}")
    if found := GARBLED.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise PermanentFailure(
            f"{name}, line {line}: the letters are garbled (such as {found[0]!r}), so the file was saved in two "
            f"encodings. Export it again as CSV (UTF-8). {NOTHING}"
        )


def _text_records(raw: bytes, name: str) -> Iterator[Record]:
    encoding = _encoding(raw, name)
    _check_text(raw, encoding, name)
    with io.TextIOWrapper(io.BytesIO(raw), encoding=encoding, newline="") as text:
        delimiter = _delimiter(text.readline(), name)
        text.seek(0)
        yield from _csv_records(text, delimiter, name)


def _delimiter(header: str, name: str) -> str:
    """The delimiter that stands most often in the header."""
    if len(header) > csv.field_size_limit():
        raise PermanentFailure(f"{name}, line 1 is {len(header)} characters long: this is no table. {NOTHING}")
    counts = {delimiter: header.count(delimiter) for delimiter in DELIMITERS}
    return max(counts, key=counts.__getitem__)


def _csv_records(text: io.TextIOWrapper, delimiter: str, name: str) -> Iterator[Record]:
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    line = 1
    try:
        for row in reader:
            yield line, list(map(sys.intern, row))  # equal cells share their memory
            line = reader.line_num + 1
    except csv.Error as error:
        raise PermanentFailure(
            f"{name}, line {line}: the cells cannot be told apart ({error}); often a quotation mark is not closed. "
            f"Correct the line. {NOTHING}"
        ) from None


def _sheet(records: Iterator[Record], name: str) -> Sheet:
    """The header and, in blocks, the rows that hold anything."""
    headers = next((row for _, row in records if any(row)), None)
    if headers is None:
        raise PermanentFailure(f"{name} is empty. {NOTHING}")
    if len(headers) > MAX_COLUMNS:
        raise PermanentFailure(f"{name} has {len(headers)} columns: this is no table of ours. {NOTHING}")
    lines: list[int] = []
    blocks: list[pd.DataFrame] = []
    rows: list[list[str]] = []
    for line, row in records:
        if not any(row):
            continue
        if len(row) != len(headers):
            raise PermanentFailure(
                f"{name}, line {line} has {len(row)} cells where the header has {len(headers)}. "
                f"Correct the line. {NOTHING}"
            )
        lines.append(line)
        rows.append(row)
        if len(rows) == BLOCK:
            blocks.append(pd.DataFrame(rows, dtype="str"))
            rows = []
    blocks.append(pd.DataFrame(rows, columns=range(len(headers)), dtype="str"))
    cells = pd.concat(blocks, ignore_index=True).set_axis(pd.Index(lines, dtype="int64"), axis="index")
    if cells.empty:
        raise PermanentFailure(f"{name} has a header but no rows. {NOTHING}")
    return Sheet(tuple(header.strip() for header in headers), cells)
