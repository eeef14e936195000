"""Who lives within reach of a place, against a distance worked out otherwise for everyone, one by one."""

import numpy as np
import pytest
from sqlalchemy import insert, select

from outreach import clock
from outreach.database import session_scope
from outreach.event import Place
from outreach.models import Person
from outreach.queries import reach

PEOPLE = 1500
EARTH_KM = 6371.0088

# Towns beside borders that are none, and where many of the towns of a map are not.
TOWNS = {
    "Stockholm": (59.33258, 18.0649),
    "Tokyo": (35.6895, 139.69171),
    "Suva": (-18.1416, 178.4415),  # Fiji lies on both sides of 180°
    "Lambasa": (-16.4332, 179.36451),
    "Taveuni": (-16.9896, -179.8797),
    "Apia": (-13.83333, -171.76666),
    "Anadyr": (64.7337, 177.5149),  # Russia beyond 180° too
    "Provideniya": (64.42323, -173.22577),
    "Nome": (64.50111, -165.40639),
    "Longyearbyen": (78.22334, 15.64689),
    "Ny-Ålesund": (78.92324, 11.90976),
    "Alert": (82.5018, -62.3481),
    "North Pole": (90.0, 0.0),
    "North Pole by another name": (90.0, -135.0),
    "South Pole": (-90.0, 0.0),
    "McMurdo": (-77.846, 166.676),
    "Quito": (-0.22985, -78.52495),
    "Null Island": (0.0, 0.0),
    "Date line at the equator": (0.0, 180.0),
    "The same, from the other side": (0.0, -180.0),
}
RADII = (0.01, 1.0, 100.0, 550.0, 5_000.0, 10_007.0, 19_990.0, 20_015.0, 20_037.6)
ANTIPODES_KM = 0.2  # what rounding takes from a haversine on the other side of the earth; elsewhere not a centimetre


def brute_force_km(latitude: float, longitude: float, people: np.ndarray) -> np.ndarray:
    """The angle between two directions from the middle of the earth: other sums than the database's."""

    def direction(degrees: np.ndarray) -> np.ndarray:
        lat, lon = np.radians(degrees[..., 0]), np.radians(degrees[..., 1])
        return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=-1)

    here, there = direction(np.array([latitude, longitude])), direction(people)
    return EARTH_KM * np.arctan2(np.linalg.norm(np.cross(here, there), axis=-1), there @ here)


@pytest.fixture
def register(db: str) -> tuple[np.ndarray, np.ndarray]:
    """People all over the earth, most of them in and around the towns, some of no known place: their ids and places."""
    rng = np.random.default_rng(5)
    towns = np.array(list(TOWNS.values()))
    anywhere = np.column_stack([np.degrees(np.arcsin(rng.uniform(-1, 1, PEOPLE))), rng.uniform(-180, 180, PEOPLE)])
    around = towns[rng.integers(len(towns), size=PEOPLE)] + rng.normal(0, 1.5, (PEOPLE, 2))
    around[:, 0] = np.clip(around[:, 0], -90, 90)
    around[:, 1] = (around[:, 1] + 180) % 360 - 180
    places = np.vstack([towns, anywhere, around])
    with session_scope() as session:
        rows = [
            {"public_id": f"p{n}", "latitude": float(lat), "longitude": float(lon), "created_at": clock.now(),
             "updated_at": clock.now()}
            for n, (lat, lon) in enumerate(places)
        ]  # fmt: skip
        session.execute(insert(Person), rows)
        nowhere = {"latitude": None, "longitude": None, "created_at": clock.now(), "updated_at": clock.now()}
        session.execute(insert(Person), [{"public_id": f"nowhere{n}", **nowhere} for n in range(20)])
        known = select(Person.id).where(Person.latitude.is_not(None)).order_by(Person.id)
        return np.array(session.scalars(known).all()), places


def test_within_reach_are_those_whom_a_brute_force_over_everyone_finds(register):
    ids, places = register
    with session_scope(reading=True) as session:
        for latitude, longitude in TOWNS.values():
            far = brute_force_km(latitude, longitude, places)
            for radius in RADII:
                near_the_border = np.abs(far - radius) < (1e-5 if radius < 19_000 else ANTIPODES_KM)
                found = set(session.scalars(select(Person.id).where(reach.within(latitude, longitude, radius))))
                expected = set(ids[far <= radius].tolist())
                assert found ^ expected <= set(ids[near_the_border].tolist()), (latitude, longitude, radius)


def test_distances_are_the_brute_forces(register):
    _, places = register
    with session_scope(reading=True) as session:
        for latitude, longitude in TOWNS.values():
            asked = select(reach.distance_km(latitude, longitude)).where(Person.latitude.is_not(None))
            measured = np.array(session.scalars(asked.order_by(Person.id)).all())
            far = brute_force_km(latitude, longitude, places)
            assert np.allclose(measured, far, atol=ANTIPODES_KM, rtol=0)
            near = far < 10_000
            assert np.allclose(measured[near], far[near], atol=1e-5, rtol=0)


def test_a_few_kilometres_across_the_date_line_are_a_few_kilometres(register):
    """Taveuni is 80 km east of Vanua Levu, and 359 degrees west of it."""
    ids, _ = register
    by_name = dict(zip(TOWNS, ids.tolist(), strict=False))
    with session_scope(reading=True) as session:
        near_lambasa = set(session.scalars(select(Person.id).where(reach.within(*TOWNS["Lambasa"], 110))))
        at_the_pole = set(session.scalars(select(Person.id).where(reach.within(90.0, 77.7, 1))))
    assert by_name["Taveuni"] in near_lambasa
    assert by_name["Suva"] not in near_lambasa
    assert {by_name["North Pole"], by_name["North Pole by another name"]} <= at_the_pole
    assert by_name["Alert"] not in at_the_pole


def test_without_a_place_nobody_is_near_or_in_a_country(register):
    here = Place("Stockholm", "SE", *TOWNS["Stockholm"], "Europe/Stockholm")
    with session_scope(reading=True) as session:
        nowhere = set(session.scalars(select(Person.id).where(Person.latitude.is_(None))))
        assert len(nowhere) == 20
        for radius in (100.0, 30_000.0, None):
            assert not nowhere & set(session.scalars(select(Person.id).where(reach.around(here, radius))))
