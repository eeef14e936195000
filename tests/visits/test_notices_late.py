"""What people are told when something happens shortly before the event, or to them before they were told."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from outreach import clock
from outreach.database import session_scope
from outreach.event import Answer, Event
from outreach.models import Notice
from outreach.queries import one_person, seats
from outreach.visits import changing, notices
from tests.seats.conftest import TOKYO, lay_event
from tests.visits import living
from tests.visits.living import NOTICES, answer, as_it_is, id_of, member

YES, NO = Answer.YES, Answer.NO


@pytest.fixture
def dinner(sqlite_db: str) -> Event:
    """With room for two."""
    for name in ("ada", "bo", "cia"):
        member(name, TOKYO)
    return lay_event(capacity=2)


def run() -> None:
    living.run(NOTICES)


def change(event: Event, **different: object) -> None:
    current = as_it_is(event)
    with session_scope() as session:
        draft = replace(changing.draft_of(current), **different)
        changing.change(session, current, draft, actor="coordinator:1", now=clock.now())


def test_event_moved_to_tomorrow_tells_at_once_how_to_get_in(dinner):
    answer(dinner, "ada", YES)
    run()
    tomorrow = clock.now() + timedelta(days=1)
    change(dinner, starts_at=tomorrow, ends_at=tomorrow + timedelta(hours=2), answer_by=clock.today())
    run()
    run()
    assert living.mailed() == {"ada": ["confirmed", "changed", "practical"]}


def test_who_gets_a_seat_after_the_others_were_told_how_to_get_in_is_told_too(dinner):
    for name in ("ada", "bo", "cia"):
        answer(dinner, name, YES)
    run()
    with clock.frozen(dinner.starts_at - timedelta(days=1)):
        run()
        change(dinner, capacity=3)
        run()
        living.confirm(dinner, "cia")
        run()
        run()
    assert living.mailed() == {
        "ada": ["confirmed", "practical"],
        "bo": ["confirmed", "practical"],
        "cia": ["waiting", "offered", "confirmed", "practical"],
    }


def test_seat_freed_half_an_hour_before_is_offered_until_it_begins(dinner):
    for name in ("ada", "bo", "cia"):
        answer(dinner, name, YES)
    with clock.frozen(dinner.starts_at - timedelta(minutes=30)):
        answer(dinner, "bo", NO)
        assert held_until(dinner, "cia") == dinner.starts_at
        run()
        assert living.mailed()["cia"] == ["offered"]
        assert living.confirm(dinner, "cia") == "seated"
    with clock.frozen(dinner.starts_at):
        run()
    assert living.mailed()["cia"] == ["offered"]  # nobody is told after it has begun that they have a seat


def held_until(event: Event, name: str) -> datetime | None:
    with session_scope(reading=True) as session:
        found = seats.standing(session, event.id, id_of(name))
        assert found is not None
        return found.confirm_until


def test_who_is_erased_before_they_are_told_leaves_nothing_to_tell(dinner):
    answer(dinner, "ada", YES)
    answer(dinner, "bo", YES)
    answer(dinner, "cia", YES)
    with session_scope() as session:
        one_person.erase(session, "ada@example.org", clock.now(), actor="office:cli")
    run()
    assert living.mailed() == {"bo": ["confirmed"], "cia": ["offered"]}
    with session_scope() as session:
        assert session.scalar(select(func.count()).select_from(Notice)) == 3
        assert notices.open_notices(session, NOTICES, day=clock.today(), department=None, parameters={}) == []
