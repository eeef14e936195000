"""The rules carried out, some at a time: written first, deleted after."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from outreach import clock, database
from outreach.erasing import people as erasing
from outreach.queries import one_person, retention
from outreach.retention import archive
from outreach.settings import Retention, settings

ACTOR, ACTION = "housekeeping", "expired"
AT_ONCE = 500  # people in one transaction
MOST_PEOPLE = 2_000  # a run; the next one goes on
ROWS_AT_ONCE = 5_000
PROMISED = "survey_answers"  # nobody is told what somebody answered, the archive neither

Carried = dict[str, int]  # what -> how many went
Find = Callable[[Session, Retention, datetime, int], list[dict[str, Any]]]
Remove = Callable[[Session, Sequence[int]], int]

ROWS: dict[str, tuple[Find, Remove]] = {
    "event_answers": (retention.old_answers, retention.empty_answers),
    "audit": (retention.old_lines, retention.delete_lines),
}


def preview() -> dict[str, int]:
    """How many would go today by each rule (its setting's name). Nothing changes."""
    with database.session_scope(reading=True) as session:
        return retention.counts(session, settings().retention, clock.today(), clock.now())


def carry_out() -> Carried:
    """Delete what has had its time, as far as one run goes; what -> how many.

    Killed at any moment, what is left is done by the next run: the file may then hold a row twice.
    """
    now = clock.now()
    carried = {"people": _people(now)} | {name: _rows(name, now) for name in ROWS}
    return carried | {"archives": archive.delete_old(now)}


def _people(now: datetime) -> int:
    gone = 0
    while gone < MOST_PEOPLE and (ids := _written(now)):
        gone += erasing.erase(ids, actor=ACTOR, action=ACTION).people
    return gone


def _written(now: datetime) -> list[str]:
    """The next who go, once they are on the disk; their public ids."""
    with database.session_scope(reading=True) as session:
        due = retention.due_people(session, settings().retention, clock.today(), now, AT_ONCE)
        told = one_person.told(session, due) if due else {}
    for table, rows in told.items():
        if rows and table != PROMISED:
            archive.write(table, rows, now)
    return [person.public_id for person in due]


def _rows(name: str, now: datetime) -> int:
    find, remove = ROWS[name]
    gone = 0
    while True:
        with database.session_scope() as session:
            rows = find(session, settings().retention, now, ROWS_AT_ONCE)
            if not rows:
                return gone
            archive.write(name, rows, now)
            gone += remove(session, [row["id"] for row in rows])
