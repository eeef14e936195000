"""A forecast against the quarter lived through: the same people, campaigns, waves and days, one by one."""

import os
from datetime import date, timedelta

import pytest

from outreach import clock
from outreach.event import Place
from tests.forecasting.living import DUTIES, Sent, at_nine, foretold, live_through, member, person, sent_since
from tests.visits.planned import plan
from tests.web.conftest import whole_database

START = date(2026, 11, 20)
DAYS = int(os.environ.get("FORECAST_DAYS", "34"))  # how much of the quarter is lived through; 80 is nearly all of it
MIDDLE = 16
PLACE = Place("Berlin", "DE", 52.52437, 13.41053, "Europe/Berlin")
BERLIN = {"latitude": 52.52437, "longitude": 13.41053, "country": "DE"}


def in_days(days: int) -> date:
    return START + timedelta(days=days)


def a_university() -> None:
    """People of every kind the duties make a difference between, few of each."""
    for days in (-40, -25, -10, -3, 0, 5, 12, 30, 59, 60, 61, 75, 100, 130, 149, 151, 200):
        person(f"ends{days}", {"expected_end": in_days(days)})
    person("said-no", {"expected_end": in_days(20)}, said={"invitation": False})
    person("no-address", {"expected_end": in_days(20)}, email=None, address_hash=None)
    person("applied", {"expected_end": None, "degree_applied": True})
    person("applied-late", {"expected_end": in_days(140), "degree_applied": True})
    person("awarded", {"expected_end": in_days(40), "completed_on": in_days(-4)})
    person("missing", {"expected_end": in_days(30), "missing_since": clock.now()})
    person("two", {"expected_end": in_days(80)}, {"expected_end": in_days(30), "department_code": "fysikum"})
    person("two-here", {"expected_end": in_days(70)}, {"expected_end": in_days(100)})
    person("bachelor", {"completed_on": in_days(-900)}, {"expected_end": in_days(30)})
    person("twin-1", {"expected_end": in_days(50)}, mailbox="twin")
    person("twin-2", {"expected_end": in_days(45)}, mailbox="twin")
    for number in range(6):
        person(f"graduate{number}", {"completed_on": date(2025, 9, 3 + number)})
        person(f"older{number}", {"completed_on": date(2023, 12, 3 + number)})
        member(f"recent{number}", {"completed_on": date(2025, 11, 3)}, said={"newsletter": True})
    person("studies-on", {"completed_on": date(2025, 9, 9)}, {"expected_end": in_days(300)})
    yes = {"newsletter": True, "events": True}
    for number in range(4):
        member(f"reader{number}", {"completed_on": date(2020, 6, 1)}, said=yes)
        member(f"berliner{number}", {"completed_on": date(2020, 6, 1)}, said=yes, **BERLIN)
    member("silent", {"completed_on": date(2020, 6, 1)})
    member("reader-no", {"completed_on": date(2020, 6, 1)}, said={"newsletter": False, "events": True}, **BERLIN)
    # the contact budget binds here: a graduate who is a member, near two events, with a survey
    member("everything", {"completed_on": date(2025, 9, 1)}, said=yes, **BERLIN)


def events_in_berlin() -> None:
    """Four, so close together that two letters in fourteen days are not enough for all."""
    for number, weeks in enumerate((5, 7, 8, 9)):
        evening_in_berlin(number, in_days(7 * weeks))


def evening_in_berlin(number: int, day: date) -> None:
    starts = clock.start_of(day) + timedelta(hours=18)
    plan(
        title_sv=f"Kväll {number}", title_en=f"Evening {number}", place=PLACE, starts_at=starts,
        ends_at=starts + timedelta(hours=2), answer_by=day - timedelta(days=6), radius_km=100.0,
    )  # fmt: skip


@pytest.fixture
def university(sqlite_db: str) -> None:
    with at_nine(START):
        a_university()
        events_in_berlin()


def until(sent: set[Sent], last: date) -> set[Sent]:
    return {one for one in sent if one[3] <= last}


def assert_same(lived: set[Sent], told: set[Sent]) -> None:
    assert {"never told of": lived - told, "never came": told - lived} == {"never told of": set(), "never came": set()}


def test_the_quarter_comes_as_it_was_foretold(university: None) -> None:
    """Foretold at the beginning, and again in the middle of invitations, an edition and a survey."""
    middle, end = START + timedelta(days=MIDDLE), START + timedelta(days=DAYS - 1)
    with at_nine(START):
        at_first = foretold()
    live_through(START, MIDDLE)
    with at_nine(middle):
        in_the_middle = foretold()
    live_through(middle, DAYS - MIDDLE)
    lived = sent_since(START)
    assert len(lived) > 60
    assert set(DUTIES) == {key.partition("/")[0] for _, key, _, _ in lived}
    assert_same(lived, until(at_first, end))
    assert_same({one for one in lived if one[3] >= middle}, until(in_the_middle, end))


def test_tomorrow_is_what_tomorrows_runs_send_and_foretelling_changes_nothing(db: str) -> None:
    """On both databases, the day the newsletter opens; today's runs have been."""
    today = date(2026, 11, 30)
    with at_nine(START):
        a_university()
        person("due-tomorrow", {"expected_end": in_days(71)})
        evening_in_berlin(4, in_days(53))
    live_through(today, 1)
    with at_nine(today):
        before = whole_database()
        told = foretold()
        assert whole_database() == before
    tomorrow = today + timedelta(days=1)
    live_through(tomorrow, 1)
    lived = sent_since(tomorrow)
    assert {key.partition("/")[0] for _, key, _, _ in lived} == set(DUTIES)
    assert_same(lived, {one for one in told if one[3] == tomorrow})
