"""The guest list as a workbook. What people wrote is text in it, whatever it begins with. Pure."""

from collections.abc import Sequence
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from outreach.web.host_lines import Line
from outreach.web.texts import Speak

NARROWEST, WIDEST, ROOM = 10, 50, 3  # characters


def workbook(lines: Sequence[Line], say: Speak) -> bytes:
    """An XLSX file with one guest a row, under a row of headings that stays in view and is repeated on paper."""
    book = Workbook()
    sheet = book.active
    sheet.title = say("host_sheet.sheet")
    rows = [_headings(say), *(_row(line, say) for line in lines)]
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            _write(sheet.cell(number, column), value)
    _dress(sheet, rows)
    saved = BytesIO()
    book.save(saved)
    return saved.getvalue()


def _headings(say: Speak) -> list[str | int | None]:
    return [
        say("host_sheet.name"), say("host_sheet.standing"), say("host_sheet.party"), say("host_sheet.department"),
        say("host_sheet.cohort"), say("host_sheet.needs"), say("host_sheet.here"), say("host_sheet.came"),
    ]  # fmt: skip


def _row(line: Line, say: Speak) -> list[str | int | None]:
    return [
        line.sorted_by or say("host_list.forgotten"),
        say(f"host_sheet.{line.group}"),
        line.party,
        line.department,
        line.cohort,
        line.needs,
        line.here,
        line.came or None,
    ]


def _write(cell: Cell, value: str | int | None) -> None:
    """What begins with = + - @ stays text: by the cell's type, by its format, and by the quote mark Excel knows."""
    if not isinstance(value, str):
        cell.value = value
    elif value:
        cell.value = ILLEGAL_CHARACTERS_RE.sub(" ", value)
        cell.data_type = "s"
        cell.number_format = "@"
        cell.quotePrefix = True
    cell.alignment = Alignment(wrap_text=True, vertical="top")


def _dress(sheet: Worksheet, rows: Sequence[Sequence[str | int | None]]) -> None:
    for cell in sheet[1]:
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="0B3D6B")
        longest = max(len(str(row[cell.column - 1] or "")) for row in rows)
        sheet.column_dimensions[cell.column_letter].width = min(max(longest + ROOM, NARROWEST), WIDEST)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
