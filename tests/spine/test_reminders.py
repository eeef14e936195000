"""Reminders: when each is due, for whom it stops, and that a moved end moves them too."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from outreach import clock
from outreach.database import session_scope
from outreach.departments import departments
from outreach.models import Membership, Person, Study
from tests.conftest import NOON
from tests.spine.conftest import Student, mailed, outcomes, run_duty

Enrol = Callable[..., dict[str, int]]


def live_through(days: int, *, from_day: int = 0) -> dict[str, list[int]]:
    """Run the duty on each of `days` days, twice when it sent. Returns student_uid -> the days a mail came."""
    arrived: dict[str, list[int]] = {}
    before: list[str] = mailed()
    for day in range(from_day, from_day + days):
        with clock.frozen(NOON + timedelta(days=day)):
            run_duty()
            if mailed() != before:
                run_duty()
        after = mailed()
        for address in after:
            while arrived.get(uid_of(address), []).count(day) < after.count(address) - before.count(address):
                arrived.setdefault(uid_of(address), []).append(day)
        before = after
    return arrived


def uid_of(address: str) -> str:
    return address.partition("@")[0]


@pytest.fixture(autouse=True)
def small_scope(monkeypatch: pytest.MonkeyPatch) -> None:
    """Render for the one department of these tests: the days are many, and rendering is tested elsewhere."""
    from outreach import terms
    from outreach.departments import departments

    monkeypatch.setattr(terms, "scope", lambda campaign: [next(iter(departments()))])


def test_a_whole_class_is_asked_and_reminded_on_the_days_the_rules_say(sqlite_db: str, enrol: Enrol) -> None:
    ends = {"today": 0, "soon": 5, "ten": 10, "thirty": 30, "thirty-five": 35, "sixty": 60, "eighty": 80}
    enrol(*(Student(uid, ends_in=end) for uid, end in ends.items()))
    assert live_through(100) == {
        # the invitation, then 28 and 7 days before the end and 14 after it, each only with 7 days since the one before
        "today": [0, 14],
        "soon": [0, 19],
        "ten": [
            0,
            7,
            24,
        ],  # the week reminder was due on day 3, too soon after the first; within its grace it comes on 7
        "thirty": [0, 7, 23, 44],  # the month reminder was due on day 2
        "thirty-five": [0, 7, 28, 49],
        "sixty": [0, 32, 53, 74],
        "eighty": [20, 52, 73, 94],
    }


def test_who_joins_leaves_or_is_suppressed_gets_no_further_reminder(sqlite_db: str, enrol: Enrol) -> None:
    enrol(Student("joins", ends_in=40), Student("stays", ends_in=40))
    assert live_through(1) == {"joins": [0], "stays": [0]}
    with session_scope() as session:
        session.execute(update(Person).where(Person.student_uid == "joins").values(membership=Membership.MEMBER))
    assert live_through(60, from_day=1) == {"stays": [12, 33, 54]}
    assert outcomes(2)["joins"] == ("excluded", "member")


def test_an_end_that_moves_moves_the_reminders(sqlite_db: str, enrol: Enrol) -> None:
    enrol(Student("delayed", ends_in=40))
    assert live_through(5) == {"delayed": [0]}
    with session_scope() as session:
        session.execute(update(Study).values(expected_end=clock.today() + timedelta(days=190)))
    assert live_through(210, from_day=5) == {"delayed": [162, 183, 204]}


def test_an_older_degree_at_the_same_department_does_not_keep_the_reminders_away(db: str, enrol: Enrol) -> None:
    ids = enrol(Student("master", ends_in=30))
    with session_scope() as session:
        session.execute(
            insert(Study).values(
                person_id=ids["master"],
                department_code=next(iter(departments())),
                programme_code="SKAND",
                completed_on=clock.today() - timedelta(days=900),
            )
        )
    assert live_through(10) == {"master": [0, 7]}


def test_a_degree_awarded_before_the_term_of_its_campaign_moves_the_reminders_back(
    sqlite_db: str, enrol: Enrol
) -> None:
    enrol(Student("early", ends_in=30))
    assert live_through(1) == {"early": [0]}
    with session_scope() as session:
        session.execute(update(Study).values(completed_on=clock.today() - timedelta(days=150)))
    assert live_through(10, from_day=1) == {}
    assert outcomes(2)["early"] == ("excluded", "wave_passed")


def test_a_reminder_that_is_later_than_its_grace_is_not_sent(sqlite_db: str, enrol: Enrol) -> None:
    """The office's machine was off from day 5 to day 30: the month reminder (due on day 12) has passed."""
    enrol(Student("a", ends_in=40))
    live_through(5)
    assert live_through(1, from_day=30) == {}
    assert outcomes(2)["a"] == ("excluded", "wave_passed")
    assert live_through(10, from_day=31) == {"a": [33]}


def test_whoever_was_invited_stands_as_invited(sqlite_db: str, enrol: Enrol) -> None:
    enrol(Student("a"), Student("not-yet", ends_in=90))
    run_duty()
    with session_scope(reading=True) as session:
        found = session.execute(select(Person.student_uid, Person.membership)).all()
    assert {tuple(row) for row in found} == {("a", Membership.INVITED), ("not-yet", Membership.NONE)}
