"""What a clock on the wall shows, made a moment. An hour that daylight saving skips or doubles is asked about."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from outreach.event import Place
from outreach.visits.slips import Slip

DAY = r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})"
CLOCK = r"(?:kl\.? ?)?(\d{1,2})[:.](\d{2})(?::00(?:\.0+)?)?"
OFFSET = r"(Z|UTC|(?:UTC)?[+\u2212-]\d{2}:?\d{2})"
ON_A_DAY = re.compile(rf"{DAY}(?:[T ]00:00(?::00(?:\.0+)?)?)?")
AT_A_TIME = re.compile(rf"{DAY}[T ,]+{CLOCK}\s*{OFFSET}?", re.IGNORECASE)
TIME_ALONE = re.compile(CLOCK, re.IGNORECASE)
FIRST_YEAR, LAST_YEAR = 2000, 2100


def day(text: str) -> date:
    """A day, from 2027-03-12. Raises Slip."""
    if match := ON_A_DAY.fullmatch(text.strip()):
        return _date(text, *match.groups())
    raise _no_day(text)


def moment(text: str, place: Place, on: date | None = None) -> datetime:
    """Aware UTC, from `2027-03-12 18:00` by the clock of the place, or with an offset (`+02:00`) or Z behind it.

    `on`: the day of a time that stands alone. Raises Slip, which names both offsets where the hour stands twice.
    """
    written = text.strip()
    if on is not None and (alone := TIME_ALONE.fullmatch(written)):
        return _by_the_clock(datetime.combine(on, _time(text, *alone.groups())), place)
    match = AT_A_TIME.fullmatch(written)
    if match is None:
        raise _no_moment(text)
    year, month, number, hour, minute, offset = match.groups()
    shown = datetime.combine(_date(text, year, month, number), _time(text, hour, minute))
    return _with_offset(shown, offset, text) if offset else _by_the_clock(shown, place)


def _by_the_clock(shown: datetime, place: Place) -> datetime:
    zone = ZoneInfo(place.time_zone)
    first, second = (shown.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    before, after = _offset(first), _offset(second)
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != shown:
        raise _skipped(shown, place, before, after)
    raise _doubled(shown, place, before, after)


def _with_offset(shown: datetime, offset: str, text: str) -> datetime:
    plain = offset.upper().replace("UTC", "").replace("\u2212", "-").replace(":", "")
    if plain in ("", "Z"):
        return shown.replace(tzinfo=UTC)
    minutes = int(plain[1:3]) * 60 + int(plain[3:5])
    if minutes > 14 * 60 or int(plain[3:5]) > 59:
        raise _no_moment(text)
    ahead = timedelta(minutes=minutes if plain[0] == "+" else -minutes)
    return (shown - ahead).replace(tzinfo=UTC)


def _offset(moment: datetime) -> str:
    return moment.isoformat()[-6:]


def _date(text: str, year: str, month: str, number: str) -> date:
    try:
        found = date(int(year), int(month), int(number))
    except ValueError:
        raise _no_day(text) from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise _no_day(text)
    return found


def _time(text: str, hour: str, minute: str) -> time:
    try:
        return time(int(hour), int(minute))
    except ValueError:
        raise _no_moment(text) from None


def _no_day(text: str) -> Slip:
    return Slip(
        f"{text[:40]!r} är ingen dag. Skriv ÅÅÅÅ-MM-DD, som 2027-03-12.",
        f"{text[:40]!r} is not a day. Write YYYY-MM-DD, such as 2027-03-12.",
    )


def _no_moment(text: str) -> Slip:
    return Slip(
        f"{text[:40]!r} är ingen tid. Skriv dag och klockslag på orten, som 2027-03-12 18:00.",
        f"{text[:40]!r} is not a time. Write the day and the hour there, such as 2027-03-12 18:00.",
    )


def _skipped(shown: datetime, place: Place, before: str, after: str) -> Slip:
    return Slip(
        f"Klockan {shown:%H.%M} den {shown:%Y-%m-%d} finns inte i {place.name}: klockan ställs då om från "
        f"UTC{before} till UTC{after}. Skriv en annan tid.",
        f"There is no {shown:%H:%M} on {shown:%Y-%m-%d} in {place.name}: the clocks go from UTC{before} to "
        f"UTC{after}. Write another time.",
    )


def _doubled(shown: datetime, place: Place, before: str, after: str) -> Slip:
    said = f"{shown:%Y-%m-%d %H:%M}"
    return Slip(
        f"Klockan {shown:%H.%M} den {shown:%Y-%m-%d} kommer två gånger i {place.name}. Skriv vilken som menas: "
        f"{said}{before} eller {said}{after}.",
        f"{shown:%H:%M} on {shown:%Y-%m-%d} comes twice in {place.name}. Write which one is meant: "
        f"{said}{before} or {said}{after}.",
    )
