"""Whom an event is for, over the whole register: how fast they are found, and whether they are the right ones.

    python -m benchmarks.reach [--people 200000] [--rounds 3] [--database sqlite|postgresql]

Members all over the world, many of them in towns beside the date line and near the poles. For each place and radius the
ids that the audience's own SELECT gives are compared, one by one, with a distance worked out for everyone in numpy by
another formula. Then one city's audience is entered into a ledger as a run does. The database is one of its own.

Prints each selection's seconds as a share of the aim, and fails when an id differs or an aim is missed.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.delivery import database_of

AIM = 2.0  # seconds to select an event's audience
DUTY = "event-invitation"
EARTH_KM = 6371.0088
BORDER_KM = 1e-5  # so near a border two right formulas may differ; how many are there is printed
Places = NDArray[np.float64]

# Name -> latitude, longitude, radius in km (None: the whole country), country.
EVENTS = {
    "Stockholm": (59.33258, 18.0649, 100.0, "SE"),
    "Tokyo": (35.6895, 139.69171, 100.0, "JP"),
    "Suva, across the date line": (-18.1416, 178.4415, 400.0, "FJ"),
    "Anadyr, across the date line": (64.7337, 177.5149, 1000.0, "RU"),
    "Longyearbyen": (78.22334, 15.64689, 300.0, "SJ"),
    "Alert, the pole within reach": (82.5018, -62.3481, 1000.0, "CA"),
    "McMurdo, the other pole within reach": (-77.846, 166.676, 1500.0, "AQ"),
    "Quito, half the earth": (-0.22985, -78.52495, 10_000.0, "EC"),
    "the whole of Sweden": (59.33258, 18.0649, None, "SE"),
}


def lay(people: int) -> Places:
    """Members with ids from 1 on, and consent to invitations. Their latitudes and longitudes, in the order of ids."""
    from sqlalchemy import insert

    from outreach import clock, database, links
    from outreach.models import Consent, Membership, Person
    from outreach.queries import office

    places, countries = _places(people)
    now = clock.now()
    database.upgrade()
    with database.session_scope() as session:
        office.lay(session)
        for first in range(0, people, 20_000):
            numbers = range(first, min(first + 20_000, people))
            session.execute(
                insert(Person),
                [
                    {"id": n + 1, "public_id": f"p{n}", "email": f"p{n}@example.org",
                     "address_hash": links.address_hash(f"p{n}@example.org"), "membership": Membership.MEMBER,
                     "language": "sv" if n % 3 else "en",
                     "latitude": float(places[n, 0]), "longitude": float(places[n, 1]), "country": str(countries[n]),
                     "created_at": now, "updated_at": now}
                    for n in numbers
                ],
            )  # fmt: skip
            session.execute(
                insert(Consent),
                [
                    {"person_id": n + 1, "purpose": "events", "given": True, "legal_basis": "consent", "source": "test",
                     "wording": "", "at": now}
                    for n in numbers
                ],
            )  # fmt: skip
    return places


def _places(people: int) -> tuple[Places, NDArray[np.str_]]:
    """Half of the people around the events' places, most of all in Stockholm, the others anywhere on the sphere."""
    rng = np.random.default_rng(7)
    towns = np.array([[latitude, longitude] for latitude, longitude, _, _ in EVENTS.values()])
    weights = np.array([12.0, *[1.0] * (len(towns) - 1)])
    chosen = rng.choice(len(towns), size=people // 2, p=weights / weights.sum())
    near = towns[chosen] + rng.normal(0, 2.0, (len(chosen), 2))
    rest = people - len(near)
    anywhere = np.column_stack([np.degrees(np.arcsin(rng.uniform(-1, 1, rest))), rng.uniform(-180, 180, rest)])
    places = np.vstack([near, anywhere])
    places[:, 0] = np.clip(places[:, 0], -90, 90)
    places[:, 1] = (places[:, 1] + 180) % 360 - 180
    countries = np.concatenate([np.array([one[3] for one in EVENTS.values()])[chosen], np.full(rest, "ZZ")])
    order = rng.permutation(people)
    return places[order], countries[order]


def brute_force_km(latitude: float, longitude: float, people: Places) -> NDArray[np.float64]:
    """How far everyone is: the angle between two directions from the middle of the earth."""

    def direction(degrees: Places) -> Places:
        lat, lon = np.radians(degrees[..., 0]), np.radians(degrees[..., 1])
        return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=-1)

    here, there = direction(np.array([latitude, longitude])), direction(people)
    kilometres: NDArray[np.float64] = EARTH_KM * np.arctan2(
        np.linalg.norm(np.cross(here, there), axis=-1), there @ here
    )
    return kilometres


def plan(name: str) -> Any:
    """An event at one of the places, whose invitation is due. Its campaign."""
    from outreach import campaigning, clock
    from outreach.database import session_scope
    from outreach.event import Place
    from outreach.queries import visits
    from outreach.visits.drafts import EventDraft

    latitude, longitude, radius, country = EVENTS[name]
    starts = clock.now() + timedelta(weeks=4)
    draft = EventDraft(
        title_sv=name, title_en=name, venue="Aula", place=Place(name, country, latitude, longitude, "UTC"),
        starts_at=starts, ends_at=starts + timedelta(hours=2), answer_by=(starts - timedelta(weeks=1)).date(),
        capacity=100, radius_km=radius,
    )  # fmt: skip
    with session_scope() as session:
        event = visits.add_event(session, draft, clock.now())
        [campaign] = campaigning.open_campaigns(
            session, DUTY, day=clock.today(), department=None, parameters={"event": event.public_id}
        )
        return campaign


def found(campaign: Any) -> set[int]:
    """The audience of the invitation, by the SELECT that becomes the ledger."""
    from outreach import clock, duties
    from outreach.database import session_scope
    from outreach.queries import audiences

    with session_scope(reading=True) as session:
        audience = audiences.AUDIENCES[DUTY](session, campaign, duties.duty(DUTY), 1, clock.today())
        return {row.person_id for row in session.execute(audience) if row.reason is None}


def seconds_to_enter(campaign: Any) -> tuple[float, int]:
    """As a run does: selected, entered into the ledger and put into batches, and then taken back."""
    from outreach import campaigning, clock
    from outreach.database import session_scope

    with session_scope(rehearsing=True) as session:
        began = time.perf_counter()
        people = campaigning.select(session, campaign, clock.today()).considered
        session.flush()
        return time.perf_counter() - began, people


def compare(name: str, places: Places, rounds: int) -> bool:
    """Time one event's audience and compare it with the brute force. Whether it is the same, and fast enough."""
    from outreach.database import session_scope
    from outreach.models import Person

    latitude, longitude, radius, country = EVENTS[name]
    campaign, took, ids = plan(name), [], set[int]()
    for _ in range(rounds):
        began = time.perf_counter()
        ids = found(campaign)
        took.append(time.perf_counter() - began)
    if radius is None:
        with session_scope(reading=True) as session:
            expected = {one for one, where in session.query(Person.id, Person.country) if where == country}
        at_the_border = 0
    else:
        far = brute_force_km(latitude, longitude, places)
        expected = set((np.flatnonzero(far <= radius) + 1).tolist())
        at_the_border = int((np.abs(far - radius) < BORDER_KM).sum())
    seconds = statistics.median(took)
    print(
        f"{name}: {len(ids)} people in {seconds:.3f} s, {seconds / AIM:.0%} of the aim; "
        f"{len(ids ^ expected)} ids differ from the brute force, {at_the_border} people at the border"
    )
    return ids == expected and seconds < AIM


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, database_of(asked.database, Path(folder)) as url:
        os.environ.update(OUTREACH_DATABASE_URL=url, OUTREACH_DATA_DIR=folder)
        os.environ.setdefault("OUTREACH_SECRET_KEY", "a-secret-for-benchmarks-only")
        from outreach import database

        places = lay(asked.people)
        print(f"{asked.people} members, {database.engine().dialect.name}")
        good = [compare(name, places, asked.rounds) for name in EVENTS]
        seconds, people = seconds_to_enter(plan("Stockholm"))
        print(f"Stockholm, entered into the ledger as a run does: {people} people in {seconds:.2f} s")
        database.engine().dispose()
    return 0 if all(good) and seconds < AIM else 1


if __name__ == "__main__":
    sys.exit(main())
