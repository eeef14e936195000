"""What the file beside the input says of what could not be taken in, line by line, with the reason."""

from pathlib import Path

import pandas as pd

from outreach.register import problems
from outreach.sheets import rejects
from outreach.sheets.reading import Sheet

REASON_HEADERS = ("rad/line", "importerad/imported", "orsak", "reason")


def write(path: Path, sheet: Sheet, found: pd.DataFrame) -> Path | None:
    """Write the lines with problems beside the input (`outreach.sheets.rejects.write`); None when there are none."""
    return rejects.write(path, (*REASON_HEADERS, *sheet.headers), [] if found.empty else _lines(sheet, found))


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
        [str(line), "nej/no" if line in rejected else "ja/yes", *reasons[line], *row]
        for line, row in zip(cells.index, cells.to_numpy().tolist(), strict=True)
    ]


def _by_line(found: pd.DataFrame) -> dict[int, list[tuple[str, str, object]]]:
    told: dict[int, list[tuple[str, str, object]]] = {}
    for line, code, column, value in found.itertuples(index=False):
        told.setdefault(line, []).append((code, column, value))
    return told
