"""The workbook for people: contents, one sheet a question with its notes, written answers, and the method."""

from collections.abc import Iterable, Sequence
from datetime import date
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from outreach.duties import Language
from outreach.outcomes import words
from outreach.results.method import method
from outreach.results.published import Cell, Results, Sheet
from outreach.results.same_bytes import same_bytes
from outreach.results.wording import speaker

FIGURES = ("count", "base", "estimate", "low", "high", "weighted", "weighted_low", "weighted_high", "effective_base")
WIDTHS = (44, 32, 44)
SHARE, WHOLE, DECIMAL = "0.0%", "0", "0.0"
LONGEST_NAME = 31  # Excel's limit for a sheet


def workbook(results: Results, language: Language, day: date) -> bytes:
    """An XLSX file; the same results and day give the same bytes. Everything that is no number is text."""
    book = Workbook()
    contents = book.active
    assert isinstance(contents, Worksheet)
    contents.title = speaker(language)("contents")
    questions = dict.fromkeys(sheet.question for sheet in results.sheets.values())
    listed = []
    for number, question in enumerate(questions, start=1):
        sheet = book.create_sheet(f"{number} {question}"[:LONGEST_NAME])
        _question(sheet, results, question, language)
        listed.append((sheet.title, results.question_words(question, language)))
    if results.content["texts"]:
        listed.append(_written(book, results, language))
    listed.append(_method(book, results, language))
    _contents(contents, results, listed, language)
    saved = BytesIO()
    book.save(saved)
    return same_bytes(saved.getvalue(), day)


def _contents(sheet: Worksheet, results: Results, listed: Iterable[tuple[str, str]], language: Language) -> None:
    say = speaker(language)
    _title(sheet, results.title(language))
    _row(sheet, 3, [say("sheet"), say("table")], bold=True)
    for number, (name, what) in enumerate(listed, start=4):
        _row(sheet, number, [name, what])
        sheet.cell(number, 1).hyperlink = f"#'{name}'!A1"
    _widths(sheet, (36, 90))


def _question(sheet: Worksheet, results: Results, question: str, language: Language) -> None:
    """All tables of a question below each other: everyone, then by department, programme, level, month and year."""
    _title(sheet, results.question_words(question, language))
    tables = [table for table in results.sheets.values() if table.question == question]
    at = 2
    for note in results.notes(tables[0], language):
        _row(sheet, at, [note])
        at += 1
    for table in tables:
        at = _table(sheet, at + 1, results, table, language)
    _widths(sheet, (*WIDTHS, *[13] * len(FIGURES), 20))


def _table(sheet: Worksheet, at: int, results: Results, table: Sheet, language: Language) -> int:
    """Write a table from row `at`. Returns the row after it."""
    say = speaker(language)
    _row(sheet, at, [words.words_of(words.DIMENSIONS, table.dimension, language)], bold=True)
    heads = [say(table.unit if name == "estimate" else name) for name in FIGURES]
    _row(sheet, at + 1, [say("group"), say("within"), say("answer"), *heads, say("mark")], bold=True, filled=True)
    at += 2
    for cell in table.cells:
        _row(sheet, at, _values(results, table, cell, language))
        for column, name in enumerate(FIGURES, start=len(WIDTHS) + 1):
            sheet.cell(at, column).number_format = _format(name, table.unit)
        at += 1
    return at


def _values(results: Results, table: Sheet, cell: Cell, language: Language) -> list[Any]:
    parent = {"programme": "department", "cohort": "year"}.get(table.dimension, table.dimension)
    named = [
        results.group_words(table.dimension, cell.group, language),
        results.group_words(parent, cell.parent, language) if cell.parent else "",
        results.column_words(table.question, cell.column, language),
    ]
    return [*named, *(getattr(cell, name) for name in FIGURES), words.words_of(words.MARKS, cell.mark, language)]


def _format(name: str, unit: str) -> str:
    if name in ("count", "base", "effective_base"):
        return WHOLE
    return SHARE if unit == "share" else DECIMAL


def _written(book: Workbook, results: Results, language: Language) -> tuple[str, str]:
    say = speaker(language)
    sheet = book.create_sheet(say("written"))
    _title(sheet, say("written"))
    _row(sheet, 3, [say("question"), say("group"), say("answer")], bold=True, filled=True)
    for at, row in enumerate(results.content["texts"], start=4):
        group = results.group_words("department", row["group"], language) if row["group"] else ""
        _row(sheet, at, [results.question_words(row["code"], language), group, row["text"]])
    _widths(sheet, (44, 40, 100))
    return sheet.title, say("written")


def _method(book: Workbook, results: Results, language: Language) -> tuple[str, str]:
    say = speaker(language)
    sheet = book.create_sheet(say("method"))
    _title(sheet, say("method"))
    for at, (what, how) in enumerate(method(results, language), start=3):
        _row(sheet, at, [what, how])
        sheet.cell(at, 1).font = Font(bold=True)
    _widths(sheet, (36, 110))
    return sheet.title, say("method")


def _title(sheet: Worksheet, text: str) -> None:
    _row(sheet, 1, [text])
    sheet.cell(1, 1).font = Font(bold=True, size=14)
    sheet.cell(1, 1).alignment = Alignment(wrap_text=False)


def _row(sheet: Worksheet, at: int, values: Sequence[Any], *, bold: bool = False, filled: bool = False) -> None:
    """Numbers as numbers; text as text, also what begins with = + - @."""
    for column, value in enumerate(values, start=1):
        cell = sheet.cell(at, column)
        if isinstance(value, str):
            cell.value = _writable(value)
            cell.data_type = "s"
            cell.quotePrefix = value[:1] in "=+-@" and value != ""
            cell.alignment = Alignment(wrap_text=len(values) > 1, vertical="top")
        else:
            cell.value = value
        if bold:
            cell.font = Font(bold=True, color="FFFFFF" if filled else None)
        if filled:
            cell.fill = PatternFill("solid", fgColor="0B3D6B")


def _writable(text: str) -> str:
    """Without the control characters a workbook cannot hold."""
    return "".join(sign for sign in text if sign in "\n\t" or sign.isprintable())


def _widths(sheet: Worksheet, widths: Sequence[int]) -> None:
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
