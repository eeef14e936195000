"""500 people answer at once for 60 seats: through the real application, over real HTTP, on both databases."""

import http.client
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import pytest
from sqlalchemy import func, select

from outreach import links
from outreach.database import session_scope
from outreach.event import Event
from outreach.models import Audit, EventRow, Notice, Rsvp
from tests.seats.conftest import lay_event, lay_people, recounted
from tests.web.serving import serve

PEOPLE, SEATS = 500, 60
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass
class Answered:
    """What one browser saw, and when (monotonic seconds)."""

    status: int
    sent_at: float
    told_at: float


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with serve() as address:
        yield address


def all_at_once(address: str, tokens: dict[int, str], **fields: str) -> dict[int, Answered]:
    """Every person answers from a browser of their own, connected already, at the same moment."""
    seen: dict[int, Answered] = {}
    ready = threading.Barrier(len(tokens))
    body = urlencode({"matter": "answer", "answer": "yes", "version": "0", **fields})

    def one(person: int, token: str) -> None:
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
        connection.connect()
        ready.wait()
        sent_at = time.monotonic()
        connection.request("POST", f"/rsvp/{token}", body, FORM)
        status = connection.getresponse().status
        seen[person] = Answered(status, sent_at, time.monotonic())
        connection.close()

    threads = [threading.Thread(target=one, args=pair) for pair in tokens.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seen


def places(event: Event) -> dict[int, tuple[int, str]]:
    """Person -> (order of arrival, seat)."""
    with session_scope(reading=True) as session:
        found = select(Rsvp.person_id, Rsvp.place, Rsvp.seat).where(Rsvp.event_id == event.id)
        return {person: (place, seat) for person, place, seat in session.execute(found)}


@pytest.fixture
def event(db: str) -> Event:
    return lay_event(capacity=SEATS, guests_allowed=0)


def test_exactly_sixty_are_seated_and_the_rest_wait_in_the_order_of_arrival(server: str, event: Event) -> None:
    people = lay_people(PEOPLE)
    signer = links.Signer("rsvp", event.public_id)
    seen = all_at_once(server, {person: signer.token(f"p{n}") for n, person in enumerate(people, 1)})
    assert {answered.status for answered in seen.values()} == {303}
    got = places(event)
    assert set(got) == set(people)
    assert sorted(place for place, _ in got.values()) == list(range(1, PEOPLE + 1))
    assert {person for person, (_, seat) in got.items() if seat == "seated"} == {
        person for person, (place, _) in got.items() if place <= SEATS
    }
    assert {seat for _, seat in got.values()} == {"seated", "waiting"}
    assert list(overtaken(seen, got)) == []
    with session_scope(reading=True) as session:
        assert recounted(session, event) == (SEATS, SEATS)
        kinds = session.execute(select(Notice.kind, func.count()).group_by(Notice.kind)).all()
        assert sorted(tuple(row) for row in kinds) == [("confirmed", SEATS), ("waiting", PEOPLE - SEATS)]
        assert session.scalar(select(func.count()).select_from(Audit).where(Audit.action == "answered")) == PEOPLE
        assert session.scalar(select(EventRow.last_place)) == PEOPLE


def overtaken(seen: dict[int, Answered], got: dict[int, tuple[int, str]]) -> Iterator[tuple[int, int]]:
    """Pairs of which one had been answered before the other asked, and yet stands behind them."""
    for first, early in seen.items():
        for second, late in seen.items():
            if early.told_at < late.sent_at and got[first][0] > got[second][0]:
                yield first, second


def test_one_link_used_by_many_at_once_is_one_answer(server: str, event: Event) -> None:
    lay_people(1)
    token = links.token("rsvp", "p1", event.public_id)
    seen = all_at_once(server, dict.fromkeys(range(40), token))
    assert {answered.status for answered in seen.values()} == {303}
    assert [seat for _, seat in places(event).values()] == ["seated"]
    with session_scope(reading=True) as session:
        assert recounted(session, event) == (1, 1)


def test_seats_given_up_at_once_go_to_as_many_who_wait(server: str, event: Event) -> None:
    people = lay_people(SEATS + 30)
    signer = links.Signer("rsvp", event.public_id)
    tokens = {person: signer.token(f"p{n}") for n, person in enumerate(people, 1)}
    all_at_once(server, tokens)
    first = places(event)
    seated = sorted((person for person, (_, seat) in first.items() if seat == "seated"), key=lambda one: first[one])
    gone = set(seated[:20])
    seen = all_at_once(server, {person: tokens[person] for person in gone}, answer="no", version="1")
    assert {answered.status for answered in seen.values()} == {303}
    now = places(event)
    assert {person for person, (_, seat) in now.items() if seat == "offered"} == {
        person for person, (place, _) in first.items() if SEATS < place <= SEATS + len(gone)
    }
    with session_scope(reading=True) as session:
        assert recounted(session, event) == (SEATS, SEATS)
