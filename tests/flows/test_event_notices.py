"""The flow that tells those who have answered, as Prefect runs it."""

import time

import pytest
from sqlalchemy import insert

from flows.event_notices import EventNotices, event_notices
from outreach import clock
from outreach.database import session_scope
from outreach.event import Answer
from outreach.models import Notice, Person
from tests.seats.conftest import TOKYO, lay_event
from tests.visits import living

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("prefect")]


def test_who_answered_is_told_by_the_next_run_and_by_no_other(sqlite_db: str) -> None:
    living.member("ada", TOKYO)
    event = lay_event()
    assert event_notices(return_state=True).name == "Nothing to tell"
    living.answer(event, "ada", Answer.YES)
    state = event_notices(return_state=True)
    assert (state.name, state.message) == ("Completed", "Everyone who was due has been written to.")
    assert living.mailed() == {"ada": ["confirmed"]}
    assert event_notices(return_state=True).name == "Nothing to tell"
    assert living.mailed() == {"ada": ["confirmed"]}


def test_run_that_a_campaign_s_parameters_start_is_the_same_run(sqlite_db: str) -> None:
    """Resuming a campaign starts the duty with what the campaign keeps (`campaigning.start_again`)."""
    state = event_notices(
        EventNotices.model_validate({"department": None, "event": "x", "round": 2}), return_state=True
    )
    assert state.name == "Nothing to tell"


def test_finding_that_there_is_nothing_takes_no_time_however_many_have_been_told(sqlite_db: str) -> None:
    now = clock.now()
    with session_scope() as session:
        people = [{"public_id": f"p{n}", "language": "sv", "created_at": now, "updated_at": now} for n in range(300)]
        session.execute(insert(Person), people)
    for number in range(40):
        event = lay_event(public_id=f"e{number}", slug=f"e{number}")
        with session_scope() as session:
            told = [
                {"event_id": event.id, "person_id": n, "kind": kind, "round": 1, "sequence": 0, "created_at": now}
                for n in range(1, 301)
                for kind in ("confirmed", "changed")
            ]
            session.execute(insert(Notice), told)
    living.run(living.NOTICES)  # enters all 24,000 of them: nobody has a seat, so all are overtaken
    started = time.monotonic()
    living.run(living.NOTICES)
    assert time.monotonic() - started < 2
