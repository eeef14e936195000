"""The hour on the recipient's clock: which zones share it, and when it comes next."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.arriving import GRACE, groups, next_arrival
from outreach.clock import OFFICE_ZONE

ZONES = sorted(available_timezones() - {"Factory", "localtime"})
NINE = time(9)
SUNDAY = date(2026, 11, 22)
moments = st.integers(0, 4 * 366 * 1440).map(lambda n: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=n))
hours = st.times().map(lambda at: at.replace(microsecond=0))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(ZONES), hours, moments)
def test_a_message_arrives_at_its_hour_within_a_day_unless_summer_time_skips_it(
    zone: str, at: time, now: datetime
) -> None:
    moment = next_arrival(zone, at, now)
    local = moment.astimezone(ZoneInfo(zone))
    assert now - GRACE <= moment <= now + timedelta(hours=25)
    skipped = datetime.combine(local.date(), at, ZoneInfo(zone)).astimezone(UTC).astimezone(ZoneInfo(zone)).time() != at
    assert local.time() == at or skipped


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(ZONES), hours, moments)
def test_asking_again_before_it_comes_gives_the_same_moment(zone: str, at: time, now: datetime) -> None:
    moment = next_arrival(zone, at, now)
    assert next_arrival(zone, at, max(now, moment)) == moment
    assert next_arrival(zone, at, moment + GRACE) == moment
    assert next_arrival(zone, at, moment + GRACE + timedelta(minutes=1)) > moment + GRACE


@settings(max_examples=40, deadline=None)
@given(st.sets(st.sampled_from(ZONES), min_size=1), hours, st.dates(date(2025, 1, 1), date(2029, 1, 1)))
def test_zones_that_share_a_batch_have_their_hour_at_the_same_moment(zones: set[str], at: time, day: date) -> None:
    found = groups(zones, day, at)
    assert found.keys() == zones
    for zone, other in found.items():
        for later in (day, day + timedelta(days=30)):
            moment, same = (datetime.combine(later, at, ZoneInfo(name)).astimezone(UTC) for name in (zone or "", other))
            assert moment == same
    for one in set(found.values()) - {OFFICE_ZONE.key}:
        assert one in zones


def test_paris_and_berlin_go_with_the_office_and_tokyo_with_seoul() -> None:
    found = groups(["Europe/Paris", "Europe/Berlin", "Asia/Tokyo", "Asia/Seoul", "America/New_York"], SUNDAY, NINE)
    assert {found["Europe/Paris"], found["Europe/Berlin"]} == {"Europe/Stockholm"}
    assert found["Asia/Tokyo"] == found["Asia/Seoul"]
    assert len(set(found.values())) == 3


def test_zones_part_when_one_of_them_goes_to_summer_time_alone() -> None:
    """Lagos and Stockholm show the same hour in winter; in the spring they do not."""
    assert groups(["Africa/Lagos"], date(2026, 11, 22), NINE)["Africa/Lagos"] == "Europe/Stockholm"
    assert groups(["Africa/Lagos"], date(2027, 3, 1), NINE)["Africa/Lagos"] == "Africa/Lagos"


@pytest.mark.parametrize("zone", [None, "", "Stockholm", "../../etc/passwd", "Europe", "x" * 500, "Asia/\x00Tokyo"])
def test_whoever_has_no_zone_that_a_clock_knows_is_written_to_by_the_offices(zone: str | None) -> None:
    now = datetime(2026, 11, 22, 5, tzinfo=UTC)
    assert groups([zone], SUNDAY, NINE) == {zone: "Europe/Stockholm"}
    assert next_arrival(zone, NINE, now) == datetime(2026, 11, 22, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "now", "moment"),
    [
        ("Asia/Tokyo", "2026-11-22T05:00", "2026-11-23T00:00"),  # two in the afternoon there: tomorrow
        ("Asia/Tokyo", "2026-11-22T01:59", "2026-11-22T00:00"),  # still the same morning: at once
        ("Asia/Tokyo", "2026-11-22T02:01", "2026-11-23T00:00"),
        ("America/New_York", "2026-11-22T05:00", "2026-11-22T14:00"),
        ("Europe/Stockholm", "2027-03-27T12:00", "2027-03-28T07:00"),  # the clocks went forward that night
        ("Europe/Stockholm", "2026-10-24T12:00", "2026-10-25T08:00"),  # and back
        ("Pacific/Kiritimati", "2026-11-22T11:00", "2026-11-22T19:00"),  # it is Monday there
    ],
)
def test_the_next_morning(zone: str, now: str, moment: str) -> None:
    assert next_arrival(zone, NINE, datetime.fromisoformat(now + "+00:00")) == datetime.fromisoformat(moment + "+00:00")
