"""The file beside the input that lists what could not be taken in, line by line, with the reason."""

import csv
from pathlib import Path

import pandas as pd

from outreach.errors import PermanentFailure
from outreach.register import problems
from outreach.register.reading import Sheet

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def rejects_path(path: Path) -> Path:
    """Where the rejects of an input stand: `students.csv` -> `students.rejected.csv`."""
    return path.with_name(f"{path.stem}.rejected.csv")


def write(path: Path, sheet: Sheet, found: pd.DataFrame) -> Path | None:
    """Write the lines with problems, UTF-8 with BOM and `;` as Swedish Excel opens it; an older file is replaced.

    None, and no file, when there is nothing to report. Raises PermanentFailure when the folder cannot be written to.
    """
    target = rejects_path(path)
    try:
        if found.empty:
            target.unlink(missing_ok=True)
            return None
        with target.open("w", encoding="utf-8-sig", errors="replace", newline="") as file:
            out = csv.writer(file, delimiter=";")
            out.writerow(["rad/line", "importerad/imported", "orsak", "reason", *map(harmless, sheet.headers)])
            out.writerows(_lines(sheet, found))
    except OSError as error:
        raise PermanentFailure(
            f"The list of rejected rows, {target.name}, cannot be written beside the file ({error.strerror}). Move the "
            f"file to a folder you may write to. Nothing was imported."
        ) from None
    return target


def _lines(sheet: Sheet, found: pd.DataFrame) -> list[list[str]]:
    rejected = set(problems.rejected_lines(found))
    cells = sheet.cells.loc[found["line"].unique()]
    reasons = {
        line: (
            "; ".join(problems.sentence(*told, 0) for told in group),
            "; ".join(problems.sentence(*told, 1) for told in group),
        )
        for line, group in _by_line(found).items()
    }
    return [
        [str(line), "nej/no" if line in rejected else "ja/yes", *reasons[line], *map(harmless, row)]
        for line, row in zip(cells.index, cells.to_numpy().tolist(), strict=True)
    ]


def _by_line(found: pd.DataFrame) -> dict[int, list[tuple[str, str, object]]]:
    told: dict[int, list[tuple[str, str, object]]] = {}
    for line, code, column, value in found.itertuples(index=False):
        told.setdefault(line, []).append((code, column, value))
    return told


def harmless(cell: str) -> str:
    """A cell that a spreadsheet shows and never runs."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
