"""A run of the notices that is killed: nobody is told twice, and whom nobody told is told by the next."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest
from sqlalchemy import insert, select

from outreach import clock
from outreach.database import session_scope
from outreach.event import Answer, NoticeKind, Seat
from outreach.models import Batch, BatchStatus, Person, Recipient, RecipientStatus, Rsvp
from outreach.queries import notices
from outreach.settings import ROOT, settings
from tests.seats.conftest import lay_event

PEOPLE, KILLS = 1_500, 2


@pytest.mark.slow
def test_killed_again_and_again_nobody_is_told_twice_and_nobody_is_forgotten(db, set_environment):
    set_environment(batch_size=200)
    lay(PEOPLE)
    for number in range(1, KILLS + 1):
        kill_after(number * PEOPLE // (KILLS + 2))
    assert start().wait(timeout=120) == 0
    assert start().wait(timeout=120) == 0

    mails = Counter(path.name.partition("-")[0] for path in settings().outbox.glob("event-notices/**/*.eml"))
    with session_scope(reading=True) as session:
        status = dict(session.execute(select(Recipient.token, Recipient.status)).tuples().all())
        doubted = select(Batch.id).where(Batch.status == BatchStatus.UNKNOWN)
        in_doubt = set(session.scalars(select(Recipient.token).where(Recipient.batch_id.in_(doubted))))
    assert len(status) == PEOPLE
    assert max(mails.values()) == 1
    assert set(mails) >= {token for token, what in status.items() if what is RecipientStatus.ACCEPTED}
    assert {token for token, what in status.items() if what is not RecipientStatus.ACCEPTED} == in_doubt
    assert len(in_doubt) <= KILLS * 200


def lay(count: int) -> None:
    """So many people with a seat at an event, to be told so."""
    event, now = lay_event(capacity=count), clock.now()
    with session_scope() as session:
        people = [
            {"public_id": f"p{n}", "email": f"p{n}@example.org", "language": "sv", "created_at": now, "updated_at": now}
            for n in range(count)
        ]
        session.execute(insert(Person), people)
        ids = session.scalars(select(Person.id)).all()
        seats = [
            {
                "event_id": event.id,
                "person_id": person_id,
                "answer": Answer.YES,
                "seat": Seat.SEATED,
                "place": place,
                "answered_at": now,
                "changed_at": now,
            }
            for place, person_id in enumerate(ids, start=1)
        ]
        session.execute(insert(Rsvp), seats)
        notices.add(session, event.id, NoticeKind.CONFIRMED, select(Person.id), 0, now)


def kill_after(mails: int) -> None:
    process = start()
    while written() < mails:
        assert process.poll() is None, "the run ended before it could be killed"
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


def written() -> int:
    return sum(len(files) for _, _, files in os.walk(settings().outbox / "event-notices"))


def start() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "tests.visits.killed"], cwd=ROOT)
