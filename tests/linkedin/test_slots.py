"""Proposed times: configured, free, ahead, and the same every time."""

from datetime import UTC, date, datetime, time

import pytest

from outreach.errors import PermanentFailure
from outreach.linkedin.configuration import Slot
from outreach.linkedin.slots import WEEKS_AHEAD, free, monday_of, week_of

SLOTS = (Slot(1, time(8, 30)), Slot(3, time(12, 0)))
EARLY = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
TUESDAY, THURSDAY = datetime(2026, 11, 24, 7, 30, tzinfo=UTC), datetime(2026, 11, 26, 11, 0, tzinfo=UTC)


def test_a_week_has_its_slots_in_office_time() -> None:
    assert free(SLOTS, "2026-W48", (), EARLY) == [TUESDAY, THURSDAY]


def test_what_is_taken_or_nearer_than_an_hour_goes_on_into_the_next_week() -> None:
    next_tuesday = datetime(2026, 12, 1, 7, 30, tzinfo=UTC)
    assert free(SLOTS, "2026-W48", {TUESDAY}, EARLY) == [THURSDAY, next_tuesday]
    assert free(SLOTS, "2026-W48", (), TUESDAY) == [THURSDAY, next_tuesday]
    sunday = datetime(2026, 11, 29, 20, 0, tzinfo=UTC)
    assert min(free(SLOTS, "2026-W48", (), sunday)) == next_tuesday


def test_clocks_that_change_keep_the_offices_hour() -> None:
    winter, summer = (
        free(SLOTS[:1], "2026-W13", (), EARLY.replace(year=2025)),
        free(SLOTS[:1], "2026-W14", (), EARLY.replace(year=2025)),
    )
    assert (winter[0].hour, summer[0].hour) == (7, 6)


def test_there_is_an_end_to_looking_ahead() -> None:
    taken: set[datetime] = set()
    while found := free(SLOTS, "2026-W48", taken, EARLY):
        taken.update(found)
    assert len(taken) == 2 * WEEKS_AHEAD
    assert week_of(max(taken).date()) == "2027-W02"


@pytest.mark.parametrize("week", ["", "48", "2026-48", "2026-W00", "2025-W53", "2026-W54", "x-Wy", "2026-W1-1"])
def test_what_is_no_week_is_refused_in_a_sentence(week: str) -> None:
    with pytest.raises(PermanentFailure, match="is not a week"):
        monday_of(week)


def test_weeks_are_iso_weeks() -> None:
    assert week_of(date(2027, 1, 3)) == "2026-W53"
    assert monday_of("2026-W53") == date(2026, 12, 28)
