"""From a file of visits to its rows as they stand there, each cell under our name for its column."""

from dataclasses import dataclass
from pathlib import Path

from outreach.errors import PermanentFailure
from outreach.sheets import reading as sheets
from outreach.visits import columns
from outreach.visits.slips import Wrong

MAX_ROWS = 5_000
NOTHING = "Nothing was imported."


@dataclass(frozen=True)
class Raw:
    """A row as it stands. `where`: its line or entry; `cells`: our column -> text, empty ones left out; `original`:
    what stood in the file, for the list of rejects; `problems`: why it cannot even be read."""

    where: str
    cells: dict[str, str]
    original: tuple[str, ...] = ()
    problems: tuple[Wrong, ...] = ()


@dataclass(frozen=True)
class Source:
    """`place`: what `where` is, line or entry; `headers`: of `original`."""

    place: str
    headers: tuple[str, ...]
    rows: list[Raw]


def read(path: Path) -> Source:
    """A CSV, XLSX or iCalendar file. Raises PermanentFailure, naming what is wrong."""
    if path.suffix.lower() in (".ics", ".ical", ".ifb", ".icalendar"):
        from outreach.visits.calendar_file import entries  # icalendar takes a while to load

        source = Source("post/entry", ("SUMMARY", "DTSTART", "DTEND", "LOCATION", "UID"), entries(path))
    else:
        source = _sheet(path)
    if len(source.rows) > MAX_ROWS:
        raise PermanentFailure(f"{path.name} holds more than {MAX_ROWS} rows. Divide it. {NOTHING}")
    return source


def _sheet(path: Path) -> Source:
    sheet = sheets.read(path)
    taken = _columns(path.name, sheet)
    lines = zip(sheet.cells.index, sheet.cells.to_numpy().tolist(), strict=True)
    rows = [
        Raw(str(line), {ours: row[at].strip() for at, ours in taken.items() if row[at].strip()}, tuple(row))
        for line, row in lines
    ]
    return Source("rad/line", sheet.headers, rows)


def _columns(name: str, sheet: sheets.Sheet) -> dict[int, str]:
    """Position -> our column."""
    headers = [header for at, header in enumerate(sheet.headers) if header or (sheet.cells[at] != "").any()]
    if strange := columns.unknown(headers):
        raise PermanentFailure(f"{name}: unknown column {columns.named(strange[0])}. Correct the header. {NOTHING}")
    taken: dict[int, str] = {}
    for at, header in enumerate(sheet.headers):
        ours = columns.column(header)
        if ours in taken.values():
            raise PermanentFailure(f"{name}: two columns mean {ours!r}. Remove one of them. {NOTHING}")
        if ours:
            taken[at] = ours
    if not {"city", "event_city", "visit"}.intersection(taken.values()):
        raise PermanentFailure(f"{name}: the column 'city' is missing; it may be called 'ort'. {NOTHING}")
    return taken
