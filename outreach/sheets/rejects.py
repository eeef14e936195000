"""The file beside an input that lists what could not be taken in, row by row, with the reason."""

import csv
from collections.abc import Sequence
from pathlib import Path

from outreach.errors import PermanentFailure

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def rejects_path(path: Path) -> Path:
    """Where the rejects of an input stand: `students.csv` -> `students.rejected.csv`."""
    return path.with_name(f"{path.stem}.rejected.csv")


def write(path: Path, headers: Sequence[str], rows: Sequence[Sequence[str]]) -> Path | None:
    """Write the rows, UTF-8 with BOM and `;` as Swedish Excel opens it; an older file is replaced.

    None, and no file, when there are none. Raises PermanentFailure when the folder cannot be written to.
    """
    target = rejects_path(path)
    try:
        if not rows:
            target.unlink(missing_ok=True)
            return None
        with target.open("w", encoding="utf-8-sig", errors="replace", newline="") as file:
            out = csv.writer(file, delimiter=";")
            out.writerows([harmless(cell) for cell in row] for row in [headers, *rows])
    except OSError as error:
        raise PermanentFailure(
            f"The list of rejected rows, {target.name}, cannot be written beside the file ({error.strerror}). Move the "
            f"file to a folder you may write to. Nothing was imported."
        ) from None
    return target


def harmless(cell: str) -> str:
    """A cell that a spreadsheet shows and never runs."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
