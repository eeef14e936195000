"""The entries of an iCalendar file (RFC 5545) as rows of visits and events.

LOCATION ends in `City, Country`; what stands before is the venue. A line `column: value` of DESCRIPTION (`Platser: 60`)
is that column of the row; the other lines are the purpose of a visit or the text of an event. An entry that says how
many seats there are is an event, any other a visit of the days it lasts.
"""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from icalendar import Calendar, Event

from outreach.errors import PermanentFailure
from outreach.visits.columns import OF_THE_EVENT, column
from outreach.visits.reading import NOTHING, Raw
from outreach.visits.slips import Wrong

MAX_BYTES = 20_000_000


def entries(path: Path) -> list[Raw]:
    """Every entry (VEVENT) of the file. Raises PermanentFailure for a file that is no calendar."""
    found = [entry for calendar in _calendars(path) for entry in calendar.walk("VEVENT")]
    if not found:
        raise PermanentFailure(f"{path.name} holds no entries (VEVENT). {NOTHING}")
    return [_row(number, entry) for number, entry in enumerate(found, start=1)]


def _calendars(path: Path) -> list[Any]:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise PermanentFailure(f"{path.name} is larger than {MAX_BYTES // 10**6} MB. Divide it. {NOTHING}")
        return list(Calendar.from_ical(path.read_bytes(), multiple=True))
    except FileNotFoundError:
        raise PermanentFailure(f"There is no file {path.name!r}. Check the name and the folder.") from None
    except OSError as error:
        raise PermanentFailure(f"{path.name} cannot be read: {error.strerror}. {NOTHING}") from None
    except (ValueError, IndexError, KeyError, UnicodeDecodeError):
        raise PermanentFailure(f"{path.name} is not a calendar (iCalendar). Export it again. {NOTHING}") from None


def _row(number: int, entry: Event) -> Raw:
    original = tuple(_text(entry, name) for name in ("SUMMARY", "DTSTART", "DTEND", "LOCATION", "UID"))
    try:
        problems = _refused(entry)
        cells = {} if problems else {name: text for name, text in _cells(entry).items() if text}
    except (ValueError, TypeError, AttributeError, KeyError, OverflowError):  # a property that is not what it should be
        problems = (_wrong("event", "Posten går inte att läsa.", "The entry cannot be read."),)
        cells = {}
    return Raw(str(number), cells, original, problems)


def _refused(entry: Event) -> tuple[Wrong, ...]:
    if entry.get("RRULE") or entry.get("RDATE"):
        sv = "Posten upprepas. Skriv en post för varje gång."
        return (_wrong("starts_at", sv, "The entry recurs. Write one entry for each time."),)
    if _text(entry, "STATUS").upper() == "CANCELLED":
        sv = "Posten är inställd i kalendern. Ställ in evenemanget med outreach events cancel."
        return (_wrong("event", sv, "The entry is cancelled there. Cancel the event with outreach events cancel."),)
    if not isinstance(_moment(entry, "DTSTART"), date):
        return (_wrong("starts_at", "Posten har ingen början (DTSTART).", "The entry has no beginning (DTSTART)."),)
    return ()


def _cells(entry: Event) -> dict[str, str]:
    said, rest = _described(_text(entry, "DESCRIPTION"))
    place = _located(_text(entry, "LOCATION"))
    uid = _text(entry, "UID")
    if "capacity" in said:
        times = {"starts_at": _shown(_moment(entry, "DTSTART")), "ends_at": _shown(_last(entry))}
        told = {"event": uid, "title_sv": _text(entry, "SUMMARY"), "body_sv": rest, **times}
    else:
        place.pop("venue", None)
        first, last = _day(_moment(entry, "DTSTART")), _last_day(entry)
        told = {"visit": uid, "starts_on": first.isoformat(), "ends_on": last.isoformat()}
        told |= {"delegation": _text(entry, "SUMMARY"), "purpose": " ".join(rest.split())}
        said = {name: text for name, text in said.items() if name not in OF_THE_EVENT}
    return place | told | said


def _located(text: str) -> dict[str, str]:
    parts = [part.strip() for part in text.replace("\n", ",").split(",") if part.strip()]
    if len(parts) < 2:
        return {"city": "".join(parts)}
    return {"city": parts[-2], "country": parts[-1], "venue": ", ".join(parts[:-2])}


def _described(text: str) -> tuple[dict[str, str], str]:
    """The lines that name one of our columns, and the rest."""
    said: dict[str, str] = {}
    rest = []
    for line in text.splitlines():
        name, colon, value = line.partition(":")
        ours = column(name) if colon else None
        if ours and ours not in said:
            said[ours] = value.strip()
        else:
            rest.append(line)
    return said, "\n".join(rest).strip()


def _moment(entry: Event, name: str) -> Any:
    held = entry.get(name)
    return None if held is None else held.dt


def _last(entry: Event) -> Any:
    """DTEND, or DTSTART and DURATION, or DTSTART alone."""
    if (end := _moment(entry, "DTEND")) is not None:
        return end
    start, lasting = _moment(entry, "DTSTART"), _moment(entry, "DURATION")
    return start + lasting if lasting else start


def _last_day(entry: Event) -> date:
    """The last day of a visit: DTEND of whole days is the day after."""
    start, end = _moment(entry, "DTSTART"), _last(entry)
    whole = not isinstance(end, datetime) and end > start
    return _day(end) - timedelta(days=1) if whole else _day(end)


def _day(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _shown(moment: date) -> str:
    """As the column takes it: with its offset where it has one, by the place's clock where not."""
    return moment.isoformat(sep=" ") if isinstance(moment, datetime) else f"{moment.isoformat()} 00:00"


def _text(entry: Event, name: str) -> str:
    held = entry.get(name)
    if held is None or isinstance(held, list):
        return ""
    return (held.to_ical().decode(errors="replace") if hasattr(held, "dt") else str(held)).strip()


def _wrong(field: str, sv: str, en: str) -> Wrong:
    return Wrong(field, sv, en)
