"""An event as an iCalendar file (RFC 5545, RFC 5546): published, changed by a higher SEQUENCE, taken away by CANCEL.

Nobody's own: no attendee and no personal link stands in it, so one file serves everyone of a language.
"""

from urllib.parse import urlsplit

from icalendar import STATUS, TRANSP, Calendar, vCalAddress, vText
from icalendar import Event as Entry

from outreach.duties import Language
from outreach.event import Event
from outreach.rendering import text_of
from outreach.settings import settings
from outreach.visits import letters
from outreach.visits.calendar_zone import definition

PRODUCER = "-//Outreach//Alumni events//EN"


def file_of(event: Event, language: Language) -> str:
    """The event's file in a language: METHOD:PUBLISH, or CANCEL once it is cancelled. Lines end in CRLF.

    The times are those of the clock there, with the zone's own definition (VTIMEZONE); the same event always gives the
    same text.
    """
    method = "CANCEL" if event.cancelled else "PUBLISH"
    zone = definition(event.zone, event.starts_at)
    calendar = Calendar.new(method=method, prodid=PRODUCER, subcomponents=[zone, _entry(event, language)])
    calendar.pop("uid", None)  # made at random, it would make every rendering a new text; the entry has its own
    content: bytes = calendar.to_ical()
    return content.decode("utf-8")


def uid(event: Event) -> str:
    """What the event is called in every calendar, whatever is changed about it."""
    return f"{event.public_id}@{urlsplit(settings().public_url).hostname}"


def _entry(event: Event, language: Language) -> Entry:
    facts = letters.facts(event, language)
    entry = Entry.new(
        uid=uid(event),
        stamp=event.updated_at,
        last_modified=event.updated_at,
        sequence=event.sequence,
        start=event.local(event.starts_at),
        end=event.local(event.ends_at),
        summary=str(facts["title"]),
        location=str(facts["where"]),
        description=_plain(text_of(event.body(language))) or None,
        organizer=_organizer(language),
        status=STATUS.CANCELLED if event.cancelled else STATUS.CONFIRMED,
        transparency=TRANSP.OPAQUE,
    )
    entry["SUMMARY"].params["LANGUAGE"] = language
    return entry


def _plain(text: str) -> str:
    """Without control characters, which RFC 5545 (section 3.1) keeps out of texts; lines stay lines."""
    return "\n".join("".join(letter for letter in line if letter.isprintable()) for line in text.split("\n"))


def _organizer(language: Language) -> vCalAddress:
    """PUBLISH must name one (RFC 5546 section 3.2.1): the office, where answers by mail go too."""
    sender = settings().sender
    organizer = vCalAddress(f"mailto:{sender.reply_to}")
    organizer.params["CN"] = vText(sender.name(language))
    return organizer
