"""The content calendar in pandas and in LibreOffice: every cell is text, and is what the post says."""

import csv
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pandas as pd
import pytest
from openpyxl import load_workbook

from outreach.linkedin.choosing import Week
from outreach.linkedin.configuration import configuration
from outreach.linkedin.files import COLUMNS, files, in_order
from outreach.linkedin.post import Post
from tests.linkedin.conftest import GROUP, POST, WEEK, post

SOFFICE = shutil.which("soffice")
FORMULAS = [
    "=1+1",
    "+46 8 16 20 00",
    "-1-1",
    "@SUM(1)",
    "=cmd|' /C calc'!A0",
    "#N/A",
    "1e3",
    "007",
    "2026-11-24",
    "TRUE",
]


def made(*given: Post) -> dict[str, bytes]:
    return files(given, Week(WEEK, None), configuration())


def read(content: bytes) -> pd.DataFrame:
    return pd.read_excel(BytesIO(content), dtype=str, keep_default_na=False)


def test_the_calendar_has_a_row_a_post_that_says_all_of_it(home: Path) -> None:
    group = post(channel=GROUP, at=datetime(2026, 11, 24, 6, 0, tzinfo=UTC), language="both", department_code="dsv")
    frame = read(made(group, POST)["content-calendar.xlsx"])
    assert tuple(frame.columns) == COLUMNS
    assert frame.to_dict("records") == [
        {
            "Nr": "1", "Kanal": "Universitetets sida", "Dag": "tisdag 24 november 2026", "Tid": "08:30",
            "Rubrik": "En nyhet", "Text": POST.text, "Länk": "https://www.example.org/nyhet", "Taggar": "#alumn",
            "Bild": "", "Alt-text": "", "Språk": "Svenska", "Institution": "Centralt", "Slag": "Nyhet",
            "Källa": "story/en-nyhet",
        },
        {
            "Nr": "2", "Kanal": "Alumngruppen", "Dag": "tisdag 24 november 2026", "Tid": "07:00",
            "Rubrik": "En nyhet", "Text": POST.text, "Länk": "https://www.example.org/nyhet", "Taggar": "#alumn",
            "Bild": "", "Alt-text": "", "Språk": "Svenska och engelska",
            "Institution": "Institutionen för data- och systemvetenskap", "Slag": "Nyhet", "Källa": "story/en-nyhet",
        },
    ]  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS)
def test_what_looks_like_a_formula_or_a_number_stays_text(home: Path, text: str) -> None:
    content = made(post(text=text, hook=text))["content-calendar.xlsx"]
    sheet = load_workbook(BytesIO(content))["Innehållsplan"]
    cell = sheet.cell(2, COLUMNS.index("Text") + 1)
    assert (cell.value, cell.data_type, cell.number_format, cell.quotePrefix) == (text, "s", "@", True)
    assert {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row if cell.value} == {"s"}
    with ZipFile(BytesIO(content)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")
    assert read(content).loc[0, "Text"] == text


def test_the_workbook_holds_nothing_of_the_moment_it_was_written(home: Path) -> None:
    content = made(POST)["content-calendar.xlsx"]
    with ZipFile(BytesIO(content)) as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        properties = parts.read("docProps/core.xml").decode()
    assert properties.count("2026-11-23T00:00:00Z") == 2
    assert content == made(POST)["content-calendar.xlsx"]


@pytest.mark.skipif(SOFFICE is None, reason="libreoffice is not installed")
@pytest.mark.slow
def test_libreoffice_opens_the_calendar_and_the_scheduler_files_with_the_same_text(home: Path, tmp_path: Path) -> None:
    tricky = [post(text=text, hook=text, at=POST.at + timedelta(hours=number)) for number, text in enumerate(FORMULAS)]
    hard = post(at=POST.at + timedelta(days=1), text='"citat", komma;\nny rad 👩‍👩‍👧‍👦 حوار', hook='"citat", komma;')
    content = made(*tricky, hard)
    texts = [one.text for one in in_order([*tricky, hard])]
    (tmp_path / "calendar.xlsx").write_bytes(content["content-calendar.xlsx"])
    rows = converted(tmp_path / "calendar.xlsx", tmp_path)
    assert rows[0] == list(COLUMNS)
    assert [row[COLUMNS.index("Text")] for row in rows[1:]] == texts
    (tmp_path / "ayrshare.csv").write_bytes(content["ayrshare.csv"])
    # Read as text (the token 44,34,76,1 and so on), as the scheduler does.
    rows = converted(tmp_path / "ayrshare.csv", tmp_path, "--infilter=CSV:44,34,76,1,1/2/2/2/3/2/4/2")
    assert [row[0] for row in rows] == ["post", *texts]


def converted(path: Path, folder: Path, *options: str) -> list[list[str]]:
    """A file as LibreOffice opened it, written out again as CSV with every cell as it is shown."""
    out = folder / "out"
    command = [str(SOFFICE), "--headless", f"-env:UserInstallation=file://{folder}/profile", *options,
               "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false", "--outdir", str(out),
               str(path)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    with (out / f"{path.stem}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_files_of_a_week_without_a_schedulers_posts_are_there_all_the_same(home: Path) -> None:
    found = made(post(channel=GROUP))
    assert found["buffer.csv"] == b"Text,Image URL,Tags,Posting Time\r\n"
    assert {name for name in found if name.startswith("posts-api/")} == {"posts-api/headers.json"}
