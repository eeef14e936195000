"""An event in words: when by the clock there, where, until when to answer."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from outreach.event import Event, Place
from outreach.visits import letters
from tests.visits.event_letters import EVENT

BERLIN = Place("Berlin", "DE", 52.52437, 13.41053, "Europe/Berlin")
SAO_PAULO = Place("São Paulo", "BR", -23.5475, -46.63611, "America/Sao_Paulo")
KOLKATA = Place("Kolkata", "IN", 22.56263, 88.36304, "Asia/Kolkata")
ACCRA = Place("Accra", "GH", 5.55602, -0.1969, "Africa/Accra")
UPPSALA = Place("Uppsala", "SE", 59.85882, 17.63889, "Europe/Stockholm")
SYDNEY = Place("Sydney", "AU", -33.86785, 151.20732, "Australia/Sydney")


def held(place: Place, starts: str, ends: str, **different: object) -> Event:
    """An event at local times."""
    clock = [
        datetime.fromisoformat(f"{at}:00").replace(tzinfo=replace(EVENT, place=place).zone) for at in (starts, ends)
    ]
    return replace(
        EVENT, place=place, starts_at=clock[0].astimezone(UTC), ends_at=clock[1].astimezone(UTC), **different
    )  # fmt: skip


@pytest.mark.parametrize(
    ("place", "starts", "ends", "swedish", "english"),
    [
        (SAO_PAULO, "2027-05-12T18:00", "2027-05-13T01:00",
         "onsdag 12 maj 2027 kl. 18.00 – torsdag 13 maj 2027 kl. 01.00 (São Paulo-tid, UTC−3)",
         "Wednesday 12 May 2027, 18:00 – Thursday 13 May 2027, 01:00 (São Paulo time, UTC−3)"),
        (BERLIN, "2027-03-27T22:00", "2027-03-28T04:00",
         "lördag 27 mars 2027 kl. 22.00 (UTC+1) – söndag 28 mars 2027 kl. 04.00 (UTC+2) (Berlintid)",
         "Saturday 27 March 2027, 22:00 (UTC+1) – Sunday 28 March 2027, 04:00 (UTC+2) (Berlin time)"),
        (SYDNEY, "2027-04-04T01:00", "2027-04-04T11:00",
         "söndag 4 april 2027 kl. 01.00 (UTC+11)–11.00 (UTC+10) (Sydneytid)",
         "Sunday 4 April 2027, 01:00 (UTC+11)–11:00 (UTC+10) (Sydney time)"),
        (KOLKATA, "2027-01-02T09:00", "2027-01-02T10:15",
         "lördag 2 januari 2027 kl. 09.00–10.15 (Kolkatatid, UTC+5:30)",
         "Saturday 2 January 2027, 09:00–10:15 (Kolkata time, UTC+5:30)"),
        (ACCRA, "2027-01-02T09:00", "2027-01-02T10:00",
         "lördag 2 januari 2027 kl. 09.00–10.00 (Accratid, UTC)",
         "Saturday 2 January 2027, 09:00–10:00 (Accra time, UTC)"),
        (UPPSALA, "2027-07-02T17:00", "2027-07-02T19:00",
         "fredag 2 juli 2027 kl. 17.00–19.00 (svensk tid)",
         "Friday 2 July 2027, 17:00–19:00 (Swedish time)"),
    ],
)  # fmt: skip
def test_when_is_said_by_the_clock_there_with_its_zone(place, starts, ends, swedish, english):
    event = held(place, starts, ends)
    assert (letters.when(event, "sv"), letters.when(event, "en")) == (swedish, english)


@pytest.mark.parametrize(
    ("place", "venue", "swedish"),
    [
        (BERLIN, "Nordiska ambassaderna", "Nordiska ambassaderna, Berlin, Tyskland"),
        (BERLIN, "Nordiska ambassaderna, Berlin", "Nordiska ambassaderna, Berlin, Tyskland"),
        (UPPSALA, "Universitetshuset", "Universitetshuset, Uppsala"),
        (SYDNEY, "", "Sydney, Australien"),
        (SYDNEY, "The\nHall tag0123456789_greeting_tZ", "The Hall, Sydney, Australien"),
    ],
)
def test_where_names_each_thing_once_and_no_tag(place, venue, swedish):
    assert letters.where(replace(EVENT, place=place, venue=venue), "sv") == swedish


def test_near_is_a_city_or_a_country():
    country = replace(EVENT, radius_km=None)
    assert [letters.near(one, spoken) for one in (EVENT, country) for spoken in ("sv", "en")] == [
        "i närheten av Tokyo", "near Tokyo", "i Japan", "in Japan",
    ]  # fmt: skip


def test_a_moment_is_told_by_the_clock_where_the_event_is():
    at = datetime(2027, 5, 11, 20, 30, tzinfo=UTC)  # half past five the next morning in Tokyo
    assert letters.moment(EVENT, at, "sv") == "onsdag 12 maj kl. 05.30"
    assert letters.moment(EVENT, at, "en") == "Wednesday 12 May, 05:30"


def test_a_long_title_leaves_room_for_the_day_in_a_subject():
    facts = letters.facts(replace(EVENT, title_sv="En mycket lång titel om alumner " * 4), "sv")
    assert len(str(facts["headline"])) <= 40
    assert str(facts["headline"]).endswith("…")
    assert str(facts["title"]).count("alumner") == 4
