"""An event in words: when by its own clock, where, who comes, until when to answer. Mails and pages take the same."""

from datetime import date, datetime, timedelta

from babel import Locale
from babel.dates import format_date, format_time

from outreach.duties import Language
from outreach.event import Event, Place
from outreach.rendering import Markdown, shortened
from outreach.rendering.edition import clean

LOCALES = {"sv": Locale("sv"), "en": Locale("en", "GB")}
HOME = "SE"
IN_A_SUBJECT = 40  # characters of the title, so that the day has room beside it


def facts(event: Event, language: Language) -> dict[str, object]:
    """What templates know as `event`; every value but `guests_allowed` and `capacity` (int) is text.

    `title`, `headline` (the title, short enough for a subject), `body` and `entry` (Markdown), `when` ("onsdag 12 maj
    2027 kl. 18.00–20.30 (Tokyotid, UTC+9)"), `date` ("12 maj"), `day` ("onsdag 12 maj"), `where` ("Sveriges
    ambassad, Tokyo, Japan"), `venue`, `city`, `near` ("i närheten av Tokyo": where those live who are asked),
    `delegation` (who comes from the university, "" for nobody said), `answer_by` ("söndag 25 april 2027").
    """
    title = clean(event.title(language))
    return {
        "title": title,
        "headline": shortened(title, IN_A_SUBJECT),
        "body": Markdown(event.body(language)),
        "entry": Markdown(event.entry(language)),
        "when": when(event, language),
        "date": _date(event.local(event.starts_at), "d MMMM", language),
        "day": _date(event.local(event.starts_at), "EEEE d MMMM", language),
        "where": where(event, language),
        "venue": clean(event.venue),
        "near": near(event, language),
        "city": event.place.name,
        "delegation": clean(event.delegation),
        "answer_by": day(event.answer_by, language),
        "guests_allowed": event.guests_allowed,
        "capacity": event.capacity,
    }


def when(event: Event, language: Language) -> str:
    """When it is by the clock there: "onsdag 12 maj 2027 kl. 18.00–20.30 (Tokyotid, UTC+9)".

    An event that ends on another day names both; one during which the clocks are changed says how far each is from UTC.
    At home that is not said: "... kl. 18.00–20.30 (svensk tid)".
    """
    starts, ends = event.local(event.starts_at), event.local(event.ends_at)
    clocks_change = starts.utcoffset() != ends.utcoffset()
    first, last = (f"{_clock(at, language)}{f' ({offset(at)})' if clocks_change else ''}" for at in (starts, ends))
    at = "kl. " if language == "sv" else ""
    between = " " if language == "sv" else ", "
    if starts.date() == ends.date():
        span = f"{day(starts, language)}{between}{at}{first}–{last}"
    else:
        span = f"{day(starts, language)}{between}{at}{first} – {day(ends, language)}{between}{at}{last}"
    zone = time_there(event.place, language)
    told = clocks_change or event.place.country == HOME
    return f"{span} ({zone})" if told else f"{span} ({zone}, {offset(starts)})"


def where(event: Event, language: Language) -> str:
    """The venue, the city unless the venue ends with it, and the country unless it is ours."""
    venue, city = clean(event.venue), event.place.name
    parts = [venue] if venue else []
    if not venue.casefold().endswith(city.casefold()):
        parts.append(city)
    if event.place.country != HOME:
        parts.append(_country(event, language))
    return ", ".join(parts)


def near(event: Event, language: Language) -> str:
    """Where those live who are asked: "i närheten av Tokyo" or, of the whole country, "i Japan"."""
    if event.radius_km is None:
        return f"{'i' if language == 'sv' else 'in'} {_country(event, language)}"
    return f"{'i närheten av' if language == 'sv' else 'near'} {event.place.name}"


def moment(event: Event, at: datetime, language: Language) -> str:
    """A moment (aware) by the clock where the event is: "fredag 12 mars kl. 14.00" or "Friday 12 March, 14:00"."""
    local = event.local(at)
    between = " kl. " if language == "sv" else ", "
    return f"{_date(local, 'EEEE d MMMM', language)}{between}{_clock(local, language)}"


def day(of: date, language: Language) -> str:
    """ "söndag 25 april 2027" or "Sunday 25 April 2027"."""
    return _date(of, "EEEE d MMMM y", language)


def time_there(place: Place, language: Language) -> str:
    """What the clock there shows: "svensk tid", "Tokyotid", "São Paulo-tid"; "Swedish time", "Tokyo time"."""
    if place.country == HOME:
        return "svensk tid" if language == "sv" else "Swedish time"
    if language == "en":
        return f"{place.name} time"
    return f"{place.name}{'-' if ' ' in place.name else ''}tid"


def offset(local: datetime) -> str:
    """How far a local moment is from UTC: "UTC+9", "UTC−3", "UTC+5:30", "UTC"."""
    ahead = local.utcoffset() or timedelta()
    hours, minutes = divmod(abs(int(ahead.total_seconds())) // 60, 60)
    if not hours and not minutes:
        return "UTC"
    sign = "+" if ahead > timedelta() else "\N{MINUS SIGN}"
    return f"UTC{sign}{hours}{f':{minutes:02}' if minutes else ''}"


def _country(event: Event, language: Language) -> str:
    name: str = LOCALES[language].territories.get(event.place.country, event.place.country)
    return name


def _date(of: date, pattern: str, language: Language) -> str:
    return format_date(of, pattern, locale=LOCALES[language])


def _clock(local: datetime, language: Language) -> str:
    return format_time(local.replace(tzinfo=None), "HH.mm" if language == "sv" else "HH:mm", locale=LOCALES[language])
