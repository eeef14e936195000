"""Whatever is answered, confirmed, lapses or is changed, in any order: the seats add up and nobody is passed by."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.database import session_scope
from outreach.event import Answer, Event
from outreach.models import EventRow, Notice, Rsvp
from outreach.queries import seats
from tests.conftest import NOON
from tests.seats.conftest import lay_event, lay_people

PEOPLE, HOLDING = 6, ("seated", "offered")
Step = tuple[Any, ...]
STEPS = st.one_of(
    st.tuples(st.just("yes"), st.integers(0, PEOPLE - 1), st.integers(0, 3)),
    st.tuples(st.just("yes"), st.integers(0, PEOPLE - 1), st.integers(0, 3)),  # as often as all else together
    st.tuples(st.just("no"), st.integers(0, PEOPLE - 1)),
    st.tuples(st.just("perhaps"), st.integers(0, PEOPLE - 1)),
    st.tuples(st.just("confirm"), st.integers(0, PEOPLE - 1)),
    st.tuples(st.just("capacity"), st.integers(1, 8)),
    st.tuples(st.just("hours"), st.integers(1, 30)),
    st.tuples(st.just("sweep")),
)


@dataclass(frozen=True)
class Party:
    size: int
    seat: str
    place: int | None


Hall = dict[int, Party]


def hall(session: Session, event: Event) -> Hall:
    found = select(Rsvp.person_id, Rsvp.guests, Rsvp.seat, Rsvp.place).where(Rsvp.event_id == event.id)
    return {person: Party(1 + guests, seat, place) for person, guests, seat, place in session.execute(found)}


def take(session: Session, event: Event, people: list[int], step: Step, now: datetime) -> None:
    match step:
        case ("yes" | "no" | "perhaps" as said, person, *guests):
            stands = seats.standing(session, event.id, people[person])
            version = stands.version if stands else 0
            party = guests[0] if guests else 0
            seats.answer(session, event, people[person], Answer(said), party, "", version=version, now=now)
        case ("confirm", person):
            seats.confirm(session, event, people[person], now)
        case ("capacity", many):
            session.get_one(EventRow, event.id).capacity = many
            seats.offer_free(session, event.id, now)
        case ("sweep",):
            seats.lapse_offers(session, now)


def check(session: Session, event: Event, before: Hall, taken_before: int) -> Counter[str]:
    """What must be true after every step; how many came into each state by it."""
    after, row = hall(session, event), session.get_one(EventRow, event.id)
    taken = sum(party.size for party in after.values() if party.seat in HOLDING)
    free = row.capacity - taken
    assert row.seats_taken == taken
    assert free >= 0 or taken <= taken_before, "more people than seats, and not because there are fewer seats"
    waiting = {person: party for person, party in after.items() if party.seat == "waiting"}
    assert not [party for party in waiting.values() if party.size <= free], "somebody waits who would fit"
    places = [party.place for party in after.values() if party.place is not None]
    assert len(places) == len(set(places))
    came = {
        person: party
        for person, party in after.items()
        if party.seat in HOLDING and (person not in before or before[person].seat not in HOLDING)
    }
    for person, party in came.items():
        passed = [one for one in waiting.values() if one.place < party.place and one.size <= free + party.size]  # type: ignore[operator]
        assert not passed, f"{person} got what somebody before them was waiting for"
    for person, party in waiting.items():
        if person in before and before[person].seat == "waiting":
            assert party.place == before[person].place, "a place in line was lost"
    return Counter(
        party.seat for person, party in after.items() if person not in before or before[person].seat != party.seat
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    parties=st.lists(st.integers(0, 2), min_size=PEOPLE, max_size=PEOPLE),
    steps=st.lists(STEPS, min_size=5, max_size=25),
    capacity=st.integers(1, 8),
)
def test_seats_add_up_and_the_order_is_kept_whatever_happens(
    db: str, parties: list[int], steps: list[Step], capacity: int
) -> None:
    event, people = laid(db)
    everybody: list[Step] = [("yes", person, guests) for person, guests in enumerate(parties)]  # so that some wait
    now = NOON
    offers = 0
    with session_scope(rehearsing=True) as session:
        session.get_one(EventRow, event.id).capacity = capacity
        for step in everybody + steps:
            if step[0] == "hours":
                now += timedelta(hours=step[1])
                continue
            before, taken_before = hall(session, event), session.get_one(EventRow, event.id).seats_taken
            take(session, event, people, step, now)
            offers += check(session, event, before, taken_before)["offered"]
        told = select(func.count()).select_from(Notice).where(Notice.kind == "offered")
        assert (session.scalar(told) or 0) >= offers  # at least one for each that was seen to become an offer


LAID: dict[str, tuple[Event, list[int]]] = {}


def laid(db: str) -> tuple[Event, list[int]]:
    """One event a database, as it was: every example takes back what it wrote."""
    if db not in LAID:
        event = lay_event(starts_at=NOON + timedelta(days=6), ends_at=NOON + timedelta(days=6, hours=2),
                          answer_by=(NOON + timedelta(days=4)).date())  # fmt: skip
        LAID[db] = (event, lay_people(PEOPLE))
    return LAID[db]
