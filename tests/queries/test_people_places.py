"""Where people live: found from city and country when a register is read and when a profile is saved."""

import pytest
from sqlalchemy import insert, select, update

from outreach import links
from outreach.database import session_scope
from outreach.models import Person
from outreach.queries import people, people_places
from tests.conftest import NOON

Where = tuple[float | None, float | None, str | None]


def lives(name: str, city: str | None, country: str | None, where: Where = (None, None, None)) -> None:
    latitude, longitude, zone = where
    with session_scope() as session:
        row = insert(Person).values(
            public_id=name, email=f"{name}@example.org", address_hash=links.address_hash(f"{name}@example.org"),
            city=city, country=country, latitude=latitude, longitude=longitude, time_zone=zone, created_at=NOON,
            updated_at=NOON,
        )  # fmt: skip
        session.execute(row)


def zones() -> dict[str, str | None]:
    with session_scope(reading=True) as session:
        return dict(session.execute(select(Person.public_id, Person.time_zone)).tuples().all())


def test_everybody_with_a_known_town_gets_its_zone_and_the_others_stay_without(db: str) -> None:
    lives("a", "Göteborg", "SE")
    lives("b", "GOTHENBURG", "SE")
    lives("c", "Portland", "US")
    lives("d", "Ingenstans", "SE")
    lives("e", "Tokyo", None)
    lives("f", None, "JP")
    lives("g", "Tokyo", "JP")
    with session_scope() as session:
        assert people_places.fill(session) == 4
    assert zones() == {
        "a": "Europe/Stockholm", "b": "Europe/Stockholm", "c": "America/Los_Angeles", "d": None, "e": None, "f": None,
        "g": "Asia/Tokyo",
    }  # fmt: skip


def test_coordinates_somebody_has_are_kept_and_a_second_time_changes_nothing(db: str) -> None:
    lives("a", "Göteborg", "SE", (1.0, 2.0, "Europe/London"))
    lives("b", "Göteborg", "SE")
    for expected in (1, 0):
        with session_scope() as session:
            assert people_places.fill(session) == expected
    with session_scope(reading=True) as session:
        kept = select(Person.latitude, Person.longitude, Person.time_zone).where(Person.public_id == "a")
        assert session.execute(kept).one() == (1.0, 2.0, "Europe/London")


@pytest.mark.parametrize(
    ("city", "country", "zone"),
    [("Köpenhamn", "DK", "Europe/Copenhagen"), ("Atlantis", "DK", None), (None, "DK", None), ("Köpenhamn", None, None)],
)
def test_whoever_moves_by_their_profile_is_where_they_say_at_once(
    db: str, city: str | None, country: str | None, zone: str | None
) -> None:
    lives("a", "Tokyo", "JP", (35.7, 139.7, "Asia/Tokyo"))
    with session_scope() as session:
        person = people.by_public_id(session, "a", to_change=True)
        assert person is not None
        people.save_profile(session, person, {"city": city, "country": country}, NOON)
    with session_scope(reading=True) as session:
        latitude, time_zone = session.execute(select(Person.latitude, Person.time_zone)).one()
    assert (time_zone, latitude is None) == (zone, zone is None)


def test_a_profile_saved_with_the_same_place_leaves_the_coordinates(db: str) -> None:
    lives("a", "Tokyo", "JP", (1.0, 2.0, "Asia/Seoul"))
    with session_scope() as session:
        person = people.by_public_id(session, "a", to_change=True)
        assert person is not None
        people.save_profile(session, person, {"city": "Tokyo", "country": "JP", "first_name": "Aya"}, NOON)
    assert zones() == {"a": "Asia/Seoul"}


def test_a_town_taken_back_is_found_again_when_the_register_gives_it(db: str) -> None:
    lives("a", "Tokyo", "JP", (35.7, 139.7, "Asia/Tokyo"))
    with session_scope() as session:
        nothing = {"latitude": None, "longitude": None, "time_zone": None}
        session.execute(update(Person).values(city="Berlin", country="DE", **nothing))
        people_places.fill(session)
    assert zones() == {"a": "Europe/Berlin"}
