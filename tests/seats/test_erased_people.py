"""Whoever is erased gives up their seat, and what they needed and thought is gone; who only leaves keeps the seat."""

from datetime import timedelta

from sqlalchemy import select

from outreach.database import session_scope
from outreach.event import Answer, Event, Seat
from outreach.models import EventRow, Membership, Person, Rsvp
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
    with session_scope() as session:
        found = one_person.everything(session, "p1@example.org", actor="cli", action="exported")
        assert session.scalar(select(EventRow.seats_taken)) == 2
    (answer,) = found["rsvps"]
    assert (answer["event"], answer["answer"], answer["guests"], answer["needs"]) == (
        "Alumnkväll i Tokyo", "yes", 1, "Nötter",
    )  # fmt: skip
    assert [(row["event"], row["kind"]) for row in found["event_notices"]] == [("Alumnkväll i Tokyo", "confirmed")]
