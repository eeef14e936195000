"""The first sheet of an XLSX workbook (ECMA-376 part 1, chapter 18) as text records.

A workbook is a ZIP of XML from outside, so nothing in it is built as a tree but a few small parts, whose size is
bounded: cells are taken as the parser meets them. That is also five times as fast as openpyxl, whose dates we use.
"""

import io
import sys
import zipfile
from collections.abc import Iterator
from typing import IO
from xml.etree import ElementTree
from xml.parsers.expat import ExpatError

from outreach.errors import PermanentFailure
from outreach.sheets.sheet_parser import Formats, Rows, Strings

MAX_UNPACKED = 1_000_000_000  # bytes; 200,000 students of 17 columns unpack to about 150 MB
MAX_STRINGS = 100_000_000  # bytes of the one part that is held in memory
MAX_SMALL = 4_000_000  # bytes of the parts that say what is where
CHUNK = 1 << 20
# What the parsers raise for workbooks that are cut off, hold other things, or were written by hand.
BROKEN = (
    zipfile.BadZipFile, ExpatError, ElementTree.ParseError, KeyError, ValueError, IndexError, EOFError, OSError,
    OverflowError, NotImplementedError, RuntimeError,
)  # fmt: skip


def records(raw: bytes, name: str) -> Iterator[tuple[int, list[str]]]:
    """(row number, cells) of the first sheet; every row as wide as the first that has cells.

    Formulas come as they were written, after "=". Raises PermanentFailure for a workbook that is broken, or that
    unpacks to more than a register ever is.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            _bound(packed, name)
            yield from _even(_rows(packed))
    except BROKEN:
        raise PermanentFailure(
            f"{name} is not a workbook that can be read. Open it in Excel, save it again as .xlsx, and import that. "
            f"Nothing was imported."
        ) from None


def _bound(packed: zipfile.ZipFile, name: str) -> None:
    """What is unpacked never exceeds what the directory says, so that is what has to be bounded."""
    sizes = {part.filename: part.file_size for part in packed.infolist()}
    if sum(sizes.values()) > MAX_UNPACKED or sizes.get("xl/sharedStrings.xml", 0) > MAX_STRINGS:
        raise PermanentFailure(f"{name} unpacks to more than a register ever is. Save it as CSV. Nothing was imported.")


def _even(rows: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    width = 0
    for number, row in rows:
        while len(row) > width and not row[-1]:
            row.pop()
        width = width or len(row)
        yield number, row + [""] * (width - len(row))


def _rows(packed: zipfile.ZipFile) -> Iterator[tuple[int, list[str]]]:
    book = _small(packed, "xl/workbook.xml")
    rows = Rows(_strings(packed), _formats(packed, book))
    with packed.open(_first_sheet(packed, book)) as file:
        while chunk := file.read(CHUNK):
            rows.feed(chunk)
            yield from rows.taken()
        rows.feed(b"", last=True)
        yield from rows.taken()


def _strings(packed: zipfile.ZipFile) -> list[str]:
    strings = Strings()
    if "xl/sharedStrings.xml" in packed.namelist():
        with packed.open("xl/sharedStrings.xml") as file:
            _feed_all(strings, file)
    return strings.found


def _feed_all(strings: Strings, file: IO[bytes]) -> None:
    while chunk := file.read(CHUNK):
        strings.feed(chunk)
    strings.feed(b"", last=True)


def _small(packed: zipfile.ZipFile, part: str) -> ElementTree.Element:
    if packed.getinfo(part).file_size > MAX_SMALL:
        raise ValueError(f"{part} is too large")
    return ElementTree.fromstring(packed.read(part))  # noqa: S314 - bounded above, and expat bounds entities


def _first_sheet(packed: zipfile.ZipFile, book: ElementTree.Element) -> str:
    sheets = book.findall("{*}sheets/{*}sheet")
    link = next(value for key, value in sheets[0].attrib.items() if key.endswith("}id"))
    for relation in _small(packed, "xl/_rels/workbook.xml.rels"):
        if relation.get("Id") == link:
            target = relation.attrib["Target"]
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    raise KeyError(link)


def _formats(packed: zipfile.ZipFile, book: ElementTree.Element) -> Formats:
    """Which cell styles are days, and from when days are counted."""
    from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

    properties = book.find("{*}workbookPr")
    since_1904 = properties is not None and properties.get("date1904") in ("1", "true")
    if "xl/styles.xml" not in packed.namelist():
        return Formats(frozenset(), since_1904)
    styles = _small(packed, "xl/styles.xml")
    codes = {int(code): text for code, text in BUILTIN_FORMATS.items()}
    codes |= {int(own.attrib["numFmtId"]): own.get("formatCode", "") for own in styles.iterfind("{*}numFmts/{*}numFmt")}
    used = [int(style.get("numFmtId", "0")) for style in styles.iterfind("{*}cellXfs/{*}xf")]
    days = (sys.intern(str(at)) for at, code in enumerate(used) if is_date_format(codes.get(code, "General")))
    return Formats(frozenset(days), since_1904)
