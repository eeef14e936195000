"""The office's night: when it is, and when it ends."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach import quiet_hours
from outreach.clock import OFFICE_ZONE
from outreach.errors import PermanentFailure
from tests.conftest import NOON

minutes = st.times().map(lambda at: at.replace(second=0, microsecond=0))
moments = st.integers(0, 4 * 366 * 1440).map(lambda n: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=n))


@settings(max_examples=300, deadline=None)
@given(minutes, minutes, moments)
def test_a_night_ends_after_now_and_within_a_day_at_its_minute(first: time, last: time, now: datetime) -> None:
    if first == last:
        return
    end = quiet_hours.end_of(first, last, now)
    if end is not None:
        assert now < end <= now + timedelta(hours=25)
        assert quiet_hours.end_of(first, last, end) is None or end.astimezone(OFFICE_ZONE).time() != last


@pytest.mark.parametrize(
    ("hours", "local", "ends"),
    [
        ("21:00-07:00", "2026-11-22T20:59", None),
        ("21:00-07:00", "2026-11-22T21:00", "2026-11-23T07:00"),
        ("21:00-07:00", "2026-11-23T03:00", "2026-11-23T07:00"),
        ("21:00-07:00", "2026-11-23T07:00", None),
        ("12:00-13:00", "2026-11-22T12:30", "2026-11-22T13:00"),
        ("12:00-13:00", "2026-11-22T13:00", None),
        ("21:00-07:00", "2027-03-27T23:00", "2027-03-28T07:00"),  # an hour shorter
        ("", "2026-11-22T03:00", None),
    ],
)
def test_the_night_by_the_offices_clock(
    home: object, set_environment: Callable[..., None], hours: str, local: str, ends: str | None
) -> None:
    set_environment(quiet_hours=hours)
    now = datetime.fromisoformat(local).replace(tzinfo=OFFICE_ZONE).astimezone(UTC)
    end = quiet_hours.end(now)
    assert end == (None if ends is None else datetime.fromisoformat(ends).replace(tzinfo=OFFICE_ZONE))


@pytest.mark.parametrize("hours", ["07:00-07:00", "24:00-07:00", "7-21", "21:00-07:00 "])
def test_hours_that_are_no_night_are_refused(home: object, set_environment: Callable[..., None], hours: str) -> None:
    set_environment(quiet_hours=hours)
    with pytest.raises(PermanentFailure, match="quiet_hours"):
        quiet_hours.end(NOON)
