"""Whoever is erased gives up their seat, and what they needed and thought is gone; who only leaves keeps the seat."""

import json
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from sqlalchemy import select
from typer.testing import CliRunner

from outreach.cli.commands import app
from outreach.database import session_scope
from outreach.errors import OutreachError
from outreach.event import Answer, Event, Seat
from outreach.models import Membership, Person, Rsvp
from outreach.queries import one_person, people, seats
from tests.conftest import NOON
from tests.seats.conftest import lay_event, lay_people, recounted, seats_of, told


def yes(event: Event, person: int, guests: int = 0, needs: str = "") -> None:
    with session_scope() as session:
        seats.answer(session, event, person, Answer.YES, guests, needs, version=0, now=NOON)


def test_erased_person_gives_up_the_seat_and_the_next_in_line_is_offered_it(db: str) -> None:
    a, b, c = lay_people(3)
    event = lay_event(capacity=2)
    yes(event, a, 1, "Nötter")
    yes(event, b)
    with session_scope() as session:
        assert one_person.erase(session, "p1@example.org", NOON, actor="cli") == 1
    with session_scope(reading=True) as session:
        emptied = session.scalars(select(Rsvp).where(Rsvp.person_id.is_(None))).one()
        assert (emptied.seat, emptied.needs, emptied.guests, emptied.answer) == ("none", "", 0, "no")
        assert recounted(session, event) == (1, 1)
    assert seats_of(event)[b] == (Seat.OFFERED, 0)
    assert {person for person, *_ in told(event)} == {b}
    yes(event, c)
    assert seats_of(event)[c] == (Seat.SEATED, 0)


def test_erased_person_leaves_the_figures_of_an_event_that_was_and_no_words(db: str) -> None:
    a, b = lay_people(2)
    event = lay_event(capacity=2)
    yes(event, a, 1, "Nötter")
    yes(event, b)
    after = event.ends_at + timedelta(days=1)
    with session_scope() as session:
        assert seats.say_after(session, event, a, "Fin kväll, hälsar Kim", after)
        one_person.erase(session, "p1@example.org", after, actor="cli")
    with session_scope(reading=True) as session:
        kept = session.scalars(select(Rsvp).where(Rsvp.person_id.is_(None))).one()
        assert (kept.seat, kept.guests, kept.needs, kept.feedback) == ("seated", 1, "", "")
    assert seats_of(event)[b] == (Seat.WAITING, 0)


def test_answer_that_came_in_while_its_person_was_erased_is_swept(db: str) -> None:
    a, b = lay_people(2)
    event = lay_event(capacity=1)
    yes(event, a, needs="Nötter")
    yes(event, b)
    with session_scope() as session:
        session.delete(session.get_one(Person, a))  # as where the answer was written after `forget` had looked
        session.flush()
        seats.forget_nobodys(session, NOON)
        assert recounted(session, event) == (1, 1)
    assert seats_of(event) == {None: (Seat.NONE, 0), b: (Seat.OFFERED, 0)}


def test_person_who_leaves_the_network_keeps_the_seat(db: str) -> None:
    a, b = lay_people(2)
    event = lay_event(capacity=1)
    yes(event, a)
    yes(event, b)
    with session_scope() as session:
        people.leave(session, session.get_one(Person, a), NOON)
        assert session.get_one(Person, a).membership == Membership.LEFT
    assert seats_of(event) == {a: (Seat.SEATED, 0), b: (Seat.WAITING, 0)}


def test_export_holds_the_answers_and_what_was_told(db: str) -> None:
    (a,) = lay_people(1)
    event = lay_event()
    yes(event, a, 1, "Nötter")
    done = CliRunner().invoke(app, ["person", "export", "p1@example.org"])
    assert done.exit_code == 0, done.output
    found = json.loads(done.output)
    (answer,) = found["rsvps"]
    assert (answer["event"], answer["answer"], answer["guests"], answer["needs"]) == (
        "Alumnkväll i Tokyo", "yes", 1, "Nötter",
    )  # fmt: skip
    assert [(row["event"], row["kind"]) for row in found["event_notices"]] == [("Alumnkväll i Tokyo", "confirmed")]


def test_people_erased_while_others_answer_lose_nobody_a_seat(db: str) -> None:
    """Erasing holds events and people, answering holds an event and refers to people: neither waits for the other."""
    people_ids = lay_people(24)
    event = lay_event(capacity=6)
    for person in people_ids[:12]:
        yes(event, person)
    ready, failed = threading.Barrier(18), []

    def at_once(act: Callable[[], object]) -> None:
        ready.wait()
        try:
            act()
        except OutreachError as error:
            failed.append(error)

    def erase(number: int) -> None:
        with session_scope() as session:
            one_person.erase(session, f"p{number}@example.org", NOON, actor="cli")

    acts = [partial(erase, number) for number in (1, 2, 7, 8, 13, 14)]
    acts += [partial(yes, event, person) for person in people_ids[12:]]  # two of whom are being erased
    threads = [threading.Thread(target=at_once, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with session_scope(reading=True) as session:
        kept, counted = recounted(session, event)
        waiting = session.scalars(select(Rsvp.id).where(Rsvp.seat == Seat.WAITING.value)).all()
        nobodys = session.scalars(select(Rsvp.seat).where(Rsvp.person_id.is_(None))).all()
    assert kept == counted == 6
    assert waiting
    assert set(nobodys) == {"none"}
    assert [type(error) for error in failed] == []
