"""Where people live, in degrees and time zone, from the city and country they or the register gave."""

from collections.abc import Iterable

from sqlalchemy import Column, Double, Integer, MetaData, String, Table, Text, insert, select, update
from sqlalchemy.orm import Session

from outreach import database, places
from outreach.event import Place
from outreach.models import Person

# The towns found, while people are given them.
FOUND = Table(
    "found_places_now",
    MetaData(),
    Column("number", Integer, primary_key=True),
    Column("country", String(2), index=True),
    Column("city", Text, index=True),
    Column("latitude", Double),
    Column("longitude", Double),
    Column("time_zone", String(64)),
    prefixes=["TEMPORARY"],
)
GIVEN = (FOUND.c.latitude, FOUND.c.longitude, FOUND.c.time_zone)


def fill(session: Session) -> int:
    """Give coordinates and a time zone to everybody who has a city and country and lacks them; how many people.

    Each distinct place is looked up once, and all its people are given it by one statement. Whoever has coordinates
    keeps them; whose town is not in the list stays without.
    """
    lacking = (Person.latitude.is_(None), Person.city.is_not(None), Person.country.is_not(None))
    pairs = session.execute(select(Person.country, Person.city).where(*lacking).distinct())
    found = _looked_up(pairs.tuples())
    if not found:
        return 0
    FOUND.create(session.connection())
    session.execute(insert(FOUND), found)
    database.refresh_statistics(session, FOUND.name)
    same = (Person.country == FOUND.c.country, Person.city == FOUND.c.city)
    given = update(Person).where(*lacking, *same).values({column.name: column for column in GIVEN})
    count: int = session.execute(given, execution_options={"synchronize_session": False}).rowcount  # type: ignore[attr-defined]
    FOUND.drop(session.connection())
    return count


def place_of(city: str | None, country: str | None) -> Place | None:
    """Where somebody who gives this city and country lives; None where that is not known."""
    return places.guess(city, country) if city and country else None


def _looked_up(pairs: Iterable[tuple[str | None, str | None]]) -> list[dict[str, object]]:
    """The rows of FOUND for the pairs (country, city) that are known."""
    return [
        {
            "country": country,
            "city": city,
            "latitude": place.latitude,
            "longitude": place.longitude,
            "time_zone": place.time_zone,
        }
        for country, city in pairs
        if (place := place_of(city, country))
    ]
