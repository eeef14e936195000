"""One person at a time: who gets a seat, who waits, what is offered on, and what each is told."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from outreach.database import session_scope
from outreach.event import Answer, Event, NoticeKind, Seat
from outreach.models import Audit, EventRow, PlanStatus, Rsvp
from outreach.queries import notices, seats
from outreach.queries.seats import Answered, Refusal
from tests.conftest import NOON
from tests.seats.conftest import lay_event, lay_people, seats_of, told

YES, NO, PERHAPS = Answer.YES, Answer.NO, Answer.PERHAPS
AFTER_ANSWERS = NOON + timedelta(days=25)


def say(
    event: Event,
    person: int,
    answer: Answer,
    guests: int = 0,
    needs: str = "",
    *,
    at: datetime = NOON,
    version: int | None = None,
) -> Answered:
    with session_scope() as session:
        if version is None:
            stands = seats.standing(session, event.id, person)
            version = stands.version if stands else 0
        return seats.answer(session, event, person, answer, guests, needs, version=version, now=at)


def change(event: Event, **fields: object) -> None:
    with session_scope() as session:
        session.execute(update(EventRow).where(EventRow.id == event.id).values(**fields))


@pytest.fixture
def people(db: str) -> list[int]:
    return lay_people(6)


@pytest.fixture
def event(people: list[int]) -> Event:
    """Three seats; up to three guests."""
    return lay_event()


def test_yes_takes_seats_with_guests_and_the_rest_wait_in_line(event: Event, people: list[int]) -> None:
    a, b, c, d, *_ = people
    assert say(event, a, YES, 1) == Answered(Seat.SEATED, None, 1)
    assert say(event, b, YES, 1) == Answered(Seat.WAITING, 1, 1)  # a party of two, one seat free
    assert say(event, c, YES) == Answered(Seat.SEATED, None, 1)  # b does not fit before them
    assert say(event, d, YES) == Answered(Seat.WAITING, 2, 1)
    assert told(event) == [(a, "confirmed", 1), (b, "waiting", 1), (c, "confirmed", 1), (d, "waiting", 1)]


def test_freed_seat_is_offered_to_the_first_in_line_who_fits_and_confirmed(event: Event, people: list[int]) -> None:
    a, b, c, d, *_ = people
    for person, guests in ((a, 1), (c, 0), (b, 1), (d, 0)):
        say(event, person, YES, guests)
    say(event, c, NO)  # one seat: b's two do not fit, d does
    assert seats_of(event) == {a: (Seat.SEATED, 1), b: (Seat.WAITING, 1), c: (Seat.NONE, 0), d: (Seat.OFFERED, 0)}
    with session_scope() as session:
        stands = seats.standing(session, event.id, d)
        assert stands is not None
        assert stands.confirm_until == NOON + timedelta(hours=24)
        assert seats.confirm(session, event, d, NOON).seat == Seat.SEATED
        assert seats.confirm(session, event, d, NOON) == Answered(Seat.SEATED, None, 2)  # twice is once
    assert told(event)[-3:] == [(d, "confirmed", 1), (d, "offered", 1), (d, "waiting", 1)]
    assert (c, "given_up", 1) in told(event)


def test_offer_lapses_goes_on_and_the_late_one_may_stand_in_line_again(event: Event, people: list[int]) -> None:
    a, b, c, *_ = people
    say(event, a, YES, 2)
    say(event, b, YES)
    say(event, c, YES)
    say(event, a, NO)  # both fit
    assert {seat for seat, _ in (seats_of(event)[b], seats_of(event)[c])} == {Seat.OFFERED}
    say(event, a, YES, 1, at=NOON + timedelta(hours=1))
    late = NOON + timedelta(hours=24)
    with session_scope() as session:
        assert seats.lapse_offers(session, late - timedelta(seconds=1)) == 0
        assert seats.lapse_offers(session, late) == 2
        assert seats.confirm(session, event, b, late).refused == Refusal.LAPSED
    assert seats_of(event)[a] == (Seat.OFFERED, 1)
    assert say(event, b, YES, at=late) == Answered(Seat.SEATED, None, 2)
    assert say(event, c, YES, at=late) == Answered(Seat.WAITING, 1, 2)
    assert told(event, NoticeKind.LAPSED) == [(b, "lapsed", 1), (c, "lapsed", 1)]


def test_offer_that_is_late_is_not_confirmed_though_nobody_has_swept(event: Event, people: list[int]) -> None:
    a, b, c, *_ = people
    say(event, a, YES, 2)
    say(event, b, YES)
    say(event, c, YES, 2)
    say(event, a, NO)
    with session_scope() as session:
        assert seats.confirm(session, event, b, NOON + timedelta(hours=25)).refused == Refusal.LAPSED
    assert seats_of(event)[c] == (Seat.OFFERED, 2)


@pytest.mark.parametrize(
    ("left", "held"),
    [(timedelta(days=9), timedelta(hours=24)), (timedelta(hours=40), timedelta(hours=10)),
     (timedelta(hours=2), timedelta(hours=1)), (timedelta(minutes=20), timedelta(minutes=20))],
)  # fmt: skip
def test_offer_is_held_for_less_time_near_the_event(
    event: Event, people: list[int], left: timedelta, held: timedelta
) -> None:
    a, b, *_ = people
    say(event, a, YES, 2)
    say(event, b, YES)
    at = event.starts_at - left
    say(event, a, NO, at=at)
    with session_scope() as session:
        stands = seats.standing(session, event.id, b)
    assert stands is not None
    assert stands.confirm_until == at + held


def test_fewer_guests_free_seats_and_more_than_fit_are_refused(event: Event, people: list[int]) -> None:
    a, b, *_ = people
    say(event, a, YES, 2)
    say(event, b, YES)
    assert say(event, a, YES, 3).refused == Refusal.GUESTS  # more than there are seats
    assert say(event, a, YES, 1) == Answered(Seat.SEATED, None, 2)
    assert seats_of(event)[b] == (Seat.OFFERED, 0)
    assert say(event, a, YES, 2) == Answered(Seat.SEATED, None, 2, Refusal.FULL)
    assert seats_of(event)[a] == (Seat.SEATED, 1)
    assert told(event, NoticeKind.CONFIRMED) == [(a, "confirmed", 1), (a, "confirmed", 2)]


@pytest.mark.parametrize("guests", [4, 10_000, -1])
def test_more_guests_than_allowed_are_refused_and_nothing_is_kept(event: Event, people: list[int], guests: int) -> None:
    assert say(event, people[0], YES, guests) == Answered(Seat.NONE, None, 0, Refusal.GUESTS)
    assert seats_of(event) == {}


def test_perhaps_holds_no_seat_and_gives_back_one_that_was_held(event: Event, people: list[int]) -> None:
    a, b, *_ = people
    assert say(event, a, PERHAPS, 2) == Answered(Seat.NONE, None, 1)
    say(event, a, YES, 2)
    say(event, b, YES)
    say(event, a, PERHAPS)
    assert seats_of(event) == {a: (Seat.NONE, 0), b: (Seat.OFFERED, 0)}


def test_waiting_person_who_brings_fewer_is_seated_at_once_or_keeps_their_place(
    event: Event, people: list[int]
) -> None:
    a, b, c, d, *_ = people
    say(event, a, YES, 1)
    say(event, b, YES, 2)
    say(event, c, YES, 2)
    assert say(event, b, YES, 1) == Answered(Seat.WAITING, 1, 2)
    assert say(event, c, YES, 0) == Answered(Seat.SEATED, None, 2)
    assert say(event, d, YES, 0) == Answered(Seat.WAITING, 2, 1)


def test_same_answer_twice_is_one_and_another_with_an_old_version_is_a_conflict(
    event: Event, people: list[int]
) -> None:
    a = people[0]
    say(event, a, YES, 1, "Nötter", version=0)
    assert say(event, a, YES, 1, "Nötter", version=0) == Answered(Seat.SEATED, None, 1)
    assert say(event, a, NO, version=0) == Answered(Seat.SEATED, None, 1, Refusal.CONFLICT)
    assert seats_of(event)[a] == (Seat.SEATED, 1)
    assert len(told(event)) == 1


def test_after_the_last_day_one_can_only_say_no_or_confirm(event: Event, people: list[int]) -> None:
    a, b, c, d, *_ = people
    say(event, a, YES, 2)
    say(event, b, YES)
    say(event, d, PERHAPS)
    for person, said in ((c, YES), (c, NO), (d, YES), (a, PERHAPS)):
        assert say(event, person, said, at=AFTER_ANSWERS).refused == Refusal.CLOSED
    assert say(event, a, YES, 1, at=AFTER_ANSWERS).refused == Refusal.CLOSED
    assert say(event, a, NO, at=AFTER_ANSWERS).refused is None
    assert say(event, b, YES, 1, at=AFTER_ANSWERS).refused == Refusal.CLOSED  # not with more guests than were asked for
    assert say(event, b, YES, at=AFTER_ANSWERS) == Answered(Seat.SEATED, None, 2)


def test_answers_close_at_midnight_where_the_event_is(event: Event, people: list[int]) -> None:
    midnight_in_tokyo = datetime.fromisoformat("2026-12-13T00:00+09:00")  # answer_by is the 12th
    assert say(event, people[0], YES, at=midnight_in_tokyo).refused == Refusal.CLOSED
    assert say(event, people[0], YES, at=midnight_in_tokyo - timedelta(seconds=1)).refused is None


def test_nothing_changes_once_it_has_begun_or_is_cancelled(event: Event, people: list[int]) -> None:
    a, b, *_ = people
    say(event, a, YES, 2)
    say(event, b, YES)
    assert say(event, a, NO, at=event.starts_at).refused == Refusal.STARTED
    change(event, status=PlanStatus.CANCELLED)  # after the page was read: `event` does not know
    for person in (a, b):
        assert say(event, person, NO).refused == Refusal.CANCELLED
    with session_scope() as session:
        assert seats.confirm(session, event, b, NOON).refused == Refusal.CANCELLED
    assert seats_of(event) == {a: (Seat.SEATED, 2), b: (Seat.WAITING, 0)}


def test_raised_capacity_is_offered_and_a_lowered_one_takes_nobodys_seat(event: Event, people: list[int]) -> None:
    a, b, c, *_ = people
    say(event, a, YES, 2)
    say(event, b, YES)
    say(event, c, YES)
    change(event, capacity=4)
    with session_scope() as session:
        assert seats.offer_free(session, event.id, NOON) == 1
    assert seats_of(event) == {a: (Seat.SEATED, 2), b: (Seat.OFFERED, 0), c: (Seat.WAITING, 0)}
    change(event, capacity=2)
    with session_scope() as session:
        assert seats.offer_free(session, event.id, NOON) == 0
    assert say(event, a, YES, 1).seat == Seat.SEATED  # fewer, and still more than there are seats
    assert say(event, b, YES).seat == Seat.SEATED
    assert seats_of(event)[c] == (Seat.WAITING, 0)


def test_answer_is_audited_by_ids(event: Event, people: list[int]) -> None:
    say(event, people[0], YES, 1, "Nötter")
    with session_scope(reading=True) as session:
        line = session.scalars(select(Audit).where(Audit.action == "answered")).one()
    assert (line.actor, line.subject) == (f"person:{people[0]}", f"event:{event.id}")
    assert line.detail == {"answer": "yes", "seat": "seated", "guests": 1}


def test_notice_told_again_is_the_next_round_by_person(event: Event, people: list[int]) -> None:
    a, b, c, *_ = people
    with session_scope() as session:
        assert notices.add(session, event.id, NoticeKind.CHANGED, [a, b], 1, NOON) == 2
        assert notices.add(session, event.id, NoticeKind.CHANGED, [b, c], 2, NOON) == 2
        assert notices.add(session, event.id, NoticeKind.CANCELLED, [b], 3, NOON) == 1
        session.add(Rsvp(event_id=event.id, person_id=a, answer="yes", answered_at=NOON, changed_at=NOON))
        assert notices.add(session, event.id, NoticeKind.CHANGED, select(Rsvp.person_id), 3, NOON) == 1
    assert told(event) == [
        (a, "changed", 1), (a, "changed", 2), (b, "cancelled", 1), (b, "changed", 1), (b, "changed", 2),
        (c, "changed", 1),
    ]  # fmt: skip
