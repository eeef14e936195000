"""Files that registers write are read; broken ones are refused with one sentence. Files are named by defect."""

import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from outreach.errors import PermanentFailure
from outreach.sheets.reading import Sheet, read

ROWS = [["student_uid", "first_name", "credits"], ["u1", "Åsa", "7,5"], ["u2", "Zoë", "30"]]


def cells(sheet: Sheet) -> list[list[str]]:
    return [list(sheet.headers), *sheet.cells.to_numpy().tolist()]


def saved(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def workbook(path: Path, rows: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_text_files_are_read_whatever_wrote_them(tmp_path: Path, encoding: str, delimiter: str, ending: str) -> None:
    text = ending.join(delimiter.join(row) for row in ROWS) + ending
    sheet = read(saved(tmp_path / "students.csv", text.encode(encoding)))
    assert cells(sheet) == ROWS
    assert sheet.cells.index.tolist() == [2, 3]


def test_comma_file_with_quoted_decimal_comma(tmp_path: Path) -> None:
    assert cells(read(saved(tmp_path / "s.csv", b'uid,name,credits\nu1,"Li, Mei","7,5"\n')))[1] == [
        "u1",
        "Li, Mei",
        "7,5",
    ]


def test_line_numbers_are_those_of_the_file(tmp_path: Path) -> None:
    sheet = read(saved(tmp_path / "s.csv", b'a;b\n"x\ny";1\n\n;\nz;2\n'))
    assert sheet.cells.index.tolist() == [2, 6]


def test_workbook_cells_become_the_text_a_csv_would_have(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["uid", "credits", "end", "seen", "applied", "name"],
        [4711, 7.5, date(2027, 1, 17), datetime(2026, 1, 31), True, "Åsa"],  # noqa: DTZ001 - a workbook knows no zones
        [None, None, None, None, None, None],
        [12.0, 0.1, None, None, False, "=1+1"],
    ]
    sheet = read(workbook(tmp_path / "s.xlsx", rows))
    assert sheet.headers == ("uid", "credits", "end", "seen", "applied", "name")
    assert cells(sheet)[1:] == [
        ["4711", "7.5", "2027-01-17 00:00:00", "2026-01-31 00:00:00", "true", "Åsa"],
        ["12", "0.1", "", "", "false", "=1+1"],
    ]
    assert sheet.cells.index.tolist() == [2, 4]


def packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return out.getvalue()


MALFORMED = {
    "empty.csv": (b"", "is empty"),
    "only_spaces.csv": (b" \n\n", "is empty"),
    "only_header.csv": (b"a;b\n", "no rows"),
    "nul_bytes.csv": (b"a;b\n1;\x00\n", "NUL"),
    "ten_megabytes_in_one_line.csv": (b"x" * 10_000_000, "10000000 characters long"),
    "ten_megabytes_of_delimiters.csv": (b";" * 10_000_000 + b"\n1", "10000001 characters long|10000000"),
    "ten_megabyte_cell.csv": (b"a;b\n1;" + b"x" * 10_000_000, "line 2.*field limit"),
    "many_columns.csv": (b";".join(b"c%d" % n for n in range(300)) + b"\n", "300 columns"),
    "unclosed_quote.csv": (b'a;b\n1;2\n"3;4\n5;6\n', "line 3.*quotation mark"),
    "too_many_cells.csv": (b"a;b\n1;2\n3;4;5\n", "line 3 has 3 cells where the header has 2"),
    "too_few_cells.csv": (b"a;b\n1;2\n3\n", "line 3 has 1 cells where the header has 2"),
    "mixed_encodings.csv": ("a;b\nö;1\n".encode() + "ö;2\n".encode("cp1252"), "line 2: the letters are garbled"),
    "encoded_twice.csv": ("a;b\nö;1\n".encode().decode("cp1252").encode(), "line 2: the letters are garbled"),
    "not_windows_1252.csv": (b"a;b\n1;\x81\n", "line 2: the text is neither"),
    "utf16_cut_off.csv": ("a;b\n1;2\n".encode("utf-16")[:-1], "neither UTF-8 nor|cannot be read"),
    "old_excel.xls": (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "old or password-protected"),
    "cut_off.xlsx": (b"PK\x03\x04" + b"\0" * 100, "not a workbook"),
    "other_zip.xlsx": (packed({"hello.txt": b"hello"}), "not a workbook"),
    "bomb.xlsx": (packed({"xl/sharedStrings.xml": b"\0" * 100_000_001}), "unpacks to more"),
}  # fmt: skip


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_file_is_refused_with_one_sentence(tmp_path: Path, name: str) -> None:
    content, sentence = MALFORMED[name]
    with pytest.raises(PermanentFailure, match=sentence) as refused:
        read(saved(tmp_path / name, content))
    assert name in str(refused.value)
    assert "\n" not in str(refused.value)


def test_workbook_with_a_cell_at_the_far_corner_is_refused_quickly(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "student_uid", "x"
    book.save(tmp_path / "far_corner.xlsx")
    with pytest.raises(PermanentFailure, match=r"far_corner\.xlsx is not a workbook"):
        read(tmp_path / "far_corner.xlsx")


def test_workbook_with_broken_xml_is_refused(tmp_path: Path) -> None:
    workbook(tmp_path / "whole.xlsx", [["a", "b"], ["1", "2"]])
    with zipfile.ZipFile(tmp_path / "whole.xlsx") as whole:
        parts = {part: whole.read(part) for part in whole.namelist()}
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"][:-40]
    with pytest.raises(PermanentFailure, match="not a workbook that can be read"):
        read(saved(tmp_path / "broken.xlsx", packed(parts)))


def test_file_that_is_not_there_and_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(PermanentFailure, match=r"There is no file 'nothing\.csv'"):
        read(tmp_path / "nothing.csv")
    with pytest.raises(PermanentFailure, match="is a folder"):
        read(tmp_path)
