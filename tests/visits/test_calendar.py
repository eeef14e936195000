"""The iCalendar files, read by two libraries that know nothing of how they were made."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.event import Event, Place
from outreach.visits import calendar
from tests.seats.conftest import EVENING

ZONES = {
    "Europe/Berlin": "Berlin",
    "America/Sao_Paulo": "São Paulo",
    "Australia/Sydney": "Sydney",
    "America/New_York": "New York",
    "Asia/Tokyo": "Tokyo",
    "Africa/Nairobi": "Nairobi",
    "Asia/Kathmandu": "Kathmandu",
    "Africa/Casablanca": "Casablanca",  # its clocks change with Ramadan
    "Pacific/Chatham": "Chatham",
}


def event_at(zone: str, local: str, hours: float = 2, **different: object) -> Event:
    """EVENING, at a moment by the clock there."""
    starts = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    place = Place(ZONES[zone], "XX", 0.0, 0.0, zone)
    return replace(EVENING, place=place, starts_at=starts, ends_at=starts + timedelta(hours=hours), **different)


def as_icalendar_reads(text: str) -> tuple[datetime, datetime]:
    """Start and end in UTC. By the file's own VTIMEZONE, and not by a zone of the same name that the library knows."""
    parsed = icalendar.Calendar.from_ical(text)
    entry = parsed.walk("VEVENT")[0]
    zone = parsed.walk("VTIMEZONE")[0].to_tz(lookup_tzid=False)
    return tuple(entry[name].dt.replace(tzinfo=zone).astimezone(UTC) for name in ("DTSTART", "DTEND"))


def as_vobject_reads(text: str) -> tuple[datetime, datetime]:
    vars(vobject.icalendar)["__tzidMap"].clear()  # else it goes by the first definition of a zone it has ever read
    entry = vobject.readOne(text).vevent
    return entry.dtstart.value.astimezone(UTC), entry.dtend.value.astimezone(UTC)


@pytest.mark.parametrize("read", [as_icalendar_reads, as_vobject_reads])
@pytest.mark.parametrize(
    ("zone", "local", "utc"),
    [
        ("Europe/Berlin", "2027-03-27T18:00", "2027-03-27T17:00"),  # the night after, summer time begins
        ("Europe/Berlin", "2027-03-28T03:00", "2027-03-28T01:00"),  # the first moment of summer time
        ("Europe/Berlin", "2027-03-28T18:00", "2027-03-28T16:00"),
        ("Europe/Berlin", "2027-10-30T18:00", "2027-10-30T16:00"),
        ("Europe/Berlin", "2027-10-31T18:00", "2027-10-31T17:00"),
        ("Australia/Sydney", "2027-04-03T18:00", "2027-04-03T07:00"),  # summer time ends in autumn
        ("Australia/Sydney", "2027-04-04T18:00", "2027-04-04T08:00"),
        ("Australia/Sydney", "2027-10-03T18:00", "2027-10-03T07:00"),
        ("America/New_York", "2027-03-13T18:00", "2027-03-13T23:00"),
        ("America/New_York", "2027-03-14T18:00", "2027-03-14T22:00"),
        ("America/New_York", "2027-11-07T18:00", "2027-11-07T23:00"),
        ("America/Sao_Paulo", "2019-01-15T18:00", "2019-01-15T20:00"),  # the last summer time there was
        ("America/Sao_Paulo", "2027-01-15T18:00", "2027-01-15T21:00"),
        ("Asia/Tokyo", "2027-05-14T18:00", "2027-05-14T09:00"),
        ("Asia/Kathmandu", "2027-05-14T18:00", "2027-05-14T12:15"),
        ("Africa/Casablanca", "2027-02-10T18:00", "2027-02-10T18:00"),
        ("Africa/Casablanca", "2027-05-10T18:00", "2027-05-10T17:00"),
    ],
)
def test_moment_is_right_on_both_sides_of_a_change_of_the_clocks(home, read, zone, local, utc):
    starts, ends = read(calendar.file_of(event_at(zone, local), "sv"))
    assert starts == datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert ends == starts + timedelta(hours=2)


@settings(max_examples=60, deadline=None)
@given(
    zone=st.sampled_from(sorted(ZONES)),
    minutes=st.integers(0, 18 * 365 * 24 * 60),
    hours=st.integers(1, 30),
)
def test_any_moment_in_any_zone_is_read_as_it_was_meant(zone, minutes, hours):
    starts = datetime(2019, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    event = replace(event_at(zone, "2027-01-01T12:00"), starts_at=starts, ends_at=starts + timedelta(hours=hours))
    local = event.local(starts)
    if local.fold or event.local(event.ends_at).fold:
        return  # an hour that comes twice cannot be told apart in a file; planning refuses it or asks which
    text = calendar.file_of(event, "en")
    assert as_icalendar_reads(text) == as_vobject_reads(text) == (event.starts_at, event.ends_at)


def test_file_published_has_an_organizer_and_nobody_invited(home):
    text = calendar.file_of(event_at("Asia/Tokyo", "2027-05-14T18:00"), "sv")
    entry = icalendar.Calendar.from_ical(text).walk("VEVENT")[0]
    assert "METHOD:PUBLISH\r\n" in text
    assert (entry["STATUS"], entry["SEQUENCE"], str(entry["UID"])) == ("CONFIRMED", 0, "tokyo-evening@127.0.0.1")
    assert str(entry["SUMMARY"]) == "Alumnkväll i Tokyo"
    assert str(entry["ORGANIZER"]).startswith("mailto:")
    assert "ATTENDEE" not in entry
    assert "/rsvp/" not in text


def test_change_and_cancellation_reach_the_same_entry_by_a_higher_sequence(home):
    event = event_at("Asia/Tokyo", "2027-05-14T18:00")
    moved = replace(event_at("Asia/Tokyo", "2027-05-15T19:00"), sequence=1, venue="Hotell Okura")
    gone = replace(moved, sequence=2, cancelled=True)
    entries = [vobject.readOne(calendar.file_of(one, "sv")) for one in (event, moved, gone)]
    assert {one.vevent.uid.value for one in entries} == {"tokyo-evening@127.0.0.1"}
    assert [int(one.vevent.sequence.value) for one in entries] == [0, 1, 2]
    assert [one.method.value for one in entries] == ["PUBLISH", "PUBLISH", "CANCEL"]
    assert [one.vevent.status.value for one in entries] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]


def test_file_is_the_same_each_time_it_is_made(home):
    event = event_at("Europe/Berlin", "2027-05-14T18:00")
    assert calendar.file_of(event, "sv") == calendar.file_of(event, "sv")


def test_hostile_words_stay_words(home):
    evil = "Fest\r\nATTENDEE:mailto:x@example.org\r\nEND:VEVENT; a, b \\n"
    text = calendar.file_of(event_at("Asia/Tokyo", "2027-05-14T18:00", title_sv=evil, venue=evil, body_sv=evil), "sv")
    entries = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert len(entries) == 1
    assert "ATTENDEE" not in entries[0]
    assert "\r\nATTENDEE" not in text
    assert str(entries[0]["SUMMARY"]).startswith("Fest ATTENDEE:mailto:x@example.org END:VEVENT; a, b")


def test_lines_are_folded_at_75_bytes(home):
    event = event_at("Asia/Tokyo", "2027-05-14T18:00", body_sv="å" * 400)
    assert max(len(line) for line in calendar.file_of(event, "sv").encode().split(b"\r\n")) <= 75
